package rules

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// sight is what was seen of a parameter.
type sight struct {
	seen     int // messages, or objects, that had it
	filled   int
	empty    int
	types    Types
	values   map[string]int // texts with how often they came; nil where there were too many
	shapes   map[string]bool
	units    map[Unit]bool // of values that are times; AnyUnit for one that is none
	addressy bool          // all texts were addresses
	least    float64
	objects  int
	fields   map[string]*sight
	order    []string
	items    *sight
}

// maxSeenValues bounds how many different values of a parameter are kept.
const maxSeenValues = 64

func newSight() *sight {
	return &sight{values: map[string]int{}, shapes: map[string]bool{}, units: map[Unit]bool{}, addressy: true, least: math.Inf(1)}
}

// keys takes an object's keys into account.
func (s *sight) keys(fields []datalayer.Field) {
	s.objects++
	for _, f := range fields {
		if !speakable(f.Name) {
			continue
		}
		if s.fields == nil {
			s.fields = map[string]*sight{}
		}
		child := s.fields[f.Name]
		if child == nil {
			child = newSight()
			s.fields[f.Name] = child
			s.order = append(s.order, f.Name)
		}
		child.value(f.Value)
	}
}

// speakable says whether a plan can name a key.
func speakable(name string) bool {
	return name != "" && len(name) <= maxNameBytes && !strings.ContainsAny(name, ".[]") && !strings.HasSuffix(name, optionalMark)
}

func (s *sight) value(v datalayer.Value) {
	s.seen++
	if opaque(v) {
		return
	}
	if emptiness(v) != "" {
		s.empty++
		return
	}
	s.filled++
	s.types |= typesOf(v)
	if v.Kind == datalayer.Number && !isInteger(v.Text) {
		s.types &^= TypeInteger
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
			s.items = newSight()
		}
		for _, item := range v.Items {
			s.items.value(item)
		}
	default:
		s.scalar(v)
	}
}

func (s *sight) scalar(v datalayer.Value) {
	_, unit := timeOf(v)
	s.units[unit] = true
	if v.Kind != datalayer.String {
		s.addressy = false
		return
	}
	s.addressy = s.addressy && isURL(v.Text) && strings.Contains(v.Text, ":")
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

// shape is a pattern for texts that differ in their digits alone.
func shape(s string) string {
	if uuidShape.MatchString(s) {
		return uuidShape.String()
	}
	return "^" + digitRuns.ReplaceAllString(quoteMeta(s), `\d+`) + "$"
}

// quoteMeta quotes a text so that it stands for itself in JavaScript's regular
// expressions as well as in Go's.
func quoteMeta(s string) string { return regexp.QuoteMeta(s) }

// parameter drafts a parameter that was seen in so many messages or objects.
func (s *sight) parameter(name string, of int) *Parameter {
	p := &Parameter{Name: name, Ahead: defaultAhead, Required: s.seen == of, Empty: s.empty > 0, Types: s.types}
	if p.Types.has(TypeNumber) && p.Types.has(TypeInteger) {
		p.Types &^= TypeNumber
		if s.least >= 0 {
			p.Min = new(float64)
		}
	}
	if s.times(name) {
		p.Types, p.Min = TypeTimestamp, nil
		if len(s.units) == 1 {
			for unit := range s.units {
				p.Unit = unit
			}
		}
		return p
	}
	if s.types == TypeString {
		s.texts(p)
	}
	if len(s.order) > 0 && s.types == TypeObject {
		for _, key := range s.order {
			p.Parameters = append(p.Parameters, s.fields[key].parameter(key, s.objects))
		}
	}
	if s.items != nil && s.items.seen > 0 && s.types == TypeArray {
		p.Items = s.items.parameter("", s.items.seen)
	}
	return p
}

// times says whether all values were times. Numbers are taken for times only
// under a name that says so.
func (s *sight) times(name string) bool {
	if s.filled == 0 || s.units[AnyUnit] || s.units[microseconds] || len(s.units) == 0 || s.objects > 0 || s.items != nil {
		return false
	}
	if len(s.units) == 1 && s.units[ISO8601] {
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

// fewValues is how many values an enumeration may have, and oftenEnough how often
// each of them has to have come.
const (
	fewValues   = 8
	oftenEnough = 3
)

// texts drafts what texts may be: addresses, one of a few, or of one form.
func (s *sight) texts(p *Parameter) {
	if s.addressy {
		p.Types = TypeURL
		return
	}
	if s.values == nil {
		s.form(p)
		return
	}
	often := len(s.values) >= 2 && len(s.values) <= fewValues // one value may be all that this recording has
	for _, count := range s.values {
		often = often && count >= oftenEnough
	}
	if often {
		p.Enum = slices.Sorted(maps.Keys(s.values))
		return
	}
	s.form(p)
}

// form drafts a pattern where all texts have one and there were several of them.
func (s *sight) form(p *Parameter) {
	if len(s.shapes) != 1 || s.values != nil && len(s.values) < 2 {
		return
	}
	for source := range s.shapes {
		if re, err := jsregexp.Compile(source, false); err == nil && catastrophic(source) == "" {
			p.Pattern = re
		}
	}
}

// evidence says in a comment what a draft of a parameter rests on.
func (s *sight) evidence(of int) string {
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
