package filter

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"layertap/jsregexp"
)

// term parses a word, a quoted text, or a field and its value.
func (p *parser) term() (test, error) {
	start := p.at
	if p.text[start] == '"' {
		text, err := p.quotes()
		return anywhere(containing(text)), err
	}
	end := p.wordEnd(start)
	word := p.text[start:end]
	if i := strings.IndexAny(word, ":=~"); i >= 0 {
		p.at += i
		return p.field(start, word[:i])
	}
	p.at = end
	for _, w := range Words() {
		if w.Name == strings.ToLower(word) {
			p.late = p.late || w.late
			return w.test, nil
		}
	}
	return anywhere(containing(word)), nil
}

// field parses what follows a field's name.
func (p *parser) field(start int, name string) (test, error) {
	fields := Fields()
	i := slices.IndexFunc(fields, func(f Field) bool { return f.Name == strings.ToLower(name) })
	if i < 0 {
		return nil, p.wrong(start, noField(name))
	}
	f := fields[i]
	p.late = p.late || f.late
	switch f.Name {
	case "param":
		name, value, err := p.nameAndValue()
		return parameter(&name, value), err
	case "variable":
		name, value, err := p.nameAndValue()
		return variable(name, value), err
	case "seq":
		return p.numbers()
	}
	wanted, err := p.pattern("")
	if err != nil {
		return nil, err
	}
	if f.Name == "value" {
		return parameter(nil, &wanted), nil
	}
	return func(m *message) bool { return f.texts(m, wanted.matches) }, nil
}

// nameAndValue parses a name and an optional value; nil if there is none.
func (p *parser) nameAndValue() (name pattern, value *pattern, err error) {
	name, err = p.pattern(":=~")
	if err != nil || p.at == len(p.text) || !strings.ContainsRune(":=~", rune(p.text[p.at])) {
		return name, nil, err
	}
	of, err := p.pattern("")
	return name, &of, err
}

// pattern parses one of : = ~ and a value. A value that isn't a regular expression also
// ends before one of the bytes in ends.
func (p *parser) pattern(ends string) (pattern, error) {
	how := p.text[p.at]
	p.at++
	start := p.at
	if how == '~' {
		ends = ""
	}
	text, err := p.value(ends)
	if err != nil {
		return pattern{}, err
	}
	switch how {
	case '~':
		re, err := jsregexp.Compile(text, false)
		if err != nil {
			return pattern{}, p.badRegexp(start, text, err)
		}
		return pattern{how: how, text: text, re: re}, nil
	case '=':
		return pattern{how: how, text: text}, nil
	}
	return containing(text), nil
}

func (p *parser) badRegexp(start int, text string, err error) error {
	var syntax *jsregexp.SyntaxError
	if !errors.As(err, &syntax) {
		return p.wrong(start, err.Error())
	}
	units, at := 0, len(text)
	for i, r := range text {
		if units >= syntax.Offset {
			at = i
			break
		}
		if units++; r > 0xffff {
			units++
		}
	}
	if p.text[start] == '"' {
		at = 1 + len(strings.ReplaceAll(text[:at], `"`, `""`))
	}
	return p.wrong(start+at, "invalid regular expression: "+syntax.Reason)
}

// value parses a value, quoted or not.
func (p *parser) value(ends string) (string, error) {
	start := p.at
	if start < len(p.text) && p.text[start] == '"' {
		return p.quotes()
	}
	var open []int // the positions of open parentheses in it
	for ; p.at < len(p.text); p.at++ {
		c := p.text[p.at]
		if isSpace(c) || c == ')' && len(open) == 0 || strings.IndexByte(ends, c) >= 0 {
			break
		}
		switch c {
		case '(':
			open = append(open, p.at)
		case ')':
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return "", p.wrong(open[len(open)-1], "unclosed ( in the value: add a ), or put the value in quotes")
	}
	if p.at == start {
		return "", p.wrong(start, `expected a value here; write "" for an empty one`)
	}
	return p.text[start:p.at], nil
}

// quotes parses a quoted text.
func (p *parser) quotes() (string, error) {
	start := p.at
	for p.at++; p.at < len(p.text); p.at++ {
		if p.text[p.at] != '"' {
			continue
		}
		if p.at+1 < len(p.text) && p.text[p.at+1] == '"' {
			p.at++
			continue
		}
		p.at++
		return strings.ReplaceAll(p.text[start+1:p.at-1], `""`, `"`), nil
	}
	return "", p.wrong(start, "unclosed quote")
}

// Quote quotes a value, if necessary, for use after a field.
func Quote(value string) string {
	plain := func(r rune) bool {
		return r < 0x80 && ('a' <= fold(byte(r)) && fold(byte(r)) <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("_-./", r))
	}
	if value != "" && strings.TrimFunc(value, plain) == "" {
		return value
	}
	return quoted(value)
}

func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// numbers parses a message number or a range of them.
func (p *parser) numbers() (test, error) {
	start := p.at + 1
	if p.text[p.at] == '~' {
		return nil, p.wrong(p.at, "use “:” with message numbers, as in seq:10-20")
	}
	p.at++
	text, err := p.value("")
	if err != nil {
		return nil, err
	}
	from, to, isRange := strings.Cut(text, "-")
	first, err := number(from, 0)
	if err != nil {
		return nil, p.wrong(start, "not a message number; use seq:33 or seq:10-20")
	}
	last := first
	if isRange {
		if last, err = number(to, math.MaxInt); err != nil {
			return nil, p.wrong(start+len(from)+1, "not a valid range; use seq:10-20")
		}
	}
	return func(m *message) bool { return first <= m.push.Seq && m.push.Seq <= last }, nil
}

// number parses a number; an empty text is the open end of a range.
func number(text string, open int) (int, error) {
	if text == "" {
		return open, nil
	}
	return strconv.Atoi(text)
}
