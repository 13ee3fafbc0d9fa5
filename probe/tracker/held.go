package tracker

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"

	"layertap/probe/protocol"
	"layertap/visible"
)

// obstacles is why the pages of tabs could not be opened, and what they wait for.
type obstacles struct {
	*shared
	logins *logins
	failed map[cdp.LoaderID]string // the browser's codes of documents that did not come
	login  map[cdp.LoaderID]bool   // documents for which the site asked for a login
	// alone says that the browser was started here without a window: nobody else can
	// answer a dialog.
	alone bool
	// fatal says that nothing goes on if the page cannot be opened, which is the first.
	fatal bool
}

// unauthorized is the status of an answer that asks for a login.
const unauthorized = 401

// maxObstacles bounds how many documents are remembered that did not come.
const maxObstacles = 100

// take follows what keeps a page from being there or from running.
func (o *obstacles) take(s *session, m *cdproto.Message) {
	switch string(m.Method) {
	case network.LoadingFailed.Method:
		protocol.On(m, func(e *network.EventLoadingFailed) {
			if e.Type == network.ResourceTypeDocument {
				if o.failed == nil || len(o.failed) == maxObstacles {
					o.failed = map[cdp.LoaderID]string{}
				}
				o.failed[cdp.LoaderID(e.RequestID)] = e.ErrorText
			}
		})
	case network.ResponseReceived.Method:
		if !bytes.Contains(m.Params, []byte(`"status":401`)) { // there are many answers
			return
		}
		protocol.On(m, func(e *answer) {
			if e.Type == network.ResourceTypeDocument && e.Response.Status == unauthorized {
				if o.login == nil || len(o.login) == maxObstacles {
					o.login = map[cdp.LoaderID]bool{}
				}
				o.login[cdp.LoaderID(e.Request)] = true
			}
		})
	case page.FrameNavigated.Method:
		protocol.On(m, func(e *page.EventFrameNavigated) { o.opened(s, e.Frame) })
	case page.JavascriptDialogOpening.Method:
		protocol.On(m, func(e *page.EventJavascriptDialogOpening) { o.dialogOpened(s, e) })
	case page.JavascriptDialogClosed.Method:
		s.tab.dialog = ""
	}
}

// opened takes that a frame shows a document, or why it does not show the one that it
// was to show.
func (o *obstacles) opened(s *session, f *cdp.Frame) {
	if f == nil {
		return
	}
	if held := s.tab.frames[f.ID]; held != nil {
		held.failed = f.UnreachableURL
	}
	if f.ParentID != "" || !s.isPage || o.fatal && f.UnreachableURL != "" {
		return
	}
	tab, code := s.tab, o.failed[f.LoaderID]
	tab.dialog, tab.obstacle = "", ""
	switch {
	case o.login[f.LoaderID]:
		tab.obstacle = o.loginAsked(cmp.Or(f.UnreachableURL, f.URL))
	case f.UnreachableURL != "":
		tab.obstacle = fmt.Sprintf("%s couldn't be opened: %s", hostOf(f.UnreachableURL), problemOf(code))
	}
	if f.UnreachableURL != "" {
		o.builder.Unopened(s.place(f.ID), f.UnreachableURL, problemOf(code), o.now)
	}
}

// loginAsked says that a site asks for a login, and where to answer it.
func (o *obstacles) loginAsked(address string) string {
	switch host := hostOf(address); {
	case o.logins.refused:
		return host + " refused the login in --auth-file"
	case o.alone:
		return host + " asks for a login: give it with --auth-file"
	default:
		return "Chrome asks for a login for " + host + ": answer it there"
	}
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return visible.Text(u.Host)
	}
	return visible.Text(address)
}

// dialogOpened takes that a page shows a dialog. Without a window nobody can close it, so
// that is done here, as the browser does if it isn't attached to: the page goes on
// without an answer, and may be left.
func (o *obstacles) dialogOpened(s *session, e *page.EventJavascriptDialogOpening) {
	if o.alone {
		leaves := e.Type == page.DialogTypeBeforeunload || e.Type == page.DialogTypeAlert
		o.Send(protocol.Ask(s.id, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: leaves}))
		return
	}
	what := map[page.DialogType]string{
		page.DialogTypeAlert: "an alert", page.DialogTypeConfirm: "a confirm dialog", page.DialogTypePrompt: "a prompt",
	}[e.Type]
	if what == "" {
		s.tab.dialog = "Chrome asks whether to leave the page: answer it there"
		return
	}
	text := []rune(visible.Text(strings.Join(strings.Fields(e.Message), " ")))
	if len(text) > maxDialog {
		text = append(text[:maxDialog], '…')
	}
	s.tab.dialog = fmt.Sprintf("the page shows %s, %q: it runs no scripts until you close it", what, string(text))
}

// maxDialog is how much of a dialog's text is told.
const maxDialog = 60

// held says what the tabs that are followed wait for; empty where they run.
func (o *obstacles) held() string {
	for _, tab := range o.openTabs() {
		if tab.dialog != "" {
			return tab.dialog
		}
		if tab.Printing {
			return "Chrome shows its print dialog: the page runs no scripts until you close it"
		}
		if tab.obstacle != "" {
			return tab.obstacle
		}
	}
	return ""
}

// problem is why the browser could not open a page, and what to do about that.
type problem struct{ what, advice string }

// problems are those of the browser's codes that users meet (net/base/net_error_list.h
// in Chromium).
var problems = map[string]problem{
	"net::ERR_NAME_NOT_RESOLVED":        {"unknown host", "check the spelling"},
	"net::ERR_CONNECTION_REFUSED":       {"connection refused", "is the server running?"},
	"net::ERR_CONNECTION_TIMED_OUT":     {"no response", "is it reachable from here?"},
	"net::ERR_ADDRESS_UNREACHABLE":      {"not reachable from here", ""},
	"net::ERR_INTERNET_DISCONNECTED":    {"this machine is offline", ""},
	"net::ERR_SSL_PROTOCOL_ERROR":       {"it does not support https", "try http://"},
	"net::ERR_INVALID_URL":              {"invalid URL", ""},
	"net::ERR_BLOCKED_BY_CLIENT":        {"blocked", ""},
	"net::ERR_INVALID_AUTH_CREDENTIALS": {"it asks for a login", "give it with --auth-file"},
}

// problemFor returns what a code means; the zero problem if it isn't known.
func problemFor(code string) problem {
	if strings.HasPrefix(code, "net::ERR_CERT_") {
		return problem{"its certificate isn't valid", "--ignore-certificate-errors opens it all the same"}
	}
	return problems[code]
}

// problemOf says what a code means, and the code.
func problemOf(code string) string {
	switch known := problemFor(code).what; {
	case known == "" && code == "":
		return "the browser shows an error page"
	case known == "":
		return code
	default:
		return known + " (" + code + ")"
	}
}

// Refused says in a sentence why a page could not be opened.
func Refused(address, code string) error {
	reason := problemFor(code)
	switch {
	case reason.what == "":
		reason.what = "the browser refused it"
	case reason.advice != "":
		reason.what += "; " + reason.advice
	}
	return fmt.Errorf("opening %s: %s (%s)", address, reason.what, code)
}
