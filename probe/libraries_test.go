package probe

import (
	"encoding/json"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/probetest"
)

// layerNow returns the contents of a page's data layer when the page is idle, and what a
// tag manager took of it, without what differs between visits.
const layerNow = `(async () => {
	await window.ready;
	for (let i = 0; i < 3; i++) await new Promise((done) => requestIdleCallback(done));
	const layer = window.adobeDataLayer || window.ga4DataLayer || window.dataLayer;
	return JSON.stringify({
		events: [...layer].map((m) => typeof m === 'function' ? 'function' : m.event ?? (typeof m[0] === 'string' ? [...m].slice(0, 2).map((w) => w instanceof Date ? 'date' : String(w)).join(' ') : 'object')),
		layer: JSON.stringify([...layer]), push: String(layer.push), own: Object.keys(layer).filter((k) => isNaN(k)), body: document.body.innerText,
		taken: document.body.getAttribute('data-taken') || '',
	})
})()`

// atRest is the result of layerNow.
type atRest struct {
	Events                   []string
	Layer, Push, Body, Taken string
	Own                      []string
}

// varies matches what differs between visits: times and random numbers.
var varies = regexp.MustCompile(`\d{3,}(\.\d+)?|\d+\.\d+|"[0-9a-f-]{20,}"`)

func (d *driver) atRest(url string) atRest {
	d.t.Helper()
	d.open(url)
	text, err := strconv.Unquote(d.run(layerNow))
	var a atRest
	if err == nil {
		err = json.Unmarshal([]byte(text), &a)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	a.Layer = varies.ReplaceAllString(a.Layer, "0")
	return a
}

// tagManager is what Google Tag Manager does with a layer. It sends a hit for each
// message, and lists on the page what it took.
const tagManager = `(() => {
	const id = new URL(document.currentScript.src, location.href).searchParams.get('id');
	const layer = window.dataLayer = window.dataLayer || [], push = layer.push;
	(window.google_tag_manager = window.google_tag_manager || {})[id] = {dataLayer: {name: 'dataLayer'}};
	const take = (m) => {
		const name = m.event || m[0];
		document.body.setAttribute('data-taken', (document.body.getAttribute('data-taken') || '') + id + ':' + name + ' ');
		fetch('/g/collect?v=2&tid=G-T35T000001&en=' + name, {method: 'POST'});
	};
	layer.slice(0).forEach(take);
	layer.push = function () {
		const length = push.apply(layer, arguments);
		[].slice.call(arguments).forEach(take);
		return length;
	};
})()`

// taken returns the events of the messages that the stand-ins of a tag manager took.
func (a atRest) taken() []string {
	var events []string
	for _, word := range strings.Fields(a.Taken) {
		_, event, _ := strings.Cut(word, ":")
		events = append(events, event)
	}
	return events
}

// libraryPage is a page with a library.
type libraryPage struct {
	name, path, html string
	// hidden is set if its messages don't reach an array of the page.
	hidden bool
}

// isolated are the headers with which a page may share memory with its workers.
const isolated = "#Cross-Origin-Opener-Policy: same-origin\n#Cross-Origin-Embedder-Policy: credentialless\n"

// libraryPages returns the pages, and the files that they load, by their paths.
func libraryPages(t *testing.T, dir string) (pages []libraryPage, files map[string]string) {
	t.Helper()
	read := func(path string) string {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	files = map[string]string{"/gtm.js": tagManager, "/g/collect": "#Status: 204\n"}
	bundles, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("no bundles in %s: %v", dir, err)
	}
	for _, path := range bundles {
		name := filepath.Base(path)
		files["/"+name] = read(path)
		title := strings.TrimSuffix(name, ".js")
		pages = append(pages, libraryPage{name: title, path: "/", html: `<!doctype html><title>` + title + `</title><body><h1>Shop</h1><script type="module" src="/` + name + `"></script>`})
	}
	served := filepath.Join(dir, "served")
	if err := filepath.WalkDir(served, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			name, _ := filepath.Rel(served, path)
			files["/"+filepath.ToSlash(name)] = read(path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	partytown := read("testdata/libraries/partytown.html")
	return append(pages,
		libraryPage{name: "tarteaucitronjs", path: "/", html: read("testdata/libraries/tarteaucitronjs.html")},
		libraryPage{name: "partytown with a service worker", path: "/", html: partytown},
		libraryPage{name: "partytown with shared memory", path: "/", html: isolated + partytown},
		libraryPage{name: "partytown that only forwards", path: "/?forwards-only", html: partytown, hidden: true},
	), files
}

// Libraries behave the same with and without the probe, and each message is recorded
// once, in order. make test-libraries downloads them.
func TestLibraries(t *testing.T) {
	dir := os.Getenv("LAYERTAP_LIBRARIES")
	if dir == "" {
		t.Skip("the libraries are not there: make test-libraries brings them")
	}
	pages, files := libraryPages(t, dir)
	tags := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, tagManager)
	}))
	t.Cleanup(tags.Close)
	// What the libraries load from elsewhere is missing, with and without the probe.
	chrome := launchOwn(t, browser.Options{Headless: true, Switches: []string{
		"remote-debugging-port=0", "disable-popup-blocking", "ignore-certificate-errors",
		"host-resolver-rules=MAP tags.example " + tags.Listener.Addr().String() + ", MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
	}})
	for _, page := range pages {
		t.Run(page.name, func(t *testing.T) { tryLibrary(t, chrome, page, files) })
	}
}

func tryLibrary(t *testing.T, chrome *browser.Launched, page libraryPage, files map[string]string) {
	files = maps.Clone(files)
	files["/"] = page.html
	s := serve(t, files)
	without := newTab(t, chrome).atRest(s.URL + page.path)
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.Layers = []string{"adobeDataLayer", "ga4DataLayer"} })
	with := d.atRest(s.URL + page.path)

	if diff := cmp.Diff(without, with); diff != "" {
		t.Errorf("the page without the probe (-) and with it (+):\n%s", diff)
	}
	if (len(with.Events) == 0) != page.hidden {
		t.Errorf("the library pushed %d messages", len(with.Events))
	}
	w.until("all messages and hits", func() bool { return len(w.pushes()) >= len(with.Events) && len(w.hits()) >= len(with.taken()) })
	w.settle()
	var pushed, sent []string
	for _, p := range w.pushes() {
		pushed = append(pushed, messageWord(p))
	}
	for _, h := range w.hits() {
		sent = append(sent, h.Event)
	}
	if diff := cmp.Diff(with.Events, pushed, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("in the layer (-) and recorded (+):\n%s", diff)
	}
	if diff := cmp.Diff(with.taken(), sent, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("taken by tag managers (-) and hits of theirs (+):\n%s", diff)
	}
	gaps := probetest.Only[*datalayer.Gap](w.entries)
	if page.hidden && len(gaps) == 0 {
		t.Error("nothing says that messages don't reach the array")
	}
}

// messageWord returns the name of a message in the result of layerNow.
func messageWord(p *datalayer.Push) string {
	switch p.Kind {
	case datalayer.KindFunction:
		return "function"
	case datalayer.KindGtag, datalayer.KindCommand:
		var command []any
		_ = json.Unmarshal(p.Message, &command)
		var words []string
		for _, word := range command[:min(2, len(command))] {
			text, ok := word.(string)
			if !ok {
				text = "[object Object]"
				if m, isMap := word.(map[string]any); isMap && m["$"] == "date" {
					text = "date"
				}
			}
			words = append(words, text)
		}
		return strings.Join(words, " ")
	}
	if p.Event != "" {
		return p.Event
	}
	return "object"
}
