package browser

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Running browsers are distinguished from those that have exited, and those that accept
// connections from those that don't.
func TestFindRunning(t *testing.T) {
	config := t.TempDir()
	t.Setenv("HOST_PROC", t.TempDir()) // hides all processes, on Linux
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
			if err := os.WriteFile(filepath.Join(dir, ActivePort), []byte(port+"\n/devtools/browser/1"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	profile("google-chrome", os.Getpid(), port)
	profile("google-chrome-beta", 0, "1") // it crashed
	profile("chromium", os.Getpid(), "")
	profile("microsoft-edge", os.Getpid(), "1") // nothing listens there anymore
	want := []Running{
		{Name: "google-chrome", Profile: filepath.Join(config, "google-chrome"), Where: filepath.Join(config, "google-chrome", ActivePort), Asks: true},
		{Name: "chromium", Profile: filepath.Join(config, "chromium")},
		{Name: "microsoft-edge", Profile: filepath.Join(config, "microsoft-edge")},
	}
	got := slices.DeleteFunc(FindRunning(t.Context()), func(r Running) bool { return r.Profile == "" }) // a browser of this machine
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !slices.Contains(Attachable(t.Context()), want[0].Where) {
		t.Error("the one that listens is not among those that can be attached to")
	}
}

// A browser with a debugging port is recognized by its command line. The child
// processes for its pages have the switches of its profile as well.
func TestSwitchesOfABrowser(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		want debugSwitch
	}{
		"a port of its own": {
			[]string{"/opt/google/chrome/chrome", "--remote-debugging-port=9333", "--user-data-dir=/tmp/a b/", "https://shop.example/?x=--type=y"},
			debugSwitch{"9333", "/tmp/a b"},
		},
		"any port":             {[]string{"chromium", "-remote-debugging-port=0", "--user-data-dir=/tmp/p"}, debugSwitch{"0", "/tmp/p"}},
		"the default profile":  {[]string{"chromium", "--remote-debugging-port=9222"}, debugSwitch{"9222", ""}},
		"a relative profile":   {[]string{"chromium", "--remote-debugging-port=0", "--user-data-dir=p"}, debugSwitch{"0", ""}},
		"a process for a page": {[]string{"chromium", "--type=renderer", "--remote-debugging-port=0", "--user-data-dir=/tmp/p"}, debugSwitch{}},
		"a pipe":               {[]string{"chromium", "--remote-debugging-pipe", "--user-data-dir=/tmp/p"}, debugSwitch{"", "/tmp/p"}},
		"not a port":           {[]string{"chromium", "--remote-debugging-port=99999999"}, debugSwitch{}},
		"a word, not a switch": {[]string{"grep", "remote-debugging-port=9222"}, debugSwitch{}},
		"nothing":              {nil, debugSwitch{}},
	} {
		if got := switchesOf(tt.args); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}
