package cause

import (
	"slices"
	"strings"

	"layertap/datalayer"
)

// candidate is a message that may have caused hits.
type candidate struct {
	push  *datalayer.Push
	index int // among the document's messages
	sent  map[request]int

	read      bool // the fields below are set
	command   string
	targets   []string // of a gtag command: its accounts
	event     string
	quiet     bool // a config command that sends no page view
	tags      []Tag
	evaluated bool // a captured container evaluated the message
}

// request distinguishes the requests for one event: a conversion of Google Ads is sent
// to several paths.
type request struct{ vendor, id, event, path string }

// read decodes the message and looks up its tags when a hit needs them.
func (f *Finder) read(c *candidate) {
	if c.read {
		return
	}
	c.read = true
	message := c.push.Read()
	c.event = message.Event
	if message.Kind == datalayer.KindGtag && len(message.Value.Items) > 1 {
		c.command = message.Value.Items[0].Text
		c.readCommand(message.Value.Items[1:])
	}
	c.tags, c.evaluated = f.tags(c.push)
}

func (c *candidate) readCommand(args []datalayer.Value) {
	parameters := datalayer.Value{}
	if len(args) > 1 {
		parameters = args[1]
	}
	switch c.command {
	case "config":
		c.targets = []string{args[0].Text}
		if v, ok := parameters.Get("send_page_view"); ok && !v.Truthy() {
			c.quiet = true
		}
	case "event":
		sendTo, _ := parameters.Get("send_to")
		if sendTo.Kind == datalayer.String {
			c.targets = strings.Split(sendTo.Text, ",")
		}
		for _, to := range sendTo.Items {
			c.targets = append(c.targets, to.Text)
		}
	}
}

// rank is how well a message explains a hit with this name and account.
type rank int

const (
	unrelated rank = iota
	untagged       // the message has the name, but no tag of the container sends it
	named          // the message has the name; it isn't known which tags fired
	sender         // a tag that fired, or a gtag command, sends this name to this account
)

// rank returns the message's rank for a hit, the number of such hits that it can have
// caused, and the tag that sends them.
func (c *candidate) rank(h *hit) (rank, int, string) {
	if n, tag := c.sendingTags(h); n > 0 {
		return sender, n, tag
	}
	switch {
	case c.command == "config" && h.Event == pageView && googles(h.Vendor):
		if !c.quiet && slices.ContainsFunc(c.targets, h.isTo) {
			return sender, 1, ""
		}
	case c.command == "event" && googles(h.Vendor):
		if c.event == h.Event && h.reaches(c.targets) {
			return sender, 1, ""
		}
	case c.command == "" && h.Event != "" && c.event == h.Event:
		if c.evaluated {
			return untagged, 1, ""
		}
		return named, 1, ""
	case c.command == "" && c.event == "gtm.js" && !c.evaluated && h.Vendor == "ga4" && h.Event == pageView:
		return untagged, 1, "" // a Google tag of the container, which isn't known
	}
	return unrelated, 0, ""
}

// sendingTags returns the number of the message's tags that can have sent a hit, and
// the first one's name.
func (c *candidate) sendingTags(h *hit) (n int, name string) {
	some := func(t Tag) bool { return t.sends(h) && t.mentions(h.ID) }
	named := slices.ContainsFunc(c.tags, some) // others are for other accounts
	for i := range c.tags {
		if !c.tags[i].sends(h) || named && !c.tags[i].mentions(h.ID) {
			continue
		}
		if n == 0 {
			name = c.tags[i].Name
		}
		n++
	}
	return n, name
}

const pageView = "page_view"

// googles reports whether gtag sends a vendor's hits.
func googles(vendor string) bool {
	return vendor == "ga4" || vendor == "google-ads" || vendor == "floodlight"
}

// isTo reports whether a gtag target is the hit's account: "AW-1/label" is AW-1.
func (h *hit) isTo(target string) bool {
	id, _, _ := strings.Cut(strings.TrimSpace(target), "/")
	return id != "" && strings.EqualFold(id, h.ID)
}

// reaches reports whether an event with these targets is sent to the hit's account.
// Targets without a hyphen are groups of accounts, which are defined by config
// commands.
func (h *hit) reaches(targets []string) bool {
	isGroup := func(target string) bool { return !strings.Contains(target, "-") }
	return len(targets) == 0 || slices.ContainsFunc(targets, h.isTo) || slices.ContainsFunc(targets, isGroup)
}

// isAboutConsent reports whether an event's name says that it is about the visitor's
// consent.
func isAboutConsent(event string) bool {
	event = strings.ToLower(event)
	return slices.ContainsFunc(known().Consent, func(word string) bool { return strings.Contains(event, word) })
}

// like reports whether the hit's event is the message's with words added before or
// after it: chat_widget_opened for widget_opened.
func (c *candidate) like(h *hit) bool {
	const shortest = 6
	event := c.event
	if len(event) < shortest || len(h.Event) <= len(event) {
		return false
	}
	isJoint := func(b byte) bool { return strings.IndexByte("_-. :/", b) >= 0 }
	return strings.HasSuffix(h.Event, event) && isJoint(h.Event[len(h.Event)-len(event)-1]) ||
		strings.HasPrefix(h.Event, event) && isJoint(h.Event[len(event)])
}
