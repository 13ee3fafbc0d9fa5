package browser

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/chromedp/remote"

	"layertap/probe/devtools"
)

// ActivePort is the file in which a browser tells its DevTools address: the port
// and, on a second line, the path of the websocket.
const ActivePort = "DevToolsActivePort"

// endpoint finds the websocket address of the browser at where: a port,
// host:port, an http, https, ws or wss URL, or a DevToolsActivePort file or the
// profile that holds it.
func endpoint(ctx context.Context, where string) (string, error) {
	if address, err := readActivePort(where); err == nil {
		return address, nil
	}
	if port, err := strconv.Atoi(where); err == nil {
		where = "127.0.0.1:" + strconv.Itoa(port)
	}
	if !strings.Contains(where, "://") {
		where = "http://" + where
	}
	u, err := url.Parse(where)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("cannot attach to %q: give a port, host:port, an http:// or ws:// URL, or a %s file", where, ActivePort)
	}
	switch u.Scheme {
	case "ws", "wss":
		if u.Path != "" && u.Path != "/" && PageIn(where) == "" {
			return u.String(), nil // a hosted browser's own path, or /devtools/browser/…
		}
	case "http", "https":
	default:
		return "", fmt.Errorf("cannot attach to %q: its scheme must be http, https, ws or wss", where)
	}
	return askEndpoint(ctx, u)
}

// PageIn returns the page that where is the address of, if it is one's: /json tells
// those. A page's own socket cannot reach its pop-ups, so the browser's is used.
func PageIn(where string) string {
	_, page, _ := strings.Cut(where, "/devtools/page/")
	return page
}

// readActivePort reads a DevToolsActivePort file, or the one in a directory.
func readActivePort(path string) (string, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, ActivePort)
	}
	if filepath.Base(path) != ActivePort {
		return "", fmt.Errorf("%s is not a %s file", path, ActivePort)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	port, rest, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || !strings.HasPrefix(rest, "/") {
		return "", fmt.Errorf("%s does not contain a port and a path", path)
	}
	return "ws://127.0.0.1:" + port + rest, nil
}

// askEndpoint asks a browser's HTTP side for its websocket address.
func askEndpoint(ctx context.Context, u *url.URL) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	host, err := numericHost(ctx, u)
	if err != nil {
		return "", unreachable(u.Host, err)
	}
	secure := u.Scheme == "https" || u.Scheme == "wss"
	version := url.URL{Scheme: "http", Host: host, Path: "/json/version"}
	if secure {
		version.Scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, version.String(), http.NoBody)
	if err != nil {
		return "", fmt.Errorf("attaching to %s: %w", u.Host, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", unreachable(u.Host, err)
	}
	defer response.Body.Close()
	var answer struct {
		Socket string `json:"webSocketDebuggerUrl"`
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	if response.StatusCode == http.StatusNotFound {
		return unlisted(u)
	}
	socket, parseErr := url.Parse(answer.Socket)
	if err != nil || parseErr != nil || answer.Socket == "" {
		return "", fmt.Errorf("attaching to %s: not a browser's debugging port", u.Host)
	}
	socket.Host = host // a forwarded port is not the one that the browser knows
	if secure {
		socket.Scheme = "wss"
	}
	return socket.String(), nil
}

// unreachable says in a sentence why nothing answered.
func unreachable(host string, err error) error {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("attaching to %s: connection refused; start Chrome with --remote-debugging-port=%s and a --user-data-dir of its own, "+
			"or turn on chrome://inspect/#remote-debugging", host, portOf(host))
	}
	if errors.As(err, new(*net.DNSError)) {
		return fmt.Errorf("attaching to %s: unknown host; give a port, HOST:PORT or a URL, and choose a tab with --tab", host)
	}
	if errors.As(err, new(*net.AddrError)) {
		return fmt.Errorf("attaching to %s: invalid port", host)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("attaching to %s: no response", host)
	}
	if strings.Contains(err.Error(), "403 Forbidden") { // the websocket library has no error of its own for it
		return fmt.Errorf("attaching to %s: the browser refused; when Chrome asks whether to allow remote debugging, click Allow", host)
	}
	if asking := new(url.Error); errors.As(err, &asking) {
		err = asking.Err // the address was said
	}
	return fmt.Errorf("attaching to %s: %w", host, err)
}

func portOf(host string) string {
	if _, port, err := net.SplitHostPort(host); err == nil {
		return port
	}
	return "9222"
}

// unlisted finds the address of a browser that does not tell it over HTTP: one
// whose user switched on chrome://inspect/#remote-debugging (Chrome 144 and
// later) tells it in its profile only.
func unlisted(u *url.URL) (string, error) {
	for _, profile := range knownProfiles() {
		if address, err := readActivePort(profile); err == nil && strings.Contains(address, ":"+u.Port()+"/") {
			return address, nil
		}
	}
	return "", fmt.Errorf("attaching to %s: the browser does not report its URL; give the %s file in its profile instead", u.Host, ActivePort)
}

// numericHost returns the host and port with an IP address for the name, which
// is all that a browser accepts in plain HTTP (a guard against DNS rebinding).
func numericHost(ctx context.Context, u *url.URL) (string, error) {
	name := u.Hostname()
	if u.Scheme == "https" || u.Scheme == "wss" || name == "localhost" || net.ParseIP(name) != nil {
		return u.Host, nil
	}
	addresses, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return "", err
	}
	if u.Port() == "" {
		return addresses[0], nil
	}
	return net.JoinHostPort(addresses[0], u.Port()), nil
}

// knownProfiles are the directories in which the usual browsers keep their
// users' profiles.
func knownProfiles() []string {
	config, err := os.UserConfigDir()
	if err != nil {
		return nil
	}
	names := []string{"google-chrome", "google-chrome-beta", "google-chrome-unstable", "chromium", "microsoft-edge", "BraveSoftware/Brave-Browser"}
	switch runtime.GOOS {
	case "darwin":
		names = []string{"Google/Chrome", "Google/Chrome Beta", "Google/Chrome Canary", "Chromium", "Microsoft Edge", "BraveSoftware/Brave-Browser"}
	case "windows":
		config = os.Getenv("LOCALAPPDATA")
		names = []string{`Google\Chrome\User Data`, `Chromium\User Data`, `Microsoft\Edge\User Data`, `BraveSoftware\Brave-Browser\User Data`}
	}
	for i, name := range names {
		names[i] = filepath.Join(config, name)
	}
	return names
}

// Dial connects to the browser at where: a port, host:port, an http, https, ws or wss
// URL, or a DevToolsActivePort file or the profile that holds it. A browser may ask its
// user first, so there is no time limit but that of ctx.
func Dial(ctx context.Context, where string) (*devtools.Conn, error) {
	address, err := endpoint(ctx, where)
	if err != nil {
		return nil, err
	}
	transport, err := remote.DialContext(ctx, address)
	if err != nil {
		u, _ := url.Parse(address)
		return nil, unreachable(cmp.Or(u.Host, where), err)
	}
	return devtools.New(transport), nil
}
