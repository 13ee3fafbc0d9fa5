package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/gtm/engine"
	"layertap/internal/golden"
)

// Publicly available exports evaluated over a session: what is unused.
func TestPublicContainersOnASession(t *testing.T) {
	var got strings.Builder
	for _, name := range []string{"mammothgrowth-mg-gtm-guide", "nivmalach-gtm-container-generator", "rayl4n-whatsapp-web", "trevorfox-enhanced-ecommerce-demo"} {
		b := &bench{engine: engine.New(container(t, "../testdata/containers", name+".json"))}
		fmt.Fprintf(&got, "%s\n", name)
		for _, text := range []string{
			`{"event":"gtm.js","gtm.start":1}`, `{"event":"gtm.dom"}`, `{"event":"addtocart","ecommerce":{"add":{"products":[{"name":"x"}]}}}`,
			`{"event":"ga-event","eventActon":"click"}`, `{"event":"ga_event","eventLabel":"l","eventCategory":"c"}`, `{"event":"promotion_click"}`,
		} {
			out := b.push(text)
			fmt.Fprintf(&got, "  %s\n", text)
			for _, m := range out.Triggers {
				fmt.Fprintf(&got, "    %s: %s\n", m.Trigger.Name, m.Matched)
			}
			for _, f := range out.Tags {
				fmt.Fprintf(&got, "    fires %s: %s\n", f.Tag.Name, f.Fires)
			}
			for _, m := range out.NearMisses {
				fmt.Fprintf(&got, "    near miss of %s: %s, %s\n", m.Trigger.Name, m.Expected, m.Kind)
			}
		}
		dead := b.engine.Unused()
		for _, e := range dead.Events {
			fmt.Fprintf(&got, "  nobody listens to %s\n", e.Event)
		}
		for _, tr := range dead.Triggers {
			fmt.Fprintf(&got, "  never matched: %s\n", tr.Name)
		}
		for _, v := range dead.Variables {
			fmt.Fprintf(&got, "  never set: %s, near %q\n", v.Variable.Key, v.Near)
		}
		for _, k := range dead.Keys {
			fmt.Fprintf(&got, "  never read: %s\n", k.Key)
		}
	}
	golden.Compare(t, "../testdata/containers/session.txt", got.String())
}
