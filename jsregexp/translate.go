package jsregexp

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
)

// The bounds of a pattern. Patterns written by hand are far below.
const (
	maxNesting = 250
	maxUnits   = 100_000
	maxCount   = 1<<31 - 1 // of a quantifier; no text is longer
)

// translation translates a JavaScript pattern into an equivalent one for the library.
// It accepts what Chromium accepts, and writes everything that the two could interpret
// differently in an unambiguous form: characters as \uXXXX, groups by number, legacy
// escapes resolved.
type translation struct {
	strings.Builder
	pattern string
	units   []uint16
	at      int
	depth   int

	groups int // capturing groups in the whole pattern
	named  bool
	opened int // capturing groups so far
	names  map[string][]int
	// branch is the current position: for each enclosing disjunction, its number and
	// that of the alternative. Groups in different alternatives may have the same name.
	branch       []alternative
	branches     map[int][]alternative // of the named groups
	disjunctions int
	// references are the named back references, which may precede their group.
	references []reference
}

type alternative struct{ disjunction, number int }

type reference struct {
	name   string
	at     int // in units
	output int // where to insert the group numbers
}

func translate(pattern string) (*translation, error) {
	t := &translation{
		pattern: pattern, units: UTF16(pattern),
		names: map[string][]int{}, branches: map[int][]alternative{},
	}
	if len(t.units) > maxUnits {
		return nil, &UnsupportedError{pattern[:20] + "…", fmt.Errorf("it is longer than %d characters", maxUnits)}
	}
	t.count()
	if err := t.disjunction(); err != nil {
		return nil, err
	}
	if t.at < len(t.units) {
		return nil, t.wrong(t.at, "unmatched )")
	}
	return t, t.resolve()
}

func (t *translation) wrong(at int, reason string) error {
	return &SyntaxError{Pattern: t.pattern, Offset: at, Reason: reason}
}

// count counts the capturing groups, which determine the meaning of \2, and finds out
// whether one has a name, which determines that of \k.
func (t *translation) count() {
	class := false
	for i := 0; i < len(t.units); i++ {
		switch c := t.units[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(' && !t.has(i+1, "?"):
			t.groups++
		case c == '(' && t.has(i+1, "?<") && !t.has(i+3, "=") && !t.has(i+3, "!"):
			t.groups++
			t.named = true
		}
	}
}

// has reports whether s is at index i of the pattern.
func (t *translation) has(i int, s string) bool {
	for j := range len(s) {
		if i+j >= len(t.units) || t.units[i+j] != uint16(s[j]) {
			return false
		}
	}
	return true
}

// take skips s if it is next, and reports whether it was.
func (t *translation) take(s string) bool {
	if !t.has(t.at, s) {
		return false
	}
	t.at += len(s)
	return true
}

func (t *translation) disjunction() error {
	t.disjunctions++
	t.branch = append(t.branch, alternative{disjunction: t.disjunctions})
	for t.at < len(t.units) && t.units[t.at] != ')' {
		if t.take("|") {
			t.branch[len(t.branch)-1].number++
			t.WriteByte('|')
			continue
		}
		if err := t.term(); err != nil {
			return err
		}
	}
	t.branch = t.branch[:len(t.branch)-1]
	return nil
}

// term translates an assertion or an atom with its quantifier.
func (t *translation) term() error {
	start := t.at
	switch c := t.units[t.at]; c {
	case '^', '$':
		t.at++
		t.WriteByte(byte(c))
		return t.unquantified()
	case '(':
		quantifiable, err := t.group()
		if err != nil {
			return err
		}
		if !quantifiable {
			return t.unquantified()
		}
	case '*', '+', '?':
		return t.wrong(start, "nothing to repeat")
	case '{':
		if _, ok := t.counted(); ok {
			return t.wrong(start, "nothing to repeat")
		}
		t.at++
		t.char('{')
	case '.':
		t.at++
		t.WriteByte('.')
	case '[':
		if err := t.class(); err != nil {
			return err
		}
	case '\\':
		if t.take(`\b`) || t.take(`\B`) {
			t.WriteByte('\\')
			t.WriteByte(byte(t.units[t.at-1]))
			return t.unquantified()
		}
		if err := t.atomEscape(); err != nil {
			return err
		}
	default:
		t.at++
		t.char(c)
	}
	return t.quantifier()
}

// unquantified returns an error if a quantifier follows where JavaScript doesn't allow
// one.
func (t *translation) unquantified() error {
	if t.at == len(t.units) {
		return nil
	}
	switch t.units[t.at] {
	case '*', '+', '?':
		return t.wrong(t.at, "nothing to repeat")
	case '{':
		if _, ok := t.counted(); ok {
			return t.wrong(t.at, "nothing to repeat")
		}
	}
	return nil
}

// char writes one unit as a literal.
func (t *translation) char(u uint16) {
	if u == '_' || u >= '0' && u <= '9' || u|0x20 >= 'a' && u|0x20 <= 'z' {
		t.WriteByte(byte(u))
		return
	}
	fmt.Fprintf(t, `\u%04X`, u)
}

// group translates a parenthesized term, and reports whether a quantifier may follow.
func (t *translation) group() (quantifiable bool, err error) {
	start := t.at
	if t.depth++; t.depth > maxNesting {
		return false, &UnsupportedError{t.pattern, errors.New("its groups are nested too deeply")}
	}
	defer func() { t.depth-- }()
	quantifiable = true
	switch {
	case t.take("(?:"):
		t.WriteString("(?:")
	case t.take("(?="), t.take("(?!"):
		t.WriteString("(?" + string(rune(t.units[t.at-1])))
	case t.take("(?<="), t.take("(?<!"):
		t.WriteString("(?<" + string(rune(t.units[t.at-1])))
		quantifiable = false
	case t.take("(?<"):
		if err := t.name(start); err != nil {
			return false, err
		}
	case t.take("(?"):
		if err := t.modifiers(start); err != nil {
			return false, err
		}
	default:
		t.at++
		t.opened++
		t.WriteByte('(')
	}
	if err := t.disjunction(); err != nil {
		return false, err
	}
	if !t.take(")") {
		return false, t.wrong(start, "unclosed (")
	}
	t.WriteByte(')')
	return quantifiable, nil
}

// name translates the start of a named group.
func (t *translation) name(start int) error {
	name, ok := t.groupName()
	if !ok {
		return t.wrong(start, "an invalid group name")
	}
	t.opened++
	for _, other := range t.names[name] {
		if !apart(t.branches[other], t.branch) {
			return t.wrong(start, fmt.Sprintf("duplicate group name %q", name))
		}
	}
	t.names[name] = append(t.names[name], t.opened)
	t.branches[t.opened] = append([]alternative(nil), t.branch...)
	t.WriteByte('(')
	return nil
}

// apart reports whether two groups are in different alternatives, so that only one of
// them can participate in a match.
func apart(a, b []alternative) bool {
	for i := range min(len(a), len(b)) {
		if a[i].disjunction != b[i].disjunction {
			return false
		}
		if a[i].number != b[i].number {
			return true
		}
	}
	return false
}

// modifiers translates the start of a group with flags: (?i:…), (?s-im:…).
func (t *translation) modifiers(start int) error {
	seen, minus := "", false
	from := t.at
	for ; t.at < len(t.units) && t.units[t.at] != ':'; t.at++ {
		c := t.units[t.at]
		switch {
		case c == '-' && !minus:
			minus = true
		case (c == 'i' || c == 'm' || c == 's') && !strings.ContainsRune(seen, rune(c)):
			seen += string(rune(c))
		default:
			return t.wrong(start, "an unknown kind of group")
		}
	}
	if seen == "" || !t.take(":") {
		return t.wrong(start, "an unknown kind of group")
	}
	t.WriteString("(?" + string(utf16.Decode(t.units[from:t.at])))
	return nil
}

// resolve replaces the names of groups by their numbers.
func (t *translation) resolve() error {
	if len(t.references) == 0 {
		return nil
	}
	translated := t.String()
	t.Reset()
	from := 0
	for _, ref := range t.references {
		groups := t.names[ref.name]
		if len(groups) == 0 {
			return t.wrong(ref.at, fmt.Sprintf("a reference to the unknown group %q", ref.name))
		}
		t.WriteString(translated[from:ref.output])
		from = ref.output
		// At most one of the groups participates in a match; the others match the empty
		// string.
		for _, n := range groups {
			fmt.Fprintf(t, `(?:\%d)`, n)
		}
	}
	t.WriteString(translated[from:])
	return nil
}
