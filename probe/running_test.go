package probe

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A browser that runs is told from one that ran, and one that can be attached to
// from one that cannot.
func TestRunningBrowsers(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	profile := func(name string, pid int, port string) {
		dir := filepath.Join(config, name)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(fmt.Sprintf("some-host-%d", pid), filepath.Join(dir, "SingletonLock")); err != nil {
			t.Fatal(err)
		}
		if port != "" {
			if err := os.WriteFile(filepath.Join(dir, activePort), []byte(port+"\n/devtools/browser/1"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	profile("google-chrome", os.Getpid(), port)
	profile("google-chrome-beta", 0, "1") // it crashed
	profile("chromium", os.Getpid(), "")
	profile("microsoft-edge", os.Getpid(), "1") // nothing listens there any more
	want := []Running{
		{Name: "google-chrome", Profile: filepath.Join(config, "google-chrome"), Where: filepath.Join(config, "google-chrome", activePort), Asks: true},
		{Name: "chromium", Profile: filepath.Join(config, "chromium")},
		{Name: "microsoft-edge", Profile: filepath.Join(config, "microsoft-edge")},
	}
	got := slices.DeleteFunc(RunningBrowsers(t.Context()), func(r Running) bool { return r.Profile == "" }) // one of this machine's own
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !slices.Contains(Browsers(t.Context()), want[0].Where) {
		t.Error("the one that listens is not among those that can be attached to")
	}
}
