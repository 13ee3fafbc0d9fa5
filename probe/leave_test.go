package probe

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/target"
)

// TestLeaving pushes a thousand messages in each way of leaving a page: in twenty
// pages, fifty each.
func TestLeaving(t *testing.T) {
	text, err := os.ReadFile("testdata/leave.html")
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, map[string]string{
		"/leave": "#Permissions-Policy: unload=*\n" + string(text),
		"/done":  pushing("done"),
		"/hub":   "",
	})
	for _, way := range []string{"link", "assign", "busy", "beforeunload", "pagehide", "visibilitychange", "unload", "blank", "close"} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, to another site %v", way, cross), func(t *testing.T) {
				if way != "visibilitychange" { // of which only the tab in front has any
					t.Parallel()
				}
				d := newTab(t, chrome)
				w := watch(t, d, chrome)
				first := fmt.Sprintf("%s/leave?way=%s&n=1&cross=%v", s.URL, way, cross)
				if way == "close" {
					closeTabs(d, first, cross)
				} else {
					d.open(first)
				}
				w.see("done")
				w.settle(d)
				last := map[int]int{} // the last that was seen of each page
				count := 0
				for _, p := range w.pushes() {
					var m struct{ N, I int }
					if err := json.Unmarshal(p.Message, &m); err != nil {
						t.Fatal(err)
					}
					if m.N == 0 {
						continue
					}
					count++
					if m.I != last[m.N] {
						t.Errorf("page %d: message %d comes where %d should", m.N, m.I, last[m.N])
					}
					last[m.N] = m.I + 1
				}
				if count != 1000 {
					t.Errorf("%d of 1000 messages arrived: %v", count, last)
				}
			})
		}
	}
}

// closeTabs opens and closes twenty tabs from one that stays, and then goes on to
// the last page.
func closeTabs(d *driver, first string, cross bool) {
	d.t.Helper()
	done, _, _ := strings.Cut(first, "/leave")
	d.open(done + "/hub")
	if cross {
		first = strings.Replace(first, "127.0.0.1", "localhost", 1)
	}
	for n := 1; n <= 20; n++ {
		address := strings.Replace(first, "n=1", fmt.Sprintf("n=%d", n), 1)
		d.run(fmt.Sprintf(`new Promise((ready) => { addEventListener('message', ready, {once: true}); open(%q) }).then(() => 1)`, address))
		var tabs target.GetTargetsResult
		d.call(ask("", target.GetTargets, target.GetTargetsParams{}), &tabs)
		for _, info := range tabs.TargetInfos {
			if info.URL == address {
				d.call(ask("", target.CloseTarget, target.CloseTargetParams{TargetID: info.TargetID}), new(struct{}))
			}
		}
	}
	d.open(done + "/done")
}
