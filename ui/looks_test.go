package ui_test

import (
	"fmt"
	"image/color"
	"math"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"layertap/internal/golden"
	"layertap/ui"
	"layertap/ui/style"
)

// terminals are the kinds of terminal in the tests.
var terminals = []struct {
	name string
	msgs []tea.Msg
}{
	{"dark", []tea.Msg{tea.BackgroundColorMsg{Color: color.Black}}},
	{"light", []tea.Msg{tea.BackgroundColorMsg{Color: color.White}}},
	{"16-colours", []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ANSI}}},
	{"no-colours", []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ASCII}}},
}

// boards are the screens other than the messages.
var boards = []struct{ key, name string }{
	{"2", "coverage"}, {"3", "triggers"}, {"4", "variables"}, {"5", "hits"}, {"6", "health"}, {"8", "tags"}, {"9", "summary"},
}

// TestLooks compares the colors of the screens on each kind of terminal. Below each line
// are the styles of its characters, and at the end their legend.
func TestLooks(t *testing.T) {
	for _, terminal := range terminals {
		s := beginAnalysis(t, planOnly(t), 80, 24).tour().attached(shopFrames...)
		for _, msg := range terminal.msgs {
			s.send(msg)
		}
		s.keys("/").types("wa.me").keys("enter", "n", "N").looks("messages", terminal.name)
		for _, screen := range boards {
			s.keys(screen.key).looks(screen.name, terminal.name)
		}
		s.keys("?").looks("help", terminal.name)
	}
}

// The text is the same on every terminal: nothing is shown by color alone.
func TestEveryTerminalShowsTheSameText(t *testing.T) {
	var said []string
	for i, terminal := range terminals {
		s := beginAnalysis(t, planOnly(t), 120, 36).tour().attached(shopFrames...)
		for _, msg := range terminal.msgs {
			s.send(msg)
		}
		for n, key := range []string{"1", "2", "3", "4", "5", "6", "8", "9", "?"} {
			screen := s.keys(key).screen()
			if i == 0 {
				said = append(said, screen)
			} else if screen != said[n] {
				t.Errorf("%s, %s: it is not what it is in %s:\n%s", terminal.name, key, terminals[0].name, screen)
			}
		}
		if content := s.model.View().Content; terminal.name == "no-colours" && (strings.Contains(content, "[3") || strings.Contains(content, "[4")) {
			t.Error("colours are sent to a terminal that wants none")
		}
	}
}

// Text is readable: in every theme, on light and dark backgrounds, in true color and in 256
// colors, each character contrasts with its background.
func TestReadable(t *testing.T) {
	for name := range style.Themes() {
		for _, terminal := range terminals[:2] {
			ground := terminal.msgs[0].(tea.BackgroundColorMsg).Color
			s := beginAnalysis(t, planOnly(t), 160, 50, func(o *ui.Options) { o.Theme = name }).tour().attached(shopFrames...)
			s.send(terminal.msgs[0])
			for _, colors := range []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256} {
				s.send(tea.ColorProfileMsg{Profile: colors})
				for _, key := range []string{"1", "2", "3", "4", "5", "6", "8", "9", "?"} {
					s.keys(key).readable(fmt.Sprintf("%s, %s, %s, screen %s", name, terminal.name, colors, key), ground)
				}
				s.keys("esc", "1")
			}
		}
	}
}

// leastContrast is the guidelines' minimum for large text. Only faint text is near it.
const leastContrast = 3.0

func (s *story) readable(where string, paper color.Color) {
	s.t.Helper()
	screen := s.cells()
	for y := range s.size.Height {
		for x := range s.size.Width {
			cell := screen.CellAt(x, y)
			if cell == nil || strings.TrimSpace(cell.Content) == "" || cell.Style.Fg == nil || cell.Style.Attrs&uv.AttrReverse != 0 {
				continue
			}
			ground := cell.Style.Bg
			if ground == nil {
				ground = paper
			}
			if c := contrast(cell.Style.Fg, ground); c < leastContrast {
				s.t.Errorf("%s: %q stands at %.1f:1 in %s on %s", where, cell.Content, c, hex(cell.Style.Fg), hex(ground))
				return
			}
		}
	}
}

// contrast is the ratio of two colors' luminances, as the Web Content Accessibility
// Guidelines define it.
func contrast(a, b color.Color) float64 {
	lighter, darker := luminance(a), luminance(b)
	if lighter < darker {
		lighter, darker = darker, lighter
	}
	return (lighter + 0.05) / (darker + 0.05)
}

func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

// looks compares the styles of the screen with a golden file.
func (s *story) looks(name, terminal string) {
	s.t.Helper()
	golden.Compare(s.t, filepath.Join("testdata", "looks", name+"-"+terminal+".txt"), s.drawnLooks())
}

// drawnLooks returns the screen with a letter for the style of each character below it.
func (s *story) drawnLooks() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	screen := s.cells()
	var all, legend strings.Builder
	known := map[string]byte{"": '.'}
	for y := range s.size.Height {
		var words, codes strings.Builder
		for x := 0; x < s.size.Width; {
			cell := screen.CellAt(x, y)
			content, width := " ", 1
			if cell != nil && cell.Content != "" {
				content, width = cell.Content, max(cell.Width, 1)
			}
			look := lookOf(cell)
			if strings.TrimSpace(content) == "" && cell != nil && cell.Style.Bg == nil && cell.Style.Attrs&uv.AttrReverse == 0 {
				look = "" // a blank without a background looks like any other
			}
			code, ok := known[look]
			if !ok {
				code = letters[len(known)-1]
				known[look] = code
				fmt.Fprintf(&legend, "%c %s\n", code, look)
			}
			words.WriteString(content)
			codes.WriteString(strings.Repeat(string(code), width))
			x += width
		}
		fmt.Fprintf(&all, "%s\n%s\n", strings.TrimRight(words.String(), " "), strings.TrimRight(codes.String(), "."))
	}
	return all.String() + legend.String()
}

// lookOf describes the style of a cell in words.
func lookOf(cell *uv.Cell) string {
	if cell == nil {
		return ""
	}
	var words []string
	for _, attr := range []struct {
		bit  uint8
		name string
	}{{uv.AttrBold, "bold"}, {uv.AttrFaint, "faint"}, {uv.AttrReverse, "swapped"}} {
		if cell.Style.Attrs&attr.bit != 0 {
			words = append(words, attr.name)
		}
	}
	if cell.Style.Underline != ansi.UnderlineNone {
		words = append(words, "underlined")
	}
	for _, c := range []struct {
		name string
		is   color.Color
	}{{"in", cell.Style.Fg}, {"on", cell.Style.Bg}} {
		switch is := c.is.(type) {
		case nil:
		case ansi.BasicColor:
			words = append(words, c.name, fmt.Sprintf("colour %d", is))
		default:
			words = append(words, c.name, hex(is))
		}
	}
	return strings.Join(words, " ")
}
