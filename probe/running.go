package probe

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Running is a browser that runs on this machine.
type Running struct {
	Name    string // of the directory that its profile is in, such as "google-chrome"
	Profile string // that directory; empty where it is only known by its port
	// Where is what [Options.Attach] takes; empty where the browser lets nobody
	// attach.
	Where string
	// Asks says that it asks its user before it lets anybody in.
	Asks bool
}

// RunningBrowsers finds the browsers that run on this machine, those included that
// cannot be attached to as they are.
func RunningBrowsers(ctx context.Context) []Running {
	var found []Running
	if _, err := endpoint(ctx, "9222"); err == nil {
		found = append(found, Running{Name: "the browser at port 9222", Where: "9222"})
	}
	for _, profile := range knownProfiles() {
		r := Running{Name: filepath.Base(profile), Profile: profile}
		u := listening(ctx, profile)
		switch {
		case u != nil && u.Port() == "9222" && len(found) > 0:
			continue // it was found by its port
		case u != nil:
			r.Where, r.Asks = filepath.Join(profile, activePort), true
		case !inUse(profile):
			continue
		}
		found = append(found, r)
	}
	return found
}

// Browsers finds the running browsers on this machine that can be attached to,
// by what [Options.Attach] takes.
func Browsers(ctx context.Context) []string {
	var found []string
	for _, r := range RunningBrowsers(ctx) {
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
	dialer := net.Dialer{Timeout: time.Second}
	c, err := dialer.DialContext(ctx, "tcp", u.Host) // the file outlives its browser
	if err != nil {
		return nil
	}
	_ = c.Close()
	return u
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
	b, err := launch(ctx, Options{Browser: named, Headless: true})
	if err != nil {
		return "", err
	}
	defer b.close()
	return b.conn.version(ctx)
}
