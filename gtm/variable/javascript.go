package variable

import (
	"strconv"
	"strings"
	"sync"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/script"
)

// Scripts runs custom JavaScript variables and caches their results, because the same
// code with the same values on the same page returns the same. It is safe for
// concurrent use. The zero value is ready to use.
type Scripts struct {
	sandbox script.Sandbox
	mu      sync.Mutex
	results map[*gtm.Variable]map[string]script.Result
}

// Stop ends the running script and prevents others from starting.
func (s *Scripts) Stop() { s.sandbox.Stop() }

const (
	maxResults = 256      // cached per variable
	maxKey     = 16 << 10 // bytes of values in a cache key
	scriptCost = 2000     // steps
)

// customJavaScript runs the code of a variable.
func (r *Reader) customJavaScript(v *gtm.Variable) Reading {
	code := v.Settings.Get("javascript")
	switch {
	case r.Scripts == nil:
		return notKnown("layertap does not run custom JavaScript")
	case code.Kind != gtm.ConstantTerm && code.Kind != gtm.TextTerm || code.String() == "" || code.String() == "undefined":
		return notKnown("its code is not known")
	}
	source, inputs, reason := r.sourceOf(code)
	if reason != "" {
		return notKnown(reason)
	}
	result := r.runScript(v, source, inputs)
	if result.Unknown != "" {
		return notKnown(result.Unknown)
	}
	return known(result.Value)
}

func (r *Reader) runScript(v *gtm.Variable, source string, inputs []script.Input) script.Result {
	key := r.scriptKey(source, inputs)
	s := r.Scripts
	s.mu.Lock()
	result, ok := s.results[v][key]
	s.mu.Unlock()
	if ok && key != "" {
		return result
	}
	if !r.spend(scriptCost) {
		return script.Result{Unknown: tooMuchWork}
	}
	result = s.sandbox.Run(source, inputs, r.Page)
	if key == "" {
		return result
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.results == nil {
		s.results = map[*gtm.Variable]map[string]script.Result{}
	}
	if len(s.results[v]) >= maxResults || s.results[v] == nil {
		s.results[v] = map[string]script.Result{}
	}
	s.results[v][key] = result
	return result
}

// scriptKey returns a cache key of everything that a script can read; empty if that is
// too large.
func (r *Reader) scriptKey(source string, inputs []script.Input) string {
	key := []byte(r.Page.URL + "\x00" + r.Page.Referrer + "\x00" + r.Page.Title + "\x00" + r.Page.UserAgent + "\x00" + r.Page.Language + "\x00")
	if len(inputs) == 0 {
		return string(key)
	}
	key = append(key, source...) // it may contain values too
	for _, in := range inputs {
		if len(key) > maxKey || sizeOf(in.Value, maxKey) >= maxKey {
			return ""
		}
		key = append(key, 0)
		if in.Unknown != "" {
			key = append(append(key, '?'), in.Unknown...)
			continue
		}
		key = datalayer.Encode(key, in.Value)
	}
	return string(key)
}

// sourceOf assembles the code of a variable. A variable in it becomes an expression
// with the variable's value, or, within quotes, a part of the string.
func (r *Reader) sourceOf(code gtm.Term) (source string, inputs []script.Input, reason string) {
	parts := code.Text
	if code.Kind == gtm.ConstantTerm {
		parts = []gtm.Term{code}
	}
	var text strings.Builder
	var lexer lexer
	for _, part := range parts {
		if part.Kind == gtm.ConstantTerm {
			plain, _ := part.Constant.AsString()
			text.WriteString(plain)
			lexer.read(plain)
			continue
		}
		value := r.Read(part)
		if reason := r.spendBytes(64 + text.Len()/16); reason != "" {
			return "", nil, reason
		}
		if !lexer.quoted() {
			text.WriteString(" " + script.Placeholder(len(inputs)) + " ")
			lexer.read("x")
			inputs = append(inputs, inputOf(part, value))
			continue
		}
		plain, ok := value.Value.AsString()
		if !value.Known || !ok {
			return "", nil, inputOf(part, value).Unknown
		}
		quoted := strconv.Quote(plain)
		text.WriteString(strings.ReplaceAll(quoted[1:len(quoted)-1], "'", `\'`))
	}
	return text.String(), inputs, ""
}

func inputOf(t gtm.Term, value Reading) script.Input {
	if value.Known {
		return script.Input{Value: value.Value}
	}
	return script.Input{Unknown: t.String() + " is not known: " + value.Reason}
}

// lexer scans code to find out whether a position is within quotes.
type lexer struct {
	in     byte   // the quote, '/' in a regular expression, 'c' in a line comment, '*' in a block comment; 0 outside
	last   byte   // the last byte that isn't white space
	spaced bool   // white space follows it
	word   string // the name or keyword that ends with last; empty if there is none
}

func (l *lexer) quoted() bool { return l.in == '\'' || l.in == '"' || l.in == '`' }

func (l *lexer) read(code string) {
	for i := 0; i < len(code); i++ {
		c, next := code[i], byte(0)
		if i+1 < len(code) {
			next = code[i+1]
		}
		switch {
		case l.in == 0:
			l.open(c, next)
		case l.in == 'c':
			if c == '\n' {
				l.in = 0
			}
		case l.in == '*':
			if c == '*' && next == '/' {
				l.in = 0
				i++
			}
		case c == '\\':
			i++
		case c == l.in:
			l.in, l.last = 0, c
		}
	}
}

// open reads a byte outside quotes and comments.
func (l *lexer) open(c, next byte) {
	switch {
	case c == '\'' || c == '"' || c == '`':
		l.in = c
	case c == '/' && next == '/':
		l.in = 'c'
	case c == '/' && next == '*':
		l.in = '*'
	case c == '/' && l.beforeValue():
		l.in = '/'
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		l.spaced = true
	default:
		if !isName(c) || l.spaced || l.last != 0 && !isName(l.last) {
			l.word = ""
		}
		if isName(c) && len(l.word) < 20 {
			l.word += string(c)
		}
		l.last, l.spaced = c, false
	}
}

// beforeValue reports whether a value and not an operator comes next, so that a slash
// starts a regular expression.
func (l *lexer) beforeValue() bool {
	switch l.word {
	case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "do", "else":
		return true
	}
	return l.last == 0 || strings.IndexByte("(,=:[!&|?{};+-*%<>~^", l.last) >= 0
}

func isName(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
