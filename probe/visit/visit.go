// Package visit configures a browser for a visit: its device, language, cookies and so
// on.
package visit

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/protocol"
)

// Visit is the configuration of a browser that is started. Empty fields keep the
// browser's defaults.
type Visit struct {
	UserAgent               string
	Language                string // a tag such as "de-DE", for pages and the browser
	TimeZone                string // an IANA name such as "Europe/Berlin"
	Viewport                Size   // of pages that were not opened by another page
	Device                  string // one of [Devices], in any case
	Position                *Position
	Incognito               bool
	DevTools                bool // open them next to each tab
	IgnoreCertificateErrors bool
	Flags                   []string // any others, such as "--force-dark-mode"

	Network *Network      // of each page; nil for the browser's
	Block   []string      // hosts to block, including their subdomains
	Cookies []Pair        // of the visited site, on every path
	Headers []Pair        // sent to the visited site and its subdomains
	Login   *url.Userinfo // for the visited site, if it requests one
}

// Size is in CSS pixels.
type Size struct {
	Width, Height int
	Scale         float64 // device pixels per CSS pixel; 0 for the browser's
	Mobile, Touch bool    // as on a phone, which otherwise Device sets
}

// Network is how fast requests are. If both Download and Upload are 0, pages are
// offline.
type Network struct {
	Download, Upload float64 // bytes per second; negative if they aren't limited
	Latency          float64 // milliseconds
}

// Position is a location in degrees.
type Position struct{ Latitude, Longitude float64 }

// Pair is a cookie or a header.
type Pair struct{ Name, Value string }

// Switches returns the switches for the browser's command line, without their dashes.
func (v Visit) Switches() []string {
	var all []string
	if v.UserAgent != "" {
		all = append(all, "user-agent="+v.UserAgent)
	}
	if v.Language != "" {
		all = append(all, "lang="+v.Language, "accept-lang="+languages(v.Language))
	}
	if v.Incognito {
		all = append(all, "incognito")
	}
	if v.DevTools {
		all = append(all, "auto-open-devtools-for-tabs")
	}
	if v.IgnoreCertificateErrors {
		all = append(all, "ignore-certificate-errors")
	}
	for _, flag := range v.Flags {
		all = append(all, strings.TrimLeft(flag, "-"))
	}
	return all
}

// Setup applies a visit to new pages, frames and workers. The zero value changes
// nothing.
type Setup struct {
	Visit
	device *device // nil for none
	chrome string  // the browser's major version
	host   string  // of the visited site, without "www."
	// emulate is set if the browser was already running: what would be set on its command
	// line is emulated in each page. Agent is the user agent that it would have with a
	// window; empty if it has one.
	emulate bool
	agent   string
	context cdp.BrowserContextID // of the visited site; empty for the browser's default
}

// Emulate applies the visit to a context of a running browser with the given user
// agent. A browser without a window names itself in it, and doesn't in the visit.
func (v *Setup) Emulate(agent string, context cdp.BrowserContextID) {
	v.emulate, v.context = true, context
	if withWindow := strings.Replace(agent, "HeadlessChrome", "Chrome", 1); withWindow != agent {
		v.agent = withWindow
	}
}

// New returns the setup for a visit to a URL with a browser of the given version, such
// as "Chrome/150.0.7871.46". It only returns an error if the device is unknown.
func New(v Visit, address, version string) (Setup, error) {
	visit := Setup{Visit: v}
	if v.Device != "" {
		d, err := deviceNamed(v.Device)
		if err != nil {
			return Setup{}, err
		}
		visit.device = &d
	}
	_, version, _ = strings.Cut(version, "/")
	visit.chrome, _, _ = strings.Cut(version, ".")
	if u, err := url.Parse(address); err == nil {
		visit.host = strings.TrimPrefix(u.Hostname(), "www.")
	}
	return visit, nil
}

// Prepare returns the commands that set up a session's page, frame or worker before its
// first script. IsPage is set for a page, opened for a page that another page opened.
func (v *Setup) Prepare(s target.SessionID, isPage, opened bool) []protocol.Command {
	var commands []protocol.Command
	if len(v.Block) > 0 {
		commands = append(commands, protocol.Ask(s, network.Enable, network.EnableParams{}), v.block(s))
	}
	switch {
	case v.device != nil && v.UserAgent == "":
		commands = append(commands, v.device.introduce(s, v.chrome))
	case v.emulate && (v.UserAgent != "" || v.Language != "" || v.agent != ""): // it changes the client hints, too
		commands = append(commands, protocol.Ask(s, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{
			UserAgent: cmp.Or(v.UserAgent, v.agent), AcceptLanguage: languages(v.Language),
		}))
	}
	if isPage {
		commands = append(commands, v.preparePage(s, opened)...)
	}
	return commands
}

func (v *Setup) preparePage(s target.SessionID, opened bool) []protocol.Command {
	var commands []protocol.Command
	switch size := v.Viewport; {
	case v.device != nil:
		d := *v.device
		if size != (Size{}) {
			d.Width, d.Height = size.Width, size.Height
		}
		commands = d.resize(s)
	case size != (Size{}) && !opened: // a pop-up has the size that its opener set
		commands = append(commands, protocol.Ask(s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(size.Width), Height: int64(size.Height), DeviceScaleFactor: size.Scale, Mobile: size.Mobile,
		}))
		if size.Touch {
			commands = append(commands, protocol.Ask(s, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}))
		}
	}
	if n := v.Network; n != nil {
		commands = append(commands, protocol.Ask(s, network.Enable, network.EnableParams{}),
			protocol.Ask(s, protocol.EmulateNetwork, protocol.NetworkConditions(n.Download, n.Upload, n.Latency)))
	}
	if v.emulate {
		commands = append(commands, v.emulatePage(s)...)
	}
	if p := v.Position; p != nil {
		commands = append(commands, protocol.Ask(s, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{
			Latitude: &p.Latitude, Longitude: &p.Longitude, Accuracy: new(50.0),
		}))
	}
	return commands
}

// emulatePage returns the commands that apply the visit's time zone, language and
// certificate setting to a page of a running browser.
func (v *Setup) emulatePage(s target.SessionID) []protocol.Command {
	var commands []protocol.Command
	if v.TimeZone != "" {
		commands = append(commands, protocol.Ask(s, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: v.TimeZone}))
	}
	if v.Language != "" {
		commands = append(commands, protocol.Ask(s, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: v.Language}))
	}
	if v.IgnoreCertificateErrors {
		commands = append(commands, protocol.Ask(s, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}))
	}
	return commands
}

// languages returns the accepted languages of a browser with the given one.
func languages(language string) string {
	if short, _, regional := strings.Cut(language, "-"); regional {
		return language + "," + short
	}
	return language
}

// block returns the command that blocks a session's requests to the blocked hosts:
// pages see the same as with an ad blocker.
func (v *Setup) block(s target.SessionID) protocol.Command {
	var patterns []*network.BlockPattern
	for _, host := range v.Block {
		for _, at := range []string{host, "*." + host} {
			patterns = append(patterns, &network.BlockPattern{URLPattern: "*://" + at + ":*/*", Block: true})
		}
	}
	return protocol.Ask(s, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: patterns})
}

// Begin returns the commands that the first page needs before it opens a URL. If nobody
// sees the page, downloads are refused. In an incognito window Chrome ignores a granted
// geolocation permission and prompts the user (148).
func (v *Setup) Begin(s target.SessionID, address string, unseen bool) []protocol.Command {
	var commands []protocol.Command
	if unseen {
		commands = append(commands, protocol.Ask("", browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorDeny, BrowserContextID: v.context,
		}))
	}
	for _, c := range v.Cookies {
		commands = append(commands, protocol.Ask(s, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: address, Path: "/"}))
	}
	if v.Position != nil {
		commands = append(commands, protocol.Ask("", browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: browser.PermissionSettingGranted, BrowserContextID: v.context,
		}))
	}
	return commands
}

// Intercepts reports whether the requests to the visited site are paused, which is
// required to add headers, or to send a login when the site requests it.
func (v *Setup) Intercepts() bool {
	return v.host != "" && (len(v.Headers) > 0 || v.Login != nil)
}

// IsSite reports whether a URL belongs to the visited site or one of its subdomains.
func (v *Setup) IsSite(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return strings.EqualFold(host, v.host) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(v.host))
}

// Held returns the patterns of the requests to pause. They match a few others, too.
func (v *Setup) Held() []*fetch.RequestPattern {
	if !v.Intercepts() {
		return nil
	}
	host := v.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return []*fetch.RequestPattern{{URLPattern: "http*://" + host + "*"}, {URLPattern: "http*://*." + host + "*"}}
}
