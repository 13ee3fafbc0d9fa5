package probe

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/browser"
)

// layerNow returns the contents of a page's data layer when the page is idle, without
// what differs between visits.
const layerNow = `(async () => {
	await window.ready;
	for (let i = 0; i < 3; i++) await new Promise((done) => requestIdleCallback(done));
	const layer = window.adobeDataLayer || window.ga4DataLayer || window.dataLayer;
	return JSON.stringify({
		events: [...layer].map((m) => typeof m === 'function' ? 'function' : m.event ?? (typeof m[0] === 'string' ? [...m].slice(0, 2).map((w) => w instanceof Date ? 'date' : String(w)).join(' ') : 'object')),
		layer: JSON.stringify([...layer]), push: String(layer.push), own: Object.keys(layer).filter((k) => isNaN(k)), body: document.body.innerText,
	})
})()`

// atRest is the result of layerNow.
type atRest struct {
	Events            []string
	Layer, Push, Body string
	Own               []string
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

// Libraries behave the same with and without the probe, and each message is recorded
// once, in order. make test-libraries downloads them.
func TestLibraries(t *testing.T) {
	dir := os.Getenv("LAYERTAP_LIBRARIES")
	if dir == "" {
		t.Skip("the libraries are not there: make test-libraries brings them")
	}
	bundles, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil || len(bundles) == 0 {
		t.Fatalf("no bundles in %s: %v", dir, err)
	}
	// What the libraries load from elsewhere is missing, with and without the probe.
	chrome := launchOwn(t, browser.Options{Headless: true, Switches: []string{
		"remote-debugging-port=0", "disable-popup-blocking", "host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
	}})
	for _, path := range bundles {
		name := strings.TrimSuffix(filepath.Base(path), ".js")
		t.Run(name, func(t *testing.T) {
			script, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := serve(t, map[string]string{
				"/":                `<!doctype html><title>` + name + `</title><body><h1>Shop</h1><script type="module" src="/` + name + `.js"></script>`,
				"/" + name + ".js": string(script),
			})
			without := newTab(t, chrome).atRest(s.URL)
			d := newTab(t, chrome)
			w := watch(t, d, chrome, func(o *Options) { o.Layers = []string{"adobeDataLayer", "ga4DataLayer"} })
			with := d.atRest(s.URL)
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf("the page without the probe (-) and with it (+):\n%s", diff)
			}
			if len(with.Events) == 0 {
				t.Error("the library pushed nothing")
			}
			var seen []string
			w.until("all messages", func() bool {
				seen = nil
				for _, e := range w.entries {
					if p, ok := e.(*datalayer.Push); ok {
						seen = append(seen, messageWord(p))
					}
				}
				return len(seen) >= len(with.Events)
			})
			if diff := cmp.Diff(with.Events, seen); diff != "" {
				t.Errorf("in the layer (-) and recorded (+):\n%s", diff)
			}
		})
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
