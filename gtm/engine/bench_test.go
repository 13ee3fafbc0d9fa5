package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/gtm/engine"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
)

// large is a container of 300 triggers and 200 variables, similar to real large ones:
// most triggers match one event name and have one or two filters, some match many
// names.
func large(t testing.TB) *gtm.Container {
	t.Helper()
	var macros, predicates, rules []string
	macros = append(macros, `{"function":"__e"}`)
	for i := range 200 {
		macros = append(macros, fmt.Sprintf(`{"function":"__v","vtp_name":"key_%d.part","vtp_dataLayerVersion":2}`, i))
	}
	for i := range 300 {
		event := fmt.Sprintf(`{"function":"_eq","arg0":["macro",0],"arg1":"event_%d"}`, i)
		if i%3 == 0 {
			event = fmt.Sprintf(`{"function":"_re","arg0":["macro",0],"arg1":"^(shop|event)_(%d|x)(_.*)?$"}`, i)
		}
		if i%10 == 1 {
			event = `{"function":"_re","arg0":["macro",0],"arg1":".*"}`
		}
		filter := fmt.Sprintf(`{"function":"_re","arg0":["macro",%d],"arg1":"^value_%d$"}`, i%200+1, i)
		predicates = append(predicates, event, filter)
		rules = append(rules, fmt.Sprintf(`[["if",%d,%d],["add",%d]]`, 2*i, 2*i+1, i))
	}
	tags := strings.Repeat(`{"function":"__html","once_per_event":true},`, 300)
	c, err := parse.Container(fmt.Appendf(nil, `{"macros":[%s],"predicates":[%s],"rules":[%s],"tags":[%s]}`,
		strings.Join(macros, ","), strings.Join(predicates, ","), strings.Join(rules, ","), strings.TrimSuffix(tags, ",")))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func message(seq int, text string) (*datalayer.Push, *datalayer.Message) {
	push := &datalayer.Push{
		Place: datalayer.Place{Seq: seq, T: time.Duration(seq) * time.Second}, Page: "p1", Frame: "main", Layer: "dataLayer",
		Kind: datalayer.KindObject, Message: []byte(text),
	}
	m := push.Read()
	push.Event = m.Event
	return push, &m
}

var page = &datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://www.shop.example/p/3?q=a", Cause: datalayer.CauseLoad}

// BenchmarkPush evaluates a message in a container of 300 triggers and 200 variables.
func BenchmarkPush(b *testing.B) {
	for name, text := range map[string]string{
		"matches":  `{"event":"event_42","key_42":{"part":"value_42","more":1},"key_43.part":"x","user":"u1"}`,
		"nothing":  `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523,"total_messages":1}`,
		"no event": `{"widget_platform":"web","timestamp":1795424401523,"total_messages":1}`,
	} {
		b.Run(name, func(b *testing.B) {
			e := engine.New(large(b))
			e.Open(page)
			push, v := message(1, text)
			b.ReportAllocs()
			for b.Loop() {
				e.Push(page, push, v)
			}
		})
	}
}

// BenchmarkLookBack computes the state after a message in a session of a million, and
// explains the message.
func BenchmarkLookBack(b *testing.B) {
	e := engine.New(large(b))
	e.Open(page)
	const messages = 1_000_000
	pushes := make([]*datalayer.Push, messages)
	for i := range pushes {
		var v *datalayer.Message
		pushes[i], v = message(i+1, fmt.Sprintf(`{"event":"widget_message_sent","key_%d":{"part":%d},"total_messages":%d,"user":{"id":"u%d"}}`, i%50, i, i, i%9))
		e.Push(page, pushes[i], v)
	}
	i := 0
	b.Run("state", func(b *testing.B) {
		for b.Loop() {
			i = (i + 7919*101) % messages
			e.State(pushes[i])
		}
	})
	b.Run("what if", func(b *testing.B) {
		pattern, err := gtm.Patterns(gtm.Pattern{Name: "what if", Regexp: "_sent$"})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			differences, err := e.Compare(context.Background(), []*gtm.Container{}, []*gtm.Container{pattern})
			if err != nil || len(differences) != messages {
				b.Fatal(len(differences), err)
			}
		}
	})
	b.Run("explain", func(b *testing.B) {
		for b.Loop() {
			i = (i + 7919*101) % messages
			e.Explain(pushes[i])
		}
	})
}
