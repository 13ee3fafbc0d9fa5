package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/report"
	"layertap/report/reporttest"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// file is a session with the given entries, checked against the widget's plan.
func file(t *testing.T, name, site string, entries ...datalayer.Entry) report.File {
	t.Helper()
	return fileWith(t, nil, name, site, entries...)
}

// fileWith is a file that is also checked against a container.
func fileWith(t *testing.T, more []*gtm.Container, name, site string, entries ...datalayer.Entry) report.File {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(plan.Triggers...)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{
		ID: "01K", Tool: "layertap 0.1.0", Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Browser: "Chrome/156.0", URL: site,
	}, session.Analysis{Rules: check.New(plan), GTM: engine.New(append([]*gtm.Container{container}, more...)...)})
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: entries}}); err != nil {
		t.Fatal(err)
	}
	return report.File{Name: name, Session: s.Snapshot(), Line: func(seq int) int { return seq + 1 }}
}

func page(at time.Duration, id, url string, cause datalayer.Cause) *datalayer.Page {
	return &datalayer.Page{Place: datalayer.Place{T: at}, ID: id, Target: "t1", Frame: "main", URL: url, Title: "Shop " + id, Cause: cause}
}

func action(at time.Duration, what, selector, text string) *datalayer.Action {
	return &datalayer.Action{Place: datalayer.Place{T: at}, Page: "p1", Action: what, Selector: selector, Text: text}
}

const ms = time.Millisecond

// container has a tag that fires, one that is blocked, one that is paused, and one whose
// trigger depends on something that wasn't captured. suffix is appended to all names.
func container(t *testing.T, suffix string) []*gtm.Container {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "container.json"))
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(suffix)
	if err != nil {
		t.Fatal(err)
	}
	c, err := parse.Container(bytes.ReplaceAll(text, []byte("SUFFIX"), quoted[1:len(quoted)-1]))
	if err != nil {
		t.Fatal(err)
	}
	return []*gtm.Container{c}
}

// visit is a session with one of everything.
func visit(t *testing.T) report.File {
	t.Helper()
	const site = "https://shop.example"
	click := action(900*ms, "click", "button.chat", "Chat with us")
	opened := reporttest.Push(901*ms, "p1", "widget_opened", `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`)
	opened.Action = click
	opened.Stack = []datalayer.StackFrame{{URL: site + "/a.js", Line: 1, Col: 1}, {Func: "emit", URL: site + "/widget.js", Line: 41, Col: 7}}
	begin := reporttest.Push(2*time.Second, "p2", "begin_checkout", `["event","begin_checkout",{"value":12.5,"items":[{"item_id":"a-1","price":-3},{}],"when":{"$":"date","value":"2026-11-23T09:00:00.000Z"},"nothing":{"$":"undefined"}}]`)
	begin.Kind = datalayer.KindGtag
	sent := reporttest.Push(2100*ms, "p2", "widget_message_sent",
		`{"event":"widget_message_sent","widget_platform":"web","timestamp":1795424401523,"widet_conversation_id":"c-1","total_messages":1,"link":"https://shop.example/help","deep":[[],{"$":"instance","class":"Cart","value":{"n":null}}]}`)
	sent.Layer, sent.Recovered = "other", true
	hit := &datalayer.Hit{Place: datalayer.Place{T: 2200 * ms}, Page: "p2", Vendor: "ga4", ID: "G-1", Event: "begin_checkout", Params: []byte(`{"v":"2"}`),
		Method: "POST", URL: "https://www.google-analytics.example/g/collect?v=2&en=begin%20checkout&bad=%zz", Status: 204, KeyEvent: true,
		Cause: &datalayer.HitCause{Push: 10, By: "name", Strength: "likely"}}
	blocked := &datalayer.Hit{Place: datalayer.Place{T: 2300 * ms}, Page: "p2", Vendor: "meta", Method: "GET", URL: "https://meta.example/tr", Error: "blocked by client"}
	return fileWith(t, container(t, ""), "visit.session.jsonl", site+"/?a=1&b=2",
		page(0, "p1", site+"/?a=1&b=2", datalayer.CauseLoad),
		reporttest.Push(41*ms, "p1", "gtm.js", `{"event":"gtm.js","gtm.start":1795424400041}`),
		click, opened,
		action(1200*ms, "change", "input#mail", ""),
		action(1500*ms, "click", "label.agree > input", ""),
		action(1501*ms, "change", "label.agree > input", ""),
		action(1800*ms, "click", "a.checkout", "Check out"),
		page(2*time.Second, "p2", site+"/checkout", datalayer.CauseLoad),
		begin, sent, hit, blocked,
		&datalayer.Note{On: 4, Text: "the client asked about this"},
		&datalayer.Gap{Place: datalayer.Place{T: 3 * time.Second}, Why: "the connection was lost", Lost: -1},
		&datalayer.Container{Place: datalayer.Place{T: 3500 * ms}, ID: "GTM-ABC123", Version: "42", Layer: "dataLayer", Source: "page", SHA256: "ab",
			Resource: []byte(`{"no":"container"}`)},
		page(4*time.Second, "p3", site+"/checkout", datalayer.CauseReload),
		&datalayer.LayerChange{Place: datalayer.Place{T: 4100 * ms}, Page: "p3", Frame: "main", Layer: "dataLayer", What: datalayer.LayerReplaced},
		&datalayer.ScriptError{Place: datalayer.Place{T: 4200 * ms}, Page: "p3", Frame: "main", Message: "Uncaught TypeError: dataLayer.push is not a function",
			URL: site + "/late.js", Line: 3, Col: 7},
		&datalayer.TabClosed{Place: datalayer.Place{T: 4300 * ms}, Page: "p3", Target: "t1"},
	)
}

// hostile is a session in which every text from the page attacks the program that displays
// it.
func hostile(t *testing.T) report.File {
	t.Helper()
	const evil = "\x1b]0;owned\x07\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|`*_[x](javascript:1)${1}'\"\u2028\u009b"
	quoted := `"\u001b]0;owned\u0007\u202e</script><img src=x onerror=alert(1)>\r\n::error::%0A|` + "`" + `*_[x](javascript:1)${1}'\"\u2028\u009b"`
	click := action(ms, "click", evil, evil)
	change := action(30*ms, evil, evil, evil)
	push := reporttest.Push(40*ms, "p1", "widget_"+evil, `{"event":"widget_`+quoted[1:]+`,"=1+1":"=cmd()","\u202eedi":"@SUM(1)",`+quoted+`:`+quoted+`,"n":-1,"s":" +1"}`)
	push.Layer, push.Action, push.Stack = evil, click, []datalayer.StackFrame{{Func: evil, URL: evil}}
	first := page(0, "p1", "https://shop.example/"+evil, datalayer.CauseLoad)
	first.Title = evil
	return fileWith(t, container(t, evil), "a,b:"+evil+".jsonl", "https://shop.example/"+evil,
		first, click, change, push,
		&datalayer.Hit{Page: "p1", Vendor: evil, ID: evil, Event: evil, URL: evil, Method: evil, Error: evil},
		&datalayer.Note{On: 4, Text: evil},
		&datalayer.Gap{Why: evil},
		&datalayer.LayerChange{Page: evil, Frame: evil, Layer: evil, What: evil, Container: evil},
		&datalayer.ScriptError{Page: evil, Frame: evil, Message: evil, URL: evil, Line: -1, Col: -1},
		&datalayer.TabClosed{Page: evil, Target: evil},
		&datalayer.Container{ID: evil, Version: evil, Layer: evil, Source: "page", Resource: []byte(`{"no":"container"}`)},
	)
}
