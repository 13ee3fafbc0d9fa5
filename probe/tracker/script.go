package tracker

import (
	"cmp"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"layertap/datalayer"
	"layertap/probe/protocol"
)

// scripts follows the scripts that pages load: a tag manager's URL names the data
// layer, and its text contains the container.
type scripts struct {
	*shared
	layers  []string              // found in URLs
	loading map[requestKey]string // the URLs of scripts that are being loaded
	found   map[string]bool       // the IDs and SHA-256 of what was recorded
}

func newScripts(sh *shared) *scripts {
	return &scripts{shared: sh, loading: map[requestKey]string{}, found: map[string]bool{}}
}

// variable matches a name that a script's URL may specify for a data layer.
var variable = regexp.MustCompile(`^[A-Za-z_$][\w$]{0,99}$`)

// requested handles a script that a page loads, and watches the data layer that its URL
// names (as "l", in the snippets of Google Tag Manager and of gtag.js). The script has
// not run yet, so nothing is missed.
func (sc *scripts) requested(s *session, e *network.EventRequestWillBeSent) {
	if e.Type != network.ResourceTypeScript {
		return
	}
	sc.loading[requestKey{s.id, e.RequestID}] = e.Request.URL
	if _, name := namesIn(e.Request.URL); variable.MatchString(name) && !slices.Contains(sc.Hook.Layers, name) {
		sc.watch(name)
	}
}

// namesIn returns the ID and the data layer in a tag manager's URL.
func namesIn(address string) (id, layer string) {
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("id") == "" {
		return "", ""
	}
	return u.Query().Get("id"), u.Query().Get("l")
}

// watch watches an additional data layer, in current and future documents.
func (sc *scripts) watch(name string) {
	sc.Hook.Layers = append(sc.Hook.Layers, name)
	sc.layers = append(sc.layers, name)
	watch := sc.watching()
	for _, s := range sc.sessions {
		if !s.isTab {
			sc.Send(protocol.Ask(s.id, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: sc.Hook.Call(watch)}))
		}
	}
	sc.Send(sc.Evaluate(watch)...)
}

// watching returns the call that makes a hook watch the layers found.
func (sc *scripts) watching() string {
	names, _ := json.Marshal(sc.layers)
	return "watch(" + string(names) + ")"
}

// loaded looks for a container in a loaded script. The browser searches the text; only
// scripts with a match are fetched.
func (sc *scripts) loaded(s *session, request network.RequestID) {
	key := requestKey{s.id, request}
	address, ok := sc.loading[key]
	delete(sc.loading, key)
	if !ok || sc.Container == nil {
		return
	}
	search := protocol.Ask(s.id, network.SearchInResponseBody, network.SearchInResponseBodyParams{
		RequestID: request, IsRegex: new(true), Query: `["']?resource["']?\s*:\s*\{`, // minified or not
	})
	search.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *network.SearchInResponseBodyResult) {
			if len(r.Result) > 0 {
				sc.fetchContainer(s, request, address)
			}
		})
	}
	sc.Send(search)
}

func (sc *scripts) fetchContainer(s *session, request network.RequestID, address string) {
	body := protocol.Ask(s.id, network.GetResponseBody, network.GetResponseBodyParams{RequestID: request})
	id, layer := namesIn(address)
	body.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *responseBody) {
			if !r.Base64 {
				sc.record(sc.Container([]byte(r.Body), id), cmp.Or(layer, "dataLayer"))
			}
		})
	}
	sc.Send(body)
}

// responseBody is a body of text; network.GetResponseBodyResult would decode it as
// base64.
type responseBody struct {
	Body   string `json:"body"`
	Base64 bool   `json:"base64Encoded"`
}

// record records what was found in a script, unless it was recorded before.
func (sc *scripts) record(found datalayer.Entry, layer string) {
	at, key := datalayer.Place{T: sc.builder.Wall(sc.now)}, ""
	switch e := found.(type) {
	case *datalayer.Container:
		e.Place, e.Layer, e.Source = at, layer, "page"
		key = e.ID + " " + e.SHA256
	case *datalayer.GoogleTag:
		e.Place, e.Layer = at, layer
		key = e.ID + " " + e.SHA256
	default:
		return
	}
	if !sc.found[key] {
		sc.found[key] = true
		sc.builder.Add(found)
	}
}
