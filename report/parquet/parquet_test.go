package parquet_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	library "github.com/parquet-go/parquet-go"

	"layertap/report/parquet"
)

// row is a row of the tests, as parquet-go reads it.
type row struct {
	Text    *string    `parquet:"text,optional"`
	JSON    *string    `parquet:"json,optional,json"`
	Integer *int64     `parquet:"integer,optional"`
	Double  *float64   `parquet:"double,optional"`
	Boolean *bool      `parquet:"boolean,optional"`
	Time    *time.Time `parquet:"time,optional,timestamp(microsecond)"`
}

var columns = []parquet.Column{
	{Name: "text", Type: parquet.Text}, {Name: "json", Type: parquet.JSON}, {Name: "integer", Type: parquet.Integer},
	{Name: "double", Type: parquet.Double}, {Name: "boolean", Type: parquet.Boolean}, {Name: "time", Type: parquet.Time},
}

func table(t *testing.T, rows [][]any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := parquet.NewWriter(&out, columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := w.Row(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func read(t *testing.T, file []byte) []row {
	t.Helper()
	rows, err := library.Read[row](bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Another implementation reads what was written, including missing values.
func TestRoundTrip(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 123456000, time.UTC)
	rows := [][]any{
		{"", `{}`, 0, 0.0, false, time.Unix(0, 0)},
		{nil, nil, nil, nil, nil, nil},
		{"é\x00\xff", []byte(`["a"]`), -1, -2.5, true, at},
		{strings.Repeat("x", 100_000), nil, 1 << 60, nil, true, nil},
	}
	for i := range 20 { // enough for more than one byte of bits
		rows = append(rows, []any{fmt.Sprint(i), nil, i, nil, i%3 == 0, nil})
	}
	got := read(t, table(t, rows))
	want := make([]row, len(rows))
	for i, r := range rows {
		for at, value := range r {
			switch v := value.(type) {
			case string:
				v = strings.ToValidUTF8(v, "\uFFFD")
				*[]**string{&want[i].Text, &want[i].JSON}[at] = &v
			case []byte:
				text := string(v)
				want[i].JSON = &text
			case int:
				n := int64(v)
				want[i].Integer = &n
			case float64:
				want[i].Double = &v
			case bool:
				want[i].Boolean = &v
			case time.Time:
				v = v.UTC()
				want[i].Time = &v
			}
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEmptyTable(t *testing.T) {
	file := table(t, nil)
	if rows := read(t, file); len(rows) != 0 {
		t.Errorf("%d rows", len(rows))
	}
	opened, err := library.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(opened.Schema().Columns()); got != len(columns) {
		t.Errorf("%d columns", got)
	}
}

// A long table is written in several row groups, with one in memory at a time.
func TestRowGroups(t *testing.T) {
	rows := make([][]any, 250_000)
	for i := range rows {
		rows[i] = []any{"a text", nil, i, nil, true, nil}
	}
	file := table(t, rows)
	opened, err := library.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(opened.RowGroups()); got != 3 {
		t.Errorf("%d row groups", got)
	}
	for i, r := range read(t, file) {
		if *r.Integer != int64(i) {
			t.Fatalf("row %d has %d", i, *r.Integer)
		}
	}
	large := make([][]any, 100)
	for i := range large {
		large[i] = []any{strings.Repeat("x", 1<<20), nil, i, nil, nil, nil}
	}
	file = table(t, large)
	if opened, err = library.OpenFile(bytes.NewReader(file), int64(len(file))); err != nil {
		t.Fatal(err)
	}
	if got := len(opened.RowGroups()); got != 4 {
		t.Errorf("%d row groups of large values", got)
	}
}

func TestWrongRows(t *testing.T) {
	w, err := parquet.NewWriter(io.Discard, columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][]any{{"a"}, {1, nil, nil, nil, nil, nil}, {nil, nil, "a", nil, nil, nil}, {nil, nil, nil, nil, nil, int64(1)}} {
		if err := w.Row(r...); err == nil {
			t.Errorf("a row %v was taken", r)
		}
	}
}

// full is a disk that is full after some bytes.
type full struct{ left int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestFullDisk(t *testing.T) {
	for _, left := range []int{0, 4, 100, 300} {
		w, err := parquet.NewWriter(&full{left}, columns...)
		if err == nil {
			err = errors.Join(w.Row("a", nil, 1, nil, true, nil), w.Close())
		}
		if !errors.Is(err, errFull) {
			t.Errorf("after %d bytes: %v", left, err)
		}
	}
}
