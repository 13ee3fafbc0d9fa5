package probe

import (
	"crypto/rand"
	_ "embed" // the hook's scripts
	"encoding/json"
	"fmt"
	"strings"
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

// hookURL is what stack traces call the hook by, so that its own frames can be
// told from the page's.
const hookURL = "layertap:hook"

// hookConfig is what hook.js takes from Go.
type hookConfig struct {
	Binding   string   `json:"binding"` // the global function that takes batches
	Key       string   `json:"key"`     // the property by which Go finds the hook
	Layers    []string `json:"layers"`
	Others    []string `json:"others"`    // layers of other managers, reported if they are there
	UnloadURL string   `json:"unloadURL"` // where beacons go from pagehide on
	Stacks    bool     `json:"stacks"`
	Actions   bool     `json:"actions"`
	// Lease and LeaseTurn are as in [bounds], in milliseconds.
	Lease      float64 `json:"lease"`
	LeaseTurn  float64 `json:"leaseTurn"`
	LeaseTurns int     `json:"leaseTurns"`
	// Untaken is as in [bounds], in milliseconds.
	Untaken float64 `json:"untaken"`
	// Worker is the URL of the worker's script; empty in a page.
	Worker string `json:"worker,omitempty"`
	// ActionMemory is for how many milliseconds an action counts as the cause of what
	// is pushed after it.
	ActionMemory float64 `json:"actionMemory"`
	snapshot     string  // what snapshot.js takes from Go
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

// isInternal reports whether a page is the browser's own.
func isInternal(address string) bool {
	protocol, _, _ := strings.Cut(address, "//")
	return internal[protocol]
}

// snapshotBounds keep one message from costing the page or the session more
// than it is worth. A message of the web's usual sizes is far below them.
// The time is in milliseconds.
const snapshotBounds = `{"nodes": 50000, "string": 65536, "size": 1000000, "depth": 100, "time": %g}`

// hook returns a configuration whose names no page can guess, so that two probes
// on one tab do not meet.
func (o Options) hook() hookConfig {
	secret := strings.ToLower(rand.Text()) // as the browser writes hosts
	b := o.bounds.orUsual()
	return hookConfig{
		Binding: "binding" + secret,
		Key:     "layertap" + secret,
		Layers:  append([]string{"dataLayer"}, o.Layers...),
		Others:  others,
		// No such host can exist (RFC 6761), so that a beacon which nobody
		// intercepts reaches nobody.
		UnloadURL:    "https://" + secret + ".invalid/",
		Stacks:       !o.NoStacks,
		Actions:      !o.NoActions,
		Lease:        milliseconds(b.lease),
		LeaseTurn:    milliseconds(b.leaseTurn),
		LeaseTurns:   leaseTurns,
		Untaken:      milliseconds(b.untaken),
		ActionMemory: milliseconds(b.action),
		Internal:     internal,
		snapshot:     fmt.Sprintf(snapshotBounds, milliseconds(b.snapshot)),
	}
}

// script returns the JavaScript to run in every new document.
func (c hookConfig) script() string {
	config, _ := json.Marshal(c) // strings and booleans: no error
	return fmt.Sprintf("(%s)(%s,\n(%s)(%s),\n%s,\n%s,\n%s);\n//# sourceURL=%s",
		hookScript, config, snapshotScript, c.snapshot, layersScript, actionScript, requestsScript, hookURL)
}

// inWorker returns the configuration for the worker with the given URL.
func (c hookConfig) inWorker(address string) hookConfig {
	c.Worker = address
	return c
}

// object returns an expression for the hook in a document. It isn't a global: those are
// what scripts list.
func (c hookConfig) object() string { return fmt.Sprintf("({}).__lookupSetter__[%q]", c.Key) }

// call returns an expression that calls one of the hook's functions in a
// document that has the hook, and does nothing in one that has not.
func (c hookConfig) call(function string) string {
	return fmt.Sprintf("%s?.%s", c.object(), function)
}
