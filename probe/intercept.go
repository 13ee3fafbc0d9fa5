package probe

import (
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/target"
)

// logins is what became of the login for the site that is opened.
type logins struct {
	tried   map[fetch.RequestID]bool // it was given for these requests
	refused bool
}

// maxTried bounds for how many requests it is remembered that they got the login.
const maxTried = 1000

// intercepts reports whether the requests to the site that is opened are held for a
// moment: only so can they be given a header, or a login when the site asks for one.
func (v *visiting) intercepts() bool {
	return v.host != "" && (len(v.Headers) > 0 || v.Login != nil)
}

// isSite reports whether an address is of the site that is opened, or of a host below it.
func (v *visiting) isSite(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return strings.EqualFold(host, v.host) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(v.host))
}

// held are the patterns of the requests that are held. They match a few more.
func (v *visiting) held() []*fetch.RequestPattern {
	if !v.intercepts() {
		return nil
	}
	host := v.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return []*fetch.RequestPattern{{URLPattern: "http*://" + host + "*"}, {URLPattern: "http*://*." + host + "*"}}
}

// holdRequests makes the browser hold a session's requests: those to the site, and beacons of
// the hook where those are intercepted.
func (t *tracker) holdRequests(s target.SessionID, beacons bool) command {
	patterns := t.visit.held()
	if beacons {
		patterns = append(patterns, t.beacons()...)
	}
	if patterns == nil {
		return ask(s, fetch.Disable, cdp.Empty{})
	}
	return ask(s, fetch.Enable, fetch.EnableParams{Patterns: patterns, HandleAuthRequests: new(t.visit.Login != nil)})
}

// paused takes a request that is held.
func (t *tracker) paused(s *session, e *fetch.EventRequestPaused) {
	if e.Request != nil && strings.HasPrefix(e.Request.URL, t.hook.UnloadURL) {
		t.unloadBeacon(s, e)
		return
	}
	on := fetch.ContinueRequestParams{RequestID: e.RequestID}
	if e.Request != nil && len(t.visit.Headers) > 0 && t.visit.isSite(e.Request.URL) {
		for name, value := range e.Request.Headers {
			if text, ok := value.(string); ok {
				on.Headers = append(on.Headers, &fetch.HeaderEntry{Name: name, Value: text})
			}
		}
		for _, h := range t.visit.Headers {
			on.Headers = append(on.Headers, &fetch.HeaderEntry{Name: h.Name, Value: h.Value})
		}
	}
	t.send(ask(s.id, fetch.ContinueRequest, on))
}

// loginAsked gives the login to the site, once for each request. Where that is not what
// the site wants, the browser goes on as without us: it asks the user if it has a window.
func (t *tracker) loginAsked(s *session, e *fetch.EventAuthRequired) {
	answer := &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseDefault}
	l := &t.visit.logins
	ours := t.visit.Login != nil && e.AuthChallenge != nil && e.AuthChallenge.Source != fetch.AuthChallengeSourceProxy && t.visit.isSite(e.AuthChallenge.Origin)
	switch {
	case !ours:
	case l.tried[e.RequestID]:
		l.refused = true
	default:
		if l.tried == nil || len(l.tried) == maxTried {
			l.tried = map[fetch.RequestID]bool{}
		}
		l.tried[e.RequestID] = true
		answer.Response = fetch.AuthChallengeResponseResponseProvideCredentials
		answer.Username = t.visit.Login.Username()
		answer.Password, _ = t.visit.Login.Password()
	}
	t.send(ask(s.id, fetch.ContinueWithAuth, fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: answer}))
}
