// Package protocol encodes commands and decodes events of the Chrome DevTools Protocol.
// It does no I/O.
package protocol

import (
	"fmt"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Command is a command to the browser or to one session.
type Command struct {
	Session target.SessionID // empty for the browser itself
	Method  string
	Params  any
	Then    func(*cdproto.Message) // called with the response; may be nil
}

// Ask returns a command for a session.
func Ask[P, R any](session target.SessionID, c cdp.Command[P, R], params P) Command {
	return Command{Session: session, Method: c.Method, Params: params}
}

// EmulateNetwork slows down the requests of a session, or cuts them off. cdproto leaves
// it out because it is deprecated, but Chromes before 144 don't have what replaces it.
var EmulateNetwork = cdp.Command[network.OverrideNetworkStateParams, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// NetworkConditions returns the parameters of [EmulateNetwork]: download and upload in
// bytes per second, negative for any number, and the least latency in milliseconds. If
// both download and upload are 0, the page is offline, as for Chrome's Recorder panel
// (src/PuppeteerRunnerExtension.ts in puppeteer/replay).
func NetworkConditions(download, upload, latency float64) network.OverrideNetworkStateParams {
	return network.OverrideNetworkStateParams{
		Offline: download == 0 && upload == 0, Latency: latency, DownloadThroughput: download, UploadThroughput: upload,
	}
}

// Message returns the command as a message; the response has the same ID.
func (c Command) Message(id int64) (*cdproto.Message, error) {
	message := &cdproto.Message{ID: id, SessionID: c.Session, Method: cdproto.MethodType(c.Method)}
	if c.Params != nil {
		params, err := jsonv2.Marshal(c.Params, chromedp.DefaultMarshalOptions)
		if err != nil {
			return nil, fmt.Errorf("writing %s: %w", c.Method, err)
		}
		message.Params = params
	}
	return message, nil
}

// On decodes an event and calls f with it. Events that can't be decoded come from a
// newer browser than this program supports, and are ignored.
func On[E any](m *cdproto.Message, f func(*E)) {
	e := new(E)
	if Read(m.Params, e) == nil {
		f(e)
	}
}

// OnResult is [On] for a command's response. It does nothing if the command failed.
func OnResult[R any](m *cdproto.Message, f func(*R)) {
	r := new(R)
	if m.Error == nil && Read(m.Result, r) == nil {
		f(r)
	}
}

// Read decodes the JSON of an event or a response.
func Read(text []byte, into any) error {
	return jsonv2.Unmarshal(text, into, chromedp.DefaultUnmarshalOptions)
}
