package ui_test

import (
	"errors"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui"
)

// undecided is a container in which one variable decides two tags, and a third tag sends a
// cookie.
const undecided = `{"macros":[{"function":"__e"},
	{"function":"__jsm","vtp_javascript":"(function(){return innerWidth<600})();"},{"function":"__k","vtp_name":"consent"}],
	"tags":[{"function":"__html","vtp_html":"<b>phone</b>","tag_id":1},{"function":"__html","vtp_html":"<b>phone, too</b>","tag_id":2},
		{"function":"__html","vtp_html":["macro",2],"tag_id":3}],
	"predicates":[{"function":"_re","arg0":["macro",0],"arg1":"^widget_"},{"function":"_eq","arg0":["macro",1],"arg1":"true"}],
	"rules":[[["if",0,1],["add",0,1]],[["if",0],["add",2]]]}`

// An unknown variable on which tags depend is named once, and its value is read from the
// page if the user wants that. From then on it is known, and says where it is from.
func TestReadValue(t *testing.T) {
	for _, size := range sizes {
		var s *story
		var trouble error
		asked := 0
		page := &ui.Page{ReadValue: func(page, variable string, read gtm.PageRead) (datalayer.Value, error) {
			if asked++; page != "p1" || trouble != nil {
				return datalayer.Value{}, trouble
			}
			at := datalayer.Place{T: s.clock + time.Millisecond}
			s.session.Add(&datalayer.PageValue{Place: at, Page: page, Variable: variable, Source: read.Source, Value: []byte("true")})
			return datalayer.BoolOf(true), nil
		}}
		s = beginAnalysis(t, planOnly(t), size[0], size[1], func(o *ui.Options) { o.Page = page })
		s.live().page("https://shop.example/lamps/alba").
			entries(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "page", Resource: []byte(undecided)}).
			push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`)
		s.keys("8").idle().sees("? 2 tags may depend on Custom JavaScript (#2): it reads", "V read from page").golden("undecided-tags")
		s.keys("9").idle().sees("2 tags may depend on Custom JavaScript (#2)")
		s.keys("8", "V").sees("read Custom JavaScript (#2)", "code runs once in the page", "return innerWidth<600", "y read it").golden("undecided-asks")
		s.keys("esc").misses("its code runs")
		trouble = errors.New("Chrome refused it, because it could change the page")
		s.keys("V", "y").sees("Custom JavaScript (#2) stays unknown: Chrome refused it").keys("esc")
		if trouble = nil; asked != 1 {
			t.Errorf("the page was asked %d times", asked)
		}
		s.keys("V", "y").sees("Custom JavaScript (#2): true, read from the page")
		s.push("widget_opened", `"widget_platform":"web","timestamp":1795424402523`)
		s.keys("8").idle().sees("✓ 2 tags may depend on Custom JavaScript (#2): true  read", "#4").keys("V").sees("y read it").keys("esc", "j", "V").sees("nothing to read here")
		s.keys("1", "G", "T").idle().golden("undecided-read")
		s.keys("v").idle().sees("read from the page", "Custom JavaScript (#2)").golden("undecided-variables")
		s.keys("tab", "G", "V").sees("reads", "cookie consent").keys("esc", "esc", "k").
			sees("─ value read from the page", "variable    Custom JavaScript (#2)", "used for the messages of this page that follow")
	}
	// Without a message in the list, there is no page to read from.
	s := beginAnalysis(t, planOnly(t), 80, 24, func(o *ui.Options) { o.Page = &ui.Page{} })
	s.live().page("https://shop.example/lamps/alba").
		entries(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "page", Resource: []byte(undecided)}).
		push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`)
	s.keys("8").idle().sees("? 2 tags may depend on Custom JavaScript (#2)", "V read from page").filter("event:nothing")
	s.keys("8").sees("? 2 tags may depend on Custom JavaScript (#2)").keys("V").sees("nothing to read here")

	s = beginAnalysis(t, planOnly(t), 80, 24, func(o *ui.Options) { o.File = "a.session.jsonl" }).visit()
	s.keys("v", "V").sees("this is a recording: it has no live page").misses("read from page")
}
