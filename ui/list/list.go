// Package list is a window on rows, of which there may be millions: it only requests those
// that are on the screen.
package list

// List is a window with a cursor. The zero List is at the top.
type List struct {
	Cursor int // the row under the cursor; -1 if there are no rows
	top    int // the first row that is shown
	height int // in screen lines
}

// Rows are the rows of a list. They are numbered from 0 to Len-1.
type Rows struct {
	Len int
	// Height returns the number of screen lines of a row, at least one; nil if each row has
	// one line.
	Height func(row int) int
}

func (r Rows) height(row int) int {
	if r.Height == nil {
		return 1
	}
	return max(r.Height(row), 1)
}

// Resize returns l with the given number of screen lines.
func (l List) Resize(lines int) List {
	l.height = max(lines, 1)
	return l
}

// Height is the number of screen lines.
func (l List) Height() int { return l.height }

// Show moves the cursor to the row nearest to the given one, and scrolls only as far as
// needed to show that row completely.
func (l List) Show(rows Rows, row int) List {
	l.Cursor = min(max(row, 0), rows.Len-1)
	if rows.Len == 0 {
		l.top = 0
		return l
	}
	l.top = min(max(l.top, 0), l.Cursor)
	if first := l.firstAbove(rows, l.Cursor); l.top < first {
		l.top = first
	}
	if last := l.firstAbove(rows, rows.Len-1); l.top > last { // no blank lines below the end
		l.top = last
	}
	return l
}

// Reveal moves the cursor to the target of a jump. If it has to scroll, it leaves context
// on both sides of the row.
func (l List) Reveal(rows Rows, row int) List {
	shown := l.Show(rows, row)
	if rows.Len == 0 || shown.top == l.top {
		return shown
	}
	return shown.Keep(rows, l.height/3)
}

// Keep scrolls so that the row under the cursor is on screen line y, or as near as the rows
// allow.
func (l List) Keep(rows Rows, y int) List {
	if rows.Len == 0 {
		return l.Show(rows, 0)
	}
	l.Cursor = min(max(l.Cursor, 0), rows.Len-1)
	l.top = l.Cursor
	for l.top > 0 && y >= rows.height(l.top-1) {
		l.top--
		y -= rows.height(l.top)
	}
	return l.Show(rows, l.Cursor)
}

// Line returns the screen line on which the row under the cursor begins.
func (l List) Line(rows Rows) int {
	y := 0
	for row := l.top; row < l.Cursor && y < l.height; row++ {
		y += rows.height(row)
	}
	return y
}

// firstAbove returns the first row of a window whose last row is the given one.
func (l List) firstAbove(rows Rows, row int) int {
	left := l.height - rows.height(row)
	for row > 0 && left >= rows.height(row-1) {
		row--
		left -= rows.height(row)
	}
	return row
}

// Page returns the target row of a page up (-1) or page down (+1).
func (l List) Page(rows Rows, direction int) int {
	row, left := l.Cursor, l.height
	for left > 0 && row+direction >= 0 && row+direction < rows.Len {
		row += direction
		left -= rows.height(row)
	}
	return row
}

// At returns the row on screen line y, or -1.
func (l List) At(rows Rows, y int) int {
	for row := l.top; row < rows.Len && y >= 0; row++ {
		if y -= rows.height(row); y < 0 {
			return row
		}
	}
	return -1
}

// Last returns the last row that is at least partly on the screen.
func (l List) Last(rows Rows) int {
	row, y := l.top, 0
	for ; row < rows.Len && y < l.height; row++ {
		y += rows.height(row)
	}
	return row - 1
}

// Below returns the number of lines below the screen.
func (l List) Below(rows Rows) int {
	lines := -l.height
	for row := l.top; row < rows.Len; row++ {
		lines += rows.height(row)
	}
	return max(lines, 0)
}

// Fits reports whether all rows fit in the given number of screen lines.
func (r Rows) Fits(lines int) bool {
	for row := 0; row < r.Len && lines >= 0; row++ {
		lines -= r.height(row)
	}
	return lines >= 0
}

// First returns the first row that is on the screen.
func (l List) First() int { return l.top }

// View returns the screen lines of the rows that are on the screen: at most Height lines.
func (l List) View(rows Rows, draw func(row int) []string) []string {
	lines := make([]string, 0, l.height)
	for row := l.top; row < rows.Len && len(lines) < l.height; row++ {
		lines = append(lines, draw(row)...)
	}
	return lines[:min(len(lines), l.height)]
}
