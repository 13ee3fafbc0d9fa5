package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/recording"
)

// Personal data is nowhere in the file, equal data is still equal, and the session
// itself is not changed.
func TestRedacting(t *testing.T) {
	const mail = "ada.lovelace@example.com"
	push := func(key string) *datalayer.Push {
		return &datalayer.Push{Page: "p1", Message: []byte(`{"event":"x","` + key + `":"` + mail + `"}`)}
	}
	stack := []datalayer.StackFrame{{Func: mail, URL: "https://shop.example/?first_name=Lovelace&email=" + mail}}
	entries := []datalayer.Entry{
		&datalayer.Page{ID: "p1", URL: "https://shop.example/?email=" + mail, Title: "Hello " + mail},
		&datalayer.Action{Page: "p1", Action: "click", Text: mail, Href: "mailto:" + mail},
		push("a"), push("b"),
		&datalayer.Push{Page: "p1", Event: "hello " + mail, Message: []byte(`{"event":"hello ` + mail + `","` + mail + `":1}`), Stack: stack},
		&datalayer.Action{Page: "p1", Action: "click", Selector: `a#ada\.lovelace\@example\.com`},
		&datalayer.Note{On: 3, Text: "ask " + mail},
		&datalayer.Push{Page: "p1", Message: []byte(`{"event":"x"}`), Called: []byte(`{"event":"x","a":"` + mail + `"}`)},
		&datalayer.ScriptError{Page: "p1", Message: "no user " + mail, URL: "https://shop.example/?email=" + mail},
		&datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: datalayer.LayerFound},
		&datalayer.GoogleTag{ID: "G-ABC1234567", Resource: []byte(`{"tags":[{"vtp_cookieDomain":"` + mail + `"}]}`)},
		&datalayer.Gap{Why: "https://shop.example/?email=" + mail + " was not reached"},
		&datalayer.Hit{Page: "p1", Event: "hello " + mail, URL: "https://a.example/?em=" + mail, Params: []byte(`{"em":"` + mail + `"}`)},
		&datalayer.Hit{Page: "p1", URL: "https://a.example/?v=2&ep.mail=ada.lovelace%40example.com&ep.phone=%2B44+20+7946+0018&ep.first_name=Lovelace",
			Params: []byte(`{"v":"2","ep.phone":"+44 20 7946 0018","ep.first_name":"Lovelace"}`)},
	}
	var file bytes.Buffer
	sink := Sink(recording.NewWriter(&file, "test"))
	if err := errors.Join(sink.Begin(datalayer.Header{}), sink.Write(entries), sink.Close()); err != nil {
		t.Fatal(err)
	}
	text := file.String()
	if strings.Contains(strings.ToLower(text), "lovelace") || strings.Contains(text, "7946") || strings.Count(text, "\n") != len(entries)+1 {
		t.Errorf("the file is\n%s", text)
	}
	if !strings.Contains(text, `"redact":"personal-data"`) {
		t.Errorf("the header does not say so: %s", text)
	}
	hashes := map[string]int{}
	for line := range strings.Lines(text) {
		if _, rest, ok := strings.Cut(line, `"hash":"`); ok {
			hash, _, _ := strings.Cut(rest, `"`)
			hashes[hash]++
		}
	}
	if len(hashes) != 2 { // the first of each line
		t.Errorf("an address and a number have the hashes %v", hashes)
	}
	if !strings.Contains(string(entries[2].(*datalayer.Push).Message), mail) || stack[0].Func != mail {
		t.Error("the session was changed")
	}
}

// A stack that messages share is looked at once, unless it has personal data, which is
// counted in each place.
func TestRedactingStacks(t *testing.T) {
	clean := []datalayer.StackFrame{{Func: "emit", URL: "https://cdn.example/widget.js"}, {Func: "send", URL: "https://cdn.example/widget.js"}}
	personal := []datalayer.StackFrame{{Func: "ada.lovelace@example.com"}}
	r := newRedaction()
	for i := range 3 {
		push := r.push(&datalayer.Push{Stack: clean})
		if i > 0 && &push.Stack[0] != &clean[0] {
			t.Error("a known stack is looked at again")
		}
		if r.push(&datalayer.Push{Stack: personal}).Stack[0].Func == personal[0].Func {
			t.Error("a stack keeps an address")
		}
		if got := r.push(&datalayer.Push{Stack: clean[:1]}).Stack; len(got) != 1 {
			t.Errorf("the beginning of a stack has %d frames", len(got))
		}
	}
	if taken := r.Taken().String(); !strings.Contains(taken, "3 places") {
		t.Errorf("removed %s", taken)
	}
}

// live is a source with the state of a browser's tabs.
type live struct{ attachment *datalayer.Attachment }

func (l live) Next(context.Context) (datalayer.Batch, error) {
	return datalayer.Batch{Attachment: l.attachment}, io.EOF
}

// The list of open tabs is redacted, too, without changing the source's own.
func TestRedactingTabs(t *testing.T) {
	const mail = "ada.lovelace@example.com"
	url := "https://shop.example/?email=" + mail
	open := &datalayer.Attachment{
		Phase: datalayer.Live, Detail: "attaching to " + url, Held: "a dialog: hello " + mail,
		Frames:  []datalayer.Frame{{Target: "t1", URL: url, Remark: "not reached: " + mail}},
		Choices: []datalayer.Choice{{ID: "A1", Title: "Mail of " + mail, URL: url}},
	}
	_, source := NewSource(datalayer.Header{}, live{open})
	batch, err := source.Next(t.Context())
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	got := fmt.Sprintf("%+v", *batch.Attachment)
	if strings.Contains(got, mail) || !strings.Contains(got, "A1") || !strings.Contains(got, "shop.example") {
		t.Errorf("got %s", got)
	}
	if open.Frames[0].URL != url || open.Choices[0].URL != url {
		t.Errorf("the source's own state was changed: %+v", open)
	}
}
