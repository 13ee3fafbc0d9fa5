package cause_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/session/cause"
)

const ms = time.Millisecond

// message returns a message at a time in milliseconds, given as JSON: an object, or a
// list for a gtag command.
func message(at int, json string) *datalayer.Push {
	p := &datalayer.Push{Place: datalayer.Place{T: time.Duration(at) * ms}, Page: "p1", Kind: datalayer.KindObject, Message: []byte(json)}
	if strings.HasPrefix(json, "[") {
		p.Kind = datalayer.KindGtag
	}
	p.Event = p.Read().Event
	return p
}

func event(at int, name string) *datalayer.Push {
	return message(at, fmt.Sprintf(`{"event":%q}`, name))
}

// sent is a hit and its expected cause: the message's number from 1, how it was found
// and how certain it is; empty if there is none.
type sent struct {
	at     int
	event  string
	params string
	during int
	or     int // another message that may have been pushed at the time
	of     int // the number of hits in its batch
	vendor string
	id     string
	want   string
}

func (s sent) hit() *datalayer.Hit {
	h := &datalayer.Hit{
		Place: datalayer.Place{T: time.Duration(s.at) * ms}, Page: "p1", Vendor: "ga4", ID: "G-1", Event: s.event,
		Params: []byte(s.params), URL: "https://x.example/collect",
	}
	if s.vendor != "" {
		h.Vendor, h.ID = s.vendor, s.id
	}
	if s.during > 0 {
		h.During = []datalayer.PushRef{{Seq: s.during}}
	}
	if s.or > 0 {
		h.During = append(h.During, datalayer.PushRef{Seq: s.or})
	}
	if s.of > 1 {
		h.Batch.Of = s.of
	}
	return h
}

func ga4(name, event string) cause.Tag {
	return cause.Tag{Name: name, Type: "gaawe", Sends: []cause.Value{{"Measurement ID", "G-1"}, {"Event Name", event}}}
}

func TestOf(t *testing.T) {
	html := cause.Tag{Name: "Meta - Lead", Type: "html", Sends: []cause.Value{{"html", `<script>fbq('track', 'Lead')</script>`}}}
	linkedin := cause.Tag{Name: "LinkedIn", Type: "html", Sends: []cause.Value{{"html", `<script>lintrk('track', {conversion_id: 20000})</script>`}}}
	template := cause.Tag{Name: "Pixel", Type: "cvt_1_2", Sends: []cause.Value{{"pixelId", "4711"}, {"eventName", "Lead"}}}
	tests := []struct {
		name     string
		messages []*datalayer.Push
		tags     map[int][]cause.Tag // by message number; nil if there is no container
		hits     []sent
	}{
		{"name and stack agree, and nothing else can have sent it", []*datalayer.Push{event(0, "a"), event(10, "b")}, nil,
			[]sent{{at: 11, event: "b", during: 2, want: "2 initiator certain"}}},
		{"the stack alone proves nothing", []*datalayer.Push{event(0, "a"), message(10, `["consent","update",{"ad_storage":"granted"}]`)}, nil,
			[]sent{{at: 11, event: "a", during: 2, want: "1 name likely"}}},
		{"a message of the hit's own name beats the stack", []*datalayer.Push{event(0, "a"), event(10, "b")}, nil,
			[]sent{{at: 11, event: "a", during: 2, want: "1 name likely"}}},
		{"two of the name: certain of neither", []*datalayer.Push{event(0, "a"), event(10, "a")}, nil,
			[]sent{{at: 11, event: "a", during: 2, want: "2 initiator likely"}}},
		{"a batch is never certain", []*datalayer.Push{event(0, "a"), event(10, "b")}, nil,
			[]sent{{at: 11, event: "b", during: 2, of: 2, want: "2 initiator likely"}}},
		{"a batch is first in, first out", []*datalayer.Push{event(0, "a"), event(10, "a"), event(20, "a")}, nil,
			[]sent{{at: 5000, event: "a", of: 3, want: "1 name likely"}, {at: 5000, event: "a", of: 3, want: "2 name likely"}, {at: 5000, event: "a", of: 3, want: "3 name likely"}}},
		{"values tell which", []*datalayer.Push{message(0, `{"event":"a","total":1}`), message(10, `{"event":"a","total":3}`), message(20, `{"event":"a","total":5}`)}, nil,
			[]sent{{at: 4000, event: "a", params: `{"epn.total":"5"}`, want: "3 name likely"}, {at: 4000, event: "a", params: `{"epn.total":"1"}`, want: "1 name likely"}, {at: 4001, event: "a", params: `{"epn.total":"3"}`, want: "2 name likely"}}},
		{"a page view is the config's of its own id", []*datalayer.Push{message(0, `["config","G-1"]`), message(1, `["config","G-2"]`), event(2, "b")}, nil,
			[]sent{{at: 30, event: "page_view", want: "1 name likely"}, {at: 31, event: "page_view", vendor: "ga4", id: "G-2", want: "2 name likely"}}},
		{"a config that sends none", []*datalayer.Push{message(0, `["config","G-1",{"send_page_view":false}]`)}, nil,
			[]sent{{at: 30, event: "page_view"}}},
		{"what Google sends of its own accord has no cause", []*datalayer.Push{event(0, "b")}, nil,
			[]sent{{at: 30, event: "user_engagement"}, {at: 31, event: "scroll"}}},
		{"an event for another account", []*datalayer.Push{message(0, `["event","a",{"send_to":"G-2"}]`), message(9, `["event","a",{"send_to":"G-1"}]`)}, nil,
			[]sent{{at: 30, event: "a", want: "2 name likely"}}},
		{"no message is left for it", []*datalayer.Push{event(0, "a")}, nil,
			[]sent{{at: 30, event: "a", want: "1 name likely"}, {at: 40, event: "a", want: "1 name weak"}}},
		{"words around the name", []*datalayer.Push{event(0, "widget_opened"), event(5, "b")}, nil,
			[]sent{{at: 30, event: "chat_widget_opened", want: "1 name likely"}}},
		{"from before the hook", []*datalayer.Push{recovered(event(9000, "a"))}, nil,
			[]sent{{at: 30, event: "a", want: "1 name likely"}}},

		{"the tag that fired", []*datalayer.Push{event(0, "a"), event(5, "b")}, map[int][]cause.Tag{1: {ga4("GA4 - x", "renamed")}},
			[]sent{{at: 3000, event: "renamed", want: "1 name likely GA4 - x"}}},
		{"the tag and the stack", []*datalayer.Push{event(0, "a"), event(5, "b")}, map[int][]cause.Tag{1: {ga4("GA4 - x", "renamed")}},
			[]sent{{at: 1, event: "renamed", during: 1, want: "1 initiator certain GA4 - x"}}},
		{"a name that no tag sends", []*datalayer.Push{event(0, "a")}, map[int][]cause.Tag{},
			[]sent{{at: 10, event: "a", want: "1 name weak"}}},
		{"the message whose tag fired, not the other of the name", []*datalayer.Push{event(0, "a"), event(5, "a")}, map[int][]cause.Tag{2: {ga4("GA4", "a")}},
			[]sent{{at: 10, event: "a", want: "2 name likely GA4"}}},
		{"two tags of a message send it twice", []*datalayer.Push{event(0, "a")}, map[int][]cause.Tag{1: {ga4("one", "a"), ga4("two", "a")}},
			[]sent{{at: 10, event: "a", want: "1 name likely one"}, {at: 10, event: "a", want: "1 name likely one"}, {at: 11, event: "a", want: "1 name weak one"}}},
		{"a tag of another account", []*datalayer.Push{event(0, "b")}, map[int][]cause.Tag{1: {ga4("GA4", "a")}},
			[]sent{{at: 10, event: "a", vendor: "ga4", id: "G-2"}}},
		{"custom HTML of a vendor", []*datalayer.Push{event(0, "a"), event(5, "b")}, map[int][]cause.Tag{1: {html}},
			[]sent{{at: 10, event: "Lead", vendor: "meta", id: "4711", want: "1 name likely Meta - Lead"}}},
		{"a conversion of LinkedIn", []*datalayer.Push{event(0, "a"), event(5, "b")}, map[int][]cause.Tag{1: {linkedin}},
			[]sent{{at: 10, event: "conversion 20000", vendor: "linkedin", id: "1000003", want: "1 name likely LinkedIn"}}},
		{"a template with the account", []*datalayer.Push{event(0, "a"), event(5, "b")}, map[int][]cause.Tag{1: {template}},
			[]sent{{at: 10, event: "Lead", vendor: "meta", id: "4711", want: "1 name likely Pixel"}}},
		{"the push of a pixel", []*datalayer.Push{event(0, "a"), event(5, "b")}, nil,
			[]sent{{at: 6, event: "Lead", vendor: "meta", id: "4711", during: 2, want: "2 initiator likely"}}},
		{"of two that may have been pushed, the one of the name", []*datalayer.Push{event(0, "widget_opened"), event(5, "widget_closed")}, nil,
			[]sent{{at: 6, event: "chat_widget_opened", during: 2, or: 1, want: "1 initiator likely"}}},
		{"of two that may have been pushed, neither", []*datalayer.Push{event(0, "a"), event(5, "b")}, nil,
			[]sent{{at: 6, event: "Lead", vendor: "meta", id: "4711", during: 2, or: 1, want: "2 initiator weak"}}},
		{"nothing but time", []*datalayer.Push{event(0, "a"), event(5, "b")}, nil,
			[]sent{{at: 600, event: "Lead", vendor: "meta", id: "4711", want: "2 time weak"}, {at: 6000, event: "Lead", vendor: "meta", id: "4711"}}},
		{"before any", []*datalayer.Push{event(100, "a")}, nil, []sent{{at: 50, event: "a"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := cause.New(func(p *datalayer.Push) ([]cause.Tag, bool) { return tt.tags[p.Seq], tt.tags != nil })
			f.Page(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
			for i, p := range tt.messages {
				p.Seq = i + 1
				f.Message(p)
			}
			for i, s := range tt.hits {
				if got := format(f.Of(s.hit())); got != s.want {
					t.Errorf("hit %d: got %q, want %q", i+1, got, s.want)
				}
			}
		})
	}
}

func recovered(p *datalayer.Push) *datalayer.Push {
	p.Recovered = true
	return p
}

func format(c *datalayer.HitCause) string {
	if c == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s %s", c.Push, c.By, c.Strength, c.Tag))
}

// A frame's hits are caused by that frame's messages; if none of them can be the cause,
// by those of the parent page. A page that is replaced by another keeps its own.
func TestFrames(t *testing.T) {
	f := cause.New(nil)
	in := func(page string, seq int, p *datalayer.Push) {
		p.Page, p.Seq = page, seq
		f.Message(p)
	}
	f.Page(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	f.Page(&datalayer.Page{ID: "p2", Target: "t1", Frame: "f", Parent: "main", Cause: datalayer.CauseLoad})
	in("p1", 1, event(0, "a"))
	in("p2", 2, event(0, "a"))
	in("p1", 3, event(1, "outer"))
	f.Page(&datalayer.Page{ID: "p3", Target: "t1", Frame: "main", Cause: datalayer.CauseHistory})
	f.Page(&datalayer.Page{ID: "p4", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	in("p4", 4, event(2, "a"))
	for _, tt := range []struct{ page, event, want string }{
		{"p2", "a", "2 name likely"},
		{"p2", "outer", "3 name likely"},
		{"p3", "a", "1 name likely"},
		{"p4", "a", "4 name likely"},
		{"p4", "outer", ""},
		{"nowhere", "a", ""},
	} {
		h := sent{at: 100, event: tt.event}.hit()
		h.Page = tt.page
		if got := format(f.Of(h)); got != tt.want {
			t.Errorf("%s of %s: got %q, want %q", tt.event, tt.page, got, tt.want)
		}
	}
}

// outcome is a hit that was sent and what became of it.
type outcome struct {
	sent
	index  int // in its batch
	status int
	error  string
}

func (o outcome) hit() *datalayer.Hit {
	h := o.sent.hit()
	h.Batch.Index, h.Status, h.Error = o.index, o.status, o.error
	return h
}

// Only a request that failed is sent again, and not for long.
func TestRetries(t *testing.T) {
	const blocked, hour = "net::ERR_BLOCKED_BY_CLIENT", 3_600_000
	two := []*datalayer.Push{event(0, "a"), event(10, "a")}
	later := []*datalayer.Push{event(0, "a"), event(hour, "a")}
	for _, tt := range []struct {
		name     string
		messages []*datalayer.Push
		hits     []outcome
	}{
		{"a request that failed", two, []outcome{
			{sent: sent{at: 11, event: "a", during: 2, want: "2 initiator likely"}, status: 503},
			{sent: sent{at: 1000, event: "a", want: "2 name likely"}, status: 503},
			{sent: sent{at: 3000, event: "a", want: "2 name likely"}, status: 200},
		}},
		{"equal hits in one request", two, []outcome{
			{sent: sent{at: 20, event: "a", of: 2, want: "1 name likely"}, error: blocked},
			{sent: sent{at: 20, event: "a", of: 2, want: "2 name likely"}, error: blocked, index: 1},
			{sent: sent{at: 1020, event: "a", of: 2, want: "1 name likely"}, status: 200},
			{sent: sent{at: 1020, event: "a", of: 2, want: "2 name likely"}, status: 200, index: 1},
		}},
		{"during the push of another message", two, []outcome{
			{sent: sent{at: 1, event: "a", during: 1, want: "1 initiator certain"}, error: blocked},
			{sent: sent{at: 11, event: "a", during: 2, want: "2 initiator certain"}, error: blocked},
		}},
		{"after the retry that succeeded", later, []outcome{
			{sent: sent{at: 20, event: "a", want: "1 name likely"}, status: 503},
			{sent: sent{at: 1020, event: "a", want: "1 name likely"}, status: 200},
			{sent: sent{at: hour + 20, event: "a", want: "2 name likely"}, status: 200},
		}},
		{"another message before the retry", []*datalayer.Push{event(0, "a"), event(2000, "a")}, []outcome{
			{sent: sent{at: 20, event: "a", want: "1 name likely"}, status: 503},
			{sent: sent{at: 2020, event: "a", want: "1 name weak"}, status: 200},
			{sent: sent{at: 2030, event: "a", want: "2 name likely"}, status: 200},
		}},
		{"too late for a retry", later, []outcome{
			{sent: sent{at: 20, event: "a", want: "1 name likely"}, status: 503},
			{sent: sent{at: hour + 20, event: "a", want: "2 name likely"}, status: 503},
			{sent: sent{at: hour + 1020, event: "a", want: "2 name likely"}, status: 200},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := cause.New(nil)
			f.Page(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
			messages := tt.messages
			for i, o := range tt.hits {
				h := o.hit()
				for len(messages) > 0 && messages[0].T <= h.T {
					messages[0].Seq = 1 + len(tt.messages) - len(messages)
					f.Message(messages[0])
					messages = messages[1:]
				}
				if got := format(f.Of(h)); got != o.want {
					t.Errorf("hit %d: got %q, want %q", i+1, got, o.want)
				}
			}
		})
	}
}

// The hits that failed are discarded with their document's messages, and those that are too
// old make way for new ones.
func TestRetriesAreBounded(t *testing.T) {
	f := cause.New(nil)
	page := func(id string) {
		f.Page(&datalayer.Page{ID: id, Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	}
	n := 0
	fails := func(at int, name string) {
		p := event(at, name)
		n++
		p.Seq = n
		f.Message(p)
		f.Of(outcome{sent: sent{at: at, event: name}, status: 503}.hit())
	}
	again := func(at int, name string) string {
		return format(f.Of(outcome{sent: sent{at: at, event: name}, status: 503}.hit()))
	}
	page("p1")
	for i := range 1000 {
		fails(i, fmt.Sprint("event", i))
	}
	const hour = 3_600_000
	fails(hour, "event0") // its hits of an hour ago are not retried
	fails(hour, "event1000")
	f.Message(event(hour+1, "event1000"))
	if got, want := again(hour+2, "event1000"), fmt.Sprint(n, " name weak"); got != want {
		t.Errorf("after many that failed: got %q, want %q", got, want)
	}
	for i := range 64 {
		page(fmt.Sprint("next", i))
	}
	if got := again(hour+3, "event1000"); got != "" {
		t.Errorf("of a document that was discarded: %q", got)
	}
}

// Only the latest messages of a page that pushes endlessly are stored.
func TestBounded(t *testing.T) {
	f := cause.New(nil)
	f.Page(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	for i := range 20_000 {
		p := event(i, fmt.Sprint("event", i))
		p.Seq = i + 1
		f.Message(p)
	}
	for at, want := range map[string]string{"event10": "", "event19000": "19001 name likely"} {
		if got := format(f.Of(sent{at: 20_000, event: at}.hit())); got != want {
			t.Errorf("%s: got %q, want %q", at, got, want)
		}
	}
}

// Pages that were left are dropped, and so are frames. The page that a tab shows stays, however
// many frames come and go in it.
func TestPagesAreBounded(t *testing.T) {
	f := cause.New(nil)
	open := func(id, frame string, as datalayer.Cause) {
		p := &datalayer.Page{ID: id, Target: "t1", Frame: frame, URL: "https://shop.example/" + id, Cause: as}
		if frame != "main" {
			p.Parent = "main"
		}
		f.Page(p)
	}
	for i := range 500 {
		open(fmt.Sprint("left", i), "main", datalayer.CauseLoad)
		open(fmt.Sprint("address", i), "main", datalayer.CauseHistory)
	}
	open("p1", "main", datalayer.CauseLoad)
	for i := range 500 {
		open(fmt.Sprint("frame", i), fmt.Sprint("F", i), datalayer.CauseLoad)
	}
	if pages, frames := f.Stored(); pages > 65 || frames > 65 {
		t.Errorf("%d pages and %d frames are stored", pages, frames)
	}
	p := event(10, "a")
	p.Seq = 7
	f.Message(p)
	for _, page := range []string{"p1", "frame499"} { // a tag of the page may send from a frame
		h := sent{at: 20, event: "a"}.hit()
		if h.Page = page; page != "p1" {
			h.ID = "G-2"
		}
		if got, want := format(f.Of(h)), "7 name likely"; got != want {
			t.Errorf("a hit of %s: got %q, want %q", page, got, want)
		}
	}
}

// A new URL belongs to the document that had the URL before, not to a page that is prerendered
// beside it.
func TestURLBesideAPrerenderedPage(t *testing.T) {
	f := cause.New(nil)
	for _, p := range []*datalayer.Page{
		{ID: "p1", URL: "https://shop.example/a", Cause: datalayer.CauseLoad},
		{ID: "p2", URL: "https://shop.example/b", Cause: datalayer.CausePrerender},
	} {
		p.Target, p.Frame = "t1", "main"
		f.Page(p)
	}
	shown := event(0, "a")
	shown.Seq = 1
	f.Message(shown)
	f.Page(&datalayer.Page{ID: "p3", Target: "t1", Frame: "main", URL: "https://shop.example/a#2", Referrer: "https://shop.example/a", Cause: datalayer.CauseHistory})
	h := sent{at: 20, event: "a"}.hit()
	h.Page = "p3"
	if got, want := format(f.Of(h)), "1 name likely"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
