package ui_test

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"image/color"
	"strings"

	"layertap/internal/golden"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The size of a cell, in units of the picture.
const (
	cellWidth, cellHeight = 8.4, 18
	margin                = 14
	titleBar              = 34
)

// paper is the colors of the terminal in a picture.
type paper struct{ ground, text, frame, title color.Color }

var (
	darkPaper = paper{
		color.RGBA{0x0d, 0x11, 0x17, 0xff}, color.RGBA{0xe6, 0xed, 0xf3, 0xff},
		color.RGBA{0x30, 0x36, 0x3d, 0xff}, color.RGBA{0x7d, 0x85, 0x90, 0xff}}
	lightPaper = paper{
		color.RGBA{0xff, 0xff, 0xff, 0xff}, color.RGBA{0x1f, 0x23, 0x28, 0xff},
		color.RGBA{0xd0, 0xd7, 0xde, 0xff}, color.RGBA{0x6e, 0x77, 0x81, 0xff}}
)

// picture draws the screen as SVG. Each run of text is stretched to the width of its cells,
// so that it lines up in any font.
func (s *story) picture(p paper, title string) []byte {
	width, height := s.size.Width, s.size.Height
	screen := uv.NewScreenBuffer(width, height)
	uv.NewStyledString(s.model.View().Content).Draw(screen, screen.Bounds())

	w, h := float64(width)*cellWidth+2*margin, float64(height)*cellHeight+titleBar+margin
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.1f %.1f" width="%.0f" height="%.0f" font-family="'DejaVu Sans Mono','Menlo','Consolas',ui-monospace,monospace" font-size="14">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, `<rect x=".5" y=".5" width="%.1f" height="%.1f" rx="10" fill="%s" stroke="%s"/>`+"\n", w-1, h-1, hex(p.ground), hex(p.frame))
	for i, c := range []string{"#ff5f57", "#febc2e", "#28c840"} {
		fmt.Fprintf(&b, `<circle cx="%d" cy="17" r="5.5" fill="%s"/>`, 20+18*i, c)
	}
	fmt.Fprintf(&b, "\n"+`<text x="%.1f" y="22" text-anchor="middle" font-size="13" fill="%s">%s</text>`+"\n", w/2, hex(p.title), escaped(title))
	for y := range height {
		p.row(&b, screen, y, width)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (p paper) row(b *bytes.Buffer, screen uv.ScreenBuffer, y, width int) {
	for x := 0; x < width; {
		from, cell := x, screen.CellAt(x, y)
		look := cell.Style
		var run strings.Builder
		for x < width {
			c := screen.CellAt(x, y)
			// A wide character, and one whose width differs between fonts, is a run of its
			// own.
			alone := c.Width != 1 || len(c.Content) > 1
			if !c.Style.Equal(&look) || alone && x > from {
				break
			}
			run.WriteString(cmp.Or(c.Content, " "))
			x += max(c.Width, 1)
			if alone {
				break
			}
		}
		p.run(b, look, from, y, x-from, run.String())
	}
}

func (p paper) run(b *bytes.Buffer, look uv.Style, x, y, cells int, run string) {
	text, ground := cmp.Or(look.Fg, p.text), look.Bg
	if look.Attrs&uv.AttrReverse != 0 {
		text, ground = cmp.Or(look.Bg, p.ground), text
	}
	left, top, wide := margin+float64(x)*cellWidth, titleBar+float64(y)*cellHeight, float64(cells)*cellWidth
	if ground != nil {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.0f" width="%.1f" height="%d" fill="%s"/>`, left, top, wide+.2, cellHeight, hex(ground))
	}
	if strings.TrimSpace(run) == "" {
		return
	}
	more := ""
	if look.Attrs&uv.AttrBold != 0 {
		more += ` font-weight="bold"`
	}
	if look.Underline != ansi.UnderlineNone {
		more += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="%s"%s>%s</text>`+"\n",
		left, top+13.5, wide, hex(text), more, escaped(run))
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

func escaped(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a buffer takes everything
	return b.String()
}

// keeps compares a picture with the one in the documents.
func (s *story) keeps(file string, picture []byte) {
	s.t.Helper()
	golden.Compare(s.t, file, string(picture))
}
