package document

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/hook"
	"layertap/probe/probetest"
)

// A batch that never arrives is given up once it can no longer be in transit.
func TestHoles(t *testing.T) {
	l := New(bounds.Times{}, time.UnixMilli(1_795_000_000_000))
	at := Place{Tab: NewTab("t1"), Frame: "F"}
	snapshot := func(n int, events ...string) {
		var batches hook.Reader
		b, err := batches.Read([]byte(probetest.Pushes(`"doc":"doc","origin":1795000000000,"page":{"top":true,"url":"http://shop.example/"}`, n, events...)))
		if err != nil {
			t.Fatal(err)
		}
		l.Take(b, at, l.started)
	}
	snapshot(1, "a")
	events := make([]string, 100)
	for n := 5; n < 5+maxAhead; n += len(events) {
		snapshot(n, events...)
	}
	gaps := probetest.Only[*datalayer.Gap](l.entries)
	if len(gaps) != 1 || gaps[0].Lost != 3 {
		t.Fatalf("the gaps are %+v", gaps)
	}
	if doc := l.documents["doc"]; len(doc.numbers.ahead) != 0 {
		t.Errorf("%d numbers are remembered", len(doc.numbers.ahead))
	}
	if all := len(probetest.Only[*datalayer.Push](l.entries)); all != 4101 {
		t.Errorf("there are %d messages", all)
	}
}

// FuzzBatches lets a page send anything through the binding.
func FuzzBatches(f *testing.F) {
	f.Add([]byte(probetest.Pushes(`"doc":"d","origin":1795000000000,"page":{"top":true,"url":"http://a/"}`, 1, "a")))
	f.Add([]byte(`[{"doc":"d","origin":1e300,"n":-1,"t":9223372036854775807},[9,null],[0,null,{"is":"restored"}]]`))
	f.Add([]byte(`[{"doc":"d","n":1,"shapes":[["event","n"],["$"]]},[0,[1,"a",[0,1,[2,"undefined"]]]],[0,[1,"b",2]],[0,"c"]]`))
	f.Add([]byte(`[{"doc":"d","lost":-5,"end":true,"n":1},[0,null,{"is":"action"}],[0,"\ud800",{"by":1,"stack":1,"frames":"at x:1:1"}]]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var batches hook.Reader
		b, err := batches.Read(text)
		if err != nil {
			return
		}
		l := New(bounds.Times{}, time.UnixMilli(1_795_000_000_000))
		at := Place{Tab: NewTab("t1"), Frame: "F"}
		l.Take(b, at, l.started)
		l.Take(b, at, l.started)
		for _, e := range l.Ready(time.Time{}) {
			switch e := e.(type) {
			case *datalayer.Push:
				if _, err := datalayer.Decode(e.Message); err != nil {
					t.Errorf("%s: %v", e.Message, err)
				}
			case *datalayer.Gap:
				if e.Lost < -1 {
					t.Errorf("%d messages lost", e.Lost)
				}
			}
		}
	})
}

// BenchmarkDecode measures the processing of a message in Go, without a browser.
func BenchmarkDecode(b *testing.B) {
	const shapes = `["event","n","ecommerce"],["currency","value","items"],["item_id","item_name","price","quantity"]`
	const message = `[1,"bench",1,[2,"EUR",12.5,[0,[3,"SKU-1","A thing",12.5,1]]]]`
	records := make([]string, 256)
	for i := range records {
		records[i] = fmt.Sprintf(`,[%d,%s]`, 1000*i, message)
	}
	text := []byte(`[{"doc":"d","origin":1795000000000,"page":{"top":true,"url":"http://a/"},"n":1,"t":1000,"shapes":[` + shapes + `]}` + strings.Join(records, "") + `]`)
	var batches hook.Reader
	b.ReportAllocs()
	for b.Loop() {
		l := New(bounds.Times{}, time.UnixMilli(1_795_000_000_000))
		batch, err := batches.Read(text)
		if err != nil {
			b.Fatal(err)
		}
		l.Take(batch, Place{Tab: NewTab("t1")}, l.started)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/256, "ns/message")
}
