package browser

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// ActivePort is the file in which a browser writes its DevTools endpoint: the port and,
// on a second line, the path of the WebSocket.
const ActivePort = "DevToolsActivePort"

// endpoint returns the WebSocket URL of the browser at where: a port, host:port, an
// http, https, ws or wss URL, a DevToolsActivePort file or the profile directory that
// contains it.
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

// PageIn returns the ID of the page whose WebSocket URL (from /json) where is, or "" if
// it isn't one. A page's own socket cannot reach its pop-ups, so the browser's is used.
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

// askEndpoint requests a browser's WebSocket URL over HTTP.
func askEndpoint(ctx context.Context, u *url.URL) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	host, err := numericHost(ctx, u)
	if err != nil {
		return "", unreachable(u.Host, err)
	}
	secure := u.Scheme == "https" || u.Scheme == "wss"
	// A proxy or a service may serve its browsers below a path and require a token.
	version := url.URL{Scheme: "http", Host: host, User: u.User, Path: above(u.Path) + "/json/version", RawQuery: u.RawQuery}
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
	text, err := io.ReadAll(io.LimitReader(response.Body, maxVersion))
	if err != nil {
		return "", unreachable(u.Host, err)
	}
	var answer struct {
		Socket string `json:"webSocketDebuggerUrl"`
	}
	err = json.Unmarshal(text, &answer)
	socket, parseErr := url.Parse(answer.Socket)
	named := err == nil && parseErr == nil && answer.Socket != ""
	switch {
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return "", fmt.Errorf("attaching to %s: it refuses access; give its token, or its user and password, in the URL", u.Host)
	case strings.TrimSpace(string(text)) == "Running": // packages/playwright-core/src/server/utils/wsServer.ts in Playwright
		return "", fmt.Errorf("attaching to %s: this is a Playwright server, which doesn't speak Chrome's DevTools protocol; "+
			"start Chrome itself with --remote-debugging-port, or give the URL of a browser service that speaks it", u.Host)
	case isWebDriver(text):
		return "", fmt.Errorf("attaching to %s: this is a WebDriver server, not Chrome; give a Selenium Grid 4 to --grid of record or sweep, or attach to a Chrome with --remote-debugging-port", u.Host)
	case !named && u.RawQuery != "" && (u.Scheme == "ws" || u.Scheme == "wss"):
		return u.String(), nil // a service that serves browsers at this very URL
	case response.StatusCode == http.StatusNotFound:
		return unlisted(u)
	case !named:
		return "", fmt.Errorf("attaching to %s: not a browser's debugging port", u.Host)
	}
	socket.Host, socket.User = host, u.User // the browser doesn't know about port forwarding
	if secure {
		socket.Scheme = "wss"
	}
	if prefix := above(u.Path); !strings.HasPrefix(socket.Path, prefix) {
		socket.Path = prefix + socket.Path
	}
	if socket.RawQuery == "" {
		socket.RawQuery = u.RawQuery
	}
	return socket.String(), nil
}

// isWebDriver reports whether an answer is that of a Selenium Grid, or of another server
// of WebDriver, to a command that it doesn't know
// (https://www.w3.org/TR/webdriver2/#errors), or the page of a Selenium Grid 3.
func isWebDriver(text []byte) bool {
	var answer struct{ Value struct{ Error string } }
	_ = json.Unmarshal(text, &answer) // other answers leave it empty
	return answer.Value.Error == "unknown command" || bytes.Contains(text, []byte("org.openqa.grid"))
}

// maxVersion is the maximum number of bytes read from the response.
const maxVersion = 1 << 20

// above returns the path below which a browser serves its endpoints, given one of those
// paths or the path itself.
func above(path string) string {
	for _, own := range []string{"/devtools/", "/json"} {
		path, _, _ = strings.Cut(path, own)
	}
	return strings.TrimRight(path, "/")
}

// Shown returns where without its path and query, which may contain a token.
func Shown(where string) string {
	if u, err := url.Parse(where); err == nil && u.Host != "" && strings.Contains(where, "://") {
		return u.Host
	}
	return where
}

// unreachable returns an error that explains why nothing answered at host.
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
	if strings.Contains(err.Error(), "401 Unauthorized") { // likewise
		return fmt.Errorf("attaching to %s: it refuses access; give its token, or its user and password, in the URL", host)
	}
	if strings.Contains(err.Error(), "403 Forbidden") { // the websocket library has no error of its own for it
		return fmt.Errorf("attaching to %s: the browser refused; when Chrome asks whether to allow remote debugging, click Allow", host)
	}
	if asking := new(url.Error); errors.As(err, &asking) {
		err = asking.Err // without the URL, which the message already has
	}
	return fmt.Errorf("attaching to %s: %w", host, err)
}

func portOf(host string) string {
	if _, port, err := net.SplitHostPort(host); err == nil {
		return port
	}
	return "9222"
}

// unlisted finds the WebSocket URL of a browser that doesn't serve it over HTTP: one in
// which remote debugging is enabled at chrome://inspect/#remote-debugging (Chrome 144
// and later). That browser only writes it to its profile.
func unlisted(u *url.URL) (string, error) {
	for _, profile := range knownProfiles() {
		if address, err := readActivePort(profile); err == nil && strings.Contains(address, ":"+u.Port()+"/") {
			return address, nil
		}
	}
	return "", fmt.Errorf("attaching to %s: the browser does not report its URL; give the %s file in its profile instead", u.Host, ActivePort)
}

// numericHost returns host and port with the name resolved to an IP address. Browsers
// accept no other in plain HTTP (protection against DNS rebinding).
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

// knownProfiles returns the directories in which the common browsers keep their users'
// profiles.
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
// URL, a DevToolsActivePort file or the profile directory that contains it. A browser
// may prompt its user first, so ctx is the only time limit.
func Dial(ctx context.Context, where string) (*devtools.Conn, error) {
	address, err := endpoint(ctx, where)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("attaching to %s: its URL isn't valid", Shown(where))
	}
	var options []remote.DialOption
	if u.User != nil { // websocket clients ignore it in the URL
		password, _ := u.User.Password()
		header := http.Header{}
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password)))
		options = append(options, remote.WithConnHTTPHeader(header))
		u.User = nil
	}
	transport, err := remote.DialContext(ctx, u.String(), options...)
	if err != nil {
		return nil, unreachable(u.Host, err)
	}
	return devtools.New(transport), nil
}
