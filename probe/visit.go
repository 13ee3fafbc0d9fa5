package probe

import (
	"net/url"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
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

// switches are those for the browser's command line, without their dashes.
func (v Visit) switches() []string {
	var all []string
	if v.UserAgent != "" {
		all = append(all, "user-agent="+v.UserAgent)
	}
	if v.Language != "" {
		languages := v.Language
		if short, _, regional := strings.Cut(v.Language, "-"); regional {
			languages += "," + short
		}
		all = append(all, "lang="+v.Language, "accept-lang="+languages)
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

// visiting is a visit under way. The zero value is one that nothing was set for.
type visiting struct {
	Visit
	device *device // nil for none
	chrome string  // the browser's major version
	host   string  // of the site that is opened, without "www."
	logins logins
}

func newVisiting(v Visit, address, version string) (visiting, error) {
	visit := visiting{Visit: v}
	if v.Device != "" {
		d, err := deviceNamed(v.Device)
		if err != nil {
			return visiting{}, err
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

// prepare sets up a session's page, frame or worker before its first script.
func (v *visiting) prepare(s *session) []command {
	var commands []command
	if len(v.Block) > 0 {
		commands = append(commands, ask(s.id, network.Enable, network.EnableParams{}), v.block(s.id))
	}
	if v.device != nil && v.UserAgent == "" {
		commands = append(commands, v.device.introduce(s.id, v.chrome))
	}
	if s.isPage {
		commands = append(commands, v.preparePage(s)...)
	}
	return commands
}

func (v *visiting) preparePage(s *session) []command {
	var commands []command
	switch size := v.Viewport; {
	case v.device != nil:
		d := *v.device
		if size != (Size{}) {
			d.Width, d.Height = size.Width, size.Height
		}
		commands = d.resize(s.id)
	case size != (Size{}) && !s.tab.opened: // a pop-up has the size that its opener gave it
		commands = append(commands, ask(s.id, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(size.Width), Height: int64(size.Height),
		}))
	}
	if p := v.Position; p != nil {
		commands = append(commands, ask(s.id, emulation.SetGeolocationOverride, emulation.SetGeolocationOverrideParams{
			Latitude: &p.Latitude, Longitude: &p.Longitude, Accuracy: new(50.0),
		}))
	}
	return commands
}

// block lets no request of a session's reach the hosts that are blocked: pages see what
// they would with a blocker.
func (v *visiting) block(s target.SessionID) command {
	var patterns []*network.BlockPattern
	for _, host := range v.Block {
		for _, at := range []string{host, "*." + host} {
			patterns = append(patterns, &network.BlockPattern{URLPattern: "*://" + at + ":*/*", Block: true})
		}
	}
	return ask(s, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: patterns})
}

// begin is what the first page needs before it is told to open an address. In an
// incognito window Chrome does not let itself be told to allow a page its position: it
// asks the user there (148).
func (v *visiting) begin(s target.SessionID, address string) []command {
	var commands []command
	for _, c := range v.Cookies {
		commands = append(commands, ask(s, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: address, Path: "/"}))
	}
	if v.Position != nil {
		commands = append(commands, ask("", browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: browser.PermissionSettingGranted,
		}))
	}
	return commands
}
