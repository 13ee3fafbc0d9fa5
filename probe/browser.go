package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"layertap/crash"
)

// switches keep a browser of our own to itself: it makes no requests that the
// page did not make, asks the user nothing and changes by itself in nothing.
// What pages can do stays as it is for everybody.
var switches = []string{
	"no-first-run",                  // no welcome page
	"no-default-browser-check",      // no question whether to be the default
	"disable-background-networking", // no requests of its own: update checks, prefetching
	"disable-component-update",      // no downloads while one watches
	"disable-sync",                  // no account
	"disable-default-apps",          // no downloads on the first start
	"disable-search-engine-choice-screen",
	"disable-breakpad",                       // no crash reports to the vendor
	"disable-quic",                           // requests stay readable to proxies
	"metrics-recording-only",                 // usage is counted but not sent
	"safebrowsing-disable-auto-update",       // no lists are downloaded
	"use-mock-keychain",                      // the system's keyring is not asked for
	"disable-backgrounding-occluded-windows", // a terminal in front of the window does not slow the page
	"disable-renderer-backgrounding",
	"disable-background-timer-throttling",
}

// launched is a browser that was started here.
type launched struct {
	address string // of its DevTools endpoint: "ws://127.0.0.1:41234/devtools/browser/…"
	notices []string
	ctx     context.Context
	cancel  context.CancelFunc
}

// launch starts a browser that shows an empty page.
func launch(ctx context.Context, o Options) (*launched, error) {
	path, err := FindBrowser(o.Browser)
	if err != nil {
		return nil, err
	}
	b := &launched{}
	address := make(chan string, 1)
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.ModifyCmdFunc(ownGroup),
		chromedp.WSURLReadTimeout(o.bounds.orUsual().start),
		chromedp.WithDialer(func(ctx context.Context, url string) (chromedp.Transport, error) {
			address <- url
			return remote.DialContext(ctx, url)
		}),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter"),
	}
	for _, s := range append(switches, o.switches...) {
		name, value, valued := strings.Cut(s, "=")
		if valued {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	if o.Profile != "" {
		dir, err := profileDir(o.Profile)
		if err != nil {
			return nil, err
		}
		options = append(options, chromedp.UserDataDir(dir))
	}
	if o.Headless || !HasDisplay() {
		options = append(options,
			chromedp.Flag("headless", true),
			// Containers have 64 MB in /dev/shm, in which a large page's process dies.
			chromedp.Flag("disable-dev-shm-usage", true))
	}
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		options = append(options, chromedp.Flag("no-sandbox", true))
		b.notices = append(b.notices, "running as root, so Chrome runs without its sandbox: open only sites that you trust")
	}
	// The browser outlives ctx: close ends it in good order.
	allocator, _ := chromedp.NewExecAllocator(context.WithoutCancel(ctx), options...)
	b.ctx, b.cancel = chromedp.NewContext(allocator)
	started := make(chan error, 1)
	go func() {
		started <- crash.Guard(func() error {
			_, err := chromedp.Targets(b.ctx) // starts the browser, and opens no tab
			return err
		})
	}()
	select {
	case err = <-started:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		b.cancel()
		return nil, startError(path, o.Profile, err)
	}
	b.address = <-address
	return b, nil
}

// startError says in a sentence why a browser did not start.
func startError(path, profile string, err error) error {
	output := err.Error()
	var made *fs.PathError
	switch {
	case errors.Is(err, context.Canceled), errors.As(err, new(*crash.Error)):
		return err
	case errors.As(err, &made) && made.Op == "mkdir":
		return fmt.Errorf("starting %s: there is no place for its profile: %w; let TMPDIR name a directory that can be written to", path, err)
	case strings.Contains(output, "existing browser session"):
		return fmt.Errorf("starting %s: the profile %q is open in another window; close that, or choose another --profile", path, profile)
	case strings.Contains(output, "Missing X server"), strings.Contains(output, "cannot open display"):
		return fmt.Errorf("starting %s: it cannot reach the display; use --headless", path)
	case strings.Contains(output, "No usable sandbox"), strings.Contains(output, "Failed to move to new namespace"):
		return fmt.Errorf("starting %s: this system lets it make no sandbox; use the browser from the system's packages, or, for sites that you trust, start it with --no-sandbox --remote-debugging-port=9222 and attach to 9222", path)
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(output, "chrome failed to start:\n"), "\n")
	if line = strings.TrimSpace(line); line == "" {
		line = "without a word"
	}
	return fmt.Errorf("starting %s: it ended at once: %s; try it by itself, or name another with --browser", path, line)
}

// close ends the browser and waits until its temporary profile is gone.
func (b *launched) close() {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	_ = chromedp.Cancel(ctx) // it may be dead already
	b.cancel()
}

// HasDisplay reports whether a window could be shown.
func HasDisplay() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// FindBrowser returns the path of the browser that is named, or of the first that
// is installed.
func FindBrowser(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if lookup := (*exec.Error)(nil); errors.As(err, &lookup) {
			err = lookup.Err // which is all that is not said yet
		}
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		if err != nil {
			return "", fmt.Errorf("no browser at %s: %w; name an installed Chrome or Chromium with --browser", named, err)
		}
		return path, nil
	}
	for _, candidate := range browserPaths() {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chrome or Chromium found: %s, or name one with --browser", installHint())
}

func browserPaths() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
		}
	case "windows":
		var paths []string
		for _, root := range []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)"), os.Getenv("LOCALAPPDATA")} {
			paths = append(paths,
				filepath.Join(root, `Google\Chrome\Application\chrome.exe`),
				filepath.Join(root, `Chromium\Application\chrome.exe`),
				filepath.Join(root, `Microsoft\Edge\Application\msedge.exe`))
		}
		return paths
	default:
		return []string{
			"google-chrome", "google-chrome-stable", "chromium", "chromium-browser",
			"/snap/bin/chromium", "microsoft-edge", "brave-browser",
		}
	}
}

// installHint says how to get a browser on this system.
func installHint() string {
	if runtime.GOOS == "darwin" {
		return "install one (brew install --cask google-chrome)"
	}
	for _, manager := range []struct{ name, command string }{
		{"apt-get", "apt install chromium"},
		{"dnf", "dnf install chromium"},
		{"pacman", "pacman -S chromium"},
		{"apk", "apk add chromium"},
	} {
		if _, err := exec.LookPath(manager.name); err == nil {
			return "install one (" + manager.command + ")"
		}
	}
	return "install one from https://www.google.com/chrome"
}

// profileDir returns the directory of the kept profile with the given name, as
// the XDG base directory specification places it.
func profileDir(name string) (string, error) {
	if name != filepath.Base(name) || name == "." || name == ".." {
		return "", fmt.Errorf("profile %q: a profile's name has no slashes", name)
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("profile %q: %w; let XDG_DATA_HOME name the directory for it", name, err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	dir := filepath.Join(data, "layertap", "profiles", name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("profile %q: %w; let XDG_DATA_HOME name a directory in which it can be kept", name, err)
	}
	return dir, nil
}
