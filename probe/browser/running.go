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
	Name    string // of the directory that its profile is in, such as "google-chrome"
	Profile string // that directory; empty where it is only known by its port
	// Where is what [Dial] takes; empty where the browser lets nobody
	// attach.
	Where string
	// Asks says that it asks its user before it lets anybody in.
	Asks bool
}

// FindRunning finds the browsers that run on this machine, those included that
// cannot be attached to as they are: the usual ones by their profiles, and all others
// that can be attached to by their command lines.
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

// survey collects the running browsers, each once.
type survey struct {
	found    []Running
	ports    []string
	profiles []string
}

// atPort adds the browser that answers at a port of this machine, if one does.
func (s *survey) atPort(ctx context.Context, port string) {
	if port == "" || port == "0" || slices.Contains(s.ports, port) || !answers(ctx, net.JoinHostPort("127.0.0.1", port)) {
		return
	}
	if _, err := endpoint(ctx, port); err == nil {
		s.ports = append(s.ports, port)
		s.found = append(s.found, Running{Name: "the browser at port " + port, Where: port})
	}
}

// inProfile adds the browser that runs with a profile, if one does. Only a usual one is
// worth telling of if it lets nobody attach.
func (s *survey) inProfile(ctx context.Context, profile string, usual bool) {
	if profile == "" || slices.Contains(s.profiles, profile) {
		return
	}
	s.profiles = append(s.profiles, profile)
	r := Running{Name: filepath.Base(profile), Profile: profile}
	u := listening(ctx, profile)
	switch {
	case u != nil && slices.Contains(s.ports, u.Port()):
		return // it was found by its port
	case u != nil:
		// Only a browser that was switched on at chrome://inspect asks, and that needs no
		// switch of its command line.
		r.Where, r.Asks = filepath.Join(profile, ActivePort), usual
		s.ports = append(s.ports, u.Port())
	case !usual || !inUse(profile):
		return
	}
	s.found = append(s.found, r)
}

// debugSwitch is what the command line of a browser says of its debugging port.
type debugSwitch struct{ port, profile string }

// debugSwitches finds the browsers among the processes of this machine that were
// started with a debugging port. One of layertap's own is not among them.
func debugSwitches(ctx context.Context) []debugSwitch {
	running, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return nil // the usual profiles are still looked at
	}
	var found []debugSwitch
	for _, p := range running {
		args, err := p.CmdlineSliceWithContext(ctx)
		if err != nil { // it ended, or is not for us to see
			continue
		}
		on := switchesOf(args)
		if on.port != "" && !strings.HasPrefix(filepath.Base(on.profile), profilePrefix) {
			found = append(found, on)
		}
	}
	return found
}

// switchesOf reads the command line of a process. It is empty for one that is not a
// browser with a debugging port: the processes that a browser starts for its pages
// have a --type. With port 0, and only then, the browser chooses a port and writes it
// into its profile (Chromium, chrome/browser/devtools/remote_debugging_server.cc).
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

// Attachable finds the running browsers on this machine that can be attached to,
// by what [Dial] takes.
func Attachable(ctx context.Context) []string {
	var found []string
	for _, r := range FindRunning(ctx) {
		if r.Where != "" {
			found = append(found, r.Where)
		}
	}
	return found
}

// listening returns the address that the browser of a profile listens on; nil where
// it does not.
func listening(ctx context.Context, profile string) *url.URL {
	address, err := readActivePort(profile)
	if err != nil {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	if !answers(ctx, u.Host) { // the file outlives its browser
		return nil
	}
	return u
}

// answers reports whether something listens at an address.
func answers(ctx context.Context, address string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	c, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// inUse reports whether a browser runs with a profile. It leaves a link there that
// names its process, on all systems but Windows.
func inUse(profile string) bool {
	owner, err := os.Readlink(filepath.Join(profile, "SingletonLock")) // "host-1234"
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(owner[strings.LastIndexByte(owner, '-')+1:])
	return err == nil && alive(pid)
}

// Try starts a browser without a window, and returns what it calls itself.
func Try(ctx context.Context, named string) (string, error) {
	b, err := Launch(ctx, Options{Program: named, Headless: true})
	if err != nil {
		return "", err
	}
	defer b.Close()
	return b.Conn.Version(ctx)
}
