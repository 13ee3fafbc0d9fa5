package probe

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/systeminfo"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/browser"
	"layertap/probe/protocol"
)

// launchOwn launches a browser for one test, as for a user.
func launchOwn(t *testing.T, o browser.Options) *browser.Launched {
	t.Helper()
	ownBrowser(t)
	o.Patience = unhurried.Start
	b, err := browser.Launch(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// firstPage returns a driver of the page of a launched browser.
func firstPage(t *testing.T, b *browser.Launched) *driver {
	t.Helper()
	d := &driver{t: t, conn: b.Conn}
	d.page = d.firstPage()
	d.attach()
	d.call(protocol.Ask(d.session, page.BringToFront, cdp.Empty{}), new(struct{})) // as the probe does
	return d
}

// listens reports whether a browser listens on a port.
func listens(b *browser.Launched) bool {
	_, err := os.Stat(filepath.Join(b.Profile, browser.ActivePort))
	return err == nil
}

// processOf returns the browser's main process.
func processOf(t *testing.T, b *browser.Launched) *os.Process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var all systeminfo.GetProcessInfoResult
	if err := b.Conn.Call(ctx, protocol.Ask("", systeminfo.GetProcessInfo, cdp.Empty{}), &all); err != nil {
		t.Fatal(err)
	}
	for _, p := range all.ProcessInfo {
		if p.Type == "browser" {
			process, err := os.FindProcess(int(p.ID))
			if err != nil {
				t.Fatal(err)
			}
			return process
		}
	}
	t.Fatal("the browser doesn't tell its process")
	return nil
}

// Only its program can connect to a launched browser, and nothing of it is left.
func TestLaunchedIsOurs(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	b := launchOwn(t, browser.Options{Headless: true})
	if b.Address != "" {
		t.Errorf("it listens at %q", b.Address)
	}
	if listens(b) {
		t.Error("it names a port")
	}
	if info, err := os.Stat(b.Profile); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("its profile has the mode %v, error %v", info.Mode(), err)
	}
	b.Close()
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// dieLaunched launches a browser, reports that, and waits to be killed.
func dieLaunched() {
	b, err := browser.Launch(context.Background(), browser.Options{Headless: true, Patience: unhurried.Start})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("launched", b.Profile)
	<-b.Conn.Done()
}

// The profile of a program that was killed is removed by the next one that starts, and
// that of a running one is not.
func TestDeadProfiles(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	alive := launchOwn(t, browser.Options{Headless: true})
	for range rounds(2, 20) {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "LAYERTAP_TEST_LAUNCH=1")
		said, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		line := bufio.NewScanner(said)
		if !line.Scan() || !strings.HasPrefix(line.Text(), "launched ") {
			t.Fatalf("it said %q", line.Text())
		}
		_ = cmd.Process.Kill()
		for line.Scan() { // until the browser, too, has closed what it inherited
		}
		_ = cmd.Wait()
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), "layertap-profile-*"))
	if len(left) < 2 { // each start removes those of the browsers that have exited
		t.Errorf("before the next start there are %q", left)
	}
	for len(left) > 1 { // the last browser may take a moment to exit
		next, err := browser.Launch(t.Context(), browser.Options{Headless: true, Patience: unhurried.Start})
		if err != nil {
			t.Fatal(err)
		}
		next.Close()
		left, _ = filepath.Glob(filepath.Join(os.TempDir(), "layertap-profile-*"))
	}
	if len(left) != 1 || left[0] != alive.Profile {
		t.Errorf("left are %q, not %q", left, alive.Profile)
	}
}

// A second program with the same profile reports that it is in use, and opens nothing
// in the browser of the first.
func TestProfileInUse(t *testing.T) {
	t.Setenv("XDG_DATA_HOME", t.TempDir())
	b := launchOwn(t, browser.Options{Headless: true, Profile: "work"})
	second, err := browser.Launch(t.Context(), browser.Options{Headless: true, Profile: "work", Patience: unhurried.Start})
	if err == nil {
		second.Close()
		t.Fatal("it was started")
	}
	if !strings.Contains(err.Error(), `the profile "work" is in use by another Chrome; close it`) {
		t.Errorf("it says %v", err)
	}
	var all target.GetTargetsResult
	(&driver{t: t, conn: b.Conn}).call(protocol.Ask("", target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{Type: "page"}}}), &all)
	if len(all.TargetInfos) != 1 {
		t.Errorf("the first browser has %d pages", len(all.TargetInfos))
	}
}
