package tracker

import (
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"

	"layertap/probe/protocol"
)

// settlesIn is how long after its beginning a document is asked for its policies:
// those in its own text come with it.
const settlesIn = 10 * time.Second

// askPolicies asks for the policies of a document. A beacon that one of them forbids
// would be reported to the site, also by one that only reports, so it is not sent.
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

// forbidsBeacons reports whether a content security policy lets no beacon pass to a
// host that it does not name. It goes by CSP level 3, with connect-src before
// default-src.
func forbidsBeacons(policy string) bool {
	sources := map[string]string{}
	for _, match := range directive.FindAllStringSubmatch(policy, -1) {
		name := strings.ToLower(match[1])
		if _, again := sources[name]; !again { // the first counts
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
