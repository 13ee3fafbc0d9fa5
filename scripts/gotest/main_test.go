package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReport(t *testing.T) {
	const log = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"    said by A\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"run","Package":"p","Test":"TestB"}
{"Action":"run","Package":"p","Test":"TestB/x"}
{"Action":"tick"}
{"Action":"tick"}
{"Action":"output","Package":"p","Test":"TestB/x","Output":"    said by B\n"}
{"Action":"fail","Package":"p","Test":"TestB/x"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t1.0s\n"}
{"Action":"fail","Package":"p"}
not JSON`
	events, ticks := make(chan event), make(chan time.Time)
	go func() {
		for e := range read(strings.NewReader(log)) {
			if e.Action == "tick" {
				ticks <- time.Time{}
			} else {
				events <- e
			}
		}
		close(events)
	}()
	var printed strings.Builder
	report(&printed, events, ticks, func() time.Duration { return time.Minute })
	want := "... 1m0s: p, 1 tests done, running: TestB/x\n    said by B\nFAIL\tp\t1.0s\nnot JSON"
	if diff := cmp.Diff(want, printed.String()); diff != "" {
		t.Error(diff)
	}
}
