package cause_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/session/cause"
)

// site simulates a site with scripts that behave like the vendors': Google Analytics
// collects events for five seconds, and sends all waiting ones with a key event, a
// consent update or the end of the page; pixels are sent at once, or later while their
// script is loading. The cause of each hit is known and compared with the one that is
// found.
type site struct {
	rng      *rand.Rand
	finder   *cause.Finder
	page     string
	now      time.Duration
	seq      int
	tags     map[int][]cause.Tag
	captured bool // whether the container was captured
	waiting  []waiting
	since    time.Duration // when the first one was added
	out      []outgoing
}

// waiting is an event of Google Analytics that hasn't been sent.
type waiting struct {
	id, event, params string
	of                int // the message that caused it; 0 if there is none
}

// outgoing is a hit that is sent later.
type outgoing struct {
	hit *datalayer.Hit
	of  int
}

// tally counts the hits, those that a message caused, those of them for which one was
// found, and the causes and the wrong ones among them by how certain they are.
type tally struct {
	hits, caused, tied int
	concluded, wrong   strengths
}

type strengths struct{ certain, likely, weak int }

func (n *strengths) count(strength string) {
	switch strength {
	case "certain":
		n.certain++
	case "likely":
		n.likely++
	default:
		n.weak++
	}
}

// report prints the figures, and fails if more causes are wrong than the documentation
// allows: none that is certain, and 3 % of the likely ones.
func (sum *tally) report(t *testing.T) {
	t.Helper()
	all, wrong := sum.concluded, sum.wrong
	t.Logf("%d hits; wrong: %d of %d certain, %d of %d likely, %d of %d with low confidence; tied: %d of %d (%.1f %%)", sum.hits,
		wrong.certain, all.certain, wrong.likely, all.likely, wrong.weak, all.weak, sum.tied, sum.caused, 100*float64(sum.tied)/float64(max(sum.caused, 1)))
	if wrong.certain > 0 || 100*wrong.likely > 3*all.likely {
		t.Error("too many wrong causes")
	}
}

func (s *site) tagsOf(p *datalayer.Push) ([]cause.Tag, bool) {
	if !s.captured {
		return nil, false
	}
	return s.tags[p.Seq], true
}

// push pushes a message and returns its number.
func (s *site) push(json string) int {
	s.seq++
	p := message(0, json)
	p.Seq, p.T, p.Page = s.seq, s.now, s.page
	s.finder.Message(p)
	return s.seq
}

// tag makes a tag fire on a message.
func (s *site) tag(seq int, t cause.Tag) { s.tags[seq] = append(s.tags[seq], t) }

// gather adds an event for Google Analytics while its message is being pushed.
func (s *site) gather(w waiting, key bool) {
	if len(s.waiting) == 0 {
		s.since = s.now
	}
	if s.waiting = append(s.waiting, w); key {
		s.flush(s.seq)
	}
}

// flush sends the waiting events, one request per account.
func (s *site) flush(during int) {
	byID := map[string][]waiting{}
	var ids []string
	for _, w := range s.waiting {
		if byID[w.id] == nil {
			ids = append(ids, w.id)
		}
		byID[w.id] = append(byID[w.id], w)
	}
	for _, id := range ids {
		for i, w := range byID[id] {
			h := &datalayer.Hit{Page: s.page, Vendor: "ga4", ID: id, Event: w.event, Params: []byte(w.params), URL: "https://www.google-analytics.com/g/collect"}
			h.T = s.now
			if n := len(byID[id]); n > 1 {
				h.Batch.Index, h.Batch.Of = i, n
			}
			s.during(h, during)
			s.out = append(s.out, outgoing{h, w.of})
		}
	}
	s.waiting = nil
}

func (s *site) during(h *datalayer.Hit, seq int) {
	if seq > 0 {
		h.During = []datalayer.PushRef{{Seq: seq}}
	}
}

// pixel sends a hit of another vendor, at once or later.
func (s *site) pixel(vendor, id, event, params string, of int) {
	h := &datalayer.Hit{Page: s.page, Vendor: vendor, ID: id, Event: event, Params: []byte(params), URL: "https://" + vendor + ".example/tr"}
	h.T = s.now
	if s.rng.IntN(5) > 0 {
		s.during(h, of)
	} else {
		h.T += time.Duration(20+s.rng.IntN(200)) * ms
	}
	s.out = append(s.out, outgoing{h, of})
}

// wait advances the time: events that have waited for five seconds are sent.
func (s *site) wait(d time.Duration) {
	end := s.now + d
	if len(s.waiting) > 0 && s.since+5*time.Second <= end {
		s.now = s.since + 5*time.Second
		s.flush(0)
	}
	s.now = end
}

// judge finds the causes of all hits, in the order in which they were sent.
func (s *site) judge(t *testing.T, sum *tally) {
	slices.SortStableFunc(s.out, func(a, b outgoing) int { return int(a.hit.T - b.hit.T) })
	for _, o := range s.out {
		c := s.finder.Of(o.hit)
		sum.hits++
		if o.of > 0 {
			sum.caused++
		}
		if c == nil {
			continue
		}
		sum.concluded.count(c.Strength)
		if o.of > 0 {
			sum.tied++
		}
		if c.Push != o.of {
			sum.wrong.count(c.Strength)
			if c.Strength != "weak" {
				t.Logf("%s %s at %v, of %d: %s", o.hit.Vendor, o.hit.Event, o.hit.T, o.of, format(c))
			}
		}
	}
	s.out = nil
}

// visit simulates a page of the site.
func (s *site) visit(i int, gtm bool) {
	s.page = fmt.Sprint("p", i)
	s.finder.Page(&datalayer.Page{ID: s.page, Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	if gtm {
		seq := s.push(`{"event":"gtm.js","gtm.start":1}`)
		s.tag(seq, cause.Tag{Name: "Google tag", Type: "googtag", Sends: []cause.Value{{Name: "Tag ID", Text: "G-1"}}})
		s.gather(waiting{"G-1", "page_view", `{}`, seq}, false)
	} else {
		seq := s.push(`["config","G-1"]`)
		s.gather(waiting{"G-1", "page_view", `{}`, seq}, false)
	}
	for range 4 + s.rng.IntN(4) {
		s.wait(time.Duration(s.rng.IntN(2500)) * ms)
		switch s.rng.IntN(8) {
		case 0:
			s.push(`["consent","update",{"analytics_storage":"granted"}]`)
			s.flush(s.seq)
		case 1:
			s.gather(waiting{"G-1", "scroll", `{"epn.percent_scrolled":"90"}`, 0}, false)
		default:
			s.act(gtm)
		}
	}
	s.flush(0) // the page is unloaded
}

// act simulates an action of the visitor.
func (s *site) act(gtm bool) {
	event := []string{"widget_opened", "widget_message_sent", "widget_message_sent", "generate_lead", "add_to_cart"}[s.rng.IntN(5)]
	total := s.rng.IntN(6)
	key := event == "generate_lead"
	params := fmt.Sprintf(`{"epn.total":"%d"}`, total)
	if !gtm {
		seq := s.push(fmt.Sprintf(`["event",%q,{"total":%d}]`, event, total))
		s.gather(waiting{"G-1", event, params, seq}, key)
		return
	}
	seq := s.push(fmt.Sprintf(`{"event":%q,"total":%d}`, event, total))
	sent := event
	if event == "widget_opened" {
		sent = "chat_widget_opened"
	}
	s.tag(seq, ga4("GA4 - "+event, sent))
	if key {
		s.tag(seq, cause.Tag{Name: "Meta - Lead", Type: "html", Sends: []cause.Value{{Name: "html", Text: `<script>fbq('track','Lead')</script>`}}})
		s.tag(seq, cause.Tag{Name: "Ads", Type: "awct", Sends: []cause.Value{{Name: "Conversion ID", Text: "AW-9"}, {Name: "Conversion Label", Text: "x"}}})
		s.pixel("meta", "4711", "Lead", `{}`, seq)
		s.pixel("google-ads", "AW-9", "conversion", `{}`, seq)
	}
	s.gather(waiting{"G-1", sent, params, seq}, key)
}

func TestScenarios(t *testing.T) {
	for _, kind := range []struct {
		name          string
		gtm, captured bool
	}{
		{"gtag", false, false},
		{"Google Tag Manager, the container captured", true, true},
		{"Google Tag Manager, the container unknown", true, false},
	} {
		t.Run(kind.name, func(t *testing.T) {
			var sum tally
			for seed := range uint64(40) {
				s := &site{rng: rand.New(rand.NewPCG(seed, 7)), tags: map[int][]cause.Tag{}, captured: kind.captured}
				s.finder = cause.New(s.tagsOf)
				for i := range 3 {
					s.visit(i, kind.gtm)
					s.judge(t, &sum)
					s.now += time.Second
				}
			}
			sum.report(t)
			if sum.hits < 300 {
				t.Errorf("only %d hits", sum.hits)
			}
			if 10*sum.tied < 9*sum.caused {
				t.Error("fewer than 90 % of the hits with a cause are tied to a message")
			}
		})
	}
}
