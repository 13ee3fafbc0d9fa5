package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/visit"
)

// showing pushes whether a page is shown.
const showing = `addEventListener('visibilitychange', () => dataLayer.push({event: document.title + ' ' + document.visibilityState}));`

// In every tab and window that is opened from a watched one or next to it, each message
// is recorded once, in order, and under its page.
func TestWindowTabs(t *testing.T) {
	pages := map[string]string{
		"/": following("home", showing, `<style>a, button { display: block; font-size: 20px }</style>
			<a id=link href="/next">link</a>
			<a id=blank target=_blank href="/next">blank</a>
			<a id=named target=named href="{other}/next">named</a>
			<button id=popup onclick="popup = window.open('/next', 'popup', 'width=400,height=300')">popup</button>
			<button id=written onclick="window.open('/next').dataLayer = [{event: 'early'}]">written</button>`),
		"/next": following("next", showing),
	}
	const hidden, visible = "push 127.0.0.1/ dataLayer home hidden", "push 127.0.0.1/ dataLayer home visible"
	next := []string{"page t2 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next"}
	closed := slices.Concat(next, []string{"push 127.0.0.1/next dataLayer next left", "push 127.0.0.1/next dataLayer next hidden", "closed t2 127.0.0.1/next"})
	closedWindow := []string{next[0], next[1], closed[3], closed[2], closed[4]} // a window is hidden first
	for _, tt := range []struct {
		name   string
		does   []string
		first  []string // what is recorded of the first tab after its first message
		opened []string // and of the second one
	}{
		{"target", []string{"click #blank", "see next", "see home hidden"}, []string{`click a#blank "blank"`, hidden}, next},
		{"named target", []string{"click #named", "see next", "run document.querySelector('#named').click()", "see next"},
			[]string{`click a#named "named"`},
			[]string{
				"page t2 main load localhost/next", "push localhost/next dataLayer next", "push localhost/next dataLayer next left", "push localhost/next dataLayer next hidden",
				"page t2 main load localhost/next", "push localhost/next dataLayer next",
			}},
		{"Ctrl and a click", []string{"ctrl-click #link", "see next"}, []string{`click a#link "link"`}, next},
		{"another program", []string{"open /next", "see next", "see home hidden"}, []string{hidden}, next},
		{"keys", []string{"key ctrl+t", "see home hidden", "type /next\n", "see next"}, []string{hidden}, next},
		{"switched", []string{"key ctrl+t", "see home hidden", "key ctrl+Tab", "see home visible"}, []string{hidden, visible}, nil},
		{"closed with a key", []string{"click #blank", "see next", "see home hidden", "key ctrl+w", "see next hidden", "see home visible"}, []string{`click a#blank "blank"`, hidden, visible}, closed},
		{"closed by its opener", []string{"click #popup", "see next", "run popup.close()", "see next left"}, []string{`click button#popup "popup"`}, closedWindow},
		{"closed by itself", []string{"click #popup", "see next", "run popup.setTimeout('close()')", "see next left"}, []string{`click button#popup "popup"`}, closedWindow},
		{"written into", []string{"click #written", "see early", "see next"}, []string{`click button#written "written"`},
			append([]string{"page t2 main load about:blank", "push about:blank dataLayer early"}, next...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, pages)
			v := visiting(t, Options{URL: s.URL})
			v.does(append([]string{"see home"}, tt.does...)...)
			if strings.HasPrefix(tt.name, "closed") {
				v.until("the tab is closed", func() bool { return len(probetest.Only[*datalayer.TabClosed](v.entries)) > 0 })
			}
			v.settle()
			first := append([]string{"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home"}, tt.first...)
			got := v.storyOf("t1")
			if !slices.Contains(tt.does, "see home hidden") { // a tab with an opener may stay visible for long, even if nothing is attached (Chromium 148)
				got = slices.DeleteFunc(got, func(line string) bool { return line == hidden })
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.opened, v.storyOf("t2")); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, gap := range probetest.Only[*datalayer.Gap](v.entries) {
				t.Errorf("there is a gap: %s", gap.Why)
			}
		})
	}
}

// storyOf is the story of one tab. Those of several tabs are in the order of arrival.
func (v *visitor) storyOf(tab string) []string {
	pages := map[string]bool{}
	var entries []datalayer.Entry
	for _, e := range v.entries {
		if p, ok := e.(*datalayer.Page); ok && p.Target == tab {
			pages[p.ID] = true
		}
		if pages[datalayer.PageOf(e)] {
			entries = append(entries, e)
		}
	}
	return anyhow(probetest.Story(entries))
}

// Of an incognito window the same is recorded as of any other.
func TestWindowIncognito(t *testing.T) {
	s := serve(t, map[string]string{
		"/":     following("home", "", `<a id=a target=_blank href="/next" style="position: fixed; inset: 0">go</a>`),
		"/next": following("next", ""),
	})
	v := visiting(t, Options{URL: s.URL, Visit: visit.Visit{Incognito: true}})
	v.does("see home", "click #a", "see next", "run location.reload()", "see home")
	v.mustReport(
		"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", `click a#a "go"`,
		"page t2 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next",
		"push 127.0.0.1/ dataLayer home left", "page t1 main reload 127.0.0.1/", "push 127.0.0.1/ dataLayer home")
}

// In a hidden tab Chrome runs timers once a second, as it does without layertap. What
// they push is recorded.
func TestWindowHiddenTab(t *testing.T) {
	s := serve(t, map[string]string{"/": following("home", showing, `<script>
		let n = 0;
		setInterval(() => document.hidden && dataLayer.push({event: 'tick', n: n++}), 100);
	</script>`)})
	v := visiting(t, Options{URL: s.URL})
	v.does("see home", "key ctrl+t", "see home hidden", "see tick", "see tick", "see tick", "see tick", "key ctrl+Tab", "see home visible")
	var ticks []*datalayer.Push
	for _, p := range v.pushes() {
		if p.Event == "tick" {
			ticks = append(ticks, p)
		}
	}
	for i, p := range ticks {
		if want := fmt.Sprintf(`{"event":"tick","n":%d}`, i); string(p.Message) != want {
			t.Errorf("tick %d is %s", i, p.Message)
		}
		if i > 1 && p.T-ticks[i-1].T < 900_000_000 { // by the page's clock
			t.Errorf("tick %d came %v after the last one", i, p.T-ticks[i-1].T)
		}
	}
}
