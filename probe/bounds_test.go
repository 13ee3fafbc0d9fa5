package probe

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

// A check that is queued behind a long task of the page doesn't count against the
// program, however short the lease.
func TestLeaseWaitsForThePage(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>dataLayer = []</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) {
		o.bounds.Lease, o.bounds.LeaseTurn = time.Millisecond, time.Millisecond
	})
	d.open(s.URL)
	d.run(`(async () => {
		for (let i = 0; i < 20; i++) {
			dataLayer.push({event: 'e' + i});
			const end = performance.now() + 20;
			while (performance.now() < end);
			await null;
		}
		dataLayer.push({event: 'end'});
	})()`)
	w.see("end")
	var got, want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("e%d push", i))
	}
	want = append(want, "end push")
	for _, p := range w.pushes() {
		got = append(got, p.Event+" "+string(p.Via))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if gaps := probetest.Only[*datalayer.Gap](w.entries); len(gaps) > 0 {
		t.Errorf("there are gaps:\n%s", strings.Join(w.story(), "\n"))
	}
}
