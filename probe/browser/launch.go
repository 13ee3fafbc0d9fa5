package browser

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"layertap/probe/bounds"
	"layertap/probe/devtools"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// switches keep a browser that was started here from sending requests of its own,
// prompting the user and changing by itself. docs/browser.md lists the effect of each
// on the page.
var switches = []string{
	"no-first-run",                  // no welcome page
	"no-default-browser-check",      // no prompt to become the default
	"disable-background-networking", // no requests of its own: update checks, prefetching
	"disable-component-update",      // no downloads during a capture
	"disable-sync",                  // no account
	"disable-default-apps",          // no downloads on the first start
	"disable-search-engine-choice-screen",
	"disable-breakpad",                       // no crash reports to the vendor
	"metrics-recording-only",                 // usage is recorded but not sent
	"safebrowsing-disable-auto-update",       // no downloads of lists
	"use-mock-keychain",                      // no prompt for the system's keyring
	"password-store=basic",                   // nor that of Linux
	"disable-backgrounding-occluded-windows", // a terminal that covers the window does not slow the page
	"disable-features=Translate,OptimizationHints,MediaRouter",
	// With a debugging pipe, Chrome sets navigator.webdriver as it does for WebDriver. The
	// page isn't automated here, so it is left unset.
	"disable-blink-features=AutomationControlled",
	"test-type", // no bar about the switches above the page, which would move it
}

// portSwitch makes a browser listen on a port instead of a pipe.
const portSwitch = "remote-debugging-port"

// Options configure which browser Launch starts, and how.
type Options struct {
	Program  string // path or name of the browser; empty means the first one found
	Profile  string // name of a persistent profile; empty means a temporary one
	Headless bool   // no window; always the case without a display
	KeepOpen bool   // keep it running at the end; it listens on a port from the start
	Listen   bool   // on a port of this machine, for other programs to attach to
	Visit    visit.Visit
	Switches []string      // additional ones, without their dashes
	Patience time.Duration // start timeout; zero means the default
}

// Launched is a browser that was started by [Launch].
type Launched struct {
	Conn    *devtools.Conn
	Address string   // DevTools endpoint, if it listens on a port
	Notices []string // sentences that the user should read
	Profile string   // the directory
	lock    *os.File
	kept    bool // the profile is persistent
	stays   bool // the browser keeps running at the end
	cmd     *exec.Cmd
	exited  chan struct{}
	output  output
}

// errInUse is the error if another browser runs with the profile.
var errInUse = errors.New("the profile is in use")

// Launch starts a browser with an empty page.
func Launch(ctx context.Context, o Options) (*Launched, error) {
	path, err := Find(o.Program)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.Patience, bounds.Usual.Start))
	defer cancel()
	b := &Launched{kept: o.Profile != "", stays: o.KeepOpen, exited: make(chan struct{})}
	if b.kept {
		b.Profile, err = profileDir(o.Profile)
		if err == nil && isOpen(ctx, b.Profile) {
			err = errInUse
		}
	} else {
		removeDeadProfiles()
		b.Profile, b.lock, err = temporaryProfile()
	}
	if err != nil {
		return nil, startError(path, o.Profile, err)
	}
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		b.Notices = append(b.Notices, "running as root, so Chrome runs without its sandbox: open only sites that you trust")
	}
	if o.Visit.IgnoreCertificateErrors {
		b.Notices = append(b.Notices, "certificate errors are ignored: anybody on the network could have changed what is recorded")
	}
	if err := b.start(ctx, path, b.environment(o), b.arguments(ctx, path, o)); err != nil {
		b.end()
		return nil, startError(path, o.Profile, err)
	}
	if u, err := url.Parse(b.Address); err == nil && b.stays {
		b.Notices = append(b.Notices, fmt.Sprintf("Chrome stays open at the end and listens on port %s, so other users of this machine can control it; layertap attach %[1]s continues", u.Port()))
	}
	return b, nil
}

// arguments returns the browser's command-line arguments.
func (b *Launched) arguments(ctx context.Context, path string, o Options) []string {
	all := slices.Concat(switches, o.Switches)
	if o.windowless() {
		all = append(all, withoutWindow()...)
	}
	if agent := o.agent(ctx, path, slices.Contains(all, headlessSwitch)); agent != "" {
		all = append(all, "user-agent="+agent)
	}
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		all = append(all, "no-sandbox")
	}
	all = append(all, o.Visit.Switches()...)
	all = append(all, "user-data-dir="+b.Profile)
	if (!hasPipes || b.stays || o.Listen) && !listens(all) {
		all = append(all, portSwitch+"=0")
	}
	if !listens(all) {
		all = append(all, "remote-debugging-pipe")
	}
	for i := range all {
		all[i] = "--" + all[i]
	}
	return append(all, "about:blank")
}

func (o Options) windowless() bool { return o.Headless || !HasDisplay() }

// headlessSwitch keeps the browser from opening windows, but names it HeadlessChrome.
const headlessSwitch = "headless"

// withoutWindow returns the switches of a browser without a window.
//
// With --headless, the browser is named HeadlessChrome; with --user-agent in addition, it
// has no high-entropy client hints (components/embedder_support/user_agent_utils.cc in
// Chromium), and no command of DevTools gives them to shared and service workers. On
// Linux, windows can be left out without either: --headless only selects a platform of
// Chromium's that has none (chrome/browser/headless/headless_mode_util.cc), and closes
// what nobody could answer. These switches do the same.
func withoutWindow() []string {
	all := []string{
		"window-size=1280,900", "screen-info={1920x1080}",
		// A mouse: pages with (hover: hover) in their styles would react to nothing. The
		// values are those of ui::HoverType and ui::PointerType in Chromium.
		"blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
		// Containers have 64 MB in /dev/shm; large pages crash with that.
		"disable-dev-shm-usage",
	}
	if runtime.GOOS != "linux" {
		return append(all, headlessSwitch)
	}
	return append(all, "ozone-platform=headless", "use-angle=swiftshader-webgl",
		"noerrdialogs",
		"deny-permission-prompts", // a page that asks gets an answer
		"disable-print-preview",   // a page that prints continues
		"mute-audio",
		"allow-pre-commit-input", // clicks before the first paint are not dropped
	)
}

// listens reports whether a browser with these switches listens on a port.
func listens(switches []string) bool {
	return slices.ContainsFunc(switches, func(s string) bool {
		return strings.HasPrefix(strings.TrimPrefix(s, "--"), portSwitch+"=")
	})
}

// start starts the program and connects to it.
func (b *Launched) start(ctx context.Context, path string, environment, arguments []string) error {
	b.cmd = exec.Command(path, arguments...) // without ctx: Close ends the browser cleanly
	b.cmd.Stdout, b.cmd.Stderr = &b.output, &b.output
	b.cmd.WaitDelay = time.Second // one of its processes may keep its output open
	ownGroup(b.cmd)
	if b.stays {
		outlive(b.cmd)
	}
	b.cmd.Env = environment
	if listens(arguments) {
		_ = os.Remove(filepath.Join(b.Profile, ActivePort)) // left by the previous browser with the profile
		if b.stays && b.lock != nil {
			b.cmd.ExtraFiles = []*os.File{b.lock} // keeps the profile locked until the browser has exited
		}
		if err := b.run(); err != nil {
			return err
		}
		return b.dial(ctx)
	}
	commands, toBrowser, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("making a pipe: %w", err)
	}
	fromBrowser, answers, err := os.Pipe()
	if err != nil {
		_, _ = commands.Close(), toBrowser.Close()
		return fmt.Errorf("making a pipe: %w", err)
	}
	b.cmd.ExtraFiles = []*os.File{commands, answers} // 3 and 4, as the browser expects them
	if b.lock != nil {
		b.cmd.ExtraFiles = append(b.cmd.ExtraFiles, b.lock) // keeps the profile locked until the browser has exited
	}
	err = b.run()
	_, _ = commands.Close(), answers.Close()
	if err != nil {
		_, _ = toBrowser.Close(), fromBrowser.Close()
		return err
	}
	b.Conn = devtools.New(chromedp.NewPipeConn(fromBrowser, toBrowser))
	return b.greet(ctx)
}

// environment returns the browser's environment. Its temporary files are removed with
// its temporary profile if the browser had no time to do so.
func (b *Launched) environment(o Options) []string {
	env := os.Environ()
	if o.windowless() { // so that no dialog opens on the user's display
		env = slices.DeleteFunc(env, func(v string) bool {
			return strings.HasPrefix(v, "DISPLAY=") || strings.HasPrefix(v, "WAYLAND_DISPLAY=")
		})
	}
	if o.Visit.TimeZone != "" {
		env = append(env, "TZ="+o.Visit.TimeZone)
	}
	if b.kept {
		return env
	}
	if dir := temporaryDir(b.Profile); dir == b.Profile || os.Mkdir(dir, 0o700) == nil {
		env = append(env, "TMPDIR="+dir)
	}
	return env
}

// run starts the program in a goroutine that is locked to its thread: on Linux the
// kernel kills the browser when the thread that started it ends.
func (b *Launched) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := b.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = b.cmd.Wait()
		close(b.exited)
	}()
	return <-started
}

// dial connects to a browser that listens on a port, which it writes to its profile.
func (b *Launched) dial(ctx context.Context) error {
	for {
		address, err := readActivePort(b.Profile)
		if err == nil {
			transport, err := remote.DialContext(ctx, address)
			if err != nil {
				return err
			}
			b.Address, b.Conn = address, devtools.New(transport)
			return b.greet(ctx)
		}
		select {
		case <-b.exited:
			return b.failure()
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// greet waits for the browser's first response.
func (b *Launched) greet(ctx context.Context) error {
	err := b.Conn.Call(ctx, protocol.Ask("", browser.GetVersion, cdp.Empty{}), new(browser.GetVersionResult))
	if errors.Is(err, devtools.ErrLost) || errors.Is(err, syscall.EPIPE) { // lost while reading, or while writing
		select {
		case <-b.exited: // so that its output is complete
		case <-ctx.Done():
		}
		return b.failure()
	}
	return err
}

// failure returns an error with the output of a browser that exited.
func (b *Launched) failure() error { return errors.New(b.output.String()) }

// Close ends the browser, unless it is to keep running, and waits until its temporary
// profile has been removed.
func (b *Launched) Close() {
	if b.stays && b.Conn != nil {
		_ = b.Conn.Close()
		select {
		case <-b.exited:
			b.end()
		default:
		}
		return
	}
	if b.Conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Conn.Call(ctx, protocol.Ask("", browser.Close, cdp.Empty{}), new(cdp.Empty)) // it may have exited already
		select {
		case <-b.exited:
		case <-ctx.Done():
		}
	}
	b.end()
}

// end kills the browser's remaining processes and removes its profile if that is
// temporary.
func (b *Launched) end() {
	if b.cmd != nil && b.cmd.Process != nil {
		killGroup(b.cmd)
		<-b.exited
	}
	if b.Conn != nil {
		_ = b.Conn.Close()
	}
	b.cleanUp()
}

func (b *Launched) cleanUp() {
	if b.kept || b.Profile == "" {
		return
	}
	removeProfile(b.Profile)
	if b.lock != nil {
		_ = b.lock.Close()
	}
}

// version matches a browser's version; its group is the major version.
var version = regexp.MustCompile(`(\d+)\.\d+\.\d+`)

// agent returns the user agent to set in the browser, or "" for the browser's own.
// Without a window that would be HeadlessChrome.
func (o Options) agent(ctx context.Context, path string, headless bool) string {
	if !headless && o.Visit.Device == "" || runtime.GOOS == "windows" { // there --version opens a window
		return ""
	}
	output := versionOf(ctx, path)
	match := version.FindSubmatch(output)
	if match == nil {
		return ""
	}
	if device := o.Visit.DeviceUserAgent(string(match[1])); device != "" {
		return device
	}
	system := "X11; Linux x86_64"
	if runtime.GOOS == "darwin" {
		system = "Macintosh; Intel Mac OS X 10_15_7"
	}
	agent := fmt.Sprintf("Mozilla/5.0 (%s) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Safari/537.36", system, match[1])
	if bytes.Contains(output, []byte("Edge")) {
		agent += fmt.Sprintf(" Edg/%s.0.0.0", match[1])
	}
	return agent
}

// versionOf returns the output of the program at path for --version, or nil if it
// fails.
func versionOf(ctx context.Context, path string) []byte {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	ask := exec.CommandContext(ctx, path, "--version")
	ownGroup(ask)
	ask.Cancel = func() error { killGroup(ask); return nil } // its child processes may keep its output open
	ask.WaitDelay = time.Second
	output, err := ask.Output()
	if err != nil {
		return nil
	}
	return output
}

// output keeps the beginning of what is written to it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

const mostOutput = 64 << 10

func (t *output) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := mostOutput - t.text.Len(); room > 0 {
		t.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *output) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
