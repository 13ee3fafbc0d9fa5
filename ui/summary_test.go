package ui_test

import (
	"testing"

	"layertap/datalayer"
	"layertap/ui"
)

// summarised opens a recording on its summary.
func summarised(o *ui.Options) { o.File, o.Summary = "shop.session.jsonl", true }

// A recording opens on the summary, and one key leads on to the bad message.
func TestRecordingOpensOnTheSummary(t *testing.T) {
	for _, size := range sizes {
		s := begin(t, size[0], size[1], summarised)
		s.walked().state(datalayer.Over, "").idle().
			sees("[9 Summary]", "✗ FAIL", "300 messages", "✗ 1 error", "] finding").golden("opens-on-summary")
		s.keys("]").sees("[1 Messages]", `fix: Rename "widet_conversation_id"`).isUnder("widet_conversation_id")
		s.keys("9").sees("[9 Summary]").keys("]").sees("no other so far")
	}
}

// The first message can be the bad one, even if nothing has been selected yet.
func TestFromTheSummaryToTheFirstMessage(t *testing.T) {
	s := begin(t, 80, 24, summarised).push("widget_opend", "").push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`).
		push("widget_closd", "").state(datalayer.Over, "")
	s.keys("]").under("widget_opend").keys("]").under("widget_closd")
	s = begin(t, 80, 24, summarised).push("widget_opend", "").push("widget_closd", "").state(datalayer.Over, "")
	s.keys("[").under("widget_closd")
}

// The summary has everything on the first page of the report: the verdict, findings, tags,
// coverage, consent with the tags it held back, and why the session may be incomplete.
func TestSummaryIsComplete(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		s := beginAnalysis(t, planOnly(t), size[0], size[1], summarised).
			entries(command(`["consent","default",{"ad_storage":"denied","analytics_storage":"denied","wait_for_update":500}]`)).
			tour().
			entries(command(`["consent","update",{"analytics_storage":"granted"}]`)).
			entries(&datalayer.Gap{Why: "the browser did not respond", Lost: 2}).
			state(datalayer.Over, "the recording was not closed: whatever wrote it was stopped").idle()
		s.golden("summary-complete")
		for range 40 { // to the end
			s.keys("j")
		}
		s.golden("summary-complete-end")
		s.keys("/").types("analytics_storage granted").keys("enter", "enter")
		if size[0] < 110 { // the first step shows details
			s.sees("consent after it").keys("enter")
		}
		s.under("(gtag)").sees("[Consent]", "granted #28")
	}
}

// The consent view shows everything that was set, on every screen.
func TestConsentOfAMessage(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).live().page("https://shop.example/").entries(
			command(`["consent","default",{"ad_storage":"denied","ad_user_data":"denied","ad_personalization":"denied","wait_for_update":500}]`),
			command(`["consent","default",{"ad_storage":"granted","region":["US","CA"]}]`),
		).push("widget_opened", "").entries(command(`["consent","update",{"analytics_storage":"granted","ad_personalization":"granted"}]`)).
			keys("c").sees("[Consent]", "granted #5").golden("consent-set")
	}
}

// Long names of types, and defaults for many regions, are whole.
func TestConsentForManyRegions(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).live().page("https://shop.example/").entries(
			command(`["consent","default",{"personalization_storage":"denied","functionality_storage":"granted","region":["AT","BE","BG","CY","CZ","DE","DK","EE","ES","FI","FR","GR","HR","HU","IE","IS","IT","LI","LT","LU","LV","MT","NL","NO","PL","PT","RO","SE","SI","SK"]}]`),
			command(`["consent","default",{"personalization_storage":"granted","functionality_storage":"granted"}]`),
		).keys("c").sees("personalization_storage granted #3", "by region", "AT, BE, BG", "SE, SI, SK").golden("consent-regions")
	}
}

// command is a call of gtag.
func command(text string) *datalayer.Push {
	return &datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindGtag, Via: datalayer.ViaPush, Message: []byte(text)}
}

// A recording without messages doesn't count as clean.
func TestSummaryOfNothing(t *testing.T) {
	begin(t, 80, 24, summarised).state(datalayer.Over, "").idle().
		sees("0 messages", "▲ no message reached a data layer").misses("✓ no findings")
}

// A recording that is opened over another session begins with its summary, or with a
// message if one is requested.
func TestOpenedRecordingBeginsWithTheSummary(t *testing.T) {
	old(t).beside(80, 24).visit().keys("o").types("old.session.jsonl").keys("enter").idle().
		sees("[9 Summary]", "✓ PASS").keys("q").sees("[1 Messages]", "● live")
}

// An accepted error isn't counted in the coverage either.
func TestAcceptedErrorsInTheCoverage(t *testing.T) {
	var s *story
	s = begin(t, 160, 50, accepting(&s)).visit()
	s.keys("2").sees("4 of 25 events seen, 2 only with errors")
	for _, event := range []string{"widget_whatsapp_clicked", "widget_message_sent"} {
		s.keys("1", "g", "/").types(event).keys("enter", "i", "a")
	}
	s.keys("2").sees("4 of 25 events seen").misses("with errors").
		keys("9").idle().sees("4 of 25 events seen").misses("only with errors")
}

// The layout is saved when it changes, and restored the next time.
func TestLayoutIsKept(t *testing.T) {
	var kept []ui.Layout
	keeping := func(o *ui.Options) { o.KeepLayout = func(l ui.Layout) { kept = append(kept, l) } }
	s := begin(t, 160, 50, keeping).visit()
	if kept != nil {
		t.Errorf("%v was kept before anything changed", kept)
	}
	s.keys("<", "<", ">", ">", ">", ">").keys("C", "h")
	last := kept[len(kept)-1]
	if last.Split == 0 || !last.Hidden.Hits || last.Hidden.Time {
		t.Errorf("%+v was kept", last)
	}
	before := s.screen()
	again := begin(t, 160, 50, keeping, func(o *ui.Options) { o.Layout = last }).visit()
	if after := again.screen(); after != before {
		t.Errorf("it isn't there again:\n%s\nafter\n%s", after, before)
	}
	for _, split := range []int{-1_000_000, 1_000_000} { // from a file that was edited
		begin(t, 160, 50, func(o *ui.Options) { o.Layout.Split = split }).visit().sees("widget_whatsapp_clicked").keys("<", ">")
	}
}

// A late hit is inserted by its time, and the cursor stays on its hit.
func TestLateHitsLeaveTheCursor(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := begin(t, size[0], size[1]).visit().hits()
		s.keys("5", "j").under("Contact")
		late := &datalayer.Hit{Page: "p1", Vendor: "ga4", Event: "late", Status: 204}
		late.T = 1
		s.give(datalayer.Batch{Entries: []datalayer.Entry{late}}).sees("late").under("Contact")
		s.keys("j", "j").under("page_view")
	}
}

// The names of the views are readable and clickable, however narrow the pane is.
func TestViewNames(t *testing.T) {
	for _, width := range []int{80, 100, 120, 160, 200} {
		s := begin(t, width, 40).visit()
		for _, view := range [][2]string{{"Payl", "[Payload]"}, {"Cons", "[Consent]"}, {"Orig", "[Origin]"}, {"Find", "[Findings]"}} {
			s.clickOn(view[0]).sees(view[1])
		}
	}
	begin(t, 40, 12).visit().keys("right").sees("[Payload]")
}
