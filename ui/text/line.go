package text

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"layertap/ui/style"
)

// Span is a piece of text and its role.
type Span struct {
	Role style.Role
	Text string // need not be safe
}

// Line is a line of text. It may be longer than the screen is wide.
type Line []Span

// Of returns a line of one span.
func Of(role style.Role, s string) Line { return Line{{role, s}} }

// With returns l with a span added.
func (l Line) With(role style.Role, s string) Line { return append(l, Span{role, s}) }

// And returns l with another line after it.
func (l Line) And(more Line) Line { return append(l, more...) }

// Width returns the width of l in cells.
func (l Line) Width() int {
	w := 0
	for _, span := range l {
		w += Width(span.Text)
	}
	return w
}

// String returns the text of l without roles.
func (l Line) String() string {
	var b strings.Builder
	for _, span := range l {
		b.WriteString(span.Text)
	}
	return b.String()
}

// Width returns the width of s in cells when it is drawn.
func Width(s string) int { return ansi.StringWidth(Safe(s)) }

// Draw returns l in exactly width cells on a background: padded, or cut with an ellipsis.
func (l Line) Draw(sheet *style.Sheet, ground style.Ground, width int) string {
	var b strings.Builder
	left := width
	for i, span := range l {
		if left == 0 {
			break
		}
		s, w := cut(span.Text, left)
		if w == left && !l[i+1:].blank() {
			s, w = cut(s+" ", left) // more follows, so an ellipsis is needed
		}
		sheet.Draw(&b, ground, span.Role, s)
		left -= w
	}
	sheet.Draw(&b, ground, style.Plain, strings.Repeat(" ", max(left, 0)))
	return b.String()
}

func (l Line) blank() bool {
	for _, span := range l {
		if strings.Trim(span.Text, " ") != "" {
			return false
		}
	}
	return true
}

// Spread draws left at the left and right at the right end of width cells. If they don't
// fit, left is cut.
func Spread(sheet *style.Sheet, ground style.Ground, width int, left, right Line) string {
	w := min(right.Width(), width)
	return left.Draw(sheet, ground, width-w) + right.Draw(sheet, ground, w)
}

// Fit returns s, made safe, in exactly width cells.
func Fit(s string, width int) string {
	s, w := cut(s, width)
	return s + strings.Repeat(" ", max(width-w, 0))
}

// Cut returns s, made safe, in at most width cells.
func Cut(s string, width int) string {
	s, _ = cut(s, width)
	return s
}

// bytesPerCell bounds how much of a string is processed for each cell shown.
const bytesPerCell = 32

func cut(s string, width int) (string, int) {
	if width <= 0 {
		return "", 0
	}
	whole := true
	if limit := width*bytesPerCell + utf8.UTFMax; len(s) > limit {
		whole = false
		for !utf8.RuneStart(s[limit]) && limit > width {
			limit--
		}
		s = s[:limit]
	}
	s = Safe(s)
	w := ansi.StringWidth(s)
	if w <= width && whole {
		return s, w
	}
	s = ansi.Truncate(s, max(width-1, 0), "") + "…"
	return s, ansi.StringWidth(s)
}
