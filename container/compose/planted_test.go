package compose_test

import (
	"slices"
	"strings"
	"testing"

	"layertap/container/compose"
	"layertap/rules"
	"layertap/rules/plan"
)

// A composed container has no findings, and each fault inserted into it is found.
func TestPlantedFaultsAreFound(t *testing.T) {
	p, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	o := compose.Default()
	o.MeasurementID = "G-ABC1234567"
	made, _, err := compose.Export([]*plan.Plan{p}, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	if found := findings(t, made, p); len(found) > 0 {
		t.Fatalf("it is not clean: %v", found)
	}
	value := func(text string) string { return `"value": "` + text + `"` }
	eventName := func(text string) string {
		return "\"key\": \"eventName\",\n                        " + value(text)
	}
	key := func(text string) string {
		return "\"key\": \"name\",\n                        " + value(text)
	}
	arg1 := func(text string) string {
		return "\"key\": \"arg1\",\n                                " + value(text)
	}
	for _, test := range []struct {
		code        rules.Code
		right, with string
	}{
		{rules.InvalidID, value("G-ABC1234567"), value("UA-1234-5")},
		{rules.MissingID, value("G-ABC1234567"), value("")},
		{rules.ParameterMisread, key("total_messages"), key("total_mesages")},
		{rules.UnknownVariable, value("{{DLV - link_url}}"), value("{{DLV - link}}")},
		{rules.EventSentRenamed, eventName("widget_opened"), eventName("chat_widget_opened")},
		{rules.RefusedEventName, eventName("widget_opened"), eventName("widget opened")},
		{rules.EventWithoutTrigger, arg1("widget_opened"), arg1("widget_open")},
		{rules.EqualTriggers, arg1("widget_opened"), arg1("widget_closed")},
		{rules.SentTwice, arg1("widget_opened"), arg1("widget_closed") /* both tags, one event */},
	} {
		text := strings.Replace(string(made), test.right, test.with, 1)
		if test.code == rules.SentTwice {
			text = strings.Replace(text, eventName("widget_opened"), eventName("widget_closed"), 1)
		}
		if text == string(made) {
			t.Errorf("%s: nothing was planted", test.code)
			continue
		}
		if found := findings(t, []byte(text), p); !slices.ContainsFunc(found, func(f rules.Finding) bool { return f.Code == test.code }) {
			t.Errorf("%s is not found: %v", test.code, found)
		}
	}
}
