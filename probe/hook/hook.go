// Package hook contains the script that watches the data layers of a document, and
// decodes what it sends: batches of records in a compact form. It does no I/O.
package hook

import (
	"crypto/rand"
	_ "embed" // the hook's scripts
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"layertap/probe/bounds"
)

//go:embed hook.js
var hookScript string

//go:embed snapshot.js
var snapshotScript string

//go:embed layers.js
var layersScript string

//go:embed action.js
var actionScript string

//go:embed requests.js
var requestsScript string

// URL is the hook's URL in stack traces, which distinguishes its frames from the
// page's.
const URL = "layertap:hook"

// Config is the configuration passed to hook.js.
type Config struct {
	Binding   string   `json:"binding"` // the global function that receives batches
	Key       string   `json:"key"`     // the property that contains the hook
	Layers    []string `json:"layers"`
	Others    []string `json:"others"`    // layers of other managers, reported if they exist
	Objects   []string `json:"objects"`   // those that are objects, reported if they exist
	UnloadURL string   `json:"unloadURL"` // the target of beacons from pagehide on
	Stacks    bool     `json:"stacks"`
	Actions   bool     `json:"actions"`
	// Lease and LeaseTurn are as in [bounds.Times], in milliseconds.
	Lease      float64 `json:"lease"`
	LeaseTurn  float64 `json:"leaseTurn"`
	LeaseTurns int     `json:"leaseTurns"`
	// Untaken is as in [bounds.Times], in milliseconds.
	Untaken float64 `json:"untaken"`
	// Worker is the URL of the worker's script; empty in a page.
	Worker string `json:"worker,omitempty"`
	// ActionMemory is how long an action counts as the cause of the messages pushed after
	// it, in milliseconds.
	ActionMemory float64       `json:"actionMemory"`
	snapshot     time.Duration // time limit for reading one message
	// Internal contains the protocols of pages in which the hook does not start.
	Internal map[string]bool `json:"internal"`
}

// internal are the protocols of the browser's own pages, such as the new tab page.
var internal = map[string]bool{"chrome:": true, "chrome-untrusted:": true, "edge:": true, "devtools:": true, "chrome-error:": true}

// others are the paths of other managers' data layers: Adobe's client data layer
// (github.com/adobe/adobe-client-data-layer), Matomo Tag Manager's
// (developer.matomo.org/guides/tagmanager), and the list of events in the W3C's
// customer experience digital data (w3.org/2013/12/ceddl-201312.pdf), which some sites
// name events.
var others = []string{"adobeDataLayer", "_mtm", "ga4DataLayer", "digitalData.event", "digitalData.events"}

// objects are other managers' data layers that are objects, not arrays: the W3C's (see
// others) and Tealium's (docs.tealium.com/platforms/javascript/universal-data-object).
var objects = []string{"digitalData", "utag_data"}

// IsInternal reports whether a URL is that of one of the browser's own pages.
func IsInternal(address string) bool {
	protocol, _, _ := strings.Cut(address, "//")
	return internal[protocol]
}

// snapshotBounds limit what one message costs the page and the session. Ordinary
// messages are far below them. The time is in milliseconds.
const snapshotBounds = `{"nodes": 50000, "string": 65536, "size": 1000000, "depth": 100, "time": %g}`

// Options configure a hook.
type Options struct {
	Layers          []string // in addition to dataLayer
	Stacks, Actions bool     // record the cause of a message: its call stack, and the user action
	Bounds          bounds.Times
}

// New returns a configuration with names that no page can guess, so that two probes on
// one tab don't conflict.
func New(o Options) Config {
	secret := strings.ToLower(rand.Text()) // as the browser normalizes host names
	b := o.Bounds.OrUsual()
	return Config{
		Binding: "binding" + secret,
		Key:     "layertap" + secret,
		Layers:  append([]string{"dataLayer"}, o.Layers...),
		Others:  others,
		Objects: objects,
		// Such a host cannot exist (RFC 6761), so a beacon that isn't intercepted goes
		// nowhere.
		UnloadURL:    "https://" + secret + ".invalid/",
		Stacks:       o.Stacks,
		Actions:      o.Actions,
		Lease:        milliseconds(b.Lease),
		LeaseTurn:    milliseconds(b.LeaseTurn),
		LeaseTurns:   bounds.LeaseTurns,
		Untaken:      milliseconds(b.Untaken),
		ActionMemory: milliseconds(b.Action),
		Internal:     internal,
		snapshot:     b.Snapshot,
	}
}

// Snapshots returns an expression for the part of the hook that copies values, with a
// time limit for each.
func Snapshots(within time.Duration) string {
	return fmt.Sprintf("(%s)("+snapshotBounds+")", snapshotScript, milliseconds(within))
}

// milliseconds converts a duration to the unit of the hook.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Script returns the JavaScript to run in every new document.
func (c Config) Script() string {
	config, _ := json.Marshal(c) // strings and booleans: no error
	return fmt.Sprintf("(%s)(%s,\n%s,\n%s,\n%s,\n%s);\n//# sourceURL=%s",
		hookScript, config, Snapshots(c.snapshot), layersScript, actionScript, requestsScript, URL)
}

// InWorker returns the configuration for a worker whose script has the given URL.
func (c Config) InWorker(address string) Config {
	c.Worker = address
	return c
}

// Object returns an expression for the hook in a document. The hook isn't a global
// variable, because scripts enumerate those.
func (c Config) Object() string { return fmt.Sprintf("({}).__lookupSetter__[%q]", c.Key) }

// Call returns an expression that calls one of the hook's functions. It does nothing in
// a document without the hook.
func (c Config) Call(function string) string {
	return fmt.Sprintf("%s?.%s", c.Object(), function)
}
