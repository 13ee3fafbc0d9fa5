package filter

import (
	"fmt"
	"slices"
	"strings"
)

// deepest is the maximum nesting depth of parentheses and nots.
const deepest = 100

// Parse parses a filter with the built-in presets. An empty text matches all messages.
// The error is an [Error].
func Parse(text string) (Filter, error) { return Builtin().Parse(text) }

// Parse parses a filter in which @name refers to a preset.
//
//	filter  = both { "or" both }
//	both    = one { [ "and" ] one }
//	one     = ( "not" | "-" ) one | "(" filter ")" | "@" name | term
//	term    = word | "\"" text "\"" | field ( ":" | "=" | "~" ) value
//
// A value ends at a space, or at a closing parenthesis without an opening one in the
// value. Within quotes, "" is a quote.
func (presets Presets) Parse(text string) (Filter, error) {
	p := &parser{text: text, presets: presets}
	if p.space(); p.at == len(text) {
		return Filter{text: text}, nil
	}
	matches, err := p.filter()
	if err == nil && p.at < len(text) {
		err = p.wrong(p.at, "unmatched )")
	}
	if err != nil {
		return Filter{}, err
	}
	return Filter{text: text, matches: matches, late: p.late}, nil
}

// Check returns an error for the first preset that isn't valid.
func (presets Presets) Check() error {
	for _, name := range presets.names() {
		if strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || name == "" {
			return fmt.Errorf("reading the filter named %q: a name can contain only letters, digits, - and _", name)
		}
		if _, err := (Presets{}).Parse(presets[name]); err != nil {
			return fmt.Errorf("reading the filter named %q: %w", name, err)
		}
	}
	return nil
}

// parser parses a filter from left to right.
type parser struct {
	text    string
	at      int
	depth   int
	late    bool
	presets Presets
}

func (p *parser) space() {
	for p.at < len(p.text) && isSpace(p.text[p.at]) {
		p.at++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// peek returns the next byte that isn't a space; 0 at the end.
func (p *parser) peek() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// keyword returns the keyword that is next; empty if there is none.
func (p *parser) keyword() string {
	p.space()
	word := strings.ToLower(p.text[p.at:p.wordEnd(p.at)])
	if slices.Contains(keywords, word) {
		return word
	}
	return ""
}

var keywords = []string{"and", "or", "not"}

// wordEnd returns the index after the word at an offset.
func (p *parser) wordEnd(at int) int {
	for at < len(p.text) && !isSpace(p.text[at]) && p.text[at] != '(' && p.text[at] != ')' {
		at++
	}
	return at
}

func (p *parser) filter() (test, error) {
	left, err := p.both()
	for err == nil && p.keyword() == "or" {
		p.at += len("or")
		var right test
		if right, err = p.both(); err == nil {
			left = either(left, right)
		}
	}
	return left, err
}

func either(a, b test) test { return func(m *message) bool { return a(m) || b(m) } }

func both(a, b test) test { return func(m *message) bool { return a(m) && b(m) } }

func not(a test) test { return func(m *message) bool { return !a(m) } }

func (p *parser) both() (test, error) {
	left, err := p.one()
	for err == nil {
		joined := p.keyword()
		if joined == "and" {
			p.at += len("and")
		} else if c := p.peek(); joined == "or" || c == 0 || c == ')' {
			return left, nil
		}
		var right test
		if right, err = p.one(); err == nil {
			left = both(left, right)
		}
	}
	return nil, err
}

func (p *parser) one() (test, error) {
	if p.depth++; p.depth > deepest {
		return nil, p.wrong(p.at, "nested too deeply")
	}
	defer func() { p.depth-- }()
	switch c, word := p.peek(), p.keyword(); {
	case c == 0:
		return nil, p.wrong(p.at, "expected a word, a field or a parenthesis here")
	case c == ')':
		return nil, p.wrong(p.at, "expected a word, a field or a parenthesis before this")
	case word == "and" || word == "or":
		return nil, p.wrong(p.at, "expected something before this “"+word+"”; put it in quotes to search for the word")
	case word == "not":
		return p.negated(len(word))
	case c == '-' && p.at+1 < len(p.text) && !isSpace(p.text[p.at+1]) && p.text[p.at+1] != ')':
		return p.negated(1)
	case c == '(':
		return p.parenthesised()
	case c == '@':
		return p.preset()
	}
	return p.term()
}

func (p *parser) negated(skip int) (test, error) {
	p.at += skip
	matches, err := p.one()
	return not(matches), err
}

func (p *parser) parenthesised() (test, error) {
	open := p.at
	p.at++
	matches, err := p.filter()
	if err != nil {
		return nil, err
	}
	if p.peek() != ')' {
		return nil, p.wrong(open, "unclosed (: add a )")
	}
	p.at++
	return matches, nil
}

func (p *parser) preset() (test, error) {
	start := p.at
	p.at = p.wordEnd(start)
	name := p.text[start+1 : p.at]
	text, ok := p.presets[name]
	if !ok {
		return nil, p.wrong(start, "unknown filter “@"+name+"”"+p.presets.instead(name))
	}
	f, err := Presets{}.Parse(text)
	if err != nil {
		return nil, p.wrong(start, "the filter “@"+name+"” is invalid: "+err.Error())
	}
	p.late = p.late || f.late
	if f.All() {
		return func(*message) bool { return true }, nil
	}
	return f.matches, nil
}
