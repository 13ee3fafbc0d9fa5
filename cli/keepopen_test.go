//go:build unix

package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// With --keep-open Chrome keeps running after the program has exited, with its profile,
// and can be attached to.
func TestKeepOpen(t *testing.T) {
	t.Parallel()
	site := pages(t, `<script>dataLayer = [{event: 'here'}]</script>`)
	temporary, err := os.MkdirTemp("/tmp", "keep") // short, so that the browser has no directory outside of it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(temporary) })
	cmd := program(t, "record", site.URL, "--headless", "--keep-open", "--for", "1s", "-o", filepath.Join(temporary, "a.session.jsonl"))
	cmd.Env = append(cmd.Env, "TMPDIR="+temporary)
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	profiles, _ := filepath.Glob(filepath.Join(temporary, "layertap-profile-*"))
	if len(profiles) != 1 {
		t.Fatalf("the profiles are %q", profiles)
	}
	owner, err := os.Readlink(filepath.Join(profiles[0], "SingletonLock")) // HOST-PID
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(owner[strings.LastIndex(owner, "-")+1:])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	active, err := os.ReadFile(filepath.Join(profiles[0], "DevToolsActivePort"))
	if err != nil {
		t.Fatal(err)
	}
	port := regexp.MustCompile(`^\d+`).FindString(string(active))
	response, err := http.Get("http://127.0.0.1:" + port + "/json/version") //nolint:noctx // it responds at once or doesn't run
	if err != nil {
		t.Fatalf("the browser is gone: %v", err)
	}
	response.Body.Close()
	if tabs, code := output(t, "tabs", port); code != 0 || !strings.Contains(tabs, site.URL) {
		t.Errorf("its tabs, with %d: %s", code, tabs)
	}
}
