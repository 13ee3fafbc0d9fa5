package check_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/rules/check"
	"layertap/rules/plan"
)

// prepare returns a function that judges messages in turn, half an hour apart, so that
// there are no findings.
func prepare(t testing.TB, plans ...*plan.Plan) func(i int) {
	var items []string
	for i := range 5 {
		items = append(items, fmt.Sprintf(`{"item_id":"sku-%d","item_name":"A thing","price":12.5,"quantity":2,"item_brand":"B","item_category":"C","index":%d}`, i, i))
	}
	messages := steady(t)
	if len(plans) > 1 {
		messages = append(messages, `{"event":"page_view"}`, `{"event":"something_else","a":1}`,
			`{"event":"begin_checkout","ecommerce":{"currency":"EUR","value":125,"items":[`+strings.Join(items, ",")+`]}}`)
	}
	s := newBench(t, plans...)
	values := make([]datalayer.Message, len(messages))
	for i, message := range messages {
		v, err := datalayer.Decode([]byte(message))
		if err != nil {
			t.Fatal(err)
		}
		values[i] = datalayer.ReadMessage("dataLayer", datalayer.KindObject, v)
	}
	// At least as many messages as a checker looks back at.
	pushes := make([]datalayer.Push, 4096/len(values)*len(values))
	for i := range pushes {
		pushes[i] = datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: values[i%len(values)].Event}
	}
	return func(i int) {
		push := &pushes[i%len(pushes)]
		push.Seq, push.T = i+1, time.Duration(i)*30*time.Minute
		if found := s.Check(s.page, push, &values[i%len(values)], s.trigger); found != nil {
			t.Fatal(push.Event, found)
		}
	}
}

// steady returns messages that can be repeated any number of times, because their
// totals don't change.
func steady(t testing.TB) []string {
	var messages []string
	for _, message := range faithful(t) {
		head, tail, ok := strings.Cut(message, `"total_messages":`)
		if ok {
			_, tail, _ = strings.Cut(tail, ",")
			message = head + `"total_messages":7,` + tail
		}
		messages = append(messages, message)
	}
	return messages
}

func benchmarkCheck(b *testing.B, plans ...*plan.Plan) {
	check := prepare(b, plans...)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		check(i)
	}
}

func BenchmarkCheckWidget(b *testing.B) { benchmarkCheck(b, widget(b)) }

func BenchmarkCheckWidgetAndGA4(b *testing.B) {
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		b.Fatal(err)
	}
	benchmarkCheck(b, widget(b), ga4)
}

// large returns a plan with 2,000 events.
func large() string {
	var s strings.Builder
	s.WriteString("plan: large\nnamespace: ^app_\nparameters:\n")
	for i := range 100 {
		fmt.Fprintf(&s, "  %s_of_%s: {type: string, description: A parameter of the plan}\n", word(i), word(i+7))
	}
	s.WriteString("events:\n")
	for i := range 2000 {
		fmt.Fprintf(&s, "  app_%s_%s:\n    description: Something happens in the application\n    owner: team %d\n    parameters: [", word(i%97), word(i), i%7)
		for j := range 8 {
			k := (i + j*7) % 100
			fmt.Fprintf(&s, "%s_of_%s, ", word(k), word(k+7))
		}
		s.WriteString("]\n")
	}
	return s.String()
}

// word returns a name for a number, without digits.
func word(i int) string {
	text := ""
	for i += 26; i > 0; i /= 26 {
		text += string(rune('a'+i%26)) + "o"
	}
	return text
}

func BenchmarkLoadLargePlan(b *testing.B) {
	data := []byte(large())
	b.ReportAllocs()
	for b.Loop() {
		plan, err := plan.Parse(data, "large.yaml", nil)
		if err != nil {
			b.Fatal(err)
		}
		check.New(plan)
	}
}

// A new name is compared with the whole plan.
func BenchmarkNewNameLargePlan(b *testing.B) {
	plan := parse(b, large())
	s := newBench(b, plan)
	for i := 0; b.Loop(); i++ {
		s.push(fmt.Sprintf(`{"event":"app_%s_seen"}`, word(i+5000)))
	}
}
