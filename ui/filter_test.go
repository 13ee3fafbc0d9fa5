package ui_test

import (
	"testing"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/ui"
)

// While an invalid filter is typed, the error is shown below it; Enter doesn't apply it.
func TestFilterThatIsNone(t *testing.T) {
	begin(t, 80, 24).visit().
		keys("f").sees("such as  error  event=widget_whatsapp_clicked").golden("filter-typed").types("error evn").sees("event param value").
		types("t:widget").sees("^", "unknown field “evnt”; did you mean “event”?").golden("filter-wrong").
		keys("enter").sees("unknown field “evnt”", "filter error evnt:widget").misses("⊂").
		keys("end", "ctrl+u").types("event:").misses("a value is missing").sees("widget_loaded  widget_opened  widget_message_sent").
		keys("enter").sees("filter event:").
		types("clicked error").keys("enter").sees("filter: event:clicked error").under("widget_whatsapp_clicked").golden("filter").
		keys("f", "esc").sees("filter: event:clicked error")
}

// Tab completes fields, events and names, and the arrows recall earlier filters.
func TestFilterCompletesAndRecalls(t *testing.T) {
	s := begin(t, 100, 30, func(o *ui.Options) {
		o.Filters = filter.Presets{"mine": "widget not error"}
	}).visit()
	s.keys("f").types("ev").keys("tab").sees("filter event:").types("widget_w").keys("tab").sees("filter event:widget_whatsapp_clicked").
		keys("ctrl+u").types("-(gtm) -er").keys("tab").sees("filter -(gtm) -error").keys("enter").sees("filter: -(gtm) -error")
	s.keys("f", "ctrl+u").types(`trigger:"All w`).keys("tab").sees(`filter trigger:"All widget events"`).keys("esc")
	s.keys("@").sees("filter @", "@clicks  @errors", "@mine").types("m").keys("tab").sees("filter @mine").keys("enter").
		under("widget_").sees("filter: @mine").misses("widget_message_sent")
	s.keys("f", "ctrl+u").keys("up").sees("filter @mine").keys("up").sees("filter -(gtm) -error").keys("up").sees("filter -(gtm) -error").
		keys("down").sees("filter @mine").keys("down").misses("filter @mine").keys("esc").
		keys("F").misses("⊂").keys("F").sees("filter: @mine")
}

// A filter on Google Tag Manager's own messages shows them.
func TestFilterOnNoise(t *testing.T) {
	begin(t, 80, 24).visit().sees("4 shown, 2 hidden (z)").
		keys("f").types("gtm").keys("enter").under("gtm.").sees("2 of 6 messages")
}

// What arrives later counts: a hit adds its message to the list.
func TestFilterOnHits(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("f").types("hit:ga4").keys("enter").sees("no message matches")
	for i := range 20 {
		s.entries(&datalayer.Hit{Vendor: "ga4", During: []datalayer.PushRef{{Seq: i + 1}}})
	}
	s.under("widget_").misses("no message matches")
}

// A screen can start with a filter.
func TestInitialFilter(t *testing.T) {
	f, err := filter.Parse("clicked")
	if err != nil {
		t.Fatal(err)
	}
	begin(t, 80, 24, func(o *ui.Options) { o.Filter = f }).visit().
		under("widget_whatsapp_clicked").sees("filter: clicked").misses("widget_opened").keys("F").sees("widget_opened")
}
