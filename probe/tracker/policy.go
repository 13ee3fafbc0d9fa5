package tracker

import (
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"

	"layertap/probe/protocol"
)

// settlesIn is how long after its beginning a document's policies are requested: those
// in its own text arrive with it.
const settlesIn = 10 * time.Second

// askPolicies requests the policies of a document. A beacon that a policy forbids would
// be reported to the site, even by a report-only policy, so it is not sent.
func (t *shared) askPolicies(s *session, w world) {
	policies := protocol.Ask(s.id, network.GetSecurityIsolationStatus, network.GetSecurityIsolationStatusParams{FrameID: w.frame})
	policies.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *network.GetSecurityIsolationStatusResult) {
			for _, policy := range r.Status.Csp {
				if forbidsBeacons(policy.EffectiveDirectives) {
					t.Send(t.evaluateIn(s, w, "forbid()"))
					return
				}
			}
		})
	}
	t.Send(policies)
}

// directive matches a directive of a content security policy.
var directive = regexp.MustCompile(`(?i)(?:^|[;,])\s*(connect-src|default-src)(?:\s+([^;,]*))?`)

// forbidsBeacons reports whether a content security policy blocks beacons to a host
// that it does not name. As in CSP level 3, connect-src takes precedence over
// default-src.
func forbidsBeacons(policy string) bool {
	sources := map[string]string{}
	for _, match := range directive.FindAllStringSubmatch(policy, -1) {
		name := strings.ToLower(match[1])
		if _, again := sources[name]; !again { // the first one counts
			sources[name] = match[2]
		}
	}
	list, ok := sources["connect-src"]
	if !ok {
		list, ok = sources["default-src"]
	}
	if !ok {
		return false
	}
	for source := range strings.FieldsSeq(strings.ToLower(list)) {
		if source == "*" || source == "https:" {
			return false
		}
	}
	return true
}
