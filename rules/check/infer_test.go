package check_test

import (
	"slices"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/internal/golden"
	"layertap/rules"
	"layertap/rules/infer"
	"layertap/rules/plan"
)

// drafted returns a draft of a plan from recordings of messages.
func drafted(t *testing.T, recordings ...[]string) *plan.Plan {
	t.Helper()
	var all []infer.Recording
	for _, messages := range recordings {
		b := newBench(t)
		var pushes []*datalayer.Push
		for _, message := range messages {
			b.now += 1e9
			b.pushAs(message, func(p *datalayer.Push) { pushes = append(pushes, p) })
		}
		all = append(all, on(b.page, pushes))
	}
	return infer.Draft("draft", all...)
}

// on yields messages on a page.
func on(page *datalayer.Page, pushes []*datalayer.Push) infer.Recording {
	return func(yield func(*datalayer.Page, *datalayer.Push) bool) {
		for _, push := range pushes {
			if !yield(page, push) {
				return
			}
		}
	}
}

var faulty = []string{
	`{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`,
	`{"event":"widget_opend","widget_platform":"web","timestamp":1795424401523}`,
	`{"event":"widget_message_sent","widget_platform":"web","widet_conversation_id":"c-1","timestamp":1795424402523,"total_messages":1}`,
	`{"event":"widget_message_sent","widget_platform":"","widget_conversation_id":"c-2","timestamp":1795424403523,"total_messages":"2"}`,
	`{"event":"widget_message_sent","widget_platform":"undefined","widget_conversation_id":"c-21","timestamp":"2026-11-23T09:00:00Z","total_messages":1}`,
	`{"event":"order","items":[{"sku":"a1","price":3},{"sku":"b22"}],"user":"jane@example.com","ecommerce":{"a":{"b":null}}}`,
	`{"event":"order","items":[],"at":{"$":"date","value":"2026-11-23T09:00:00.000Z"},"callback":{"$":"function","name":"f"}}`,
	`{"event":{"name":"x"}}`,
	`{"event":"gtm.click"}`,
	`{"event":"odd key: yes","yes":true,"a b":"#","12":"- x","n":{"$":"number","value":"NaN"}}`,
}

// A draft accepts the recording that it was created from, whatever is wrong with it, but for
// personal data.
func TestDraftTakesItsOwnRecording(t *testing.T) {
	for name, messages := range map[string][]string{"faithful": faithful(t), "faulty": faulty} {
		t.Run(name, func(t *testing.T) {
			draft := drafted(t, messages)
			text := written(t, draft)
			again := parse(t, string(text))
			for _, plan := range []*plan.Plan{draft, again} {
				b := newBench(t, plan)
				for _, message := range messages {
					found := b.push(message)
					personal := strings.Contains(message, "@") || strings.Contains(message, "tel:")
					if personal != has(found, rules.PersonalData) || len(notPersonal(found)) > 0 {
						t.Errorf("%s\n%+v\n%s", message, found, text)
					}
				}
				if found := b.Finish(0); len(found) > 0 {
					t.Errorf("%+v", found)
				}
			}
			golden.Compare(t, "testdata/draft-"+name+".yaml", string(text))
		})
	}
}

func notPersonal(found []rules.Finding) []rules.Finding {
	return slices.DeleteFunc(slices.Clone(found), func(f rules.Finding) bool { return f.Code == rules.PersonalData })
}

// A draft from a correct recording finds each mistake that is inserted into it.
func TestDraftFindsFaults(t *testing.T) {
	clean := slices.Concat(faithful(t), faithful(t))
	for name, tt := range map[string]struct {
		from, to string
		want     rules.Code
	}{
		"misspelled parameter": {`"widget_conversation_id"`, `"widet_conversation_id"`, rules.MisspelledParameter},
		"missing parameter":    {`"link_type":"sitelink",`, ``, rules.MissingParameter},
		"misspelled event":     {`"widget_opened"`, `"widget_opend"`, rules.MisspelledEvent},
		"wrong type":           {`"total_messages":11`, `"total_messages":"11"`, rules.WrongType},
		"empty value":          {`"widget_platform":"web"`, `"widget_platform":""`, rules.EmptyValue},
		"unknown event":        {`"widget_closed"`, `"widget_survey"`, rules.UnknownEvent},
		"stringified value":    {`"c-1"`, `"undefined"`, rules.StringifiedValue},
		"no time":              {`"timestamp":17`, `"timestamp":"then","x":17`, rules.InvalidValue},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, parse(t, string(written(t, drafted(t, clean)))))
			found := false
			for _, message := range clean {
				found = has(b.push(strings.Replace(message, tt.from, tt.to, 1)), tt.want) || found
			}
			if !found {
				t.Errorf("no %s", tt.want)
			}
		})
	}
}

func TestInferFromSeveralRecordings(t *testing.T) {
	draft := drafted(t,
		[]string{`{"event":"shop_a","kind":"x","id":"u-1"}`, `{"event":"shop_b"}`},
		[]string{`{"event":"shop_a","kind":"x","id":"u-2"}`, `{"event":"shop_c"}`, `{"event":"shop_a","kind":"x","id":"u-3"}`,
			`{"event":"shop_a","kind":"y","id":"u-3"}`, `{"event":"shop_a","kind":"y","id":"u-4"}`, `{"event":"shop_a","kind":"y","id":"u-4"}`},
	)
	golden.Compare(t, "testdata/draft-several.yaml", string(written(t, draft)))
	b := newBench(t, draft)
	if found := b.Finish(0); len(found) != 1 || !strings.Contains(found[0].Message, "shop_a") {
		t.Errorf("what was in every recording is required, but %+v", found)
	}
}
