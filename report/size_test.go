package report_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/report"
	"layertap/report/reporttest"
)

// sized keeps what is written to it and counts the calls.
type sized struct {
	strings.Builder
	writes int
}

func (s *sized) Write(text []byte) (int, error) {
	s.writes++
	return s.Builder.Write(text)
}

// A report of a session of any size can be opened and sent: it has the important messages,
// and counts those left out.
func TestHTMLHasABoundedSize(t *testing.T) {
	const messages, wrong = 5_000, 4_990
	entries := []datalayer.Entry{page(0, "p1", "https://shop.example", "load")}
	filler := strings.Repeat("x", 1_600)
	for i := range messages {
		event, text := "shop_seen", fmt.Sprintf(`{"event":"shop_seen","n":%d,"text":%q}`, i, filler)
		if i == wrong {
			event, text = "widget_opend", `{"event":"widget_opend"}`
		}
		entries = append(entries, reporttest.Push(ms, "p1", event, text))
	}
	f := file(t, "big.session.jsonl", "https://shop.example", entries...)
	var cut, full sized
	if err := report.HTML(&cut, "layertap", f, false); err != nil {
		t.Fatal(err)
	}
	if err := report.HTML(&full, "layertap", f, true); err != nil {
		t.Fatal(err)
	}
	if got := cut.Len(); got > 10<<20 {
		t.Errorf("the report has %d bytes", got)
	}
	if most := cut.Len()/1000 + 1; cut.writes > most {
		t.Errorf("it was written in %d calls, more than %d", cut.writes, most)
	}
	rows := func(s *sized) int { return strings.Count(s.String(), `<details class="message`) }
	left := messages - rows(&cut)
	if left < messages/10 || rows(&full) != messages {
		t.Errorf("%d of %d messages are left out, of a full report %d", left, messages, messages-rows(&full))
	}
	seq := wrong + 2
	for _, want := range []string{
		fmt.Sprintf(`id="m%d"`, seq-3), fmt.Sprintf(`id="m%d"`, seq), fmt.Sprintf(`id="m%d"`, seq+3), // the finding and its neighbours
		fmt.Sprintf("%d of %d are left out here. layertap report --full writes them all.", left, messages),
		"messages are left out here</p>",
	} {
		if !strings.Contains(cut.String(), want) {
			t.Errorf("it has no %s", want)
		}
	}
	if strings.Contains(cut.String(), fmt.Sprintf(`id="m%d"`, seq-4)) {
		t.Error("a message far from the finding is there, and there was no room for all")
	}
	if strings.Contains(full.String(), "left out") {
		t.Error("a full report says that something is left out")
	}
}

// The size is also bounded if all messages have findings, and if there are many hits.
func TestHTMLBoundsHits(t *testing.T) {
	entries := []datalayer.Entry{page(0, "p1", "https://shop.example", "load")}
	for i := range 3_000 {
		entries = append(entries,
			reporttest.Push(ms, "p1", "widget_opened", fmt.Sprintf(`{"event":"widget_opened","widget_platform":"%d-%s","timestamp":"x"}`, i, strings.Repeat("y", 900))),
			&datalayer.Hit{Place: datalayer.Place{T: ms}, Page: "p1", Vendor: "ga4", Event: fmt.Sprintf("e%d-%s", i, strings.Repeat("z", 1_000)), URL: "https://www.google-analytics.com/g/collect"})
	}
	var cut sized
	if err := report.HTML(&cut, "layertap", file(t, "big.session.jsonl", "https://shop.example", entries...), false); err != nil {
		t.Fatal(err)
	}
	if got := cut.Len(); got > 10<<20 {
		t.Errorf("the report has %d bytes", got)
	}
	for _, list := range []string{`<section id="hits">`, `<section id="messages">`} {
		_, after, _ := strings.Cut(cut.String(), list)
		if section, _, _ := strings.Cut(after, "</section>"); !strings.Contains(section, " of 3000 are left out here. layertap report --full") {
			t.Errorf("%s does not say that something is left out", list)
		}
	}
}

// Consent commands are bounded too, and messages that are left out aren't linked.
func TestHTMLBoundsConsent(t *testing.T) {
	entries := []datalayer.Entry{page(0, "p1", "https://shop.example", "load")}
	const commands = 300
	for i := range commands {
		p := reporttest.Push(ms, "p1", "", fmt.Sprintf(`["consent","default",{"x%d":%q}]`, i, strings.Repeat("w", 20_000)))
		p.Kind = datalayer.KindGtag
		entries = append(entries, p)
	}
	for i := range 3_000 {
		entries = append(entries, reporttest.Push(ms, "p1", "widget_opend", fmt.Sprintf(`{"event":"widget_opend","n":"%d%s"}`, i, strings.Repeat("y", 3_000))))
	}
	var cut, full sized
	f := file(t, "big.session.jsonl", "https://shop.example", entries...)
	if err := report.HTML(&cut, "layertap", f, false); err != nil {
		t.Fatal(err)
	}
	if err := report.HTML(&full, "layertap", f, true); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(cut.String(), `<section id="consent">`)
	section, _, _ := strings.Cut(after, "</section>")
	if len(section) > 3<<20 || cut.Len() > 10<<20 || !strings.Contains(section, fmt.Sprintf(" of %d are left out here.", commands)) {
		t.Errorf("the consent commands take up %d bytes of %d, and say nothing of what is left out", len(section), cut.Len())
	}
	for name, text := range map[string]string{"cut": cut.String(), "full": full.String()} {
		there := map[string]bool{}
		for _, id := range messageID.FindAllStringSubmatch(text, -1) {
			there[id[1]] = true
		}
		links, dead := messageLink.FindAllStringSubmatch(text, -1), 0
		for _, link := range links {
			if !there[link[1]] {
				dead++
			}
		}
		if dead > 0 || len(links) == 0 {
			t.Errorf("of %d links of the %s report, %d lead nowhere", len(links), name, dead)
		}
	}
	if n := strings.Count(full.String(), "<td>default "); n != commands {
		t.Errorf("a full report has %d consent commands of %d", n, commands)
	}
}

var messageID, messageLink = regexp.MustCompile(`id="m(\d+)"`), regexp.MustCompile(`href="#m(\d+)"`)
