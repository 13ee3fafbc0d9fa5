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

// obstacles records why the pages of tabs could not be opened, and what they are
// waiting for.
type obstacles struct {
	*shared
	logins *logins
	failed map[cdp.LoaderID]string // the browser's error codes of documents that failed to load
	login  map[cdp.LoaderID]bool   // documents for which the site requested a login
	// alone is set if the browser was started here without a window, so that its user
	// cannot close a dialog.
	alone bool
	// fatal is set while a page that can't be opened ends the session, as for the first
	// one.
	fatal bool
}

// unauthorized is the status of a response that requests a login.
const unauthorized = 401

// maxObstacles is the maximum number of failed documents kept.
const maxObstacles = 100

// take handles the events about a page that can't be opened or is blocked.
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
		if !bytes.Contains(m.Params, []byte(`"status":401`)) { // avoids decoding every response
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

// opened notes that a frame shows a document, or why it doesn't show the requested one.
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

// loginAsked returns a sentence that a site requires a login, and where to enter it.
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

// dialogOpened handles a dialog of a page. Without a window the user cannot close it,
// so it is closed here, as the browser does when nothing is attached: it gets no
// answer, and the page may be left.
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

// maxDialog is the maximum length shown of a dialog's text.
const maxDialog = 60

// held returns a sentence about what the followed tabs are waiting for; empty if they
// are running.
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

// problem is why the browser could not open a page, and advice for the user.
type problem struct{ what, advice string }

// problems are the browser's error codes that users encounter
// (net/base/net_error_list.h in Chromium).
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

// problemFor returns the problem with a code, or the zero problem.
func problemFor(code string) problem {
	if strings.HasPrefix(code, "net::ERR_CERT_") {
		return problem{"its certificate isn't valid", "--ignore-certificate-errors opens it all the same"}
	}
	return problems[code]
}

// problemOf returns the meaning of a code, followed by the code.
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

// Refused returns an error that explains why a page could not be opened.
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
