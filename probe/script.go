package probe

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"layertap/datalayer"
)

// scripts watches what scripts the pages load: a tag manager's address names the
// data layer, and its text holds the container.
type scripts struct {
	layers     []string              // that were found in addresses
	loading    map[requestKey]string // the address of each that is on its way
	containers map[string]bool       // those that were handed on, by their SHA-256
}

// variable matches a name that a script's address may give a data layer.
var variable = regexp.MustCompile(`^[A-Za-z_$][\w$]{0,99}$`)

// scriptRequested notes a script that a page loads, and watches the data layer that its
// address names (as "l", in the snippets of Google Tag Manager and of gtag.js).
// The script is not there yet, so nothing is missed.
func (t *tracker) scriptRequested(s *session, e *network.EventRequestWillBeSent) {
	if e.Type != network.ResourceTypeScript {
		return
	}
	t.scripts.loading[requestKey{s.id, e.RequestID}] = e.Request.URL
	if _, name := namesIn(e.Request.URL); variable.MatchString(name) && !slices.Contains(t.hook.Layers, name) {
		t.watch(name)
	}
}

// namesIn returns the container and the data layer that a tag manager's address
// names. The container's own text does not say what it is called.
func namesIn(address string) (id, layer string) {
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("id") == "" {
		return "", ""
	}
	return u.Query().Get("id"), u.Query().Get("l")
}

// watch watches one more data layer, in the documents that are there and in
// those to come.
func (t *tracker) watch(name string) {
	t.hook.Layers = append(t.hook.Layers, name)
	t.scripts.layers = append(t.scripts.layers, name)
	watch := t.scripts.watch()
	for _, s := range t.sessions {
		if !s.isTab {
			t.send(ask(s.id, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: t.hook.call(watch)}))
		}
	}
	t.send(t.evaluate(watch)...)
}

// watch returns the call that makes a hook watch the layers that were found.
func (s *scripts) watch() string {
	names, _ := json.Marshal(s.layers)
	return "watch(" + string(names) + ")"
}

// scriptLoaded looks for a container in a script that has come. The browser searches;
// only a script that has one is fetched.
func (t *tracker) scriptLoaded(s *session, request network.RequestID) {
	key := requestKey{s.id, request}
	address, ok := t.scripts.loading[key]
	delete(t.scripts.loading, key)
	if !ok || t.container == nil {
		return
	}
	search := ask(s.id, network.SearchInResponseBody, network.SearchInResponseBodyParams{
		RequestID: request, IsRegex: new(true), Query: `["']?resource["']?\s*:\s*\{`, // minified or not
	})
	search.then = func(m *cdproto.Message) {
		onResult(m, func(r *network.SearchInResponseBodyResult) {
			if len(r.Result) > 0 {
				t.fetchContainer(s, request, address)
			}
		})
	}
	t.send(search)
}

func (t *tracker) fetchContainer(s *session, request network.RequestID, address string) {
	body := ask(s.id, network.GetResponseBody, network.GetResponseBodyParams{RequestID: request})
	body.then = func(m *cdproto.Message) {
		onResult(m, func(r *responseBody) {
			if c := t.container([]byte(r.Body)); c != nil && !r.Base64 {
				t.found(*c, address)
			}
		})
	}
	t.send(body)
}

// responseBody is a body that is text; network.GetResponseBodyResult would take
// it for base64.
type responseBody struct {
	Body   string `json:"body"`
	Base64 bool   `json:"base64Encoded"`
}

// found hands on a container that was not seen before.
func (t *tracker) found(c datalayer.Container, address string) {
	sum := sha256.Sum256(c.Resource)
	c.SHA256 = hex.EncodeToString(sum[:])
	if t.scripts.containers[c.SHA256] {
		return
	}
	t.scripts.containers[c.SHA256] = true
	c.Source = "page"
	id, layer := namesIn(address)
	c.ID, c.Layer = cmp.Or(c.ID, id), cmp.Or(layer, "dataLayer")
	c.Place = datalayer.Place{T: t.builder.wall(t.now)}
	t.builder.entries = append(t.builder.entries, &c)
}

// lexical looks for data layers that a page declared with let or const: no
// global variable has them, so the tag manager does not see them, and the hook
// does not either until it is handed them.
func (t *tracker) lexical(s *session, w world, id runtime.ExecutionContextID) {
	names := ask(s.id, runtime.GlobalLexicalScopeNames, runtime.GlobalLexicalScopeNamesParams{ExecutionContextID: id})
	names.then = func(m *cdproto.Message) {
		onResult(m, func(r *runtime.GlobalLexicalScopeNamesResult) {
			for _, name := range r.Names {
				if slices.Contains(t.hook.Layers, name) {
					t.send(t.evaluateIn(s, w, "lexical("+quote(name)+", "+name+")"))
				}
			}
		})
	}
	t.send(names)
}

func quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}
