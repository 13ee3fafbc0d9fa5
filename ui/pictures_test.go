package ui_test

import (
	"image/color"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestPictures keeps the pictures in the documents as the program draws them.
func TestPictures(t *testing.T) {
	for _, p := range []struct {
		name  string
		paper paper
	}{{"dark", darkPaper}, {"light", lightPaper}} {
		s := begin(t, 120, 30).visit()
		s.send(tea.BackgroundColorMsg{Color: p.paper.ground.(color.RGBA)})
		s.keeps("../docs/screens/messages-"+p.name+".svg", s.picture(p.paper, "layertap shop.example"))
	}
}
