package engine_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
)

const sendingExport = `{"exportFormatVersion":2,"containerVersion":{"containerId":"1","container":{"publicId":"GTM-ABC123","usageContext":["WEB"]},
"tag":[{"tagId":"1","name":"GA4 - widget","type":"gaawe","firingTriggerId":["9"],"parameter":[
{"type":"TEMPLATE","key":"eventName","value":"chat_{{Event}}"},{"type":"TEMPLATE","key":"measurementIdOverride","value":"G-1"}]}],
"trigger":[{"triggerId":"9","name":"All","type":"CUSTOM_EVENT","customEventFilter":[{"type":"MATCH_REGEX","parameter":[
{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"^widget_"}]}]}],
"builtInVariable":[{"type":"EVENT","name":"Event"}]}}`

// Sends returns what was sent on the given message, whatever the order of the calls.
func TestSendsOfMessages(t *testing.T) {
	c, err := parse.Container([]byte(sendingExport))
	if err != nil {
		t.Fatal(err)
	}
	e := engine.New(c)
	page := &datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/"}
	e.Open(page)
	var pushes []*datalayer.Push
	for i, event := range []string{"widget_opened", "other", "widget_closed"} {
		p := &datalayer.Push{Place: datalayer.Place{Seq: i + 1}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Message: []byte(`{"event":"` + event + `"}`)}
		message := p.Read()
		e.Push(page, p, &message)
		pushes = append(pushes, p)
	}
	for _, tt := range []struct {
		at   int
		want string
	}{{0, `["GA4 - widget chat_widget_opened"]`}, {1, "null"}, {2, `["GA4 - widget chat_widget_closed"]`}, {0, `["GA4 - widget chat_widget_opened"]`}} {
		verdicts, ok := e.Sends(pushes[tt.at])
		if !ok {
			t.Fatalf("message %d is not evaluated", tt.at+1)
		}
		var got []string
		for _, v := range verdicts {
			for _, p := range v.Sends {
				if p.Name == "Event Name" {
					got = append(got, fmt.Sprint(v.Tag.Name, " ", p.Value.Text))
				}
			}
		}
		if text, _ := json.Marshal(got); string(text) != tt.want {
			t.Errorf("message %d sends %s, want %s", tt.at+1, text, tt.want)
		}
	}
	if _, ok := engine.New().Sends(pushes[0]); ok {
		t.Error("a message is evaluated without a container")
	}
}
