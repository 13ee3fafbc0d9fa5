// Package probetest encodes what hooks send and formats what was recorded, for the
// tests of the probe's packages.
package probetest

import (
	"fmt"
	"strings"

	"layertap/datalayer"
)

// Pushes returns a batch with pushes of the events as records n and following.
func Pushes(head string, n int, events ...string) string {
	var records []string
	for i, event := range events {
		records = append(records, fmt.Sprintf(`,[%d,[1,%q],{"layer":"dataLayer"}]`, 1000*i, event))
	}
	return fmt.Sprintf(`[{%s,"n":%d,"t":%d,"shapes":[["event"]]}%s]`, head, n, 1000*n, strings.Join(records, ""))
}

// Only returns the entries of one type.
func Only[E datalayer.Entry](entries []datalayer.Entry) []E {
	var found []E
	for _, e := range entries {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

// Story formats entries, one line each, without what changes from run to run.
func Story(entries []datalayer.Entry) []string {
	var lines []string
	pages := map[string]*datalayer.Page{}
	for _, e := range entries {
		switch e := e.(type) {
		case *datalayer.Page:
			pages[e.ID] = e
			lines = append(lines, fmt.Sprintf("page %s %s %s %s", e.Target, FrameOf(e), e.Cause, PathOf(e.URL)))
		case *datalayer.Push:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("push %s %s %s %s", PathOf(pages[e.Page].URL), e.Layer, NameOf(e), StatusOf(e))))
		case *datalayer.LayerChange:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("layer %s %s %s %s", PathOf(pages[e.Page].URL), e.Layer, e.What, e.Container)))
		case *datalayer.ScriptError:
			lines = append(lines, fmt.Sprintf("error %s %s", PathOf(e.URL), e.Message))
		case *datalayer.TabClosed:
			lines = append(lines, fmt.Sprintf("closed %s %s", e.Target, PathOf(pages[e.Page].URL)))
		case *datalayer.Action:
			lines = append(lines, fmt.Sprintf("%s %s %q", e.Action, e.Selector, e.Text))
		case *datalayer.Hit:
			lines = append(lines, hitStory(e, pages[e.Page]))
		case *datalayer.Gap:
			lines = append(lines, fmt.Sprintf("gap %s", e.Why))
		case *datalayer.Container:
			lines = append(lines, fmt.Sprintf("container %s %s %s", e.ID, e.Version, e.Layer))
		case *datalayer.GoogleTag:
			lines = append(lines, fmt.Sprintf("google tag %s %s", e.ID, e.Layer))
		}
	}
	return lines
}

// hitStory describes a hit: its page, its contents, its outcome, and the messages
// during whose push it was sent.
func hitStory(hit *datalayer.Hit, page *datalayer.Page) string {
	line := "hit nowhere "
	if page != nil {
		line = "hit " + PathOf(page.URL) + " "
	}
	line += fmt.Sprintf("%s %s %s %d", hit.Vendor, hit.Method, hit.Event, hit.Status)
	if hit.Error != "" {
		line += " (" + hit.Error + ")"
	}
	for _, ref := range hit.During {
		line += " during " + ref.Push.Event
	}
	return line
}

// StatusOf describes how a message was added to its layer, and what became of it:
// "(unshift)", "(1.0)" for call 1, argument 0, "(called a)", "(received)", "(not
// received)".
func StatusOf(p *datalayer.Push) string {
	var text string
	if p.Via != datalayer.ViaPush {
		text += "(" + string(p.Via) + ")"
	}
	if p.Call > 0 {
		text += fmt.Sprintf("(%d.%d)", p.Call, p.Arg)
	}
	if p.Called != nil {
		text += "(called " + string(p.Called) + ")"
	}
	switch p.Received {
	case datalayer.Yes:
		text += "(received)"
	case datalayer.No:
		text += "(not received)"
	}
	return text
}

// NameOf returns a message's event, or all of the message if it has none.
func NameOf(p *datalayer.Push) string {
	if p.Event != "" {
		return p.Event
	}
	return string(p.Message)
}

// FrameOf returns the kind of a page's frame: main, frame, nested frame.
func FrameOf(p *datalayer.Page) string {
	switch {
	case p.Frame == "main":
		return "main"
	case p.Parent == "main":
		return "frame"
	}
	return "nested frame"
}

// PathOf returns a URL without what changes from run to run.
func PathOf(url string) string {
	for _, host := range []string{"http://127.0.0.1:", "http://localhost:"} {
		if rest, ok := strings.CutPrefix(url, host); ok {
			_, path, _ := strings.Cut(rest, "/")
			return strings.TrimSuffix(strings.TrimPrefix(host, "http://"), ":") + "/" + path
		}
	}
	if len(url) > 40 {
		return url[:40]
	}
	return url
}
