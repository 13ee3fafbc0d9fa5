package check_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/internal/golden"
	"layertap/rules"
	"layertap/rules/plan"
)

// Mistakes in a plan are reported with their position and the nearest valid word.
func TestPlanErrors(t *testing.T) {
	for source, want := range map[string]string{
		"events:\n  a:\n    parameterz: [x]\n":                                                `p.yaml:3:5: an event has no key "parameterz"; did you mean "parameters"?`,
		"events:\n  a:\n    parameters:\n      x: strng\n":                                    `p.yaml:4:10: unknown type "strng"; did you mean "string"?`,
		"parameters: {link_url: url}\nevents:\n  a: {parameters: [link_ulr]}":                 `p.yaml:3:20: parameter "link_ulr" isn't defined; did you mean "link_url"?`,
		"events:\n  a: {findings: {mising-parameter: off}}":                                   `p.yaml:2:18: unknown finding "mising-parameter"; did you mean "missing-parameter"?`,
		"events:\n  a: {findings: {no-trigger: fatal}}":                                       `p.yaml:2:30: "fatal" isn't a severity`,
		"events:\n  opened:\n  closed: {after: [opend]}":                                      `p.yaml:3:20: unknown event "opend"; did you mean "opened"?`,
		"events:\n  a: {once: sesion}":                                                        `unknown value "sesion"; did you mean "session"?`,
		"events:\n  a: {parameters: {x: {min: lots}}}":                                        `"lots" isn't a number`,
		"events:\n  a: {parameters: {x: {pattern: \"[\"}}}":                                   `p.yaml:2:33: invalid regular expression "["`,
		"events:\n  a: {parameters: {\"x..y\": string}}":                                      `"x..y" isn't a valid path`,
		"events:\n  a: {duplicates: often}":                                                   `"often" isn't a valid duration; use one such as 500ms, 2s or 1h`,
		"events:\n  a: {required: perhaps}":                                                   `expected true or false, not "perhaps"`,
		"events:\n  a:\n  a:\n":                                                               `p.yaml:3:3: duplicate key "a"`,
		"events:\n  a: {aliases: [b]}\n  b:\n":                                                `p.yaml:2:17: "b" is already a name of b`,
		"events:\n  a: {parameters: {x: {grows: conversation}}}":                              `checked per conversation, but the plan has no conversation`,
		"conversation: {begins: [a]}\nevents:\n  a: {parameters: {x: {grows: conversation}}}": `checked per conversation, but the plan has no conversation`,
		"events:\n  a: {parameters: {x: {required_with: [y]}}}":                               `required depending on "y", which isn't defined at the same level`,
		"events: [a\n":               `p.yaml:`,
		"events:\n\t- a\n":           `p.yaml:2:1: invalid YAML: found character that cannot start any token`,
		"events: {a: }\n---\nb: 1\n": `a second one begins here`,
		"# nothing\n":                `p.yaml:1:1: the file is empty`,
		"":                           `p.yaml:1:1: the file is empty`,
		"- a":                        `a plan must be a mapping`,
		"plan: x":                    `the plan has no events`,
		"include: [wiget]\nevents:":  `reading the plan wiget: not a built-in plan; the built-in plans are ga4, widget`,
		"events: {a: {hits: {}}}":    `a hit has no vendor`,
		"triggers: 3\nevents:\n  a:": `triggers must be`,
	} {
		_, err := plan.Parse([]byte(source), "p.yaml", nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", source, err, want)
		}
	}
}

// All mistakes are reported at once, in the order of the file.
func TestAllProblemsAreReported(t *testing.T) {
	_, err := plan.Parse([]byte("events:\n  a: {tpye: 1}\n  b: {parameters: {x: nmuber}}\nowner: [x]\n"), "p.yaml", nil)
	var problems plan.Problems
	if !errors.As(err, &problems) || len(problems) != 3 || problems[0].Line != 2 || problems[2].Line != 4 {
		t.Errorf("got %v", err)
	}
}

func TestHostilePlansAreRefused(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 10), ", "))
	}
	for name, tt := range map[string]struct{ source, want string }{
		"aliases that explode":         {bomb, "more than 400000 values after expanding its aliases"},
		"an alias of itself":           {"events: &e\n  a: *e\n", "nested deeper than 40"},
		"deep nesting":                 {strings.Repeat("[", 3000) + strings.Repeat("]", 3000), "p.yaml:"},
		"nested repetition":            {`events: {a: {parameters: {x: {pattern: "^(a+)+$"}}}}`, "may backtrack forever"},
		"repetition of nothing":        {`namespace: ^(\w+\s?)*$`, "may backtrack forever"},
		"overlapping alternatives":     {`triggers: ["^(a|aa)+$"]`, "may backtrack forever"},
		"repetition with lookahead":    {`triggers: ["^(?=x)?(a*)*$"]`, "may backtrack forever"},
		"a pattern of a book's length": {"namespace: " + strings.Repeat("a", 3000), "longer than 2000 characters"},
		"a name of a book's length":    {"events:\n  " + strings.Repeat("a", 900) + ":\n", "is longer than 256 bytes"},
		"a book":                       {"plan: " + strings.Repeat("a", 9<<20), "the limit for a plan is 8388608"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := plan.Parse([]byte(tt.source), "p.yaml", nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %.200v, want %q", err, tt.want)
			}
		})
	}
}

func TestPatternsThatAreFine(t *testing.T) {
	for _, pattern := range []string{`^widget_.*`, `^(?:[a-z]+_)*[a-z]+$`, `^[A-Z]{3}$`, `^(a|b)+$`, `(foo|bar)*baz`, `^\d+(\.\d+)?$`, `^(?!x).*$`, `.*a.*b`,
		`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, `^(https?:\/\/)?[^\/]+(\/[^\/]*)*$`} {
		if _, err := plan.Parse([]byte(fmt.Sprintf("namespace: '%s'\nevents: {a: }\n", pattern)), "p.yaml", nil); err != nil {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func TestIncludes(t *testing.T) {
	files := map[string]string{
		"plans/shop.yaml":      "plan: shop\ninclude: [base.yaml, widget]\nparameters: {size: {min: 1}}\nevents:\n  order: {parameters: [extra]}\n  widget_opened: {required: true}\n",
		"plans/base.yaml":      "include: more/deep.yaml\nowner: team\nparameters: {size: {type: number}}\nevents:\n  order: {trigger: An order., parameters: [size]}\n",
		"plans/more/deep.yaml": "events: {deep: }\n",
		"round.yaml":           "include: [circle.yaml]\nevents: {a: }\n",
		"circle.yaml":          "include: [round.yaml]\nevents: {b: }\n",
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	loaded, err := plan.Load("plans/shop.yaml", read)
	if err != nil {
		t.Fatal(err)
	}
	widget, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Name != "shop" || loaded.Owner != "team" || len(loaded.Events) != len(widget.Events)+2 {
		t.Errorf("got %s of %s with %d events", loaded.Name, loaded.Owner, len(loaded.Events))
	}
	want := []string{"invalid-value size", "missing-parameter extra"}
	if diff := cmp.Diff(want, codes(newBench(t, loaded).push(`{"event":"order","size":0}`))); diff != "" {
		t.Error(diff)
	}
	for name, want := range map[string]string{
		"round.yaml": "it includes itself: round.yaml → circle.yaml → round.yaml",
		"none.yaml":  "reading the plan none.yaml: file does not exist",
		"wiget":      `no such file or built-in plan; did you mean "widget"?`,
	} {
		if _, err := plan.Load(name, read); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

func TestLaterPlansRule(t *testing.T) {
	mine := parse(t, "plan: mine\nevents:\n  widget_opened: {parameters: [mood]}\n")
	b := newBench(t, widget(t), mine)
	if diff := cmp.Diff([]string{"missing-parameter mood"}, codes(b.push(`{"event":"widget_opened"}`))); diff != "" {
		t.Error(diff)
	}
	if cover := b.Coverage(); len(cover) != len(widget(t).Events) {
		t.Errorf("%d events are covered, want those of the first plan", len(cover))
	}
}

func TestSeverities(t *testing.T) {
	plan := parse(t, `
findings: {missing-parameter: warning, empty-value: off}
events:
  a: {parameters: [x, y], findings: {missing-parameter: info}}
  b: {parameters: [x, y]}
`)
	b := newBench(t, plan)
	for event, want := range map[string]rules.Severity{"a": rules.Info, "b": rules.Warning} {
		found := b.push(`{"event":"` + event + `","y":""}`)
		if len(found) != 1 || found[0].Severity != want {
			t.Errorf("%s: %+v, want %v", event, found, want)
		}
	}
}

// A finding contains the plan's texts about its subject.
func TestFindingsContainThePlansTexts(t *testing.T) {
	plan := parse(t, `
plan: words
owner: the team
events:
  a: {owner: Ann, link: https://example.com/a, description: An event., parameters: {x: {description: A parameter., owner: Bob}, y: }}
`)
	found := newBench(t, plan).push(`{"event":"a"}`)
	if len(found) != 2 {
		t.Fatalf("got %+v", found)
	}
	x, y := found[0], found[1]
	if x.Owner != "Bob" || x.Description != "A parameter." || x.Link != "https://example.com/a" || x.Plan != "words" {
		t.Errorf("got %+v", x)
	}
	if y.Owner != "Ann" || y.Description != "An event." {
		t.Errorf("got %+v", y)
	}
}

func TestLint(t *testing.T) {
	const source = `
namespace: ^shop_
triggers:
  Orders: ^shop_ordr$
parameters:
  unused: string
events:
  shop_order: {parameters: {kind: {enum: [one]}, at: {type: string, unit: seconds}}}
  shop_orders: {parameters: {total: number, totals: number}}
  other: {trigger: Something., parameters: {ga_x: {type: number, min: 3, max: 2}}}
  shop-left:
  shop_paid: {schema: {type: object, requierd: [a], properties: {requierd: {tpye: string}}}}
`
	read := func(string) ([]byte, error) { return []byte(source), nil }
	advice, err := plan.Lint("p.yaml", read)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range advice {
		if !p.Advice {
			t.Errorf("%v isn't valid advice", p)
		}
		got = append(got, p.Error())
	}
	golden.Compare(t, "testdata/lint.txt", strings.Join(got, "\n")+"\n")

	for _, name := range plan.Builtins() {
		if advice, err := plan.Lint(name, nil); err != nil || len(advice) > 0 && name == "widget" {
			t.Errorf("%s: %v %v", name, advice, err)
		}
	}
	wrong := func(string) ([]byte, error) { return []byte("events: {a: {x: 1}}"), nil }
	if problems, err := plan.Lint("p.yaml", wrong); err != nil || len(problems) != 1 || problems[0].Advice {
		t.Errorf("got %v, %v", problems, err)
	}
	if _, err := plan.Lint("p.yaml", func(string) ([]byte, error) { return nil, errors.New("gone") }); err == nil {
		t.Error("a file that is gone gives no error")
	}
}
