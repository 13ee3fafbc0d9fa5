package probe

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// click clicks on an element with the mouse.
func (d *driver) click(selector string) { d.t.Helper(); d.press(selector, input.MouseButtonLeft, 0) }

// Modifier keys held down with a mouse button.
const (
	ctrl  = 2
	shift = 8
)

// press is click with any button.
func (d *driver) press(selector string, button input.MouseButton, keys int64) {
	d.t.Helper()
	d.run(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`) // until it is drawn
	var at [2]float64
	text := d.run(`(() => { const r = document.querySelector('` + selector + `').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })()`)
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		d.t.Fatal(err)
	}
	d.pressAt(at[0], at[1], button, keys)
}

// pressAt is press at a point in the page.
func (d *driver) pressAt(x, y float64, button input.MouseButton, keys int64) {
	d.t.Helper()
	for _, kind := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		d.call(protocol.Ask(d.session, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: x, Y: y, Button: button, Modifiers: keys, ClickCount: 1,
		}), new(struct{}))
	}
}

// key types a key into the focused element.
func (d *driver) key(name, text string) {
	d.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		d.call(protocol.Ask(d.session, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: name, Text: text}), new(struct{}))
	}
}

func TestActions(t *testing.T) {
	s := serve(t, map[string]string{"/": `<style>* { font-size: 20px }</style>
		<div id=chat><button class="open big"><b>Chat</b> with us</button></div>
		<a class=out href="/out?x=1" onclick="event.preventDefault(); dataLayer.push({event: 'left'})">Go out</a>
		<form onsubmit="event.preventDefault(); dataLayer.push({event: 'sent'})"><input name=mail placeholder="Your mail"><textarea>old secret</textarea></form>
		<p contenteditable>editable secret</p>
		<h4 role=textbox>drawn secret</h4><h5 style="-webkit-user-modify: read-write">editable secret</h5>
		<script>
			dataLayer = [];
			document.querySelector('button').onclick = function opened() { dataLayer.push({event: 'opened'}) };
			document.querySelector('input').onchange = () => dataLayer.push({event: 'changed'});
		</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	d.click("b")
	w.see("opened")
	d.click("a")
	w.see("left")
	d.click("input")
	for _, c := range "secret" {
		d.key(string(c), string(c))
	}
	d.key("Enter", "\r")
	w.see("sent")
	d.click("textarea")
	d.click("p")
	d.click("h4")
	d.click("h5")
	d.run(`document.querySelector('button').click()`) // by a script: not a user action
	w.until("the script has pushed", func() bool { return w.pushes()[len(w.pushes())-1].Event == "opened" && len(w.pushes()) > 3 })
	want := []string{
		"page t1 main load 127.0.0.1/",
		`click div#chat > button.open.big "Chat with us"`, "push 127.0.0.1/ dataLayer opened",
		`click html > body > a.out "Go out"`, "push 127.0.0.1/ dataLayer left",
		`click html > body > form > input "Your mail"`, `key html > body > form > input "Your mail"`,
		`change html > body > form > input "Your mail"`, "push 127.0.0.1/ dataLayer changed",
		`submit html > body > form ""`, "push 127.0.0.1/ dataLayer sent",
		`click html > body > form > textarea ""`, `click html > body > p ""`,
		`click html > body > h4 ""`, `click html > body > h5 ""`, "push 127.0.0.1/ dataLayer opened",
	}
	got := w.story()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, a := range probetest.Only[*datalayer.Action](w.entries) {
		if strings.Contains(a.Text+a.Selector+a.Href, "secret") {
			t.Errorf("what was typed is in %+v", a)
		}
	}
	opened, left := w.pushes()[0], w.pushes()[1]
	if opened.Action == nil || opened.Action.Text != "Chat with us" || opened.Action.Page != opened.Page {
		t.Errorf("the push came from %+v", opened.Action)
	}
	if left.Action == nil || !strings.HasSuffix(left.Action.Href, "/out?x=1") {
		t.Errorf("the push came from %+v", left.Action)
	}
	if len(opened.Stack) != 1 || !strings.Contains(opened.Stack[0].Func, "opened") || opened.Stack[0].URL != s.URL+"/" || opened.Stack[0].Line == 0 {
		t.Errorf("the push's stack is %+v", opened.Stack)
	}
}

// A click next to everything is not recorded with the text of the whole page, and one
// on an element that isn't a control is recorded with its own.
func TestClicksOnNothing(t *testing.T) {
	s := serve(t, map[string]string{"/": `<style>* { margin: 0; font-size: 20px } #app { height: 500px; padding-top: 100px }</style>
		<div id=app><h1>All about widgets</h1><p>A long text.</p><div class=card><span>Card</span> <b>one</b></div></div>
		<script>dataLayer = []; onclick = () => dataLayer.push({event: 'clicked'})</script>`,
		"/code": `<body style="height: 600px"><script>dataLayer = []; onclick = () => dataLayer.push({event: 'clicked'})</script></body>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	d.run(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`) // until it is drawn
	for i, place := range []struct{ x, y float64 }{{300, 50}, {300, 550}, {10, 165}} {
		d.pressAt(place.x, place.y, input.MouseButtonLeft, 0)
		w.until("the click is seen", func() bool { return len(w.pushes()) == i+1 })
	}
	d.open(s.URL + "/code")
	d.run(`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`)
	d.pressAt(300, 300, input.MouseButtonLeft, 0)
	w.until("the click is seen", func() bool { return len(w.pushes()) == 4 })
	want := []string{`click div#app ""`, `click div#app ""`, `click div#app > div.card > span "Card"`, `click html > body ""`}
	var got []string
	for _, line := range w.story() {
		if strings.HasPrefix(line, "click ") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The causes of a message are omitted on request, and not collected in the page.
func TestNothingOfWhatLedToIt(t *testing.T) { // a click waits for a frame, which only the tab in front has
	s := serve(t, map[string]string{"/": `<style>* { font-size: 20px }</style><button onclick="dataLayer.push({event: 'opened'})">Chat</button>
		<script>
			dataLayer = [];
			stacks = actions = 0;
			Object.defineProperty(Error, 'prepareStackTrace', {get() { stacks++ }, set() {}});
			Object.defineProperty(document.querySelector('button'), 'localName', {get() { actions++; return 'button' }});
		</script>`})
	for _, test := range []struct {
		noStacks, noActions bool
	}{{false, false}, {true, false}, {false, true}, {true, true}} {
		d := newTab(t, chrome)
		w := watch(t, d, chrome, func(o *Options) { o.NoStacks, o.NoActions = test.noStacks, test.noActions })
		d.open(s.URL)
		d.click("button")
		w.see("opened")
		opened := w.pushes()[0]
		if stacks := len(opened.Stack) == 0; stacks != test.noStacks {
			t.Errorf("%+v: the stack is %+v", test, opened.Stack)
		}
		if opened.Action == nil != test.noActions || len(probetest.Only[*datalayer.Action](w.entries)) == 0 != test.noActions {
			t.Errorf("%+v: the push came from %+v", test, opened.Action)
		}
		asked := d.run(`[stacks > 0, actions > 0].join()`)
		if want := fmt.Sprintf("%q", fmt.Sprintf("%v,%v", !test.noStacks, !test.noActions)); asked != want {
			t.Errorf("%+v: the page was asked for stacks and actions: %s", test, asked)
		}
		if err := w.Push(t.Context(), "dataLayer", `{event: 'by hand'}`); err != nil {
			t.Fatal(err)
		}
		w.see("by hand")
		if made := w.pushes()[1]; !made.ByHand() {
			t.Errorf("%+v: the stack of a message made by hand is %+v", test, made.Stack)
		}
	}
}

// A selector finds the element again, whatever its names are.
func TestSelectors(t *testing.T) {
	s := serve(t, map[string]string{"/": `<style>* { font-size: 20px } button { display: block }</style>
		<button class="md:flex w-1/2 2xl:p-[3px] more">utility classes</button>
		<div id="a.b:c d>e"><button>below an odd name</button></div>
		<button id="7">number</button>
		<x-chat.v2><button>element of a name with a dot</button></x-chat.v2>
		<script>
			dataLayer = [];
			document.onclick = (e) => { clicked = e.target; dataLayer.push({event: 'clicked'}) };
		</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	for i, button := range []string{".more", "div button", "body > button:nth-of-type(2)", "body > *:nth-child(4) button"} {
		d.click(button)
		w.until("the click is seen", func() bool { return len(w.pushes()) == i+1 })
		selector := w.pushes()[i].Action.Selector
		if got := d.run(fmt.Sprintf("document.querySelector(%q) === clicked", selector)); got != "true" {
			t.Errorf("%s does not lead to %s", selector, button)
		}
	}
	want := []string{
		`html > body > button.md\:flex.w-1\/2.\32 xl\:p-\[3px\]`, `div#a\.b\:c\ d\>e > button`, `button#\37 `,
	}
	for i, selector := range want {
		if got := w.pushes()[i].Action.Selector; got != selector {
			t.Errorf("the selector is %q, not %q", got, selector)
		}
	}
}
