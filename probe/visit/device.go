package visit

import (
	_ "embed" // the devices
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/protocol"
)

// devicesText contains the devices with the names and sizes of Chrome's device mode
// (front_end/models/emulation/EmulatedDevices.ts in ChromeDevTools/devtools-frontend).
//
//go:embed devices.json
var devicesText []byte

// device is a phone or tablet that Chrome can emulate.
type device struct {
	Name   string  `json:"name"`
	Width  int     `json:"width"` // of the page, in CSS pixels
	Height int     `json:"height"`
	Scale  float64 `json:"scale"` // device pixels per CSS pixel
	// Safari is the system part of Safari's user agent on the device; empty for a device
	// with Chrome.
	Safari string `json:"safari"`
	// System is the system part of Chrome's user agent on the device. It is the same for
	// all Android phones (www.chromium.org/updates/ua-reduction).
	System string `json:"system"`
	// Platform, Version and Model are for client hints, which only Chrome sends.
	Platform string `json:"platform"`
	Version  string `json:"version"`
	Model    string `json:"model"`
}

var devices = func() []device {
	var all []device
	if err := json.Unmarshal(devicesText, &all); err != nil {
		panic(err) // covered by a test
	}
	return all
}()

// Devices returns the valid values of [Visit.Device].
func Devices() []string {
	names := make([]string, len(devices))
	for i, d := range devices {
		names[i] = d.Name
	}
	return names
}

// deviceNamed returns the device with a name, ignoring case.
func deviceNamed(name string) (device, error) {
	for _, d := range devices {
		if strings.EqualFold(d.Name, name) {
			return d, nil
		}
	}
	return device{}, fmt.Errorf("unknown device %q: must be one of %s", name, strings.Join(Devices(), ", "))
}

// userAgent returns the user agent of the device's browser; chrome is the major version
// of the Chrome that emulates it.
func (d device) userAgent(chrome string) string {
	if d.Safari != "" {
		return "Mozilla/5.0 (" + d.Safari + ") AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1"
	}
	return "Mozilla/5.0 (Linux; " + d.System + ") AppleWebKit/537.36 (KHTML, like Gecko) Chrome/" + chrome + ".0.0.0 Mobile Safari/537.36"
}

// introduce returns the command that overrides a session's user agent and platform with
// the device's.
func (d device) introduce(s target.SessionID, chrome string) protocol.Command {
	p := emulation.SetUserAgentOverrideParams{UserAgent: d.userAgent(chrome), Platform: "Linux armv81"}
	switch {
	case strings.HasPrefix(d.Safari, "iPad"):
		p.Platform = "iPad"
	case d.Safari != "":
		p.Platform = "iPhone"
	default:
		p.UserAgentMetadata = &emulation.UserAgentMetadata{
			Platform: d.Platform, PlatformVersion: d.Version, Model: d.Model, Mobile: true,
		}
	}
	return protocol.Ask(s, emulation.SetUserAgentOverride, p)
}

// resize returns the commands that emulate the device's screen and touch input in a
// session.
func (d device) resize(s target.SessionID) []protocol.Command {
	return []protocol.Command{
		protocol.Ask(s, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: int64(d.Width), Height: int64(d.Height), DeviceScaleFactor: d.Scale, Mobile: true,
			ScreenWidth: int64(d.Width), ScreenHeight: int64(d.Height),
		}),
		protocol.Ask(s, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 5}),
		protocol.Ask(s, emulation.SetEmitTouchEventsForMouse, emulation.SetEmitTouchEventsForMouseParams{Enabled: true, Configuration: emulation.SetEmitTouchEventsForMouseConfigurationMobile}),
	}
}

// DeviceUserAgent returns the user agent of the device's browser for the major version
// of the Chrome that emulates it; empty if the visit has no device.
func (v Visit) DeviceUserAgent(chrome string) string {
	if d, err := deviceNamed(v.Device); err == nil {
		return d.userAgent(chrome)
	}
	return ""
}
