package report

import (
	"bufio"
	_ "embed"
	"fmt"
	"io"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/session"
	"layertap/visible"
)

//go:embed playwright/prelude.ts
var prelude string

// Playwright writes a test in TypeScript that repeats what the user did in the
// session's first tab and expects the same events in its data layers. What was
// typed is not part of a session, so the test types something of its own.
func Playwright(w io.Writer, tool string, s session.Snapshot) error {
	t := newScript(s)
	for i := range s.Len() {
		t.entry(s.Entry(i))
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "// Made by %s from a session of %s.\n", visible.Text(tool), moment(s, 0))
	fmt.Fprintf(out, "// It repeats what the visitor did, and expects the messages that came then.\n")
	fmt.Fprintf(out, "// SITE=https://staging.shop.example npx playwright test runs it on another server.\n")
	fmt.Fprint(out, prelude)
	fmt.Fprintf(out, "const site = process.env.SITE ?? %s;\nconst layers = %s;\n\n", literal(t.site), literal(layers(s)))
	fmt.Fprintf(out, "test(%s, async ({ page }) => {\n  const pushed = await collect(page);\n", literal("the data layer of "+t.site))
	for _, line := range t.lines {
		fmt.Fprintln(out, strings.TrimRight("  "+line, " "))
	}
	fmt.Fprintln(out, "});")
	return out.Flush()
}

// script is a test in the making.
type script struct {
	session session.Snapshot
	site    string // the origin of the first page
	target  string // the tab
	lines   []string
	last    *datalayer.Action // the last one that was repeated
	fresh   bool              // nothing came since but messages
}

func newScript(s session.Snapshot) *script {
	t := &script{session: s}
	for i := range s.Len() {
		if page, ok := s.Entry(i).(*datalayer.Page); ok && page.Frame == "main" {
			t.target = page.Target
			t.site = page.Origin()
			break
		}
	}
	return t
}

func (t *script) say(format string, args ...any) {
	t.lines = append(t.lines, fmt.Sprintf(format, args...))
}

// paragraph begins a new step of the visit.
func (t *script) paragraph() { t.say("") }

func (t *script) entry(e datalayer.Entry) {
	switch e := e.(type) {
	case *datalayer.Page:
		if e.Frame == "main" && e.Target == t.target {
			t.page(e)
		}
	case *datalayer.Action:
		t.action(e)
	case *datalayer.Push:
		if t.session.Page(e.Page).Target == t.target && e.Event != "" && !e.Own() {
			t.say("await expectPushed(pushed, %s, %s);", literal(e.Event), t.expectation(e))
		}
	case *datalayer.Gap:
		t.say("// Something may be missing here: %s", visible.Text(e.Why))
	case *datalayer.LayerChange:
		t.say("// %s", visible.Text(e.Sentence()))
	case *datalayer.ScriptError:
		t.say("// %s", visible.Text(e.Sentence()))
	}
}

// page goes to a page, or waits for it where the user's last action led there.
func (t *script) page(page *datalayer.Page) {
	if t.last != nil && t.fresh && page.Cause != datalayer.CauseReload && page.Cause != datalayer.CauseBFCache {
		t.say("await arrive(page, %s);", literal(page.Path()))
		t.fresh = false
		return
	}
	switch page.Cause {
	case datalayer.CauseHistory: // the page's own doing
	case datalayer.CauseReload:
		t.paragraph()
		t.say("await page.reload();")
	case datalayer.CauseBFCache:
		t.paragraph()
		t.say("await page.goBack();")
	default:
		t.paragraph()
		t.say("await page.goto(%s);", t.text(page.URL))
	}
}

// together is how close to another action its consequences come: the click on a
// field behind the one on its label, the submission behind the click on a button.
const together = 10 * time.Millisecond

func (t *script) action(a *datalayer.Action) {
	page := t.session.Page(a.Page)
	if page.Target != t.target || page.Frame != "main" {
		t.say("// Not repeated, as it was in another frame or tab: %s on %s", visible.Text(a.Action), visible.Text(a.Selector))
		return
	}
	if t.last != nil && a.T-t.last.T < together && a.Page == t.last.Page {
		return
	}
	t.last, t.fresh = a, true
	t.paragraph()
	selector := literal(a.Selector)
	switch a.Action {
	case "click":
		t.say("await find(page, %s%s).click();", selector, label(a))
	case "change":
		t.say("await change(page, %s);", selector)
	case "key":
		t.say(`await find(page, %s).press("Enter");`, selector)
	case "submit":
		t.say("await find(page, %s).evaluate((form: HTMLFormElement) => form.requestSubmit());", selector)
	case "navigate":
		t.say("await page.goto(%s);", t.text(a.Href))
	default:
		t.say("// Not repeated: %s on %s", visible.Text(a.Action), visible.Text(a.Selector))
	}
}

// label is the argument with the text that the user read on an element. That of a
// field can stand anywhere.
func label(a *datalayer.Action) string {
	for _, field := range []string{"input", "textarea", "select"} {
		if strings.HasPrefix(a.Element(), field) {
			return ""
		}
	}
	if a.Text == "" {
		return ""
	}
	return ", " + literal(a.Text)
}

// expectation is what a message has to be like.
func (t *script) expectation(push *datalayer.Push) string {
	message := push.Read()
	expected, _ := t.value("", message.Content())
	return expected
}

// value is a value as an asymmetric match of Playwright's, and whether there is
// one: what JSON cannot say is left out.
func (t *script) value(name string, v datalayer.Value) (string, bool) {
	switch v.Kind {
	case datalayer.Object:
		var fields []string
		for _, f := range v.Fields {
			if one, ok := t.value(f.Name, f.Value); ok && !datalayer.IsGTMName(f.Name) {
				fields = append(fields, literal(f.Name)+": "+one)
			}
		}
		if len(fields) == 0 {
			return "{}", true
		}
		return "{ " + strings.Join(fields, ", ") + " }", true
	case datalayer.Array:
		var items []string
		for _, item := range v.Items {
			one, ok := t.value(name, item)
			if !ok {
				return "expect.any(Array)", true
			}
			items = append(items, one)
		}
		return "[" + strings.Join(items, ", ") + "]", true
	case datalayer.Null:
		return "null", true
	case datalayer.Bool, datalayer.Number, datalayer.String:
		return t.scalar(name, v)
	default:
		return "", false
	}
}

func (t *script) scalar(name string, v datalayer.Value) (string, bool) {
	_, number := v.Num()
	switch {
	case v.Kind == datalayer.Number && (!number || strings.Contains(v.Text, "Infinity")):
		return "", false
	case diff.Volatile(name):
		return "expect.anything()", true
	case v.Kind == datalayer.String:
		return t.text(v.Text), true
	default:
		return v.Text, true
	}
}

// text is a string as JavaScript, relative to the site where it is a URL there.
func (t *script) text(s string) string {
	if rest, ok := datalayer.OnSite(s, t.site); ok {
		return "site + " + literal(rest)
	}
	return literal(s)
}

// literal is a value as JavaScript.
func literal(v any) string {
	text, err := marshal(v)
	if err != nil {
		return "undefined" // not so: strings and lists of them are JSON
	}
	return string(text)
}
