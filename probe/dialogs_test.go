package probe

import (
	"testing"

	"github.com/chromedp/cdproto/page"

	"layertap/probe/protocol"
)

// What a page pushes right before it opens a dialog comes while the dialog is open.
func TestPushedBeforeADialog(t *testing.T) {
	const own = `dataLayer.push = function () { return Array.prototype.push.apply(this, arguments) }; `
	for name, tt := range map[string]struct {
		script string
		pushes int
	}{
		"one":               {`dataLayer = []; dataLayer.push({event: 'a'}); alert('Sent')`, 1},
		"four":              {`dataLayer = []; for (const event of 'abcd') dataLayer.push({event}); confirm('Sent?')`, 4},
		"through a wrapper": {`dataLayer = []; ` + own + `dataLayer.push({event: 'a'}); dataLayer.push({event: 'b'}); prompt('Sent?')`, 2},
		"in the array":      {`dataLayer = [{event: 'a'}, {event: 'b'}]; alert('Sent')`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, map[string]string{"/": `<script>` + tt.script + `; dataLayer.push({event: 'after'})</script>`})
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			go d.navigate(s.URL)
			w.until("the dialog is named and the messages are there", func() bool { return w.state.Held != "" && len(w.pushes()) >= tt.pushes })
			if n := len(w.pushes()); n != tt.pushes {
				t.Errorf("before it is closed there are %d messages, not %d", n, tt.pushes)
			}
			hand := w.hand()
			hand.call(protocol.Ask(hand.session, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}), new(struct{}))
			w.see("after")
		})
	}
}
