package browser

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// Running is a browser that runs on this machine.
type Running struct {
	Name    string // base name of the directory that contains its profile, such as "google-chrome"
	Profile string // that directory; empty if only its port is known
	// Where is the argument for [Dial]; empty if the browser doesn't accept connections.
	Where string
	// Asks reports whether the browser prompts its user before it accepts a connection.
	Asks bool
}

// FindRunning finds the browsers that run on this machine: the common ones by their
// profiles, including those that don't accept connections, and others by their command
// lines if they accept connections.
func FindRunning(ctx context.Context) []Running {
	var s survey
	switches := debugSwitches(ctx)
	s.atPort(ctx, "9222")
	for _, on := range switches {
		s.atPort(ctx, on.port)
	}
	for _, profile := range knownProfiles() {
		s.inProfile(ctx, profile, true)
	}
	for _, on := range switches {
		s.inProfile(ctx, on.profile, false)
	}
	return s.found
}

// survey collects the running browsers without duplicates.
type survey struct {
	found    []Running
	ports    []string
	profiles []string
}

// atPort adds the browser that listens on a port of this machine, if there is one.
func (s *survey) atPort(ctx context.Context, port string) {
	if port == "" || port == "0" || slices.Contains(s.ports, port) || !answers(ctx, net.JoinHostPort("127.0.0.1", port)) {
		return
	}
	if _, err := endpoint(ctx, port); err == nil {
		s.ports = append(s.ports, port)
		s.found = append(s.found, Running{Name: "the browser at port " + port, Where: port})
	}
}

// inProfile adds the browser that runs with a profile, if there is one. A browser that
// doesn't accept connections is only added if the profile is a usual one.
func (s *survey) inProfile(ctx context.Context, profile string, usual bool) {
	if profile == "" || slices.Contains(s.profiles, profile) {
		return
	}
	s.profiles = append(s.profiles, profile)
	r := Running{Name: filepath.Base(profile), Profile: profile}
	u := listening(ctx, profile)
	switch {
	case u != nil && slices.Contains(s.ports, u.Port()):
		return // already found by its port
	case u != nil:
		// Only a browser enabled at chrome://inspect prompts; it needs no command-line
		// switch.
		r.Where, r.Asks = filepath.Join(profile, ActivePort), usual
		s.ports = append(s.ports, u.Port())
	case !usual || !inUse(profile):
		return
	}
	s.found = append(s.found, r)
}

// debugSwitch is the debugging port and profile in a browser's command line.
type debugSwitch struct{ port, profile string }

// debugSwitches finds the browsers on this machine that were started with a debugging
// port, except those that layertap started.
func debugSwitches(ctx context.Context) []debugSwitch {
	running, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return nil // the usual profiles are still checked
	}
	var found []debugSwitch
	for _, p := range running {
		args, err := p.CmdlineSliceWithContext(ctx)
		if err != nil { // it has exited, or access is denied
			continue
		}
		on := switchesOf(args)
		if on.port != "" && !strings.HasPrefix(filepath.Base(on.profile), profilePrefix) {
			found = append(found, on)
		}
	}
	return found
}

// switchesOf parses the command line of a process. The result is empty unless the
// process is a browser with a debugging port; a browser's child processes have a
// --type. With port 0, and only then, the browser chooses a port and writes it to its
// profile (Chromium, chrome/browser/devtools/remote_debugging_server.cc).
func switchesOf(args []string) (on debugSwitch) {
	for _, arg := range args {
		name, value, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		switch {
		case !strings.HasPrefix(arg, "-"):
		case name == "type":
			return debugSwitch{}
		case name == "remote-debugging-port":
			if _, err := strconv.ParseUint(value, 10, 16); err == nil {
				on.port = value
			}
		case name == "user-data-dir" && filepath.IsAbs(value):
			on.profile = filepath.Clean(value)
		}
	}
	return on
}

// Attachable returns the running browsers on this machine that accept connections, as
// arguments for [Dial].
func Attachable(ctx context.Context) []string {
	var found []string
	for _, r := range FindRunning(ctx) {
		if r.Where != "" {
			found = append(found, r.Where)
		}
	}
	return found
}

// listening returns the URL on which the browser of a profile listens, or nil if it
// doesn't.
func listening(ctx context.Context, profile string) *url.URL {
	address, err := readActivePort(profile)
	if err != nil {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if !answers(ctx, u.Host) { // the file remains after its browser has exited
		return nil
	}
	return u
}

// answers reports whether something listens at a network address.
func answers(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	c, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// inUse reports whether a browser runs with a profile. Except on Windows, it creates a
// link there that names its process.
func inUse(profile string) bool {
	owner, err := os.Readlink(filepath.Join(profile, "SingletonLock")) // "host-1234"
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(owner[strings.LastIndexByte(owner, '-')+1:])
	return err == nil && alive(pid)
}

// Try starts a browser without a window and returns the version that it reports.
func Try(ctx context.Context, named string) (string, error) {
	b, err := Launch(ctx, Options{Program: named, Headless: true})
	if err != nil {
		return "", err
	}
	defer b.Close()
	return b.Conn.Version(ctx)
}
