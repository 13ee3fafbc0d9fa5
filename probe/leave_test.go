package probe

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// TestLeaving pushes fifty messages in each of some pages, for each way of leaving a
// page.
func TestLeaving(t *testing.T) {
	text, err := os.ReadFile("testdata/leave.html")
	if err != nil {
		t.Fatal(err)
	}
	pages := rounds(2, 20)
	s := serve(t, map[string]string{
		"/leave": "#Permissions-Policy: unload=*\n" + string(text),
		"/done":  pushing("done"),
		"/hub":   "",
	})
	for _, way := range []string{"link", "assign", "busy", "beforeunload", "pagehide", "visibilitychange", "unload", "blank", "close", "closeItself", "pushAndClose", "unloadAndClose"} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, to another site %v", way, cross), func(t *testing.T) {
				// Only the tab in front has visibilitychange, and programs in one browser
				// resume each other's new tabs, so that those may begin without the hook.
				opens := way == "blank" || strings.Contains(strings.ToLower(way), "close")
				if way != "visibilitychange" && !opens {
					t.Parallel()
				}
				d := newTab(t, chrome)
				w := watch(t, d, chrome)
				first := fmt.Sprintf("%s/leave?way=%s&n=1&cross=%v&last=%d", s.URL, way, cross, pages)
				if strings.Contains(strings.ToLower(way), "close") {
					openTabs(d, first, pages, cross, way == "close")
				} else {
					d.navigate(first)
				}
				w.see("done")
				// A window of another site that closes itself is gone with its process before its
				// handlers for pagehide and unload have run, and a busy browser does not wait long
				// for those of other pages either: no messages are missed, because none are made.
				made, all := s.made(d, way, cross), 50*pages
				if pushedInTime := slices.Contains([]string{"link", "assign", "busy", "beforeunload", "blank"}, way); pushedInTime && made != all {
					t.Errorf("the pages made %d messages, not %d", made, all)
				}
				// What an unload handler pushes arrives after the page has reported its end, so
				// that the next page doesn't wait for it.
				w.until("all that was pushed has come", func() bool { return len(w.numbered()) >= made })
				w.settle()
				messages := w.numbered()
				if len(messages) > all {
					t.Errorf("%d messages of %d arrived", len(messages), all)
				}
				next := map[int]int{} // of each page
				for _, m := range messages {
					if m.I != next[m.N] {
						t.Errorf("page %d: message %d comes where %d should", m.N, m.I, next[m.N])
					}
					next[m.N] = m.I + 1
				}
			})
		}
	}
}

// numbered is a message of a page that numbers its messages.
type numbered struct{ N, I int }

// numbered returns the numbered messages in order.
func (w *watched) numbered() []numbered {
	w.t.Helper()
	var all []numbered
	for _, p := range w.pushes() {
		var m numbered
		if err := json.Unmarshal(p.Message, &m); err != nil {
			w.t.Fatal(err)
		}
		if m.N > 0 {
			all = append(all, m)
		}
	}
	return all
}

// openTabs opens tabs from one that stays open, each when the one before is about to
// close, and then navigates to the last page. Tabs are closed by the user or close
// themselves.
func openTabs(d *driver, first string, tabs int, cross, user bool) {
	d.t.Helper()
	done, _, _ := strings.Cut(first, "/leave")
	d.open(done + "/hub")
	if cross {
		first = strings.Replace(first, "127.0.0.1", "localhost", 1)
	}
	for n := 1; n <= tabs; n++ {
		address := strings.Replace(first, "n=1", fmt.Sprintf("n=%d", n), 1)
		d.run(fmt.Sprintf(`new Promise((ready) => { addEventListener('message', ready, {once: true}); open(%q) }).then(() => 1)`, address))
		if !user {
			continue
		}
		var tabs target.GetTargetsResult
		d.call(protocol.Ask("", target.GetTargets, target.GetTargetsParams{}), &tabs)
		for _, info := range tabs.TargetInfos {
			if info.URL == address {
				d.call(protocol.Ask("", target.CloseTarget, target.CloseTargetParams{TargetID: info.TargetID}), new(struct{}))
			}
		}
	}
	d.open(done + "/done")
}

// made returns how many messages the pages pushed, according to the pages.
func (s *site) made(d *driver, way string, cross bool) int {
	d.t.Helper()
	made := 0
	for _, site := range []string{s.URL, s.other()} {
		d.open(site + "/hub")
		n, err := strconv.Atoi(d.run(fmt.Sprintf(`+(localStorage[%q] || 0)`, fmt.Sprint(way, cross))))
		if err != nil {
			d.t.Fatal(err)
		}
		made += n
	}
	return made
}

// TestFramesLastWords has frames in separate processes. The browser ends the session
// with such a frame before its page has sent everything, and starts another one for a
// restored frame only a moment after its first messages.
func TestFramesLastWords(t *testing.T) {
	const frame = `<script>
		dataLayer = [{event: 'here'}];
		addEventListener('pagehide', () => dataLayer.push({event: 'left'}));
		addEventListener('pageshow', (e) => { if (e.persisted) dataLayer.push({event: 'back'}) });
	</script>`
	for _, test := range []struct {
		name  string
		frame string
		do    func(d *driver, url string)
		want  []string // what the page in the frame pushes
	}{
		{"the page goes", frame, func(d *driver, url string) {
			d.open(url + "/done")
		}, []string{"here", "left"}},
		{"the page goes and comes back", frame, func(d *driver, url string) {
			d.open(url + "/done")
			d.run(`setTimeout(() => history.back())`)
		}, []string{"here", "left", "back"}},
		{"the frame is taken out", frame, func(d *driver, url string) {
			d.run(`document.querySelector('iframe').remove()`)
		}, []string{"here", "left"}},
		{"the frame goes to this site", frame, func(d *driver, url string) {
			d.run(`document.querySelector('iframe').src = '/done'; 1`)
		}, []string{"here", "left"}},
		{"the frame goes on in its site", frame, func(d *driver, url string) {
			d.run(`document.querySelector('iframe').src += '?again'; 1`)
		}, []string{"here", "left", "here"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string]string{
				"/":      `<script>dataLayer = [{event: 'main'}]</script><iframe src="{other}/frame"></iframe>`,
				"/frame": test.frame,
				"/done":  pushing("done"),
			})
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL)
			w.see("here")
			test.do(d, s.URL)
			messages := func() []string {
				var events []string
				for _, p := range w.pushes() {
					if p.Frame != "main" && p.Event != "done" {
						events = append(events, p.Event)
					}
				}
				return events
			}
			w.until("the frame's words are there", func() bool { return len(messages()) >= len(test.want) })
			w.settle()
			if diff := cmp.Diff(test.want, messages()); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, strings.Join(w.story(), "\n"))
			}
		})
	}
}

// closeTabs closes the tabs with pages of the site.
func (s *site) closeTabs(d *driver) {
	d.t.Helper()
	var tabs target.GetTargetsResult
	d.call(protocol.Ask("", target.GetTargets, target.GetTargetsParams{}), &tabs)
	for _, info := range tabs.TargetInfos {
		if info.TargetID != d.page && (strings.HasPrefix(info.URL, s.URL) || strings.HasPrefix(info.URL, s.other())) {
			d.call(protocol.Ask("", target.CloseTarget, target.CloseTargetParams{TargetID: info.TargetID}), new(struct{}))
		}
	}
}

// TestNewTabs opens tabs from a page in all ways that a user can, and each of their
// pages pushes fifty messages at once.
func TestNewTabs(t *testing.T) {
	tabs := rounds(3, 20)
	const tab = `<script>
		dataLayer = [];
		for (let i = 0; i < 50; i++) dataLayer.push({event: 'here', n: +location.search.slice(3), i});
	</script>`
	const hub = `<script>
		dataLayer = [];
		let n = 0;
		addEventListener('mousedown', () => { document.getElementById('a').search = '?n=' + ++n }, true);
	</script>`
	for _, test := range []struct {
		way       string
		button    input.MouseButton
		modifiers int64
	}{
		{"the middle button", input.MouseButtonMiddle, 0},
		{"Ctrl", input.MouseButtonLeft, ctrl},
		{"Ctrl and Shift", input.MouseButtonLeft, ctrl | shift},
		{"Shift, in windows", input.MouseButtonLeft, shift},
	} {
		for _, cross := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, of another site %v", test.way, cross), func(t *testing.T) {
				s := serve(t, map[string]string{
					"/":     hub + strings.Replace(link, "/next", "/tab", 1),
					"/away": hub + strings.Replace(link, "/next", "{other}/tab", 1),
					"/tab":  tab,
				})
				d := newTab(t, chrome)
				w := watch(t, d, chrome)
				defer s.closeTabs(d)
				d.open(s.URL + map[bool]string{false: "/", true: "/away"}[cross])
				for n := 1; n <= tabs; n++ {
					d.call(protocol.Ask(d.session, page.BringToFront, cdp.Empty{}), new(cdp.Empty))
					d.press("a", test.button, test.modifiers)
					w.until(fmt.Sprintf("tab %d sends messages", n), func() bool { return len(w.pushes()) >= 50*n })
				}
				w.settle()
				next := map[int]int{}
				for _, p := range w.pushes() {
					var m struct{ N, I int }
					if err := json.Unmarshal(p.Message, &m); err != nil {
						t.Fatal(err)
					}
					if m.I != next[m.N] {
						t.Errorf("tab %d: message %d comes where %d should", m.N, m.I, next[m.N])
					}
					next[m.N] = m.I + 1
				}
				if count := len(w.pushes()); count != 50*tabs {
					t.Errorf("%d of %d messages arrived: %v", count, 50*tabs, next)
				}
				for _, p := range probetest.Only[*datalayer.Page](w.entries) {
					if p.Target != "t1" && p.Opener != "t1" {
						t.Errorf("tab %s has no opener", p.Target)
					}
				}
			})
		}
	}
}
