package accept_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules"
	"layertap/rules/accept"
)

func TestCovers(t *testing.T) {
	price := rules.Finding{Code: rules.WrongType, Path: "items[3].price", Message: "One."}
	misspelled := rules.Finding{Code: rules.MisspelledEvent, Suggestion: "opened", Message: "Isn't in the plan."}
	whole := rules.Finding{Code: rules.DeadTrigger, Message: "The trigger A matched nothing."}
	for _, test := range []struct {
		name      string
		exception accept.Exception
		event     string
		finding   rules.Finding
		want      bool
	}{
		{"the same", accept.Of("buy", &price), "buy", price, true},
		{"another item of the array", accept.Of("buy", &price), "buy", rules.Finding{Code: rules.WrongType, Path: "items[0].price"}, true},
		{"another event", accept.Of("buy", &price), "view", price, false},
		{"everywhere", accept.Exception{Code: rules.WrongType, Path: "items[].price"}, "view", price, true},
		{"a misspelled event everywhere", accept.Of("opned", &misspelled).Everywhere(), "opned", misspelled, true},
		{"not another misspelled event", accept.Of("opned", &misspelled).Everywhere(), "opend", misspelled, false},
		{"a path everywhere", accept.Of("buy", &price).Everywhere(), "view", price, true},
		{"not another path everywhere", accept.Of("buy", &price).Everywhere(), "view", rules.Finding{Code: rules.WrongType, Path: "value"}, false},
		{"another path", accept.Of("buy", &price), "buy", rules.Finding{Code: rules.WrongType, Path: "items[0].name"}, false},
		{"no path is not any path", accept.Exception{Code: rules.WrongType}, "buy", price, false},
		{"another code", accept.Of("buy", &price), "buy", rules.Finding{Code: rules.EmptyValue, Path: price.Path}, false},
		{"the session", accept.Of("", &whole), "", whole, true},
		{"the session, of another trigger", accept.Of("", &whole), "", rules.Finding{Code: rules.DeadTrigger, Message: "The trigger B matched nothing."}, false},
	} {
		if got := test.exception.Covers(test.event, &test.finding); got != test.want {
			t.Errorf("%s: %v covers %v: %t", test.name, test.exception, test.finding, got)
		}
	}
}

func TestFileIsReadAsItWasWritten(t *testing.T) {
	list := accept.List{
		{Code: rules.MissingParameter, Event: "widget_opened", Path: "link_text", Why: "not before May"},
		{Code: rules.DeadTrigger, Message: `The trigger "A: b" matched nothing.`},
	}
	text, err := list.YAML()
	if err != nil {
		t.Fatal(err)
	}
	got, err := accept.Parse(text, "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(list, got); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
	for _, empty := range []string{"", "accept: []\n", "# nothing\naccept:\n"} {
		if got, err := accept.Parse([]byte(empty), ""); err != nil || len(got) > 0 {
			t.Errorf("%q: %v, %v", empty, got, err)
		}
	}
}

func TestWhatIsWrongWithAFile(t *testing.T) {
	for text, want := range map[string]string{
		"accept: [{code: mising-parameter}]":      "did you mean missing-parameter?",
		"accept: [{path: a}]":                     "it has no code",
		"accept: [{code: wrong-type, events: x}]": "events",
		"accepted: []":                            "accepted",
		"- 1":                                     "cannot",
		"accept: [" + strings.Repeat("{code: wrong-type},", accept.MaxExceptions+1) + "]": "and may have 10000",
	} {
		if _, err := accept.Parse([]byte(text), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, not %q", text, err, want)
		}
	}
}

func TestWithAndWithout(t *testing.T) {
	a, b := accept.Exception{Code: rules.WrongType}, accept.Exception{Code: rules.EmptyValue}
	list := accept.List{}.With(a).With(b).With(accept.Exception{Code: rules.WrongType, Why: "said again"})
	if len(list) != 2 {
		t.Errorf("%d exceptions of two", len(list))
	}
	if rest := list.Without(a); len(rest) != 1 || !rest[0].Same(b) || len(list) != 2 {
		t.Errorf("%v without %v: %v", list, a, rest)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("accept:\n- {code: wrong-type, path: a}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := accept.Parse(data, "")
		if err != nil {
			return
		}
		text, err := list.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := accept.Parse(text, ""); err != nil || len(again) != len(list) {
			t.Errorf("%q came back as %v, %v", data, again, err)
		}
	})
}
