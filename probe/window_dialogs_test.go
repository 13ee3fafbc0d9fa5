package probe

import "testing"

// A dialog is reported while it is open, with its text and after what was pushed before
// it. The page gets the user's answer.
func TestWindowDialogs(t *testing.T) {
	for _, tt := range []struct{ script, held, key, answer string }{
		{`alert('The basket is empty')`, `the page shows an alert, "The basket is empty": it runs no scripts until you close it`, "Escape", "undefined"},
		{`confirm('Leave the basket?')`, `the page shows a confirm dialog, "Leave the basket?": it runs no scripts until you close it`, "Escape", "false"},
		{`confirm('Leave the basket?')`, `the page shows a confirm dialog, "Leave the basket?": it runs no scripts until you close it`, "Return", "true"},
		{`prompt('Your name?', 'Ada')`, `the page shows a prompt, "Your name?": it runs no scripts until you close it`, "Return", "Ada"},
	} {
		t.Run(tt.script+tt.key, func(t *testing.T) {
			s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'ready'}]; addEventListener('load', () => {
				dataLayer.push({event: 'before'}); const answer = ` + tt.script + `; dataLayer.push({event: 'answered', answer: String(answer)}) })</script>`})
			w := window(t, Options{URL: s.URL})
			w.until("it is named", func() bool { return w.state.Held == tt.held })
			w.see("before")
			if n := len(w.pushes()); n != 2 {
				t.Errorf("before it is closed there are %d messages", n)
			}
			pressing(t, func() { mustContain(t, w.reports("answered"), `"answer":"`+tt.answer+`"`) }, "key", "--delay", "300", tt.key)
			w.until("nothing is held", func() bool { return w.state.Held == "" })
		})
	}
}

// The question whether to leave a page is reported while it is open. The page is left,
// or not, as the user answers.
func TestWindowBeforeUnload(t *testing.T) {
	s := serve(t, map[string]string{
		"/":     following("home", "", `<script>onbeforeunload = (e) => e.preventDefault()</script><button onclick="dataLayer.push({event: 'clicked'})">click</button>`),
		"/next": following("next", ""),
	})
	v := visiting(t, Options{URL: s.URL})
	const held = "Chrome asks whether to leave the page: answer it there"
	v.does("click button", "see clicked", "run location = '/next'") // Chrome only asks after a click
	v.until("the question is named", func() bool { return v.state.Held == held })
	pressing(t, func() { v.until("nothing is held", func() bool { return v.state.Held == "" }) }, "key", "--delay", "300", "Escape")
	v.does("run dataLayer.push({event: 'stayed'})", "see stayed", "run location = '/next'")
	v.until("the question is named again", func() bool { return v.state.Held == held })
	pressing(t, func() { v.does("see next") }, "key", "--delay", "300", "Return")
	v.mustReport(
		"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", `click html > body > button "click"`, "push 127.0.0.1/ dataLayer clicked",
		"push 127.0.0.1/ dataLayer stayed", "push 127.0.0.1/ dataLayer home left",
		"page t1 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next")
}
