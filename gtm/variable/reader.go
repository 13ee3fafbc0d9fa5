package variable

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/jsregexp"
)

// Reader reads the values of terms and variables at one message.
type Reader struct {
	Page         *datalayer.Page
	State        *datalayer.State
	Container    *gtm.Container
	Event        datalayer.Value // of the current message
	Patterns     *Patterns
	Budget       *Budget // nil if unbounded
	Memo         *Memo   // nil to cache nothing
	Restrictions *Restrictions
	Scripts      *Scripts        // nil to not run custom JavaScript
	Observed     *Observed       // values that were read from the page
	At           datalayer.Place // of the message

	reading []*gtm.Variable // the variables being evaluated, outermost first
	// cycle is maxDepth minus the index in reading of the outermost variable that
	// refers to itself; 0 if there is none.
	cycle int
}

// Reading is the value of a term, or the reason why it isn't known.
type Reading struct {
	Value      datalayer.Value
	Known      bool
	Reason     string
	Unresolved *gtm.Variable // the variable whose value isn't known; nil if there is none
	// Default is the variable whose default is the value; nil if there is none.
	Default *gtm.Variable
	// Observed is the Seq of the [datalayer.PageValue] that the value is from; 0 for none.
	Observed int
}

func known(v datalayer.Value) Reading { return Reading{Value: v, Known: true} }

func notKnown(reason string) Reading { return Reading{Reason: reason} }

// captured returns the reading of a data layer value. It is unknown if the value is a
// placeholder for something that wasn't captured.
func captured(v datalayer.Value) Reading {
	switch v.Kind {
	case datalayer.Threw:
		return Reading{Value: v, Reason: "reading the value failed when it was pushed"}
	case datalayer.Redacted:
		return Reading{Value: v, Reason: "the value was redacted"}
	case datalayer.Cycle:
		return Reading{Value: v, Reason: "the value contains itself"}
	case datalayer.Function:
		return Reading{Value: v, Reason: "how Google Tag Manager evaluates a function was not captured"}
	case datalayer.String:
		if datalayer.IsMarked(v.Text) {
			return Reading{Value: v, Reason: "part of the value was redacted"}
		}
	}
	return known(v)
}

// Read returns the value of a term. A single variable keeps its type; in a text,
// undefined and null are empty.
func (r *Reader) Read(t gtm.Term) Reading {
	switch t.Kind {
	case gtm.ConstantTerm:
		return known(t.Constant)
	case gtm.VariableTerm:
		return r.Variable(t.Variable)
	case gtm.TextTerm:
		return r.text(t.Text)
	case gtm.ListTerm:
		return r.list(t.List)
	default:
		return r.object(t.Fields)
	}
}

func (r *Reader) list(items []gtm.Term) Reading {
	list, size := datalayer.Value{Kind: datalayer.Array}, 0
	for _, item := range items {
		v := r.Read(item)
		if !v.Known {
			return v
		}
		size += sizeOf(v.Value, MaxSize-size)
		if reason := r.spendBytes(size); reason != "" {
			return notKnown(reason)
		}
		list.Items = append(list.Items, v.Value)
	}
	return known(list)
}

func (r *Reader) object(fields []gtm.TermField) Reading {
	object, size := datalayer.Value{Kind: datalayer.Object}, 0
	for _, f := range fields {
		v := r.Read(f.Value)
		if !v.Known {
			return v
		}
		size += len(f.Name) + sizeOf(v.Value, MaxSize-size)
		if reason := r.spendBytes(size); reason != "" {
			return notKnown(reason)
		}
		object.Fields = append(object.Fields, datalayer.Field{Name: f.Name, Value: v.Value})
	}
	return known(object)
}

func (r *Reader) text(parts []gtm.Term) Reading {
	var text strings.Builder
	for _, part := range parts {
		v := r.Read(part)
		if !v.Known {
			return v
		}
		if v.Value.Kind == datalayer.Undefined || v.Value.Kind == datalayer.Null {
			continue
		}
		s, ok := v.Value.AsString()
		if !ok {
			return notKnown(NoText(v.Value))
		}
		if text.Len()+len(s) > MaxSize {
			return notKnown(tooLarge)
		}
		if reason := r.spendBytes(len(s)); reason != "" {
			return notKnown(reason)
		}
		text.WriteString(s)
	}
	return known(datalayer.StringOf(text.String()))
}

// Variable returns a variable's formatted value. A variable that refers to itself is
// undefined there.
func (r *Reader) Variable(v *gtm.Variable) Reading {
	if v.Type == "e" && v.Format == (gtm.Format{}) {
		return captured(r.Event)
	}
	if value, ok := r.Memo.get(v); ok {
		return value
	}
	depth := len(r.reading)
	if i := slices.Index(r.reading, v); i >= 0 {
		r.cycle = max(r.cycle, maxDepth-i)
		return known(datalayer.Value{})
	}
	switch {
	case depth == maxDepth:
		return notKnown(tooDeep)
	case !r.spend(1):
		return notKnown(tooMuchWork)
	}
	outer := r.cycle
	r.cycle = 0
	r.reading = append(r.reading, v)
	value := r.raw(v)
	if value.Known && v.Format != (gtm.Format{}) {
		byDefault, observed := value.Default, value.Observed
		value = r.formatted(v.Format, value.Value)
		value.Default, value.Observed = byDefault, observed
	}
	r.reading = r.reading[:depth]
	if !value.Known && value.Unresolved == nil {
		value.Unresolved = v
	}
	if r.cycle <= maxDepth-depth { // the value is the same for every variable that reads it
		r.Memo.put(v, value)
		r.cycle = 0
	}
	r.cycle = max(r.cycle, outer)
	return value
}

// Patterns caches the regular expressions that conditions compose from variables.
type Patterns struct {
	compiled map[patternKey]*jsregexp.Regexp
	PatternState
}

// PatternState is the part of Patterns that depends on the messages so far.
type PatternState struct {
	// Undefined is, for patterns without and with the i flag, what the page's first
	// pattern "undefined" was: Google's engine caches patterns by their text, which is
	// the same for the value undefined.
	Undefined [2]UndefinedPattern
	Timeouts  int // the number of matches that timed out
}

// maxTimeouts is the number of matches that may time out on one page. After that no
// pattern is matched: a hostile container can have thousands of slow ones.
const maxTimeouts = 20

// Match matches a pattern against text.
func (c *Patterns) Match(re *jsregexp.Regexp, text string) (matched gtm.Truth, reason string) {
	if c.Timeouts >= maxTimeouts {
		return gtm.Unknown, "too many patterns backtrack for too long"
	}
	matches, err := re.Match(text)
	if err != nil {
		c.Timeouts++
		return gtm.Unknown, err.Error()
	}
	return gtm.TruthOf(matches), ""
}

type patternKey struct {
	pattern    string
	ignoreCase bool
}

// UndefinedPattern is what a page's first pattern "undefined" was.
type UndefinedPattern uint8

const (
	notSeen UndefinedPattern = iota
	wasText
	wasValue
)

// maxPatterns bounds the cache: a page can create a new pattern with each message.
const maxPatterns = 256

// Compile returns the compiled regular expression of a pattern.
func (c *Patterns) Compile(pattern string, ignoreCase bool) (*jsregexp.Regexp, error) {
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

// UndefinedMatchesAll reports whether the pattern "undefined" is treated as the value
// undefined, which matches everything.
func (c *Patterns) UndefinedMatchesAll(ignoreCase bool, v datalayer.Value) bool {
	first := &c.Undefined[0]
	if ignoreCase {
		first = &c.Undefined[1]
	}
	if *first == notSeen {
		*first = wasText
		if v.Kind == datalayer.Undefined {
			*first = wasValue
		}
	}
	return *first == wasValue
}
