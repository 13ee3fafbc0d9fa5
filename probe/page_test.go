package probe

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

func TestPageCommands(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":      `<title>Shop</title><script>dataLayer = [{event: 'first'}]</script>`,
		"/other": `<title>Other</title><script>dataLayer = [{event: 'second'}]</script>`,
	})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.name = s.URL
	w := watch(t, d, chrome)
	ctx := t.Context()

	if err := w.Push(ctx, "dataLayer", `{event: 'by_hand', n: [1, 2]} // a comment`); err != nil {
		t.Fatal(err)
	}
	w.see("by_hand")
	made := w.pushes()[len(w.pushes())-1]
	if !made.ByHand() {
		t.Errorf("the stack of a message made by hand is %+v", made.Stack)
	}
	picture, err := w.Screenshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil {
		t.Errorf("the screenshot isn't a PNG: %v", err)
	}
	pages := len(probetest.Only[*datalayer.Page](w.entries))
	if err := w.Reload(ctx); err != nil {
		t.Fatal(err)
	}
	w.until("the page was reloaded", func() bool { return len(probetest.Only[*datalayer.Page](w.entries)) > pages })
	if err := w.Navigate(ctx, s.URL+"/other"); err != nil {
		t.Fatal(err)
	}
	w.see("second")

	for message, want := range map[string]string{
		`{event:`: "SyntaxError", `"text"`: "a message is an object", `nowhere`: "nowhere is not defined",
	} {
		if err := w.Push(ctx, "dataLayer", message); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("pushing %s: %v, want %q in it", message, err, want)
		}
	}
	for message, want := range map[string]string{
		`{event: "a", at: Date.now()}`: "", "[1,\n2] // fine": "",
		`{event:`: "the message is incomplete", `{event: "a"`: "the message is incomplete", "{event:\n\"a}": "SyntaxError: Invalid or unexpected token",
		`{event: "a"}}`: "SyntaxError: ", `1); window.ran = true; (2`: "SyntaxError: ",
	} {
		if err := w.CheckMessage(ctx, message); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("checking %s: %v, want %q", message, err, want)
		}
	}
	if err := w.Push(ctx, "otherLayer", `{}`); err == nil || !strings.Contains(err.Error(), "no data layer otherLayer") {
		t.Errorf("pushing into a layer that is not there: %v", err)
	}
	if err := w.Navigate(ctx, "http://nowhere.invalid/"); err == nil || !strings.Contains(err.Error(), "unknown host") {
		t.Errorf("opening a host that is not there: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Reload(ctx); err == nil || !strings.Contains(err.Error(), "no page is attached") {
		t.Errorf("reloading after the end: %v", err)
	}
}
