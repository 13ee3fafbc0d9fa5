package infer

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
	"layertap/rules/plan"
)

// paramStats are statistics of a parameter.
type paramStats struct {
	seen    int // messages or objects that contained it
	filled  int
	empty   int
	types   plan.Types
	values  map[string]int // from text to how often it occurred; nil if there were too many
	shapes  map[string]bool
	units   map[plan.Unit]bool // of values that are times; AnyUnit for a value that isn't
	allURLs bool               // all texts were URLs
	least   float64
	objects int
	fields  map[string]*paramStats
	order   []string
	items   *paramStats
}

// maxSeenValues bounds the stored values of a parameter.
const maxSeenValues = 64

func newStats() *paramStats {
	return &paramStats{values: map[string]int{}, shapes: map[string]bool{}, units: map[plan.Unit]bool{}, allURLs: true, least: math.Inf(1)}
}

// keys adds an object's keys to the statistics.
func (s *paramStats) keys(fields []datalayer.Field) {
	s.objects++
	for _, f := range fields {
		if !plan.ValidKey(f.Name) {
			continue
		}
		if s.fields == nil {
			s.fields = map[string]*paramStats{}
		}
		child := s.fields[f.Name]
		if child == nil {
			child = newStats()
			s.fields[f.Name] = child
			s.order = append(s.order, f.Name)
		}
		child.value(f.Value)
	}
}

func (s *paramStats) value(v datalayer.Value) {
	s.seen++
	if v.Opaque() {
		return
	}
	if plan.Emptiness(v) != "" {
		s.empty++
		return
	}
	s.filled++
	s.types |= plan.TypesOf(v)
	if v.Kind == datalayer.Number && !plan.IsInteger(v.Text) {
		s.types &^= plan.TypeInteger
		s.least = math.Inf(-1)
	}
	if number, ok := v.Num(); ok {
		s.least = min(s.least, number)
	}
	switch v.Kind {
	case datalayer.Object, datalayer.Instance:
		s.keys(v.Fields)
	case datalayer.Array, datalayer.Set:
		if s.items == nil {
			s.items = newStats()
		}
		for _, item := range v.Items {
			s.items.value(item)
		}
	default:
		s.scalar(v)
	}
}

func (s *paramStats) scalar(v datalayer.Value) {
	_, unit := plan.ParseTime(v)
	s.units[unit] = true
	if v.Kind != datalayer.String {
		s.allURLs = false
		return
	}
	s.allURLs = s.allURLs && plan.IsURL(v.Text) && strings.Contains(v.Text, ":")
	s.shapes[shape(v.Text)] = true
	if s.values == nil {
		return
	}
	if s.values[v.Text]++; len(s.values) > maxSeenValues {
		s.values = nil
	}
}

var digitRuns = regexp.MustCompile(`[0-9]+`)
var uuidShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// shape returns a pattern for texts that differ only in digits.
func shape(s string) string {
	if uuidShape.MatchString(s) {
		return uuidShape.String()
	}
	return "^" + digitRuns.ReplaceAllString(quoteMeta(s), `\d+`) + "$"
}

// quoteMeta quotes a text for regular expressions in both JavaScript and Go.
func quoteMeta(s string) string { return regexp.QuoteMeta(s) }

// parameter drafts a parameter; of is the number of messages or objects that could have
// contained it.
func (s *paramStats) parameter(name string, of int) *plan.Parameter {
	p := &plan.Parameter{Name: name, Ahead: plan.DefaultAhead, Required: s.seen == of, Empty: s.empty > 0, Types: s.types}
	if p.Types.Has(plan.TypeNumber) && p.Types.Has(plan.TypeInteger) {
		p.Types &^= plan.TypeNumber
		if s.least >= 0 {
			p.Min = new(float64)
		}
	}
	if s.times(name) {
		p.Types, p.Min = plan.TypeTimestamp, nil
		if len(s.units) == 1 {
			for unit := range s.units {
				p.Unit = unit
			}
		}
		return p
	}
	if s.types == plan.TypeString {
		s.texts(p)
	}
	if len(s.order) > 0 && s.types == plan.TypeObject {
		for _, key := range s.order {
			p.Parameters = append(p.Parameters, s.fields[key].parameter(key, s.objects))
		}
	}
	if s.items != nil && s.items.seen > 0 && s.types == plan.TypeArray {
		p.Items = s.items.parameter("", s.items.seen)
	}
	return p
}

// times reports whether all values were times. Numbers are considered times only if the
// parameter's name says so.
func (s *paramStats) times(name string) bool {
	if s.filled == 0 || s.units[plan.AnyUnit] || s.units[plan.Microseconds] || len(s.units) == 0 || s.objects > 0 || s.items != nil {
		return false
	}
	if len(s.units) == 1 && s.units[plan.ISO8601] {
		return true
	}
	name = strings.ToLower(name)
	for _, word := range []string{"time", "date", "_at", "_ts"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return name == "ts"
}

// fewValues is the maximum number of values in an enumeration, and oftenEnough how
// often each of them must have occurred.
const (
	fewValues   = 8
	oftenEnough = 3
)

// texts drafts the constraint on texts: URLs, an enumeration, or a pattern.
func (s *paramStats) texts(p *plan.Parameter) {
	if s.allURLs {
		p.Types = plan.TypeURL
		return
	}
	if s.values == nil {
		s.form(p)
		return
	}
	often := len(s.values) >= 2 && len(s.values) <= fewValues // a single value may just be the only one in this recording
	for _, count := range s.values {
		often = often && count >= oftenEnough
	}
	if often {
		p.Enum = slices.Sorted(maps.Keys(s.values))
		return
	}
	s.form(p)
}

// form drafts a pattern if all texts match one and there were several.
func (s *paramStats) form(p *plan.Parameter) {
	if len(s.shapes) != 1 || s.values != nil && len(s.values) < 2 {
		return
	}
	for source := range s.shapes {
		if re, err := jsregexp.Compile(source, false); err == nil && plan.Catastrophic(source) == "" {
			p.Pattern = re
		}
	}
}

// evidence returns a comment on what the draft of a parameter is based on.
func (s *paramStats) evidence(of int) string {
	text := fmt.Sprintf("in %d of %d", s.seen, of)
	if s.empty > 0 {
		text += fmt.Sprintf(", %d of them empty", s.empty)
	}
	switch {
	case s.values == nil:
		text += fmt.Sprintf("; more than %d values", maxSeenValues)
	case len(s.values) == 1 && s.filled > 1:
		text += "; always the same value"
	case len(s.values) > 1:
		text += fmt.Sprintf("; %d values", len(s.values))
	}
	return text
}
