package recording

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
)

// A page that couldn't be opened and the setup of a visit are the same after writing
// and reading.
func TestUnopenedPageAndSetup(t *testing.T) {
	const head = `{"type":"session","format":1,"id":"x","tool":"t","started":"2026-11-23T09:00:00.000Z","browser":"","url":"","setup":["--mobile=Pixel 7"]}`
	h, err := decodeHeader([]byte(head))
	if err != nil {
		t.Fatal(err)
	}
	e := newEncoder()
	if err := e.header(h); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(head+"\n", e.buffer.String()); diff != "" {
		t.Error(diff)
	}
	const line = `{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://a.example/","cause":"load","error":"unknown host"}`
	entry, _, err := newDecoder().types["page"]([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if p := entry.(*datalayer.Page); p.Error != "unknown host" || p.Remark() != "couldn't be opened: unknown host" {
		t.Errorf("it is %+v, with %q", p, p.Remark())
	}
	e = newEncoder()
	if err := e.entry(entry); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(line+"\n", e.buffer.String()); diff != "" {
		t.Error(diff)
	}
}

// The status of an error is the same after writing and reading it.
func TestErrorStatus(t *testing.T) {
	const line = `{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://a.example/","cause":"reload","status":404}`
	entry, _, err := newDecoder().types["page"]([]byte(line))
	if err != nil {
		t.Fatal(err)
	}
	if p := entry.(*datalayer.Page); p.Status != 404 || p.Remark() != "reloaded, the server responded with 404" {
		t.Errorf("it is %+v, with %q", p, p.Remark())
	}
	e := newEncoder()
	if err := e.entry(entry); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(line+"\n", e.buffer.String()); diff != "" {
		t.Error(diff)
	}
}
