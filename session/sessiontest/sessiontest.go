// Package sessiontest creates sessions for the tests of several packages.
package sessiontest

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"layertap/datalayer"
)

// Source is a session's source that returns its batches and then ends.
type Source []datalayer.Batch

// Next returns the next batch; io.EOF after the last.
func (s *Source) Next(context.Context) (datalayer.Batch, error) {
	if len(*s) == 0 {
		return datalayer.Batch{}, io.EOF
	}
	next := (*s)[0]
	*s = (*s)[1:]
	return next, nil
}

// Visit returns the entries of a visit to some pages of a site, one per second. Each
// page is given by its path and the messages, in JSON, that it pushes immediately.
func Visit(t testing.TB, site string, pages ...[]string) []datalayer.Entry {
	t.Helper()
	var entries []datalayer.Entry
	for i, on := range pages {
		at := datalayer.Place{T: time.Duration(i) * time.Second}
		page := &datalayer.Page{
			Place: at, ID: fmt.Sprintf("p%d", i+1), Target: "t1", Frame: "main", URL: site + on[0], Cause: datalayer.CauseLoad,
		}
		entries = append(entries, page)
		for _, message := range on[1:] {
			v, err := datalayer.Decode([]byte(message))
			if err != nil {
				t.Fatalf("%s: %v", message, err)
			}
			event, _ := v.Get("event")
			entries = append(entries, &datalayer.Push{
				Place: at, Page: page.ID, Frame: "main", Layer: "dataLayer",
				Kind: datalayer.KindObject, Event: event.Text, Message: []byte(message),
			})
		}
	}
	return entries
}

// stack is the stack of a chat widget's pushes.
var stack = []datalayer.StackFrame{
	{Func: "emit", URL: "https://cdn.example/widget/v3/widget.min.js", Line: 41, Col: 7},
	{Func: "HTMLButtonElement.<anonymous>", URL: "https://cdn.example/widget/v3/widget.min.js", Line: 388, Col: 19},
}

// ShopMessage returns message i of a long visit to a shop with the chat widget, on page
// p1 and without a time. One in a hundred, starting with number 7, has a misspelled
// parameter.
func ShopMessage(i int) *datalayer.Push {
	p := &datalayer.Push{
		Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Via: datalayer.ViaPush, Stack: stack,
	}
	id := "widget_conversation_id"
	switch i % 20 {
	case 3, 13:
		p.Event = "widget_whatsapp_clicked"
		p.Message = fmt.Appendf(nil, `{"event":"widget_whatsapp_clicked","widget_platform":"web","widget_conversation_id":"c-%d","timestamp":%d,`+
			`"link_url":"https://wa.me/4912345","link_type":"whatsapp","link_text":"Write to us"}`, i/1000, 1795424401523+i)
	case 5, 15:
		p.Kind, p.Event = datalayer.KindGtag, "view_item"
		p.Message = fmt.Appendf(nil, `["event","view_item",{"currency":"EUR","value":%d,"items":[{"item_id":"sku-%d","item_name":"Alba table lamp",`+
			`"price":129,"quantity":1}]}]`, i%500, i%997)
	default:
		if i%100 == 7 {
			id = "widet_conversation_id"
		}
		p.Event = "widget_message_sent"
		p.Message = fmt.Appendf(nil, `{"event":"widget_message_sent","widget_platform":"web",%q:"c-%d","timestamp":%d,"total_messages":%d}`,
			id, i/1000, 1795424401523+i, i%1000)
	}
	return p
}
