package filter_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
)

// chosen returns the numbers of the messages that match a filter.
func chosen(f filter.Filter, s session.Snapshot) []int {
	seqs := []int{}
	for i := range s.Len() {
		if f.Match(s, i) {
			seqs = append(seqs, datalayer.At(s.Entry(i)).Seq)
		}
	}
	return seqs
}

// The messages of the session are 2 gtm.js, 3 widget_closed, 4 widget_whatsapp_clicked,
// 6 purchase, 7 without an event, and 8 widget_opend.
func TestMatch(t *testing.T) {
	s := visit(t)
	for _, tt := range []struct {
		filter string
		seqs   []int
	}{
		{"", []int{2, 3, 4, 6, 7, 8}},
		{"  ", []int{2, 3, 4, 6, 7, 8}},

		{"widget_closed", []int{3}},
		{"WIDGET_", []int{3, 4, 8}},
		{"link_url", []int{4}},
		{"wa.me", []int{4}},
		{"https://wa.me", nil}, // an error, tested below
		{`"https://wa.me"`, []int{4}},
		{"sku2", []int{6}},
		{"prénom", []int{7}},
		{"PRÉNOM zoë", []int{7}},
		{"1000", []int{7}},
		{"undefined", []int{7}},
		{`"say ""hi"""`, []int{7}},
		{"deep.list[1]", []int{7}},
		{`""`, []int{2, 3, 4, 6, 7, 8}},

		{"gtm", []int{2}},
		{`"gtm"`, []int{2}},
		{"error", []int{4, 8}},
		{"ERROR", []int{4, 8}},
		{`"error"`, []int{}},
		{"warning", []int{}},
		{"finding", []int{4, 8}},

		{"event:widget_", []int{3, 4, 8}},
		{"Event:WIDGET_", []int{3, 4, 8}},
		{"event=widget_", []int{}},
		{"event=widget_closed", []int{3}},
		{"event=Widget_closed", []int{}},
		{`event=""`, []int{7}},
		{"event~^widget_(closed|opend)$", []int{3, 8}},
		{"(event~^widget_(closed|opend)$)", []int{3, 8}},
		{"event~^WIDGET", []int{}},
		{`event~"(?!widget)(^.)"`, []int{2, 6}},

		{"param:link_url", []int{4}},
		{"param:link_url~wa.me", []int{4}},
		{"param:link_url~^wa.me", []int{}},
		{"param:widget_platform=web", []int{3, 4}},
		{"param:platform:WE", []int{3, 4}},
		{"param=platform=web", []int{}},
		{"param=item_id=SKU2", []int{6}},
		{"param=items[1].item_id=SKU2", []int{6}},
		{"param=items[0].item_id=SKU2", []int{}},
		{`param~^items\[\d\]`, []int{6}},
		{`param:"x.y":hi`, []int{7}},
		{`param=coupon=""`, []int{7}},
		{"param:event", []int{}},
		{"param:gone=undefined", []int{7}},
		{"param:deep=true", []int{7}},
		{"value=7", []int{6}},
		{"value:1000", []int{7}},
		{"value=purchase", []int{}},
		{"value~^$", []int{7}},

		{"trigger:Clicks", []int{4}},
		{`trigger="All widget events"`, []int{3, 4, 8}},
		{`tag:""`, []int{}},
		{"hit:ga4", []int{3}},
		{"hit=G-ABC", []int{3}},
		{"hit=widget_closed", []int{3}},
		{`event:widget not hit:""`, []int{4, 8}},
		{"url:/checkout", []int{6, 7, 8}},
		{"page:shoes", []int{2, 3, 4}},
		{"page=p2", []int{6, 7, 8}},
		{"frame=F1", []int{6}},
		{"layer:GTAG", []int{6}},
		{"kind=gtag", []int{6}},
		{"code:misspelled", []int{8}},
		{"note:agency", []int{3}},
		{"note:thought", []int{}},
		{"mark:★", []int{4}},
		{`mark:""`, []int{4}},
		{"seq:3", []int{3}},
		{"seq=4-7", []int{4, 6, 7}},
		{"seq:7-", []int{7, 8}},
		{"seq:-3", []int{2, 3}},

		{"widget and not error", []int{3}},
		{"widget NOT error", []int{3}},
		{"widget -error", []int{3}},
		{"-widget -gtm", []int{6, 7}},
		{"-(gtm or widget)", []int{6, 7}},
		{"(not -gtm)", []int{2}},
		{"not not gtm", []int{2}},
		{"gtm or purchase widget", []int{2}},
		{"gtm or purchase or closed", []int{2, 3, 6}},
		{"(gtm or purchase) url:checkout", []int{6}},
		{"not (gtm or widget)", []int{6, 7}},
		{"not(gtm)or(gtm)", []int{2, 3, 4, 6, 7, 8}},
		{"android", []int{}}, // not "and" and "roid"
		{"@clicks", []int{4}},
		{"@errors not @clicks", []int{8}},
		{"@no-trigger", []int{6, 7}},
		{"@no-hit", []int{4, 8}},
	} {
		f, err := filter.Parse(tt.filter)
		if tt.seqs == nil {
			if err == nil {
				t.Errorf("%q is a filter", tt.filter)
			}
			continue
		}
		if err != nil {
			t.Error(err)
		} else if got := chosen(f, s); !slices.Equal(got, tt.seqs) {
			t.Errorf("%q lets %v through, not %v", tt.filter, got, tt.seqs)
		}
		if f.String() != tt.filter {
			t.Errorf("%q became %q", tt.filter, f)
		}
	}
}

// A caret marks the position of the error.
func TestErrors(t *testing.T) {
	for _, tt := range []struct{ filter, caret, reason string }{
		{"evnt:widget", "^", "unknown field “evnt”; did you mean “event”?"},
		{"error par:x", "      ^", "did you mean “param”?"},
		{"link_url=x", "^", "write a parameter as “param:link_url”, and put text in quotes"},
		{"https://shop", "^", "write a parameter as “param:https”, and put text in quotes"},
		{":x", "^", "unknown field “”"},
		{"event:", "      ^", "expected a value here"},
		{"(event:)", "       ^", "expected a value here"},
		{"param:link_url=", "               ^", "expected a value here"},
		{"event:a(b c", "       ^", "unclosed ( in the value"},
		{"event~a(b|(c)", "       ^", "unclosed ( in the value"},
		{"event~a[b c", "       ^", "invalid regular expression: "},
		{`event~"a""("`, `          ^`, "invalid regular expression: "},
		{"not", "   ^", "expected a word, a field or a parenthesis here"},
		{"a or", "    ^", "expected a word, a field or a parenthesis here"},
		{"or a", "^", "expected something before this “or”"},
		{"a and or b", "      ^", "expected something before this “or”"},
		{"(a", "^", "unclosed ("},
		{"a (b or (c)", "  ^", "unclosed ("},
		{"()", " ^", "expected a word, a field or a parenthesis before this"},
		{"a)", " ^", "unmatched )"},
		{`a "b c`, "  ^", "unclosed quote"},
		{"seq:x", "    ^", "not a message number"},
		{"seq:3-x", "      ^", "not a valid range"},
		{"seq~3", "   ^", "use “:” with message numbers"},
		{"a @erors", "  ^", "did you mean “@errors”?"},
		{"@", "^", "the filters are @clicks, @errors, "},
		{strings.Repeat("(", 5000), strings.Repeat(" ", 100) + "^", "nested too deeply"},
		{strings.Repeat("-", 5000) + "a", strings.Repeat(" ", 100) + "^", "nested too deeply"},
	} {
		_, err := filter.Parse(tt.filter)
		var wrong *filter.Error
		if !errors.As(err, &wrong) {
			t.Errorf("%q: %v", tt.filter, err)
		} else if wrong.Offset != len(tt.caret)-1 || !strings.Contains(wrong.Reason, tt.reason) {
			t.Errorf("%q goes wrong at %d, not %d: %s", tt.filter, wrong.Offset, len(tt.caret)-1, wrong.Reason)
		}
	}
	_, err := filter.Parse("é or")
	if want := `invalid filter "é or": at character 5, expected a word`; err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Error(err)
	}
}

func TestLate(t *testing.T) {
	for text, late := range map[string]bool{
		"": false, "event:x param:y=z": false, "gtm": false,
		"error": true, "a or hit:ga4": true, "trigger:x": true, "@errors": true, "@clicks": false,
	} {
		if f, err := filter.Parse(text); err != nil || f.Late() != late {
			t.Errorf("%q is late: %v, %v", text, f.Late(), err)
		}
	}
}

func TestPresets(t *testing.T) {
	s := visit(t)
	mine := filter.Builtin().With(filter.Presets{"checkout": "url:/checkout", "errors": "seq:3"})
	f, err := mine.Parse("@checkout -@errors kind=gtag or @errors")
	if got := chosen(f, s); err != nil || !slices.Equal(got, []int{3, 6}) {
		t.Errorf("%v, %v", got, err)
	}
	if err := mine.Check(); err != nil { // including the built-in ones
		t.Error(err)
	}
	for _, tt := range []struct{ name, text, reason string }{
		{"a b", "error", "a name can contain only letters"},
		{"", "error", "a name can contain only letters"},
		{"mine", "evnt:x", `reading the filter named "mine": invalid filter "evnt:x": at character 1, unknown field “evnt”`},
		{"circle", "@circle", "unknown filter “@circle”"},
	} {
		if err := (filter.Presets{tt.name: tt.text}).Check(); err == nil || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%q: %v", tt.name, err)
		}
	}
}

// Quoting and parsing a text returns the same text.
func TestQuote(t *testing.T) {
	for _, value := range []string{"widget_closed", "a b", `say "hi"`, "", "a)", "ü", "C:\\", "x\ny"} {
		s := run(t, push("p1", value, `{}`), push("p1", value+"x", `{}`))
		if f, err := filter.Parse("event=" + filter.Quote(value)); err != nil || !slices.Equal(chosen(f, s), []int{1}) {
			t.Errorf("%q: %v, %v", value, f, err)
		}
	}
}

func TestContaining(t *testing.T) {
	s := visit(t)
	for text, seqs := range map[string][]int{`say "hi"`: {7}, "error": {}, "HTTPS://WA": {4}} {
		if got := chosen(filter.Containing(text), s); !slices.Equal(got, seqs) {
			t.Errorf("%q is in %v, not in %v", text, got, seqs)
		}
	}
}

// Filters can use the status of a container's tags and the values of its variables.
func TestFilterByTags(t *testing.T) {
	export, err := os.ReadFile("../ui/testdata/container.json")
	if err != nil {
		t.Fatal(err)
	}
	container, err := parse.Container(export)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New(container)})
	if err := s.Run(context.Background(), &sessiontest.Source{{Entries: []datalayer.Entry{
		&datalayer.Page{ID: "p1", Frame: "main", URL: "https://shop.example/"},
		push("p1", "widget_loaded", `{"event":"widget_loaded","widget_platform":"web"}`),
		push("p1", "widget_whatsapp_clicked", `{"event":"widget_whatsapp_clicked","link_url":"https://wa.me/1","link_type":"whatsapp"}`),
	}}}); err != nil {
		t.Fatal(err)
	}
	snapshot := s.Snapshot()
	for typed, want := range map[string][]int{
		"fired:chat": {2}, "fired:click": {3}, "fired:WhatsApp": {3}, "tag:whatsapp": {3}, "blocked:chat": {}, "consent:ad_storage": {},
		`variable:"DLV - link type"=whatsapp`: {3}, `variable:"DLV - link type"=email`: {},
	} {
		f, err := filter.Parse(typed)
		if err != nil {
			t.Fatal(err)
		}
		if got := chosen(f, snapshot); !slices.Equal(got, want) {
			t.Errorf("%s lets %v through, want %v", typed, got, want)
		}
	}
}
