package simulate_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/container/simulate"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/recording"
	"layertap/rules/check"
	"layertap/session"
)

// outcome is the result of a message: the triggers that matched and the tags that
// fired, by name.
type outcome struct {
	Event          string
	Triggers, Tags []string
}

func outcomeOf(o gtm.Outcome) outcome {
	out := outcome{Event: o.Event, Triggers: []string{}, Tags: []string{}}
	for _, m := range o.Triggers {
		if m.Matched != gtm.No {
			out.Triggers = append(out.Triggers, m.Matched.String()+" "+m.Trigger.Name)
		}
	}
	for _, f := range o.Tags {
		if f.Fires != gtm.No {
			out.Tags = append(out.Tags, f.Fires.String()+" "+f.Tag.Name)
		}
	}
	return out
}

// Simulating the messages of a recorded session has the same result as checking the
// recording, and as Google's engine.
func TestSimulationAgreesWithCheckAndTheRealEngine(t *testing.T) {
	dirs, err := filepath.Glob("../../gtm/testdata/oracle/*")
	if err != nil || len(dirs) < 61 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	compared, messages, fired, matched := 0, 0, 0, 0
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "export.json"))
			if err != nil {
				t.Fatal(err)
			}
			c, err := parse.Container(text)
			if err != nil {
				t.Fatal(err)
			}
			checked, url := checkedSession(t, dir, c)
			pushes := pushesOf(checked)
			for i, event := range []string{"gtm.js", "gtm.dom", "gtm.load"} {
				if pushes[i].push.Event != event {
					t.Skip("the page pushed messages before Google Tag Manager's own, which a simulation doesn't")
				}
			}
			var all []simulate.Message
			for _, p := range pushes[3:] {
				all = append(all, simulate.Message{Event: p.push.Event, Text: p.push.Message})
			}
			s, err := simulate.Run(t.Context(), c, all, simulate.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			engineSays := expected(t, dir)
			// the triggers of one case depend on values from an element of the page
			lacksElements := filepath.Base(dir) == "var__click_variables"
			for i, simulated := range pushesOf(s) {
				name := fmt.Sprintf("message %d %s", i+1, pushes[i].push.Message)
				if diff := cmp.Diff(pushes[i].outcome, simulated.outcome); diff != "" {
					t.Errorf("%s (-check +simulate):\n%s", name, diff)
				}
				if i < 3 {
					continue // pushed by the simulation itself, without the values in the page's messages
				}
				messages++
				want := engineSays[pushes[i].push.Seq]
				if got := certain(simulated.outcome.Tags); !slices.Equal(want.Tags, got) {
					t.Errorf("%s fires %q in the real engine, %q in the simulation", name, want.Tags, got)
				}
				if got := certain(simulated.outcome.Triggers); !lacksElements && !slices.Equal(want.Triggers, got) {
					t.Errorf("%s matches %q in the real engine, %q in the simulation", name, want.Triggers, got)
				}
				fired, matched = fired+len(want.Tags), matched+len(want.Triggers)
			}
			compared++
		})
	}
	t.Logf("compared %d cases, %d messages, %d triggers that matched, %d tags that fired", compared, messages, matched, fired)
	if compared < 55 || messages < 1500 || fired < 200 || matched < 1000 {
		t.Error("compared too little")
	}
}

// certain returns the names of those that certainly matched or fired.
func certain(all []string) []string {
	var names []string
	for _, text := range all {
		if name, ok := strings.CutPrefix(text, "yes "); ok {
			names = append(names, name)
		}
	}
	return names
}

type result struct {
	push    *datalayer.Push
	outcome outcome
}

func pushesOf(s session.Snapshot) []result {
	var all []result
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok {
			all = append(all, result{push, outcomeOf(s.Verdict(i).Outcome)})
		}
	}
	return all
}

// checkedSession returns a case's recording, analyzed as by layertap check --container,
// and the URL of its page.
func checkedSession(t *testing.T, dir string, c *gtm.Container) (session.Snapshot, string) {
	t.Helper()
	r, err := recording.Open(filepath.Join(dir, "case.session.jsonl"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s := session.New(r.Header, session.Analysis{Rules: check.New(), GTM: engine.New(c)})
	if err := s.Run(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot(), r.Header.URL
}

type expectedMessage struct {
	Seq            int
	Triggers, Tags []string
}

// expected returns the results of Google's engine by message number.
func expected(t *testing.T, dir string) map[int]expectedMessage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Messages []expectedMessage }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	all := map[int]expectedMessage{}
	for _, m := range file.Messages {
		all[m.Seq] = m
	}
	return all
}
