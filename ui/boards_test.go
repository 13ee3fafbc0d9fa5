package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui"
)

// hits makes the shop's page send two hits for the WhatsApp click.
func (s *story) hits() *story {
	cause := &datalayer.HitCause{Push: 8, By: "name", Strength: "likely"}
	return s.entries(
		&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-TEST123", Event: "widget_whatsapp_clicked", Status: 204, KeyEvent: true,
			Method: "POST", URL: "https://region1.google-analytics.com/g/collect?v=2&tid=G-TEST123&en=widget_whatsapp_clicked",
			Debug: true, Consent: "ads denied, analytics granted",
			Params: []byte(`{"en":"widget_whatsapp_clicked","ep.link_url":"https://wa.me/4930123456"}`), Cause: cause},
		&datalayer.Hit{Page: "p1", Vendor: "meta", ID: "1234567890", Event: "Contact", Error: "blocked by client",
			Cause: &datalayer.HitCause{Push: 8, By: "initiator", Strength: "likely"}},
		&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-TEST123", Event: "scroll"},
		&datalayer.Hit{Page: "p1", Vendor: "google-ads", ID: "AW-1000000001", Event: "page_view", Status: 200,
			Cause: &datalayer.HitCause{Push: 8, By: "time", Strength: "weak"}},
	)
}

func TestBoards(t *testing.T) {
	for _, size := range sizes {
		s := begin(t, size[0], size[1]).visit().hits().
			entries(&datalayer.Container{ID: "GTM-ABC123", Version: "42", Layer: "dataLayer", Source: "page"}).
			entries(&datalayer.Gap{Why: "the browser did not respond", Lost: 2, Until: 0}).
			golden("hits-in-the-list")
		s.keys("k", "2").golden("coverage").
			keys("3").golden("triggers-screen").
			keys("4").golden("variables").
			keys("5").golden("hits").
			keys("6").golden("health")
	}
}

func TestEmptyBoards(t *testing.T) {
	begin(t, 80, 24).live().
		keys("2").sees("0 of 25 events seen", "not seen").
		keys("3").sees("never matched").
		keys("4").sees("no message yet").
		keys("5").sees("no hits so far").
		keys("6").sees("nothing missed, as far as known").misses("looking").
		keys("esc").sees("[1 Messages]")
}

// A hit's details expand below it. Enter leads to its message from there as well, and to
// that message's hits.
func TestHitUnfolded(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {100, 30}} {
		begin(t, size[0], size[1]).visit().hits().keys("5", "right").golden("hit-unfolded").
			keys("j", "j", "j").under("consent").keys("left").under("widget_whatsapp_clicked").misses("request").
			keys("j", "j", "right").sees("message unknown").keys("left", "h").misses("message unknown").
			keys("g", "right", "j", "enter", "enter").under("widget_whatsapp_clicked").sees("[Hits]", "(likely)")
	}
}

// The Hits screen is in order of time; if there is room, a row shows the event's own
// parameters.
func TestHitsInOrder(t *testing.T) {
	s := begin(t, 200, 60).visit().give(datalayer.Batch{Entries: []datalayer.Entry{
		&datalayer.Hit{Place: datalayer.Place{T: 9 * time.Second}, Page: "p1", Vendor: "ga4", Event: "answered_first", Status: 204},
		&datalayer.Hit{Place: datalayer.Place{T: 8 * time.Second}, Page: "p1", Vendor: "ga4", Event: "sent_first", Status: 204,
			Params: []byte(`{"en":"sent_first","epn.total_messages":"7","ep.agent_name":"Kim"}`)},
	}}).keys("5").sees("parameters", "total_messages: 7", "unknown")
	if text := s.body(); strings.Index(text, "sent_first") > strings.Index(text, "answered_first") {
		t.Errorf("the hits aren't in order of time:\n%s", text)
	}
}

// The Summary names the event that is misspelled, and begins with the first finding.
func TestSummaryBeginsWithAFinding(t *testing.T) {
	begin(t, 160, 50).visit().push("widget_opend", "").keys("9").idle().
		sees("misspelled-event       widget_opend → widget_opened ").under("misspelled-parameter")
}

// The cursor may be on a row that isn't a message when a screen opens.
func TestBoardsFromAPage(t *testing.T) {
	begin(t, 80, 24).visit().keys("g").under("widget_loaded").keys("k").under("shop.example/p/3").
		keys("6").sees("misspelled-parameter").
		keys("4").sees("after #3 widget_loaded").keys("3").sees("All widget events").keys("2", "5")
}

func TestBoardsLeadToMessages(t *testing.T) {
	s := begin(t, 80, 24).visit().hits()
	s.keys("5", "enter").sees("[5 Hits]").keys("enter").under("widget_whatsapp_clicked")
	s.keys("3", "enter", "enter").under("widget_whatsapp_clicked")
	s.keys("2", "j", "enter", "enter").sees("filter: event=widget_opened").under("widget_opened")
}

func TestWhatIf(t *testing.T) {
	begin(t, 100, 30).visit().
		keys("w").types("_opened$").sees("would match 1 message (1 event)", "▣ widget_opened").
		types("(").sees("✗").
		keys("backspace", "backspace").types("|^gtm").golden("what-if").
		keys("enter").sees("would match 3 messages").
		keys("esc").sees("[1 Messages]")
}

// Trying a draft container lists the messages whose results would change.
func TestWhatIfDraft(t *testing.T) {
	draft := func(path string) (*gtm.Container, error) {
		if path != "draft.json" {
			return nil, fmt.Errorf("reading the container %s: no such file or directory", path)
		}
		return gtm.Patterns(gtm.Pattern{Name: "Opened or closed", Regexp: "^widget_(opened|closed)$"})
	}
	begin(t, 100, 30, func(o *ui.Options) { o.Containers.Read = draft }).visit().
		keys("w").types("none.json").keys("enter").sees("✗ reading the container none.json: no such file or directory").
		keys("w").keys("ctrl+u").types("draft.json").keys("enter").golden("what-if-draft").
		keys("enter").sees("[1 Messages]").under("widget_loaded")
}

func TestExplainFindings(t *testing.T) {
	begin(t, 120, 36).visit().keys("e").golden("explained-finding").keys("e").misses("GA4")
	begin(t, 120, 36).visit().keys("k", "e").sees("in this message:", `✗ widet_conversation_id: "c-1"  string  → widget_conversation_id`)
	begin(t, 120, 36).live().push("widget_opend", "").keys("e").sees("in this message:", `event: "widget_opend"`)
	begin(t, 120, 36).live().entries(command(`["event","widget_opened",{"widget_platform":3}]`)).keys("e").misses("in this message:")
}

// A blocked hit leads to a finding on an earlier message.
func TestFindingsThatComeLater(t *testing.T) {
	s := begin(t, 100, 30).visit().
		keys("f").types("warning").keys("enter").sees("no message matches").
		hits().under("widget_whatsapp_clicked")
	s.keys("6").sees("▲ hit-blocked", "1×  first #8")
}

func TestContainer(t *testing.T) {
	for _, size := range sizes {
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).tour()
		s.keys("/").types("wa.me").keys("enter", "esc").under("widget_whatsapp_clicked").
			keys("right", "right", "enter").golden("container-state").
			keys("right", "right").sees("[Triggers]").golden("container-triggers").
			keys("esc", "left", "left", "left", "left", "k", "k").under("widget_opend").golden("near-miss").
			keys("3").golden("container-triggers-screen").
			keys("4").golden("container-variables")
	}
}

// If there is room, a board shows details of the row under its cursor.
func TestBesideTheBoards(t *testing.T) {
	for _, size := range [][2]int{{120, 36}, {200, 60}} {
		lacks := map[int]string{120: "1 with errors", 200: "never set: link_text"}[size[0]]
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).tour()
		params := ""
		for i := range 80 {
			params += fmt.Sprintf(`"ep.key_%d":"value %d",`, i, i)
		}
		s.entries(&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-4K2LM8Q", Event: "purchase", Status: 204, Debug: true, Consent: "granted",
			Method: "POST", URL: "https://region1.google-analytics.com/g/collect?v=2", Params: []byte("{" + params + `"last":1}`)})
		s.entries(&datalayer.Page{ID: "p2", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad}) // the cursor is on no message
		s.keys("2", "j", "j", "j").sees(lacks, "▲ link_text", "never set").golden("coverage-beside").
			keys("3", "j").sees("fires", "→ GA4 - widget click").golden("triggers-beside").
			keys("4").sees("set by").golden("variables-beside").
			keys("5", "end").sees("─ ga4 purchase ─", "shown in the vendor's debug view", "ep.key_0").misses("last=").golden("hits-beside").
			keys("J", "J", "J", "J", "J", "J", "J", "J").sees("last=").misses("debug view").
			keys("K", "K", "K", "K", "K", "K", "K", "K").sees("debug view").
			wheel(size[0]-5, 20, tea.MouseWheelDown).wheel(size[0]-5, 20, tea.MouseWheelDown).wheel(size[0]-5, 20, tea.MouseWheelDown).wheel(size[0]-5, 20, tea.MouseWheelDown).
			sees("▸ ● 09:00:13").misses("debug view")
		s.keys("k").sees("22 widget_message_sent").misses("▼").keys("right").sees("the side pane shows it: J scrolls it")
		s.resize(80, 24).misses("│").keys("J").sees("no side pane: the terminal needs 110 columns")
	}
}

// Without variables that read them, the screen lists the keys of the data layer, and why no
// variable does.
func TestDataLayerKeys(t *testing.T) {
	begin(t, 80, 24).visit().keys("4").sees("data layer", "link_type", "whatsapp", "no container: load one with --container")
	const unread = `{"containerVersion":{"container":{"publicId":"GTM-A1","usageContext":["WEB"]},"tag":[],"trigger":[]}}`
	for export, why := range map[string]string{unread: "no variable of the container reads these keys", "{}": "the container wasn't evaluated: 6 shows why"} {
		beginAnalysis(t, planOnly(t), 80, 24).live().page("https://shop.example/").
			entries(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "file", Export: []byte(export)}).
			push("widget_opened", `"widget_platform":"web"`).keys("4").idle().sees("data layer", "widget_platform", why)
	}
}

// Search works on the other screens too.
func TestFindOnTheBoards(t *testing.T) {
	s := beginAnalysis(t, planOnly(t), 80, 24).tour()
	s.keys("2", "/").sees("on this screen").types("GDPR").keys("enter").under("widget_gdpr_accepted").
		keys("n").under("widget_gdpr_declined").keys("n").under("widget_gdpr_accepted").keys("N").under("widget_gdpr_declined").
		keys("/").types("pigeon").keys("enter").sees("“pigeon” not found on this screen", "[2 Coverage]")
	s.keys("4", "/").types("AGENT").keys("enter").under("DLV - agent").
		keys("5", "/").types("meta").keys("enter").under("meta").
		keys("6", "/").types("Containers").keys("enter").under("Containers").
		keys("1", "/").sees("in all messages").types("wa.me").keys("enter").under("widget_whatsapp_clicked")
}

// Enter is listed on rows that lead somewhere, and gives the reason on those that don't.
func TestBoardRowsThatLeadNowhere(t *testing.T) {
	begin(t, 120, 36).visit().keys("2").sees("⏎ messages").
		keys("G").sees("▸ ○ widget_feedback_submitted").misses("⏎ messages").
		keys("enter").sees("this row has no message", "[2 Coverage")
}

// Every view of a message and every screen, on a container with tags.
func TestViewsOfAContainer(t *testing.T) {
	for _, size := range append(sizes, [2]int{200, 60}) {
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).tour()
		s.keys("g", "]", "T").golden("view-tags").keys("j", "j").sees("[Tags]").golden("view-tags-fired").
			keys("v").golden("view-variables").keys("j", "j").sees("[Variables]").
			keys("c").golden("view-consent").keys("g", "]", "]")
		for _, view := range []string{"findings", "payload", "state", "", "triggers", "", "", "hits", "origin"} {
			if view != "" {
				s.golden("view-" + view)
			}
			s.keys("right")
		}
		s.keys("c").
			keys("8").sees("fired", "blocked").golden("screen-tags").
			keys("9").sees("misspelled-parameter").golden("screen-summary").
			keys("1").sees("[Consent]")
	}
}

// Names that begin alike stay different where they are cut.
func TestLongNames(t *testing.T) {
	name := func(kind, end string) string {
		return kind + " - all events of the chat widget in the help center - " + end
	}
	text := fmt.Sprintf(`{"containerVersion":{"container":{"publicId":"GTM-A1","usageContext":["WEB"]},
		"tag":[{"tagId":"1","name":%q,"type":"html","parameter":[{"type":"TEMPLATE","key":"html","value":"{{%s}}{{%s}}"}],"firingTriggerId":["8"]},
			{"tagId":"2","name":%q,"type":"html","parameter":[{"type":"TEMPLATE","key":"html","value":"x"}],"firingTriggerId":["9"]}],
		"trigger":[{"triggerId":"8","name":%q,"type":"CUSTOM_EVENT","customEventFilter":[{"type":"EQUALS","parameter":[
			{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"widget_opened"}]}]},
			{"triggerId":"9","name":%q,"type":"CUSTOM_EVENT","customEventFilter":[{"type":"EQUALS","parameter":[
			{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"widget_closed"}]}]}],
		"variable":[{"name":%q,"type":"v","parameter":[{"type":"TEMPLATE","key":"name","value":"a"}]},
			{"name":%q,"type":"v","parameter":[{"type":"TEMPLATE","key":"name","value":"b"}]}]}}`,
		name("HTML", "desktop"), name("DLV", "desktop"), name("DLV", "mobile"), name("HTML", "mobile"), name("CE", "desktop"), name("CE", "mobile"), name("DLV", "desktop"), name("DLV", "mobile"))
	for _, size := range append(sizes, [2]int{200, 60}) {
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).live().page("https://shop.example/").
			entries(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "file", Export: []byte(text)}).
			push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`).push("widget_closed", `"widget_platform":"web","timestamp":1795424401923`)
		for _, key := range []string{"3", "4", "8", "1"} {
			s.keys(key).idle()
			if key == "1" && size[0] == 80 {
				s.sees("●").misses("HTML - all") // no part of a name
				continue
			}
			s.sees("desktop", "mobile")
		}
		s.keys("T").sees("desktop", "mobile").keys("v").sees("desktop", "mobile").golden("long-names")
		s.keys("8").golden("long-names-tags").keys("3").golden("long-names-triggers")
	}
}
