//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// field is a page that pushes the user's actions.
const field = `<!doctype html><title>Field</title>
<style>body { margin: 0; height: 3000px } .round { width: 60px; height: 60px; border-radius: 30px } .hidden { display: none }</style>
<button class=hidden>Ask us</button><button id=ask class=round onclick="did('click', event.button)">Ask us</button>
<label>Name <input id=name oninput="last = value" onchange="did('change', value)" onkeydown="event.key === 'Enter' && did('enter', value)"></label>
<textarea id=text onchange="did('text', value)"></textarea>
<select id=choice onchange="did('select', value)"><option value=a>A<option value=b>B</select>
<input id=colour type=color onchange="did('colour', value)">
<div id=rich contenteditable onblur="did('rich', textContent)">old</div>
<div id=menu onmouseenter="did('hover')" ondblclick="did('double')" oncontextmenu="did('context'); return false">Menu</div>
<div id=host></div><div id=late></div>
<iframe id=frame srcdoc="<button onclick='parent.did(&quot;frame&quot;)'>In the frame</button>"></iframe>
<a href="/next">Next page</a>
<script>
dataLayer = [];
did = (event, value) => dataLayer.push({event, value});
host.attachShadow({mode: 'open'}).innerHTML = '<button onclick="did(\'shadow\')">In the shadow</button>';
onscroll = () => { onscroll = null; did('scroll', scrollY) };
onresize = () => did('resize', innerWidth);
document.querySelector('#ask').addEventListener('click', () => setTimeout(() => { late.innerHTML = '<p class=answer data-from=ai>One</p><p class=answer data-from=ai>Two</p>'; ready = true }, 50));
// Whatever the page does to the browser's objects, its elements are found.
document.querySelector = Element.prototype.querySelectorAll = () => { throw new Error('of the page') };
</script>`

// flowOf returns a flow in Recorder's format, given its steps on separate lines.
func flowOf(steps string) string {
	return `{"title": "x", "steps": [` + strings.Join(strings.Split(strings.TrimSpace(steps), "\n"), ",\n") + `]}`
}

func writeFlow(t *testing.T, dir, steps string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "flow.json"), []byte(flowOf(steps)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// eventsOf returns the events in a recording, with their values.
func eventsOf(t *testing.T, file string) []string {
	t.Helper()
	var events []string
	for _, l := range linesOf(t, file) {
		if l.Type == "push" {
			events = append(events, strings.TrimSpace(l.Event+" "+l.value()))
		}
	}
	return events
}

func TestRecordAFlow(t *testing.T) {
	t.Parallel()
	site := pages(t, field)
	cmd := program(t, "record", site.URL, "--flow", "flow.json", "--headless", "--for", "200ms", "-o", "a.session.jsonl")
	writeFlow(t, cmd.Dir, `
		{"type": "setViewport", "width": 900, "height": 700, "deviceScaleFactor": 1, "isMobile": false, "hasTouch": false, "isLandscape": false}
		{"type": "navigate", "url": "https://shop.example/", "assertedEvents": [{"type": "navigation"}]}
		{"type": "click", "selectors": [["aria/none"], ["aria/Ask us"], ["#none"]], "offsetX": 1, "offsetY": 1}
		{"type": "waitForElement", "selectors": [[".answer"]], "operator": "==", "count": 2, "attributes": {"data-from": "ai"}, "properties": {"hidden": false}}
		{"type": "waitForExpression", "expression": "ready"}
		{"type": "change", "selectors": [["aria/Name"]], "value": "Größe 7"}
		{"type": "keyDown", "key": "Enter"}
		{"type": "keyUp", "key": "Enter"}
		{"type": "change", "selectors": [["xpath///textarea"]], "value": "two\nlines"}
		{"type": "change", "selectors": [["#choice"]], "value": "b"}
		{"type": "change", "selectors": [["#colour"]], "value": "#102030"}
		{"type": "change", "selectors": [["#rich"]], "value": "new"}
		{"type": "hover", "selectors": [["text/Menu"]]}
		{"type": "doubleClick", "selectors": [["#menu"]], "offsetX": 3, "offsetY": 3}
		{"type": "click", "selectors": [["#menu"]], "button": "secondary", "offsetX": 3, "offsetY": 3}
		{"type": "click", "selectors": [["#host", "button"]], "offsetX": 3, "offsetY": 3}
		{"type": "click", "selectors": [["pierce/#host button"], ["text/In the shadow"]], "offsetX": 3, "offsetY": 3}
		{"type": "click", "frame": [0], "selectors": [["aria/In the frame"]], "offsetX": 3, "offsetY": 3}
		{"type": "scroll", "x": 0, "y": 400}
		{"type": "setViewport", "width": 640, "height": 700, "deviceScaleFactor": 1, "isMobile": false, "hasTouch": false, "isLandscape": false}
		{"type": "click", "selectors": [["aria/Next page"]], "offsetX": 3, "offsetY": 3, "assertedEvents": [{"type": "navigation"}]}
		{"type": "navigate", "url": "https://shop.example/other?a=1"}`)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := filepath.Join(cmd.Dir, "a.session.jsonl")
	want := []string{
		"click 0", "enter Größe 7", "change Größe 7", "text two\nlines", "select b", "colour #102030", "hover", "rich new", "double", "context",
		"shadow", "shadow", "frame", "scroll 400", "resize 640",
	}
	if diff := cmp.Diff(want, eventsOf(t, file)); diff != "" {
		t.Errorf("wanted (-) and pushed (+):\n%s", diff)
	}
	var visited []string
	for _, l := range linesOf(t, file) {
		if l.Type == "page" && l.URL != "about:srcdoc" {
			visited = append(visited, strings.TrimPrefix(l.URL, site.URL))
		}
	}
	if diff := cmp.Diff([]string{"/", "/next", "/other?a=1"}, visited); diff != "" {
		t.Errorf("visited:\n%s", diff)
	}
}

// A step that fails is named in the error, and everything before it is recorded.
func TestRecordAFlowThatFails(t *testing.T) {
	t.Parallel()
	site := pages(t, field)
	browser := everydayBrowser(t, t.TempDir(), "about:blank")
	for name, tt := range map[string]struct{ step, want string }{
		"no element":      {`{"type": "click", "timeout": 300, "selectors": [["aria/None"], ["#none", "a"]]}`, "step 2 (click): it took longer than 300ms: no visible element matches aria/None, nor #none then a"},
		"hidden":          {`{"type": "hover", "timeout": 300, "selectors": [[".hidden"]]}`, "step 2 (hover): it took longer than 300ms: no visible element matches .hidden"},
		"bad selector":    {`{"type": "click", "timeout": 300, "selectors": [["a["]]}`, "the selector a[: "},
		"no option":       {`{"type": "change", "selectors": [["#choice"]], "value": "z"}`, `step 2 (change): no option of the list has the value "z"`},
		"no field":        {`{"type": "change", "selectors": [["#menu"]], "value": "z"}`, "step 2 (change): it is not a field"},
		"never true":      {`{"type": "waitForExpression", "timeout": 300, "expression": "never"}`, "step 2 (waitForExpression): it took longer than 300ms: ReferenceError: never is not defined"},
		"too few":         {`{"type": "waitForElement", "timeout": 300, "selectors": [[".answer"]], "count": 3}`, "there are 2 elements that match .answer"},
		"stays":           {`{"type": "click", "timeout": 600, "selectors": [["#menu"]], "assertedEvents": [{"type": "navigation"}]}`, "it did not lead to another page"},
		"no such frame":   {`{"type": "click", "frame": [7], "timeout": 300, "selectors": [["a"]]}`, "the page has no frame [7]"},
		"nothing answers": {`{"type": "navigate", "url": "http://127.0.0.1:1/"}`, "step 2 (navigate): opening http://127.0.0.1:1/: net::ERR_UNSAFE_PORT"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := program(t, "record", site.URL, "--flow", "flow.json", "--attach", browser, "-o", "a.session.jsonl")
			writeFlow(t, cmd.Dir, `{"type": "click", "selectors": [["#ask"]]}`+"\n"+tt.step)
			out, _ := cmd.CombinedOutput() // the exit code is checked
			if code := cmd.ProcessState.ExitCode(); code != 2 || !strings.Contains(string(out), "layertap: performing the flow, ") || !strings.Contains(string(out), tt.want) {
				t.Errorf("it ended with %d:\n%s", code, out)
			}
			if got := eventsOf(t, filepath.Join(cmd.Dir, "a.session.jsonl")); len(got) == 0 || got[0] != "click 0" {
				t.Errorf("the recording has %q", got)
			}
		})
	}
}

// A step that is never possible is named before anything is opened.
func TestFlowThatCannotBePerformed(t *testing.T) {
	t.Parallel()
	for step, want := range map[string]string{
		`{"type": "customStep", "name": "x"}`:                                "step 2 (customStep): only the program that it was made for knows what it does",
		`{"type": "keyDown", "key": "Any"}`:                                  `step 2 (keyDown): unknown key "Any": give a character, or a name such as Enter`,
		`{"type": "click", "target": "https://a.example/", "selectors": []}`: "step 2 (click): steps in another tab or in a frame of another site aren't supported",
	} {
		cmd := program(t, "record", "https://shop.example", "--flow", "flow.json", "-o", "a.session.jsonl", "--browser", "/bin/false")
		writeFlow(t, cmd.Dir, `{"type": "close"}`+"\n"+step)
		if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "layertap: reading the flow flow.json: "+want) {
			t.Errorf("%s ended with %d:\n%s", step, cmd.ProcessState.ExitCode(), out)
		}
	}
}

// keyboard is a page that pushes what the keyboard does, and how it was loaded.
const keyboard = `<!doctype html><title>Keyboard</title>
<input id=name oninput="did('typed', value)"><button id=ask onclick="did('click', event.ctrlKey)">Ask us</button>
<iframe id=frame srcdoc="<script>seen = () => { parent.did('inside', true); return true }</script>"></iframe>
<script>
dataLayer = [];
did = (event, value) => dataLayer.push({event, value});
did('mobile', matchMedia('(pointer: coarse)').matches && devicePixelRatio === 2);
onoffline = () => did('offline');
ononline = () => did('online');
</script>`

// The network, the modifier keys and expressions work as documented for Recorder's
// format.
func TestFlowOfNetworkKeysAndExpressions(t *testing.T) {
	t.Parallel()
	site := pages(t, keyboard)
	cmd := program(t, "record", site.URL, "--flow", "flow.json", "--headless", "--for", "200ms", "-o", "a.session.jsonl")
	writeFlow(t, cmd.Dir, `
		{"type": "setViewport", "width": 412, "height": 900, "deviceScaleFactor": 2, "isMobile": true, "hasTouch": true, "isLandscape": false}
		{"type": "emulateNetworkConditions", "download": 1000000, "upload": 1000000, "latency": 300}
		{"type": "navigate", "url": "https://shop.example/"}
		{"type": "waitForExpression", "expression": "fetch('/x').then(() => did('slow', performance.getEntriesByName(location.origin + '/x')[0].duration >= 300))"}
		{"type": "waitForExpression", "expression": "new Promise((done) => requestAnimationFrame(() => { did('waited'); done(true) }))"}
		{"type": "waitForExpression", "frame": [0], "expression": "seen()"}
		{"type": "emulateNetworkConditions", "download": 0, "upload": 0, "latency": 0}
		{"type": "waitForExpression", "expression": "dataLayer.at(-1).event === 'offline'"}
		{"type": "emulateNetworkConditions", "download": -1, "upload": -1, "latency": 0}
		{"type": "waitForExpression", "expression": "dataLayer.at(-1).event === 'online'"}
		{"type": "click", "selectors": [["#name"]]}
		{"type": "keyDown", "key": "ShiftLeft"}
		{"type": "keyDown", "key": "KeyQ"}
		{"type": "keyUp", "key": "KeyQ"}
		{"type": "keyDown", "key": "1"}
		{"type": "keyUp", "key": "1"}
		{"type": "keyUp", "key": "ShiftLeft"}
		{"type": "keyDown", "key": "Numpad1"}
		{"type": "keyUp", "key": "Numpad1"}
		{"type": "keyDown", "key": "Control"}
		{"type": "keyDown", "key": "a"}
		{"type": "keyUp", "key": "a"}
		{"type": "click", "selectors": [["#ask"]]}
		{"type": "keyUp", "key": "Control"}
		{"type": "click", "selectors": [["#ask"]]}
		{"type": "close"}`)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := []string{
		"mobile true", "slow true", "waited", "inside true", "offline", "online", "typed Q", "typed Q!", "typed Q!1", "click true", "click false",
	}
	if diff := cmp.Diff(want, eventsOf(t, filepath.Join(cmd.Dir, "a.session.jsonl"))); diff != "" {
		t.Errorf("wanted (-) and pushed (+):\n%s", diff)
	}
}

// The flow exported from a recording produces the same messages.
func TestFlowRoundTrip(t *testing.T) {
	t.Parallel()
	site := pages(t, field)
	dir := t.TempDir()
	types := func(code int, args ...string) {
		t.Helper()
		cmd := program(t, args...)
		cmd.Dir = dir
		if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != code {
			t.Fatalf("%v ended with %d: %s", args, cmd.ProcessState.ExitCode(), out)
		}
	}
	writeFlow(t, dir, `
		{"type": "click", "selectors": [["#ask"]]}
		{"type": "waitForExpression", "expression": "ready"}
		{"type": "change", "selectors": [["#name"]], "value": "Q"}
		{"type": "click", "selectors": [["#menu"]]}
		{"type": "click", "selectors": [["aria/Next page"]], "assertedEvents": [{"type": "navigation"}]}
		{"type": "click", "selectors": [["#ask"]]}`)
	types(0, "record", site.URL, "--flow", "flow.json", "--headless", "-o", "a.session.jsonl")
	types(0, "export", "a.session.jsonl", "--to", "recorder", "-o", "again.json")
	types(0, "record", "--flow", "again.json", "--headless", "-o", "b.session.jsonl")
	first, again := eventsOf(t, filepath.Join(dir, "a.session.jsonl")), eventsOf(t, filepath.Join(dir, "b.session.jsonl"))
	for i, event := range first {
		first[i] = strings.Replace(event, "change Q", "change text", 1) // typed text isn't recorded
	}
	if diff := cmp.Diff(first, again); diff != "" || len(first) != 4 {
		t.Errorf("first (-) and again (+):\n%s", diff)
	}
}
