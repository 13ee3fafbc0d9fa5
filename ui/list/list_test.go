package list_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"layertap/ui/list"
)

// view returns the rows on the screen, the one under the cursor in brackets, and
// how many rows were drawn for it.
func view(l list.List, rows list.Rows) (string, int) {
	drawn := 0
	lines := l.View(rows, func(row int) []string {
		drawn++
		name := fmt.Sprint(row)
		if row == l.Cursor {
			name = "[" + name + "]"
		}
		lines := []string{name}
		if rows.Height != nil {
			for len(lines) < rows.Height(row) {
				lines = append(lines, "…")
			}
		}
		return lines
	})
	return strings.Join(lines, " "), drawn
}

func TestShow(t *testing.T) {
	even := list.Rows{Len: 10}
	l := list.List{}.Resize(4)
	for _, step := range []struct {
		row  int
		want string
	}{
		{0, "[0] 1 2 3"},
		{-3, "[0] 1 2 3"},
		{3, "0 1 2 [3]"},
		{4, "1 2 3 [4]"},
		{2, "1 [2] 3 4"},
		{99, "6 7 8 [9]"},
		{7, "6 [7] 8 9"},
	} {
		l = l.Show(even, step.row)
		if got, _ := view(l, even); got != step.want {
			t.Errorf("row %d: %q, want %q", step.row, got, step.want)
		}
	}
	l = l.Resize(12).Show(even, l.Cursor)
	if got, _ := view(l, even); got != "0 1 2 3 4 5 6 [7] 8 9" {
		t.Errorf("enlarged: %q", got)
	}
	if l = l.Show(list.Rows{}, 3); l.Cursor != -1 {
		t.Errorf("the cursor is on %d of no rows", l.Cursor)
	}
}

func TestRowsOfSeveralLines(t *testing.T) {
	rows := list.Rows{Len: 6, Height: func(row int) int { return 1 + row%3 }} // 1 2 3 1 2 3
	l := list.List{}.Resize(4)
	for _, step := range []struct {
		row  int
		want string
	}{
		{0, "[0] 1 … 2"},
		{2, "[2] … … 3"},
		{3, "2 … … [3]"},
		{5, "[5] … …"},
	} {
		l = l.Show(rows, step.row)
		if got, _ := view(l, rows); got != step.want {
			t.Errorf("row %d: %q, want %q", step.row, got, step.want)
		}
	}
	l = l.Show(rows, 1)
	if got, want := []int{l.At(rows, 0), l.At(rows, 1), l.At(rows, 2), l.At(rows, 9)}, []int{1, 1, 2, 5}; !slices.Equal(got, want) {
		t.Errorf("rows at lines 0, 1, 2 and 9: %v, want %v", got, want)
	}
}

func TestPage(t *testing.T) {
	rows := list.Rows{Len: 100}
	l := list.List{}.Resize(10).Show(rows, 0)
	for _, want := range []int{10, 20, 30} {
		l = l.Show(rows, l.Page(rows, 1))
		if l.Cursor != want {
			t.Errorf("a page down leads to %d, want %d", l.Cursor, want)
		}
	}
	if got := l.Page(rows, -1); got != 20 {
		t.Errorf("a page up leads to %d, want 20", got)
	}
}

func TestKeep(t *testing.T) {
	rows := list.Rows{Len: 100}
	l := list.List{}.Resize(10).Show(rows, 50)
	y := l.Line(rows)
	l.Cursor = 20
	if l = l.Keep(rows, y); l.Line(rows) != y {
		t.Errorf("the cursor stands on line %d, want %d", l.Line(rows), y)
	}
}

// A jump that scrolls shows the rows around its target; one that doesn't scroll moves
// nothing.
func TestReveal(t *testing.T) {
	rows := list.Rows{Len: 100}
	l := list.List{}.Resize(12).Reveal(rows, 50)
	if l.Cursor != 50 || l.Line(rows) != 4 {
		t.Errorf("the cursor is on row %d and line %d, want row 50 on line 4", l.Cursor, l.Line(rows))
	}
	if l = l.Reveal(rows, 56); l.Line(rows) != 10 {
		t.Errorf("a row on the screen is scrolled to line %d, want 10", l.Line(rows))
	}
	if l = l.Reveal(rows, 99); l.Line(rows) != 11 {
		t.Errorf("the last row stands on line %d, want 11", l.Line(rows))
	}
	if l = l.Reveal(list.Rows{}, 3); l.Cursor != -1 {
		t.Errorf("without rows the cursor is on %d", l.Cursor)
	}
}

// The cost of drawing depends on the screen and not on the number of rows.
func TestDrawsOnlyTheScreen(t *testing.T) {
	asked := map[int]bool{}
	rows := list.Rows{Len: 1_000_000, Height: func(row int) int { asked[row] = true; return 2 }}
	l := list.List{}.Resize(50)
	for _, row := range []int{0, 999_999, 500_000} {
		clear(asked)
		l = l.Show(rows, row)
		if _, drawn := view(l, rows); drawn != 25 {
			t.Errorf("at row %d: %d rows drawn for a screen of 25", row, drawn)
		}
		if len(asked) > 120 {
			t.Errorf("at row %d: asked for the height of %d rows", row, len(asked))
		}
	}
}
