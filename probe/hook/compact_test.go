package hook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCompacts(t *testing.T) {
	tests := []struct{ compact, want string }{
		{`[1,"a",1]`, `{"event":"a","n":1}`},
		{`[0]`, `[]`},
		{`[0,[1,null,[0,[2]]],-1.5e3,"]"]`, `[{"event":null,"n":[{}]},-1.5e3,"]"]`},
		{`[1,"\"\\",[3,true]]`, `{"event":"\"\\","n":{"a\"b":true}}`},
		{`"\ud83d\ude00\ud83d"`, `"😀\ufffd"`},
		{`"\\ud83d"`, `"\\ud83d"`},
		{`7`, `7`},
	}
	for _, test := range tests {
		b, err := readCompact(test.compact)
		if err != nil {
			t.Errorf("%s: %v", test.compact, err)
		} else if got := string(b.Records[0].Message); got != strings.ReplaceAll(test.want, `\ufffd`, "\ufffd") {
			t.Errorf("%s is %s, not %s", test.compact, got, test.want)
		}
	}
}

// Input that the hook doesn't produce is rejected.
func TestCompactsOfOthers(t *testing.T) {
	for _, compact := range []string{
		`{}`, `{"event":"a"}`, `[]`, `["a"]`, `[null]`, `[-1]`, `[0.5]`, `[5]`, `[4,1]`, `[99999999999999999999]`, `[1]`, `[1,"a"]`,
		`[1,"a",1,1]`, `[0,{}]`, `[0,[]]`, `[ 0]`, `[0 ]`, `[0, 1]`, `[0,"a" ]`, `[0,"a" ,1]`, `[0,[1e9]]`, `[1,[2],[2]`,
	} {
		if _, err := readCompact(compact); err == nil {
			t.Errorf("%s is taken", compact)
		}
	}
}

func TestCompactsAreBounded(t *testing.T) {
	long := strings.Repeat("k", 1<<20)
	text := fmt.Sprintf(`[{"shapes":[[%q]]},[0,[0%s]]]`, long, strings.Repeat(",[1,1]", 1000))
	var batches Reader
	if _, err := batches.Read([]byte(text)); !errors.Is(err, errMessages) {
		t.Errorf("a gigabyte of keys gives %v", err)
	}
}

func readCompact(compact string) (Batch, error) {
	var batches Reader
	return batches.Read([]byte(`[{"shapes":[["event","n"],[],["a\"b"],[7]]},[0,` + compact + `]]`))
}
