package compose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"layertap/rules/plan"
)

// Consent settings of tags: Google's tags check consent mode themselves, others don't.
const (
	consentBuiltIn = `"consentSettings":{"consentStatus":"NOT_NEEDED"}`
	consentAds     = `"consentSettings":{"consentStatus":"NEEDED","consentType":{"type":"LIST","list":[{"type":"TEMPLATE","value":"ad_storage"}]}}`
)

// Placeholders for values that only the user has.
const (
	placeholderConversion = "000000000"
	placeholderLabel      = "REPLACE_WITH_CONVERSION_LABEL"
	placeholderLinkedIn   = "000000"
)

// group is a set of events that one GA4 event tag sends.
type group struct {
	name      string // of its trigger and tag
	events    []*plan.Event
	operator  string // of the trigger
	pattern   string
	eventName string
}

func (c *composer) compose(plans []*plan.Plan) error {
	var groups []group
	known := map[string]bool{}
	for _, p := range plans {
		for _, e := range p.Events {
			known[e.Name] = true
		}
		if c.o.Regexp {
			groups = append(groups, together(p)...)
			continue
		}
		for _, e := range p.Events {
			groups = append(groups, group{e.Name, []*plan.Event{e}, "EQUALS", e.Name, e.Name})
		}
	}
	for _, name := range slices.Concat(c.o.Ads, c.o.Meta, c.o.LinkedIn) {
		if !known[name] {
			return fmt.Errorf("the plan has no event %q to count as a conversion", name)
		}
	}
	c.folder = c.findFolder()
	id := c.constant(fill(c.o.TagName, "Measurement ID"), c.o.MeasurementID)
	if c.o.GoogleTag {
		c.tag("Google tag", "googtag", template("tagId", "{{"+id+"}}"), "2147479553", consentBuiltIn)
	}
	c.builtin()
	for _, g := range groups {
		c.group(g, id)
	}
	c.conversions()
	return nil
}

// findFolder returns the number of the folder for the added parts.
func (c *composer) findFolder() string {
	for _, f := range items(c.version, "folder") {
		if text(f, "name") == c.o.Folder {
			return text(f, "folderId")
		}
	}
	id, _ := c.add("folder", c.o.Folder, "")
	return id
}

// constant returns the name of a constant variable with the value, and adds it if the
// export has none with this name and value.
func (c *composer) constant(name, value string) string {
	for _, v := range items(c.version, "variable") {
		if text(v, "type") == "c" && text(v, "name") == name && setting(v, "value") == value {
			return name
		}
	}
	_, as := c.add("variable", name, `,"type":"c","parameter":[`+template("value", value)+`],"formatValue":{}`)
	return as
}

// together groups the events of a plan into as few groups as their parameters allow:
// those with parameters in the message itself, and those with an object such as
// ecommerce.
func together(p *plan.Plan) []group {
	var groups []group
	for _, e := range p.Events {
		i := slices.IndexFunc(groups, func(g group) bool { return g.events[0].Within == e.Within })
		if i < 0 {
			name := p.Name + " events"
			if e.Within != "" {
				name = p.Name + " " + e.Within + " events"
			}
			i, groups = len(groups), append(groups, group{name: name, operator: "MATCH_REGEX", eventName: "{{Event}}"})
		}
		groups[i].events = append(groups[i].events, e)
	}
	for i := range groups {
		groups[i].pattern = patternOf(p, groups[i].events)
	}
	return groups
}

// patternOf returns a pattern of the plan that matches exactly these events; if there
// is none, a pattern that lists them.
func patternOf(p *plan.Plan, events []*plan.Event) string {
	for _, t := range p.Triggers {
		re, err := regexp.Compile(t.Regexp)
		if err != nil {
			continue // not supported by package regexp
		}
		if !slices.ContainsFunc(p.Events, func(e *plan.Event) bool { return re.MatchString(e.Name) != slices.Contains(events, e) }) {
			return t.Regexp
		}
	}
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = regexp.QuoteMeta(e.Name)
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// group adds the trigger, the variables and the GA4 event tag for a group of events.
func (c *composer) group(g group, id string) {
	trigger := c.trigger(g.name, g.operator, g.pattern)
	var rows []string
	sent := map[string]bool{}
	for _, e := range g.events {
		for _, p := range e.Parameters {
			key := p.Name
			if e.Within == "ecommerce" {
				continue // the tag reads the object directly
			} else if e.Within != "" {
				key = e.Within + "." + key
			}
			if !sent[p.Name] {
				sent[p.Name] = true
				rows = append(rows, fmt.Sprintf(`{"type":"MAP","map":[%s,%s]}`, template("parameter", p.Name), template("parameterValue", "{{"+c.variable(key)+"}}")))
			}
		}
	}
	ecommerce := g.events[0].Within == "ecommerce"
	settings := []string{boolean("sendEcommerceData", ecommerce)}
	if ecommerce {
		settings = append(settings, template("getEcommerceDataFrom", "dataLayer"))
	}
	settings = append(settings, boolean("enhancedUserId", false))
	if len(rows) > 0 {
		settings = append(settings, `{"type":"LIST","key":"eventSettingsTable","list":[`+strings.Join(rows, ",")+`]}`)
	}
	settings = append(settings, template("eventName", g.eventName), template("measurementIdOverride", "{{"+id+"}}"))
	if !c.sendsAlready(g.eventName, trigger) {
		c.tag(fill(c.o.TagName, g.name), "gaawe", strings.Join(settings, ","), trigger, consentBuiltIn)
	}
}

// sendsAlready reports whether a GA4 event tag in the export sends the event on the
// trigger.
func (c *composer) sendsAlready(event, trigger string) bool {
	for _, t := range items(c.version, "tag") {
		if text(t, "type") == "gaawe" && setting(t, "eventName") == event && text(t, "paused") != "true" {
			for _, id := range items(t, "firingTriggerId") {
				if id.Text == trigger {
					return true
				}
			}
		}
	}
	return false
}

func (c *composer) variable(key string) string {
	name, ok := c.variables[key]
	if !ok {
		_, name = c.add("variable", fill(c.o.VariableName, key), `,"type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},`+
			boolean("setDefaultValue", false)+","+template("name", key)+`],"formatValue":{}`)
		c.variables[key] = name
	}
	return name
}

func (c *composer) trigger(name, operator, pattern string) string {
	id, ok := c.triggers[operator+" "+pattern]
	if !ok {
		id, _ = c.add("trigger", fill(c.o.TriggerName, name), fmt.Sprintf(`,"type":"CUSTOM_EVENT","customEventFilter":[{"type":%q,"parameter":[%s,%s]}]`,
			operator, template("arg0", "{{_event}}"), template("arg1", pattern)))
		c.triggers[operator+" "+pattern] = id
	}
	return id
}

// tag adds a tag, unless the export has one with the name and type.
func (c *composer) tag(name, typ, settings, trigger, consent string) {
	for _, t := range items(c.version, "tag") {
		if text(t, "name") == name && text(t, "type") == typ && typ != "gaawe" {
			return
		}
	}
	c.add("tag", name, fmt.Sprintf(`,"type":%q,"parameter":[%s],"firingTriggerId":[%q],"tagFiringOption":"ONCE_PER_EVENT","monitoringMetadata":{"type":"MAP"},%s`,
		typ, settings, trigger, consent))
}

// conversions adds the advertising tags for the chosen events. Values that only the
// user has are placeholders in constant variables. See
// https://developers.google.com/tag-platform/tag-manager/api/v2/tag-dictionary-reference.
func (c *composer) conversions() {
	constant := func(name, value string) string { return "{{" + c.constant(name, value) + "}}" }
	if len(c.o.Ads) > 0 {
		id := constant("Google Ads - Conversion ID (replace)", placeholderConversion)
		for _, event := range c.o.Ads {
			label := constant("Google Ads - Conversion label of "+event+" (replace)", placeholderLabel)
			c.tag("Google Ads - "+event, "awct", template("conversionId", id)+","+template("conversionLabel", label), c.trigger(event, "EQUALS", event), consentBuiltIn)
		}
	}
	for _, event := range c.o.Meta {
		c.tag("Meta - "+event, "html", template("html", "<script>if (window.fbq) fbq('trackCustom', "+quote(event)+");</script>")+","+boolean("supportDocumentWrite", false),
			c.trigger(event, "EQUALS", event), consentAds)
	}
	if len(c.o.LinkedIn) > 0 {
		id := constant("LinkedIn - Partner ID (replace)", placeholderLinkedIn)
		for _, event := range c.o.LinkedIn {
			conversion := constant("LinkedIn - Conversion ID of "+event+" (replace)", placeholderLinkedIn)
			c.tag("LinkedIn - "+event, "bzi", template("id", id)+","+template("conversionId", conversion), c.trigger(event, "EQUALS", event), consentAds)
		}
	}
}
