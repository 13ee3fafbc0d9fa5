package engine_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/gtm/engine"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("../testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(read(t, path)); got != want {
		t.Errorf("%s is not what it was; -update rewrites it\n got:\n%s\nwant:\n%s", name, got, want)
	}
}

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
	golden(t, "containers/session.txt", got.String())
}
