package cause_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/session/cause"
)

// sending describes how a hit is sent.
type sending struct {
	vendor, id, event, params string
	of                        int           // the message that caused it; 0 if there is none
	during                    int           // the message that is being pushed
	after                     time.Duration // later than now
	host                      string
	failed                    bool
}

// send sends a hit of any vendor.
func (s *site) send(o sending) *datalayer.Hit {
	if o.host == "" {
		o.host = o.vendor + ".example"
	}
	if o.params == "" {
		o.params = `{}`
	}
	h := &datalayer.Hit{Page: s.page, Vendor: o.vendor, ID: o.id, Event: o.event, Params: []byte(o.params), URL: "https://" + o.host + "/tr", Status: 200}
	h.T = s.now + o.after
	if o.failed {
		h.Status, h.Error = 0, "net::ERR_NETWORK_CHANGED"
	}
	s.during(h, o.during)
	s.out = append(s.out, outgoing{h, o.of})
	return h
}

// open opens a page with a Google tag, whose page view is waiting.
func (s *site) open(id string) {
	s.page = id
	s.finder.Page(&datalayer.Page{ID: id, Target: "t1", Frame: "main", URL: "https://shop.example/" + id, Cause: datalayer.CauseLoad})
	seq := s.push(`{"event":"gtm.js","gtm.start":1}`)
	s.tag(seq, cause.Tag{Name: "Google tag", Type: "googtag", Sends: []cause.Value{{Name: "Tag ID", Text: "G-1"}}})
	s.gather(waiting{"G-1", "page_view", `{}`, seq}, false)
}

// event pushes a message whose tag sends it to Google Analytics under a name.
func (s *site) event(name, as string, total int) int {
	seq := s.push(fmt.Sprintf(`{"event":%q,"total":%d}`, name, total))
	s.tag(seq, ga4("GA4 - "+name, as))
	s.gather(waiting{"G-1", as, fmt.Sprintf(`{"epn.total":"%d"}`, total), seq}, as == "purchase")
	return seq
}

// html makes a custom HTML tag fire on a message.
func (s *site) html(seq int, text string) {
	s.tag(seq, cause.Tag{Name: "HTML", Type: "html", Sends: []cause.Value{{Name: "html", Text: "<script>" + text + "</script>"}}})
}

func (s *site) some(most int) time.Duration { return time.Duration(s.rng.IntN(most)) * ms }

// hardCases are visits on which vendors' scripts do what misleads: each was seen of the
// real ones.
var hardCases = []struct {
	name string
	play func(*site)
}{
	{"the same event twice within a moment", func(s *site) {
		s.open("p1")
		for range 6 {
			n := s.rng.IntN(4)
			for range 2 {
				seq := s.event("add_to_cart", "add_to_cart", n)
				s.html(seq, "fbq('track', 'AddToCart')")
				s.send(sending{vendor: "meta", id: "4711", event: "AddToCart", of: seq, after: 40 * ms})
				s.wait(s.some(120))
			}
			s.wait(s.some(6000))
		}
		s.flush(0)
	}},
	{"several tags of a vendor on a message", func(s *site) {
		s.open("p1")
		for i := range 8 {
			seq := s.event("generate_lead", "generate_lead", i)
			label := []string{"abc", "xyz"}[i%2]
			for _, id := range []string{"4711", "4712"} {
				s.html(seq, "fbq('trackSingle', '"+id+"', 'Lead')")
				s.send(sending{vendor: "meta", id: id, event: "Lead", of: seq, after: s.some(300)})
			}
			s.tag(seq, cause.Tag{Name: "Ads " + label, Type: "awct", Sends: []cause.Value{{Name: "Conversion ID", Text: "AW-9"}, {Name: "Conversion Label", Text: label}}})
			s.send(sending{vendor: "google-ads", id: "AW-9", event: "conversion", params: `{"label":"` + label + `"}`, of: seq, after: s.some(300)})
			s.tag(seq, ga4("GA4 - lead, too", "lead"))
			s.gather(waiting{"G-1", "lead", `{}`, seq}, false)
			s.wait(100*ms + s.some(1500))
		}
		s.flush(0)
	}},
	{"events renamed by a lookup table", func(s *site) {
		s.open("p1")
		names := map[string]string{"opened": "chat_start", "sent": "chat_message", "closed": "chat_end"}
		for range 8 {
			name := []string{"opened", "sent", "closed"}[s.rng.IntN(3)]
			seq := s.push(fmt.Sprintf(`{"event":"widget_%s"}`, name))
			t := ga4("GA4 - widget", names[name])
			if s.rng.IntN(4) == 0 { // its value can't be worked out
				t = cause.Tag{Name: t.Name, Type: t.Type, Sends: t.Sends[:1], Partly: true}
			}
			s.tag(seq, t)
			s.gather(waiting{"G-1", names[name], `{}`, seq}, name == "closed")
			s.wait(s.some(4000))
		}
		s.flush(0)
	}},
	{"a pixel whose script loads late", func(s *site) {
		s.open("p1")
		loaded := s.now + time.Second + s.some(3000)
		for i := range 10 {
			event := []string{"ViewContent", "AddToCart"}[s.rng.IntN(2)]
			seq := s.event("interaction", "interaction", i)
			s.html(seq, "ttq.track('"+event+"')")
			if s.now < loaded { // its calls wait in a queue
				s.send(sending{vendor: "tiktok", id: "C4", event: event, of: seq, after: loaded - s.now + time.Duration(i)*ms})
			} else {
				s.send(sending{vendor: "tiktok", id: "C4", event: event, of: seq, during: seq})
			}
			s.wait(200*ms + s.some(900))
		}
		s.flush(0)
	}},
	{"frames with the same events", func(s *site) {
		s.open("p1")
		s.finder.Page(&datalayer.Page{ID: "f1", Target: "t1", Frame: "F", Parent: "main", URL: "https://chat.example/", Cause: datalayer.CauseLoad})
		in := func(page string, f func()) {
			s.page = page
			f()
			s.page = "p1"
		}
		for i := range 8 {
			seq := 0
			in("f1", func() { seq = s.push(`{"event":"message_sent","total":1}`) })
			if i%2 == 0 { // the frame has a container of its own
				in("f1", func() {
					s.tag(seq, ga4("GA4 in the frame", "message_sent"))
					s.send(sending{vendor: "ga4", id: "G-1", event: "message_sent", of: seq, after: s.some(900), host: "www.google-analytics.com"})
				})
			}
			s.wait(20 * ms)
			s.event("message_sent", "message_sent", i) // forwarded to the page
			s.wait(s.some(5000))
		}
		s.flush(0)
	}},
	{"Google and a server of the site's own", func(s *site) {
		s.open("p1")
		for i := range 8 {
			seq := s.event("add_to_cart", "add_to_cart", i%2)
			s.send(sending{vendor: "ga4", id: "G-1", event: "add_to_cart", params: fmt.Sprintf(`{"epn.total":"%d"}`, i%2), of: seq, after: 300*ms + s.some(2500), host: "sst.shop.example"})
			s.wait(200*ms + s.some(4000))
		}
		s.flush(0)
	}},
	{"unloads", func(s *site) {
		for i := range 4 {
			s.open(fmt.Sprint("u", i))
			s.wait(s.some(3000))
			for range s.rng.IntN(3) {
				s.event("select_item", "select_item", s.rng.IntN(3))
				s.wait(s.some(2000))
			}
			seq := s.event("page_leave", "page_leave", i)
			s.flush([]int{0, seq}[i%2])
			s.wait(5 * ms)
		}
	}},
	{"requests that fail and are sent again", func(s *site) {
		s.open("p1")
		for i := range 8 {
			seq := s.event("view_item", "view_item", i)
			s.html(seq, "ttq.track('ViewContent')")
			params := fmt.Sprintf(`{"timestamp":"%d"}`, s.now)
			fails := s.rng.IntN(3) == 0
			s.send(sending{vendor: "tiktok", id: "C4", event: "ViewContent", params: params, of: seq, during: seq, failed: fails})
			if fails {
				s.send(sending{vendor: "tiktok", id: "C4", event: "ViewContent", params: params, of: seq, after: time.Second + s.some(2000)})
			}
			s.wait(300*ms + s.some(1500))
		}
		s.flush(0)
	}},
	{"what waits for consent", func(s *site) {
		s.open("p1")
		var seqs []int
		for i := range 4 {
			seq := s.push(fmt.Sprintf(`{"event":"view_item","total":%d}`, i/2))
			s.tag(seq, ga4("GA4", "view_item"))
			s.html(seq, "fbq('track', 'ViewContent')")
			seqs = append(seqs, seq)
			s.wait(s.some(9000))
		}
		banner := s.push(`{"event":"cookie_consent_given"}`)
		for _, seq := range seqs {
			s.send(sending{vendor: "meta", id: "4711", event: "ViewContent", of: seq, during: banner})
		}
		update := s.push(`["consent","update",{"analytics_storage":"granted","ad_storage":"granted"}]`)
		for i, seq := range seqs {
			h := s.send(sending{vendor: "ga4", id: "G-1", event: "view_item", params: fmt.Sprintf(`{"epn.total":"%d"}`, i/2), of: seq, during: update, host: "www.google-analytics.com"})
			h.Batch.Index, h.Batch.Of = i, len(seqs)
		}
		s.flush(update)
	}},
	{"vendors that send in batches", func(s *site) {
		s.open("p1")
		for range 3 {
			var seqs []int
			for i := range 2 + s.rng.IntN(3) {
				seq := s.event("Signed Up", "sign_up", i)
				s.html(seq, "mixpanel.track('Signed Up')")
				seqs = append(seqs, seq)
				s.wait(s.some(2500))
			}
			during := []int{0, seqs[len(seqs)-1]}[s.rng.IntN(2)]
			for i, seq := range seqs {
				h := s.send(sending{vendor: "mixpanel", id: "token", event: "Signed Up", of: seq, during: during})
				h.Batch.Index, h.Batch.Of = i, len(seqs)
			}
			s.wait(s.some(3000))
		}
		s.flush(0)
	}},
	{"events that vendors send by themselves", func(s *site) {
		s.open("p1")
		for i := range 8 {
			seq := s.event("form_submit", "form_submit", i)
			s.gather(waiting{"G-1", "form_submit", `{"ep.form_id":"contact"}`, 0}, false)
			s.gather(waiting{"G-1", "scroll", `{}`, 0}, false)
			s.html(seq, "fbq('track', 'Contact')")
			s.send(sending{vendor: "meta", id: "4711", event: "Contact", of: seq, during: seq})
			s.send(sending{vendor: "meta", id: "4711", event: "SubscribedButtonClick", after: s.some(30)})
			s.finder.Page(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseHistory})
			s.gather(waiting{"G-1", "page_view", `{}`, 0}, false)
			s.wait(s.some(5000))
		}
		s.flush(0)
	}},
	{"tags that fire on some of the messages", func(s *site) {
		s.open("p1")
		for i := range 10 {
			total := s.rng.IntN(3)
			if s.rng.IntN(3) == 0 { // a condition of its trigger fails
				s.push(fmt.Sprintf(`{"event":"search","total":%d}`, total))
			} else {
				seq := s.event("search", "search", total)
				s.html(seq, "fbq('track', 'Search')")
				s.send(sending{vendor: "meta", id: "4711", event: "Search", of: seq, after: 20*ms + s.some(100)})
			}
			s.wait(s.some(2500) + time.Duration(i%2)*5*time.Second)
		}
		s.flush(0)
	}},
}

func TestAdversarialScenarios(t *testing.T) {
	for _, a := range hardCases {
		for _, captured := range []bool{true, false} {
			name := a.name + ", the container captured"
			if !captured {
				name = a.name + ", the container unknown"
			}
			t.Run(name, func(t *testing.T) {
				var sum tally
				for seed := range uint64(30) {
					s := &site{rng: rand.New(rand.NewPCG(seed, 11)), tags: map[int][]cause.Tag{}, captured: captured}
					s.finder = cause.New(s.tagsOf)
					a.play(s)
					s.judge(t, &sum)
				}
				sum.report(t)
			})
		}
	}
}
