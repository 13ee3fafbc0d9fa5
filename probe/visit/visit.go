// Package visit knows how a browser is set up for a visit: as which device, in which
// language, with which cookies.
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

// Visit is how a browser that is started is set up. What is empty is as the browser
// has it.
type Visit struct {
	UserAgent               string
	Language                string // a tag such as "de-DE": of pages and of the browser
	TimeZone                string // an IANA name such as "Europe/Berlin"
	Viewport                Size   // of pages that no other page opened
	Device                  string // one of [Devices], in any case
	Position                *Position
	Incognito               bool
	DevTools                bool // open beside each tab
	IgnoreCertificateErrors bool
	Flags                   []string // any others, such as "--force-dark-mode"

	Block   []string      // hosts that cannot be reached, with all below them
	Cookies []Pair        // of the site that is opened, on every path
	Headers []Pair        // sent to the site that is opened and to the hosts below it
	Login   *url.Userinfo // for the site that is opened, where it asks for one
}

// Size is in CSS pixels.
type Size struct{ Width, Height int }

// Position is a place on earth, in degrees.
type Position struct{ Latitude, Longitude float64 }

// Pair is a cookie or a header.
type Pair struct{ Name, Value string }

// Switches are those for the browser's command line, without their dashes.
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

// Setup sets up what comes to be in a browser. The zero value leaves all as it is.
type Setup struct {
	Visit
	device *device // nil for none
	chrome string  // the browser's major version
	host   string  // of the site that is opened, without "www."
	// emulate says that the browser runs already: what else its command line would say
	// is emulated in each page. Agent is what it calls itself.
	emulate bool
	agent   string
	context cdp.BrowserContextID // of the site that is opened; empty for the browser's own
}

// Emulate sets up the visit in a browser that runs already, which calls itself agent, and
// in one of its contexts.
func (v *Setup) Emulate(agent string, context cdp.BrowserContextID) {
	v.emulate, v.agent, v.context = true, agent, context
}

// New returns the set-up for a visit to an address with a browser that calls itself
// version, such as "Chrome/150.0.7871.46". Its only error is about an unknown device.
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

// Prepare sets up a session's page, frame or worker before its first script. IsPage says
// that it is a page, and opened that another page opened it.
func (v *Setup) Prepare(s target.SessionID, isPage, opened bool) []protocol.Command {
	var commands []protocol.Command
	if len(v.Block) > 0 {
		commands = append(commands, protocol.Ask(s, network.Enable, network.EnableParams{}), v.block(s))
	}
	switch {
	case v.device != nil && v.UserAgent == "":
		commands = append(commands, v.device.introduce(s, v.chrome))
	case v.emulate:
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
	case size != (Size{}) && !opened: // a pop-up has the size that its opener gave it
		commands = append(commands, protocol.Ask(s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(size.Width), Height: int64(size.Height),
		}))
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

// emulatePage has a page of a browser that runs already be in a place of the visit's.
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

// languages are what a browser accepts whose user has set one.
func languages(language string) string {
	if short, _, regional := strings.Cut(language, "-"); regional {
		return language + "," + short
	}
	return language
}

// block lets no request of a session's reach the hosts that are blocked: pages see what
// they would with a blocker.
func (v *Setup) block(s target.SessionID) protocol.Command {
	var patterns []*network.BlockPattern
	for _, host := range v.Block {
		for _, at := range []string{host, "*." + host} {
			patterns = append(patterns, &network.BlockPattern{URLPattern: "*://" + at + ":*/*", Block: true})
		}
	}
	return protocol.Ask(s, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: patterns})
}

// Begin is what the first page needs before it is told to open an address. In an
// incognito window Chrome does not let itself be told to allow a page its position: it
// asks the user there (148).
func (v *Setup) Begin(s target.SessionID, address string) []protocol.Command {
	var commands []protocol.Command
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

// Intercepts reports whether the requests to the site that is opened are held for a
// moment: only so can they be given a header, or a login when the site asks for one.
func (v *Setup) Intercepts() bool {
	return v.host != "" && (len(v.Headers) > 0 || v.Login != nil)
}

// IsSite reports whether an address is of the site that is opened, or of a host below it.
func (v *Setup) IsSite(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return strings.EqualFold(host, v.host) || strings.HasSuffix(strings.ToLower(host), "."+strings.ToLower(v.host))
}

// Held are the patterns of the requests that are held. They match a few more.
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
