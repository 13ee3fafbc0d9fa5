//go:build unix

package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// Tables contain personal data only on request.
func TestTablesWithoutPersonalData(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	recording := filepath.Join(dir, "a.session.jsonl")
	if err := os.WriteFile(recording, []byte(strings.ReplaceAll(oneMessage, `"widget_platform":"web"`, `"widget_platform":"jo@shop.example"`)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		flags []string
		want  bool
	}{{[]string{"--no-redact"}, true}, {[]string{"--force"}, false}} {
		if printed, code := output(t, append([]string{"export", recording, "--to", "parquet", "-o", dir}, c.flags...)...); code != 0 {
			t.Fatalf("ended with %d: %s", code, printed)
		}
		for _, table := range []string{"messages", "parameters", "findings"} {
			file, err := os.ReadFile(filepath.Join(dir, table+".parquet"))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := parquet.Read[any](bytes.NewReader(file), int64(len(file)))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(fmt.Sprint(rows), "jo@shop.example"); got != (c.want && table != "findings") {
				t.Errorf("%v: %s has the address: %v", c.flags, table, got)
			}
			if len(rows) == 0 {
				t.Errorf("%v: %s is empty", c.flags, table)
			}
		}
	}
}
