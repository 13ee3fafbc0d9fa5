package tracker

import (
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/protocol"
)

// logins is the state of the login for the visited site.
type logins struct {
	tried   map[fetch.RequestID]bool // the login was sent for these requests
	refused bool
}

// maxTried is the maximum number of requests kept in tried.
const maxTried = 1000

// holdRequests makes the browser pause a session's requests to the site and, if beacons
// is set, the hook's beacons.
func (i *interceptor) holdRequests(s target.SessionID, beacons bool) protocol.Command {
	patterns := i.visit.Held()
	if beacons {
		patterns = append(patterns, i.beacons()...)
	}
	if patterns == nil {
		return protocol.Ask(s, fetch.Disable, cdp.Empty{})
	}
	return protocol.Ask(s, fetch.Enable, fetch.EnableParams{Patterns: patterns, HandleAuthRequests: new(i.visit.Login != nil)})
}

// paused handles a paused request.
func (i *interceptor) paused(s *session, e *fetch.EventRequestPaused) {
	if e.Request != nil && strings.HasPrefix(e.Request.URL, i.Hook.UnloadURL) {
		i.unloadBeacon(s, e)
		return
	}
	on := fetch.ContinueRequestParams{RequestID: e.RequestID}
	if e.Request != nil && len(i.visit.Headers) > 0 && i.visit.IsSite(e.Request.URL) {
		for name, value := range e.Request.Headers {
			if text, ok := value.(string); ok {
				on.Headers = append(on.Headers, &fetch.HeaderEntry{Name: name, Value: text})
			}
		}
		for _, h := range i.visit.Headers {
			on.Headers = append(on.Headers, &fetch.HeaderEntry{Name: h.Name, Value: h.Value})
		}
	}
	i.Send(protocol.Ask(s.id, fetch.ContinueRequest, on))
}

// loginAsked sends the login to the site, once per request. If the site rejects it, the
// browser proceeds as if layertap weren't attached: it prompts the user if it has a
// window.
func (i *interceptor) loginAsked(s *session, e *fetch.EventAuthRequired) {
	answer := &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseDefault}
	l := &i.logins
	ours := i.visit.Login != nil && e.AuthChallenge != nil && e.AuthChallenge.Source != fetch.AuthChallengeSourceProxy && i.visit.IsSite(e.AuthChallenge.Origin)
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
		answer.Username = i.visit.Login.Username()
		answer.Password, _ = i.visit.Login.Password()
	}
	i.Send(protocol.Ask(s.id, fetch.ContinueWithAuth, fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: answer}))
}
