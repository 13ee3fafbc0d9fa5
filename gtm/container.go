// Package gtm models a Google Tag Manager container and the outcome of a message in it:
// which triggers match and which tags fire. Package parse reads containers, package
// engine evaluates them.
package gtm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// Container is a set of triggers, tags and variables. It is immutable once it has been
// read.
type Container struct {
	ID       string // "GTM-ABC123"; empty for triggers that the user defined
	Version  string
	Triggers []*Trigger
	Tags     []*Tag // in the order of the published form, which is the firing order
	// Variables are those used by triggers and tags, and any others in an export.
	Variables []*Variable

	Form       Form
	Source     []byte       // the text, as stored in a session
	Predicates []*Predicate // the comparisons of all conditions, without duplicates
	// Readers maps the first part of a key to the data layer variables that read it.
	Readers map[string][]*Variable

	byKey map[string]*Predicate
}

// Real reports whether c was read from a site or a file. It is false for nil, and for
// triggers that the user or a plan defined.
func (c *Container) Real() bool { return c != nil && c.ID != "" }

// Form is the source format of a container.
type Form uint8

// The forms of a container.
const (
	FormPatterns  Form = iota // see [Patterns]
	FormSuggested             // see [Suggested]
	FormPublished             // what a page loads
	FormExport                // an admin export
	FormNamed                 // published, with the names of an export
)

// Trigger is a set of conditions on messages. Its tags fire if all conditions are met.
type Trigger struct {
	Container *Container
	// Name is the name in the admin export. If only the published form is available, it
	// is a descriptive one: "Custom Event ^widget_.* (#12)".
	Name       string
	Type       string       // "Custom Event", "Page View", "Link Click", …
	Conditions []*Condition // all must be met; those on the event come first
	Fires      []*Tag       // the tags that it fires
	Blocks     []*Tag       // the tags that it blocks

	ID    string // in the export
	Index int    // in the container's Triggers
	// OnEvent is the number of conditions that depend on the event's name only.
	OnEvent int
}

// OnlyBlocks reports whether t fires no tag and blocks at least one.
func (t *Trigger) OnlyBlocks() bool { return len(t.Fires) == 0 && len(t.Blocks) > 0 }

// Condition compares a variable with a value.
type Condition struct {
	Variable *Variable
	Operator Operator
	// Expected is the configured value to compare with; variables in it are written
	// {{name}}.
	Expected   string
	IgnoreCase bool // only if the operator is a regular expression
	Negated    bool

	Predicate *Predicate // the comparison, which several conditions may share
}

// Tag is a piece of code that a container runs when one of its triggers matches.
type Tag struct {
	Container *Container
	Name      string // a descriptive one if only the published form is available
	// Index is the tag's position in the container's own list, from 0; -1 for a paused
	// tag of an export, which isn't published.
	Index    int
	Type     string // "html", "gaawe", "googtag", …
	Class    string // of the type in a page's gtm.blocklist: "customScripts"; empty if unknown
	TypeName string // the type's name in Google Tag Manager's interface: "GA4 Event"
	Settings Term   // a map of the tag's whole configuration
	Firing   []*Trigger
	Blocking []*Trigger
	Consent  []string // the consent types that it requires
	// ConsentSet reports whether additional consent was configured for the tag. Only an
	// export contains this.
	ConsentSet bool
	// Absent are the IDs of triggers that an export refers to but doesn't contain.
	Absent   []string
	Option   FiringOption
	Paused   bool
	Priority int
	Setup    []*Tag      // run before it
	Teardown []*Tag      // run after it
	Reads    []*Variable // in its settings, including those in other variables

	ID        string // a number, the same in the published form and in an export
	Place     int    // in the container's Tags
	Scheduled bool   // it fires only during a configured period
}

// FiringOption is how often a tag may fire.
type FiringOption uint8

// The firing options.
const (
	Unlimited FiringOption = iota
	OncePerEvent
	OncePerPage
)

func (o FiringOption) String() string {
	return [...]string{"unlimited", "once per event", "once per page"}[o]
}

// Variable is a value that a container reads by name.
type Variable struct {
	Container *Container
	Name      string // a descriptive one if only the published form is available
	Type      string // "v", "u", "jsm", …
	// Key is the data layer key that a data layer variable reads; empty for other
	// types.
	Key string
	// DataLayerVersion is 1 or 2; 0 for other types.
	DataLayerVersion int

	Settings Term // a map
	Format   Format
	// Unknown is the reason why the variable's value can never be determined; empty if
	// it can.
	Unknown string
	Index   int // in the container's Variables; -1 if it is in none
	// Implicit is set if the variable isn't in the container: a tag reads the key
	// directly.
	Implicit bool
}

// Pattern is a custom event trigger: a name and a regular expression on the
// event's name.
type Pattern struct{ Name, Regexp string }

// Patterns returns a container with custom event triggers that use regex matching. The
// error contains the pattern and the position of the mistake in it.
func Patterns(named ...Pattern) (*Container, error) {
	c := &Container{Form: FormPatterns}
	event := c.Add(&Variable{Name: "Event", Type: "e"})
	for _, p := range named {
		if _, err := jsregexp.Compile(p.Regexp, false); err != nil {
			return nil, fmt.Errorf("trigger %q: %w", p.Name, err)
		}
		t := &Trigger{Name: p.Name, Type: "Custom Event"}
		t.Conditions = append(t.Conditions, c.NewCondition(Predicate{
			Operator: MatchesRegexp, Left: Reference(event), Right: Constant(datalayer.StringOf(p.Regexp)),
		}, false))
		c.Triggers = append(c.Triggers, t)
	}
	c.Complete()
	return c, nil
}

// Suggested is like [Patterns], but the result is evaluated only as long as no real
// container is known.
func Suggested(named ...Pattern) (*Container, error) {
	c, err := Patterns(named...)
	if err == nil {
		c.Form = FormSuggested
	}
	return c, err
}

func (c *Container) sha256() string {
	sum := sha256.Sum256(c.Source)
	return hex.EncodeToString(sum[:])
}
