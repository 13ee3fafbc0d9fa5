package engine_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"layertap/gtm/engine"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
)

// oracleCase is a case that was run in Google's engine.
type oracleCase struct {
	pages    map[string]*datalayer.Page
	pushes   []*datalayer.Push
	expected map[int]oracleMessage
}

// oracleMessage is what Google's engine did with a message.
type oracleMessage struct {
	Seq        int
	Event      string
	Triggers   []string
	Tags       []string
	TagIndexes []int
	State      map[string]json.RawMessage
}

func readOracle(t testing.TB, dir string) oracleCase {
	t.Helper()
	c := oracleCase{pages: map[string]*datalayer.Page{}, expected: map[int]oracleMessage{}}
	lines := bufio.NewScanner(bytes.NewReader(read(t, dir, "case.session.jsonl")))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Type, Page, Target, Frame, URL, Referrer, Layer, Kind, Event, Cause, Via string
			Seq                                                                      int
			T                                                                        float64
			Message                                                                  json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		at := datalayer.Place{Seq: line.Seq, T: time.Duration(line.T * float64(time.Millisecond))}
		switch line.Type {
		case "page":
			c.pages[line.Page] = &datalayer.Page{
				Place: at, ID: line.Page, Target: line.Target, Frame: line.Frame,
				URL: line.URL, Referrer: line.Referrer, Cause: datalayer.Cause(line.Cause),
			}
		case "push":
			c.pushes = append(c.pushes, &datalayer.Push{
				Place: at, Page: line.Page, Frame: line.Frame, Layer: line.Layer,
				Kind: datalayer.MessageKind(line.Kind), Event: line.Event, Message: line.Message, Via: datalayer.Via(line.Via),
			})
		}
	}
	var expected struct{ Messages []oracleMessage }
	if err := json.Unmarshal(read(t, dir, "expected.json"), &expected); err != nil {
		t.Fatal(err)
	}
	for _, m := range expected.Messages {
		c.expected[m.Seq] = m
	}
	return c
}

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func container(t testing.TB, path ...string) *gtm.Container {
	t.Helper()
	c, err := parse.Container(read(t, path...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func oracleDirs(t testing.TB) []string {
	t.Helper()
	dirs, err := filepath.Glob("../testdata/oracle/*")
	if err != nil || len(dirs) < 61 {
		t.Fatalf("%d cases, %v", len(dirs), err)
	}
	return dirs
}

// lacksValues are the cases whose session lacks pushed values that triggers depend on:
// those of a click, which contained an element.
var lacksValues = map[string]bool{"var__click_variables": true}

// The results equal those of Google's engine: with the published form, with the export,
// and with both.
func TestOracle(t *testing.T) {
	for _, dir := range oracleDirs(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			c := readOracle(t, dir)
			if lacks := lacksValues[filepath.Base(dir)]; lacks {
				for seq, m := range c.expected {
					m.Triggers = nil
					c.expected[seq] = m
				}
			}
			published, export := container(t, dir, "resource.json"), container(t, dir, "export.json")
			t.Run("published", func(t *testing.T) { c.check(t, false, published) })
			t.Run("export", func(t *testing.T) { c.check(t, true, export) })
			t.Run("both", func(t *testing.T) { c.check(t, true, published, export) })
		})
	}
}

// check runs a case. names is set if the names of an export are available.
func (c oracleCase) check(t *testing.T, names bool, containers ...*gtm.Container) {
	e := engine.New(containers...)
	for _, page := range c.pages {
		e.Open(page)
	}
	for _, push := range c.pushes {
		message := push.Read()
		out := e.Push(c.pages[push.Page], push, &message)
		want := c.expected[push.Seq]
		got := oracleMessage{Seq: push.Seq, Event: out.Event, Triggers: matched(out), Tags: []string{}, TagIndexes: []int{}, State: want.State}
		for _, f := range out.Tags {
			if f.Fires == gtm.Yes {
				got.Tags, got.TagIndexes = append(got.Tags, f.Tag.Name), append(got.TagIndexes, f.Tag.Index)
			}
		}
		if !names {
			got.Tags = want.Tags
		}
		if !names || want.Triggers == nil {
			got.Triggers = want.Triggers
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("message %d %s (-engine +ours):\n%s", push.Seq, push.Message, diff)
		}
		state, ok := e.State(push)
		if !ok {
			t.Fatalf("message %d has no state", push.Seq)
		}
		for key, want := range want.State {
			wanted, err := datalayer.Decode(want)
			if err != nil {
				t.Fatal(err)
			}
			got := state.V2.Lookup(key).Value
			if diff := cmp.Diff(unordered(wanted), unordered(got)); diff != "" {
				t.Errorf("state after message %d %s, %s (-engine +ours):\n%s", push.Seq, push.Message, key, diff)
			}
		}
		if names && len(containers) == 1 {
			agreeWithExplanation(t, e, push, out)
		}
	}
}

// agreeWithExplanation checks that Explain agrees with the outcome of Push.
func agreeWithExplanation(t *testing.T, e *engine.Engine, push *datalayer.Push, out gtm.Outcome) {
	t.Helper()
	explained, ok := e.Explain(push)
	if !ok || explained.Event != out.Event || (explained.Skipped == "") != (out.Event != "") {
		t.Errorf("message %d: explained as %q, skipped %q; want the event %q", push.Seq, explained.Event, explained.Skipped, out.Event)
	}
	var again []string
	for _, v := range explained.Triggers {
		if v.Matched == gtm.Yes {
			again = append(again, v.Trigger.Name)
		}
	}
	if was := matched(out); !slices.Equal(again, was) {
		t.Errorf("message %d: explained with the triggers %q, pushed with %q", push.Seq, again, was)
	}
	for _, v := range explained.Tags {
		fired := slices.ContainsFunc(out.Tags, func(f gtm.Firing) bool { return f.Tag == v.Tag && f.Fires == v.Fires })
		if fired != (v.Fires != gtm.No) || v.Reason == "" {
			t.Errorf("message %d: tag %s explained as %s (%s), pushed otherwise", push.Seq, v.Tag.Name, v.Fires, v.Reason)
		}
	}
}

func matched(out gtm.Outcome) []string {
	names := []string{}
	for _, m := range out.Triggers {
		if m.Matched == gtm.Yes {
			names = append(names, m.Trigger.Name)
		}
	}
	return names
}

// unordered returns v with its keys sorted, because the recorded results don't preserve
// their order.
func unordered(v datalayer.Value) datalayer.Value {
	v.Fields, v.Items = slices.Clone(v.Fields), slices.Clone(v.Items)
	for i := range v.Fields {
		v.Fields[i].Value = unordered(v.Fields[i].Value)
	}
	for i := range v.Items {
		v.Items[i] = unordered(v.Items[i])
	}
	slices.SortFunc(v.Fields, func(a, b datalayer.Field) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return v
}
