package tables_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	library "github.com/parquet-go/parquet-go"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/report/tables"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// files are the written files, by name.
type files map[string]*bytes.Buffer

func (f files) create(name string) (io.WriteCloser, error) {
	f[name] = &bytes.Buffer{}
	return nopCloser{f[name]}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// visit is a session with a message of each kind and a hit.
func visit(t *testing.T) session.Snapshot {
	t.Helper()
	entries := sessiontest.Visit(t, "https://shop.example", []string{
		"/", `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`,
		`{"event":"widget_opend","widget_platform":"web"}`,
		`{"ecommerce":{"items":[{"price":12.5,"name":"Ångström"},{}],"coupon":null},"ok":true}`,
	})
	entries = append(entries, &datalayer.Hit{
		Place: datalayer.Place{T: 2 * time.Second}, Page: "p1", Vendor: "ga4", ID: "G-1", Event: "widget_opened", URL: "https://www.google-analytics.example/g/collect",
		Params: []byte(`{"ep.widget_platform":"web"}`), Status: 204, KeyEvent: true, During: []datalayer.PushRef{{Seq: 2}},
	}, &datalayer.Hit{Page: "p1", Vendor: "meta", Error: "blocked by client"})
	header := datalayer.Header{ID: "01K", Tool: "layertap 0.1.0", Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), URL: "https://shop.example/"}
	s := session.New(header, session.Analysis{Rules: check.New(plantest.Widget(t)), GTM: engine.New()})
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: entries}}); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

// rows returns the rows of a table as parquet-go reads them, one line each: the columns
// that have a value.
func rows(t *testing.T, file []byte) []string {
	t.Helper()
	opened, err := library.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	names := opened.Schema().Columns()
	for _, group := range opened.RowGroups() {
		reader := group.Rows()
		buffer := make([]library.Row, 1000)
		for {
			n, err := reader.ReadRows(buffer)
			for _, row := range buffer[:n] {
				var cells []string
				for i, value := range row {
					if !value.IsNull() {
						cells = append(cells, names[i][0]+"="+value.String())
					}
				}
				lines = append(lines, strings.Join(cells, " "))
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return lines
}

func TestTables(t *testing.T) {
	written := files{}
	if err := tables.Write(written.create, visit(t)); err != nil {
		t.Fatal(err)
	}
	if got := slices.Sorted(maps.Keys(written)); !slices.Equal(got, []string{"findings.parquet", "hits.parquet", "messages.parquet", "parameters.parquet"}) {
		t.Fatalf("the files are %q", got)
	}
	const at = "1795424400000000" // 9:00, in microseconds
	for name, want := range map[string][]string{
		"messages.parquet": {
			"session=01K seq=2 time=" + at + ` page=p1 url=https://shop.example/ frame=main layer=dataLayer kind=object event=widget_opened ` +
				`message={"event":"widget_opened","widget_platform":"web","timestamp":1795424401523} landed=true recovered=false by_hand=false findings=1 worst=warning`,
			"session=01K seq=3 time=" + at + ` page=p1 url=https://shop.example/ frame=main layer=dataLayer kind=object event=widget_opend ` +
				`message={"event":"widget_opend","widget_platform":"web"} landed=true recovered=false by_hand=false findings=1 worst=error`,
			"session=01K seq=4 time=" + at + ` page=p1 url=https://shop.example/ frame=main layer=dataLayer kind=object ` +
				`message={"ecommerce":{"items":[{"price":12.5,"name":"Ångström"},{}],"coupon":null},"ok":true} landed=true recovered=false by_hand=false findings=0`,
		},
		"parameters.parquet": {
			"session=01K seq=2 event=widget_opened path=widget_platform type=string value=web",
			"session=01K seq=2 event=widget_opened path=timestamp type=number value=1795424401523 number=1.795424401523e+12",
			"session=01K seq=3 event=widget_opend path=widget_platform type=string value=web",
			"session=01K seq=4 path=ecommerce.items[0].price type=number value=12.5 number=12.5",
			"session=01K seq=4 path=ecommerce.items[0].name type=string value=Ångström",
			"session=01K seq=4 path=ecommerce.items[1] type=object value={}",
			"session=01K seq=4 path=ecommerce.coupon type=null value=null",
			"session=01K seq=4 path=ok type=boolean value=true",
		},
		"hits.parquet": {
			`session=01K seq=5 time=1795424402000000 page=p1 vendor=ga4 id=G-1 event=widget_opened url=https://www.google-analytics.example/g/collect status=204 ` +
				`key_event=true debug=false message=2 strength=certain params={"ep.widget_platform":"web"}`,
			`session=01K seq=6 time=` + at + ` page=p1 vendor=meta error=blocked by client key_event=false debug=false message=4 strength=weak`,
		},
	} {
		if d := cmp.Diff(want, rows(t, written[name].Bytes())); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	found := strings.Join(rows(t, written["findings.parquet"].Bytes()), "\n")
	for _, want := range []string{"session=01K seq=3 event=widget_opend code=misspelled-event severity=error ", " suggestion=widget_opened ", " count=1"} {
		if !strings.Contains(found, want) {
			t.Errorf("the findings have no %q:\n%s", want, found)
		}
	}
}

// The findings and their counts equal those of the session.
func TestEveryFindingIsThere(t *testing.T) {
	s, written := visit(t), files{}
	if err := tables.Write(written.create, s); err != nil {
		t.Fatal(err)
	}
	want := len(s.Findings)
	for i := range s.Len() {
		want += len(s.Verdict(i).Findings)
	}
	if got := len(rows(t, written["findings.parquet"].Bytes())); got != want || want == 0 {
		t.Errorf("%d findings, want %d", got, want)
	}
}

func TestFileThatCannotBeCreated(t *testing.T) {
	broken := errors.New("no such directory")
	err := tables.Write(func(name string) (io.WriteCloser, error) { return nil, fmt.Errorf("writing %s: %w", name, broken) }, visit(t))
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}
