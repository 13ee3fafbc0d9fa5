package gtm

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// reader reads the values of terms and variables at one moment of a page.
type reader struct {
	page      *datalayer.Page
	state     *datalayer.State
	container *Container
	event     datalayer.Value // of the message at hand
	reading   []*Variable     // those whose value is being found out
	patterns  *patternCache
}

// reading is the value of a term, or the reason why it is not known.
type reading struct {
	value  datalayer.Value
	known  bool
	reason string
}

func known(v datalayer.Value) reading { return reading{value: v, known: true} }

func notKnown(reason string) reading { return reading{reason: reason} }

// captured is the reading of a value of the data layer, which may stand for
// something that was not captured.
func captured(v datalayer.Value) reading {
	switch v.Kind {
	case datalayer.Threw:
		return reading{v, false, "reading the value failed when it was pushed"}
	case datalayer.Redacted:
		return reading{v, false, "the value was redacted"}
	case datalayer.Cycle:
		return reading{v, false, "the value holds itself"}
	case datalayer.Function:
		return reading{v, false, "what Google Tag Manager makes of a function was not captured"}
	case datalayer.String:
		if datalayer.IsMarked(v.Text) {
			return reading{v, false, "a part of the value was redacted"}
		}
	}
	return known(v)
}

// read returns the value of a term: a variable alone keeps its type; in a text
// undefined and null are empty.
func (r *reader) read(t term) reading {
	switch t.kind {
	case constantTerm:
		return known(t.constant)
	case variableTerm:
		return r.variable(t.variable)
	case textTerm:
		return r.text(t.text)
	case listTerm:
		list := datalayer.Value{Kind: datalayer.Array}
		for _, item := range t.list {
			v := r.read(item)
			if !v.known {
				return v
			}
			list.Items = append(list.Items, v.value)
		}
		return known(list)
	default:
		object := datalayer.Value{Kind: datalayer.Object}
		for _, f := range t.fields {
			v := r.read(f.value)
			if !v.known {
				return v
			}
			object.Fields = append(object.Fields, datalayer.Field{Name: f.name, Value: v.value})
		}
		return known(object)
	}
}

func (r *reader) text(parts []term) reading {
	var text strings.Builder
	for _, part := range parts {
		v := r.read(part)
		if !v.known {
			return v
		}
		if v.value.Kind == datalayer.Undefined || v.value.Kind == datalayer.Null {
			continue
		}
		s, ok := v.value.AsString()
		if !ok {
			return notKnown(noText(v.value))
		}
		text.WriteString(s)
	}
	return known(datalayer.StringOf(text.String()))
}

// variable returns the value of a variable, formatted. Within itself a variable
// is undefined.
func (r *reader) variable(v *Variable) reading {
	if v.Type == "e" && v.format == (format{}) {
		return captured(r.event)
	}
	if slices.Contains(r.reading, v) {
		return known(datalayer.Value{})
	}
	r.reading = append(r.reading, v)
	value := r.raw(v)
	if value.known && v.format != (format{}) {
		value = r.formatted(v.format, value.value)
	}
	r.reading = r.reading[:len(r.reading)-1]
	return value
}

// patternCache keeps the regular expressions that conditions put together from
// variables.
type patternCache struct {
	compiled map[patternKey]*jsregexp.Regexp
	// undefined says for patterns without and with the i flag what the first
	// pattern "undefined" of the page was: the engine keeps patterns by their
	// text, and the value undefined has the same text.
	undefined [2]undefinedPattern
	timeouts  int // matches that took too long
}

// maxTimeouts is how many matches may take too long on one page. After that no
// pattern is tried: a hostile container holds thousands that do.
const maxTimeouts = 20

// match tests a pattern.
func (c *patternCache) match(re *jsregexp.Regexp, text string) (matched Truth, reason string) {
	if c.timeouts >= maxTimeouts {
		return Unknown, "too many patterns backtrack for too long"
	}
	matches, err := re.Match(text)
	if err != nil {
		c.timeouts++
		return Unknown, err.Error()
	}
	return truthOf(matches), ""
}

type patternKey struct {
	pattern    string
	ignoreCase bool
}

type undefinedPattern uint8

const (
	notSeen undefinedPattern = iota
	wasText
	wasValue
)

// maxPatterns bounds the cache; a page may make up a new pattern with each
// message.
const maxPatterns = 256

func (c *patternCache) compile(pattern string, ignoreCase bool) (*jsregexp.Regexp, error) {
	key := patternKey{pattern, ignoreCase}
	if re, ok := c.compiled[key]; ok {
		return re, nil
	}
	re, err := jsregexp.Compile(pattern, ignoreCase)
	if err != nil {
		return nil, err
	}
	if c.compiled == nil || len(c.compiled) >= maxPatterns {
		c.compiled = map[patternKey]*jsregexp.Regexp{}
	}
	c.compiled[key] = re
	return re, nil
}

// undefinedMatchesAll says whether the pattern "undefined" at hand is taken for
// the value undefined, as which it matches everything.
func (c *patternCache) undefinedMatchesAll(ignoreCase bool, v datalayer.Value) bool {
	first := &c.undefined[0]
	if ignoreCase {
		first = &c.undefined[1]
	}
	if *first == notSeen {
		*first = wasText
		if v.Kind == datalayer.Undefined {
			*first = wasValue
		}
	}
	return *first == wasValue
}
