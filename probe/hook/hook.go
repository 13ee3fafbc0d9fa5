// Package hook is the script that watches the data layers of a document, and what it
// sends: batches of records, in a compact form. It is decoded here without I/O.
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

// URL is what stack traces call the hook by, so that its own frames can be
// told from the page's.
const URL = "layertap:hook"

// Config is what hook.js takes from Go.
type Config struct {
	Binding   string   `json:"binding"` // the global function that takes batches
	Key       string   `json:"key"`     // the property by which Go finds the hook
	Layers    []string `json:"layers"`
	Others    []string `json:"others"`    // layers of other managers, reported if they are there
	Objects   []string `json:"objects"`   // those that are objects, reported if they are there
	UnloadURL string   `json:"unloadURL"` // where beacons go from pagehide on
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
	// ActionMemory is for how many milliseconds an action counts as the cause of what
	// is pushed after it.
	ActionMemory float64       `json:"actionMemory"`
	snapshot     time.Duration // how long it may read one message
	// Internal are the protocols at which the hook does not start.
	Internal map[string]bool `json:"internal"`
}

// internal are the protocols of pages that are the browser's own, such as that of a
// new tab.
var internal = map[string]bool{"chrome:": true, "chrome-untrusted:": true, "edge:": true, "devtools:": true, "chrome-error:": true}

// others are the data layers of other managers, by the paths that they are known by:
// Adobe's client data layer (github.com/adobe/adobe-client-data-layer), Matomo's tag
// manager (developer.matomo.org/guides/tagmanager), and the list of events in the W3C's
// customer experience digital data (w3.org/2013/12/ceddl-201312.pdf), which some spell
// events.
var others = []string{"adobeDataLayer", "_mtm", "ga4DataLayer", "digitalData.event", "digitalData.events"}

// objects are the data layers that are objects and not arrays, of other managers: the W3C's
// (see others), and Tealium's (docs.tealium.com/platforms/javascript/universal-data-object).
var objects = []string{"digitalData", "utag_data"}

// IsInternal reports whether a page is the browser's own.
func IsInternal(address string) bool {
	protocol, _, _ := strings.Cut(address, "//")
	return internal[protocol]
}

// snapshotBounds keep one message from costing the page or the session more
// than it is worth. A message of the web's usual sizes is far below them.
// The time is in milliseconds.
const snapshotBounds = `{"nodes": 50000, "string": 65536, "size": 1000000, "depth": 100, "time": %g}`

// Options are what a hook is to do.
type Options struct {
	Layers          []string // beside dataLayer
	Stacks, Actions bool     // what led to a message: the calls, and what the user did
	Bounds          bounds.Times
}

// New returns a configuration whose names no page can guess, so that two probes
// on one tab do not meet.
func New(o Options) Config {
	secret := strings.ToLower(rand.Text()) // as the browser writes hosts
	b := o.Bounds.OrUsual()
	return Config{
		Binding: "binding" + secret,
		Key:     "layertap" + secret,
		Layers:  append([]string{"dataLayer"}, o.Layers...),
		Others:  others,
		Objects: objects,
		// No such host can exist (RFC 6761), so that a beacon which nobody
		// intercepts reaches nobody.
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

// Snapshots returns an expression for the part of the hook that copies values, which it
// may do for so long with one.
func Snapshots(within time.Duration) string {
	return fmt.Sprintf("(%s)("+snapshotBounds+")", snapshotScript, milliseconds(within))
}

// milliseconds is a time as the hook takes it.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// Script returns the JavaScript to run in every new document.
func (c Config) Script() string {
	config, _ := json.Marshal(c) // strings and booleans: no error
	return fmt.Sprintf("(%s)(%s,\n%s,\n%s,\n%s,\n%s);\n//# sourceURL=%s",
		hookScript, config, Snapshots(c.snapshot), layersScript, actionScript, requestsScript, URL)
}

// InWorker returns the configuration for the worker with the given URL.
func (c Config) InWorker(address string) Config {
	c.Worker = address
	return c
}

// Object returns an expression for the hook in a document. It isn't a global: those are
// what scripts list.
func (c Config) Object() string { return fmt.Sprintf("({}).__lookupSetter__[%q]", c.Key) }

// Call returns an expression that calls one of the hook's functions in a
// document that has the hook, and does nothing in one that has not.
func (c Config) Call(function string) string {
	return fmt.Sprintf("%s?.%s", c.Object(), function)
}
