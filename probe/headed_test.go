package probe

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

// A site that requests a login is reported, and followed once it has it. A user types
// the login into the window; the test, which cannot see whether Chrome prompts yet,
// passes it in a URL.
func TestWindowLogin(t *testing.T) {
	g := guard401(t)
	w := window(t, Options{URL: g.URL + "/"})
	w.until("the login is named", func() bool { return w.state.Held != "" })
	mustContain(t, w.state.Held, "Chrome asks for a login for 127.0.0.1:", ": answer it there")
	if err := w.Navigate(t.Context(), strings.Replace(g.URL, "://", "://qa:s3cret@", 1)+"/"); err != nil {
		t.Fatal(err)
	}
	w.reports("inside")
	w.until("nothing is held", func() bool { return w.state.Held == "" })
}

// A site with an invalid certificate is reported with its own URL, and followed once
// the user has proceeded to it in the window.
func TestWindowCertificate(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<script>dataLayer = [{event: 'inside'}]</script>`))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // omit the browser's TLS errors
	defer s.Close()
	w := window(t, Options{URL: s.URL + "/"})
	w.until("the certificate is named", func() bool { return w.state.Held != "" })
	mustContain(t, w.state.Held, "127.0.0.1:", "couldn't be opened: its certificate isn't valid (net::ERR_CERT_AUTHORITY_INVALID)")
	w.until("its page", func() bool { return len(w.pages()) == 1 })
	if p := w.pages()[0]; p.URL != s.URL+"/" || !strings.HasPrefix(p.Error, "its certificate isn't valid") {
		t.Errorf("the page is %q with %q", p.URL, p.Error)
	}
	// Chrome accepts the word in place of its button, after a click on the page.
	pressing(t, func() { w.reports("inside") }, "mousemove", "300", "700", "click", "1", "type", "--delay", "50", "thisisunsafe")
	w.until("nothing is held", func() bool { return w.state.Held == "" })
	if p := w.pages(); len(p) != 2 || p[1].URL != s.URL+"/" || p[1].Error != "" {
		t.Errorf("the pages are %+v", p)
	}
}

func (w *watched) pages() []*datalayer.Page {
	var pages []*datalayer.Page
	for _, e := range w.entries {
		if p, ok := e.(*datalayer.Page); ok {
			pages = append(pages, p)
		}
	}
	return pages
}

// Without a window, dialogs are closed and the page continues.
func TestDialogsWithoutAWindow(t *testing.T) {
	s := serve(t, map[string]string{"/": `<script>dataLayer = []; alert('first');
		dataLayer.push({event: 'answered', ok: confirm('sure?'), text: prompt('name?')})</script>`})
	w := start(t, Options{URL: s.URL, Headless: true})
	mustContain(t, w.reports("answered"), `"ok":false`, `"text":null`)
}

// A page that cannot be opened is a page with its own URL and the reason, between pages
// that can be opened.
func TestUnopenedPage(t *testing.T) {
	s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'here'}]; onpagehide = () => dataLayer.push({event: 'left'})</script>`})
	gone := httptest.NewServer(nil)
	gone.Close()
	w := start(t, Options{URL: s.URL + "/", Headless: true})
	w.reports("here")
	if err := w.Navigate(t.Context(), gone.URL+"/cart"); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("opening it: %v", err)
	}
	w.until("its page", func() bool { return len(w.pages()) == 2 })
	w.reports("left")
	w.until("it is named", func() bool {
		return strings.HasSuffix(w.state.Held, "couldn't be opened: connection refused (net::ERR_CONNECTION_REFUSED)")
	})
	if err := w.Navigate(t.Context(), s.URL+"/"); err != nil {
		t.Fatal(err)
	}
	w.until("the first page again", func() bool { return len(w.pages()) == 3 && w.state.Held == "" })
	var seen []string
	for _, e := range w.entries {
		switch e := e.(type) {
		case *datalayer.Page:
			seen = append(seen, strings.TrimPrefix(strings.TrimPrefix(e.URL, s.URL), gone.URL)+" "+e.Error)
		case *datalayer.Push:
			seen = append(seen, e.Event)
		case *datalayer.Gap:
			seen = append(seen, e.Why)
		}
	}
	want := []string{"/ ", "here", "left", "/cart connection refused (net::ERR_CONNECTION_REFUSED)", "/ "}
	if diff := cmp.Diff(want, seen[:min(len(seen), len(want))]); diff != "" {
		t.Error(diff)
	}
	for _, c := range w.state.Choices {
		if strings.Contains(c.URL, "chrome-error") {
			t.Errorf("a tab has the URL %s", c.URL)
		}
	}
}

// Chrome's print dialog is reported while it is open.
func TestWindowPrints(t *testing.T) {
	s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'ready'}];
		addEventListener('load', () => setTimeout(() => { print(); dataLayer.push({event: 'printed'}) }))</script>`})
	w := window(t, Options{URL: s.URL})
	w.until("it is named", func() bool { return strings.HasPrefix(w.state.Held, "Chrome shows its print dialog: ") })
	pressing(t, func() { w.reports("printed") }, "key", "--delay", "300", "Escape")
	w.until("nothing is held", func() bool { return w.state.Held == "" })
}

// After the window was closed, its page can be opened again.
func TestWindowClosed(t *testing.T) {
	s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'home'}]</script>`, "/cart": `<script>dataLayer = [{event: 'cart'}]</script>`})
	w := window(t, Options{URL: s.URL + "/"})
	w.see("home")
	if err := w.Navigate(t.Context(), s.URL+"/cart"); err != nil {
		t.Fatal(err)
	}
	w.see("cart")
	pressing(t, func() {
		w.until("the window is closed", func() bool { return w.state.Phase == datalayer.Lost })
	}, "key", "--delay", "300", "ctrl+shift+w")
	if w.state.Detail != "the window was closed" || w.state.Reopens != s.URL+"/cart" || len(w.state.Choices) > 0 {
		t.Errorf("the state is %+v", w.state)
	}
	before := len(w.pushes())
	if err := w.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until("it is there again", func() bool { return len(w.pushes()) > before && w.state.Phase == datalayer.Live })
	if p := w.pushes()[before]; p.Event != "cart" || w.state.Reopens != "" {
		t.Errorf("%s is pushed, and the state is %+v", p.Event, w.state)
	}
	if gaps := probetest.Only[*datalayer.Gap](w.entries); len(gaps) > 0 {
		t.Errorf("there are gaps:\n%s", strings.Join(w.story(), "\n"))
	}
}
