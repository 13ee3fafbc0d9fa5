package audit

import (
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/ga4tag"
	"layertap/rules/google"
)

func (a *audit) tags() {
	sequenced := map[*gtm.Tag]bool{}
	for _, t := range a.c.Tags {
		for _, other := range append(slices.Clip(t.Setup), t.Teardown...) {
			sequenced[other] = true
		}
	}
	for _, t := range a.c.Tags {
		path := "tags." + t.Name
		for _, id := range t.Absent {
			a.find(rules.UnknownTrigger, "plain", path, "tag", quoted(t.Name), "id", quoted(id))
		}
		if t.Paused {
			a.find(rules.PausedTag, "plain", path, "tag", quoted(t.Name))
			continue
		}
		if a.uses.export && len(t.Firing) == 0 && len(t.Absent) == 0 && !sequenced[t] {
			a.find(rules.TagWithoutTrigger, "plain", path, "tag", quoted(t.Name))
		}
		if t.Type == "ua" {
			a.find(rules.UniversalAnalytics, "plain", path, "tag", quoted(t.Name))
		}
		a.id(t, path)
		a.names(t, path)
		a.consent(t, path)
		a.pushes(t, path)
		for _, block := range t.Blocking {
			if neverBlocks(block, t) {
				a.find(rules.IneffectiveBlock, "plain", path, "tag", quoted(t.Name), "trigger", quoted(block.Name))
			}
		}
	}
	a.pairs()
}

// constant returns the text of a setting if it is the same for every message.
func constant(t gtm.Term) (string, bool) {
	for range 10 {
		if t.Kind != gtm.VariableTerm || t.Variable.Type != "c" {
			break
		}
		t = t.Variable.Settings.Get("value")
	}
	if t.Kind != gtm.ConstantTerm || t.Constant.Kind == datalayer.Undefined {
		return "", t.Kind == gtm.ConstantTerm
	}
	return t.Constant.Text, true
}

// identifier is the setting that determines where a tag's hits are sent.
type identifier struct {
	key, or, name, form string
	valid               *regexp.Regexp
}

// identifiers are the settings of Google's tags. See
// https://support.google.com/tagmanager/answer/13034206 and
// https://support.google.com/google-ads/answer/6331314.
var identifiers = map[string]identifier{
	"gaawe":   {"measurementIdOverride", "measurementId", "measurement ID", "G-XXXXXXXXXX", regexp.MustCompile(`^(G|GT|AW|DC)-[A-Z0-9]{4,}$`)},
	"gaawc":   {"measurementId", "", "measurement ID", "G-XXXXXXXXXX", regexp.MustCompile(`^(G|GT|AW|DC)-[A-Z0-9]{4,}$`)},
	"googtag": {"tagId", "", "tag ID", "G-XXXXXXXXXX", regexp.MustCompile(`^(G|GT|AW|DC|MC|HA)-[A-Z0-9]{4,}$`)},
	"awct":    {"conversionId", "", "conversion ID", "123456789", regexp.MustCompile(`^(AW-)?[0-9]{4,}$`)},
	"sp":      {"conversionId", "", "conversion ID", "123456789", regexp.MustCompile(`^(AW-)?[0-9]{4,}$`)},
}

func (a *audit) id(t *gtm.Tag, path string) {
	id, ok := identifiers[t.Type]
	if !ok {
		return
	}
	value, known := constant(t.Settings.Get(id.key))
	key := id.key
	if known && value == "" && id.or != "" {
		key = id.or
		value, known = constant(t.Settings.Get(id.or))
	}
	switch {
	case !known:
	case value == "":
		a.find(rules.MissingID, "plain", path, "tag", quoted(t.Name), "setting", id.name)
	case key == id.or && !strings.HasPrefix(value, "G-"): // the name of a configuration tag
	case google.IsPlaceholder(strings.TrimSpace(value)):
		a.find(rules.InvalidID, "placeholder", path, "tag", quoted(t.Name), "setting", id.name, "value", quoted(value))
	case !id.valid.MatchString(strings.TrimSpace(value)):
		a.find(rules.InvalidID, "plain", path, "tag", quoted(t.Name), "setting", id.name, "value", quoted(value), "form", id.form)
	}
}

// names checks the names that a GA4 event tag sends, of the event and of its
// parameters. Names that aren't constant can only be checked during a visit. See
// https://support.google.com/analytics/answer/13316687.
func (a *audit) names(t *gtm.Tag, path string) {
	if t.Type != ga4tag.Type {
		return
	}
	if name, _ := ga4tag.EventName(t); name != "" {
		if why := refused(google.EventName(name)); why != "" {
			a.find(rules.RefusedEventName, "plain", path, "tag", quoted(t.Name), "name", quoted(name), "why", why)
		}
	}
	for _, p := range ga4tag.Parameters(t) {
		if why := refused(google.ParameterName(p.Name)); why != "" {
			a.find(rules.RefusedParameter, "plain", path, "tag", quoted(t.Name), "name", quoted(p.Name), "why", why)
		}
	}
}

// refused returns the reason why GA4 rejects a name; empty if it accepts it.
func refused(fault google.NameFault, detail string) string {
	switch fault {
	case google.NameLong:
		return "has more than " + detail + " characters"
	case google.NameCharacters:
		return "has characters other than letters, digits and underscores, or doesn't begin with a letter"
	case google.NameReserved:
		return "GA4 reserves"
	case google.NamePrefix:
		return "begins with the reserved prefix " + detail
	}
	return ""
}

// vendor is an advertising vendor whose tags don't check consent mode themselves.
type vendor struct{ name, typ, code string }

// vendors are recognized by the type of tag, or by what its code loads. Google's and
// Microsoft's tags aren't listed because they check consent mode themselves. See
// https://support.google.com/tagmanager/answer/10718549.
var vendors = []vendor{
	{"LinkedIn", "bzi", "snap.licdn.com"},
	{"Pinterest", "pntr", "s.pinimg.com/ct"},
	{"X", "twitter_website_tag", "static.ads-twitter.com"},
	{"Meta", "", "connect.facebook.net"},
	{"TikTok", "", "analytics.tiktok.com"},
	{"Snapchat", "", "sc-static.net/scevent"},
}

func (a *audit) consent(t *gtm.Tag, path string) {
	if !a.uses.export || t.ConsentSet || len(t.Blocking) > 0 || len(t.Firing) == 0 {
		return
	}
	for _, trigger := range t.Firing {
		if trigger.OnEvent < len(trigger.Conditions) || trigger.Type == "Custom Event" && !pageWide(trigger) {
			return // a condition, or the event of a consent tool, may check consent
		}
	}
	code := ""
	if t.Type == "html" {
		code = t.Settings.Get("html").String()
	}
	for _, v := range vendors {
		if v.typ != "" && v.typ == t.Type || code != "" && strings.Contains(code, v.code) {
			a.find(rules.ConsentNotSet, "plain", path, "tag", quoted(t.Name), "vendor", v.name, "types", "ad_storage")
			return
		}
	}
}

// pageWide reports whether a custom event trigger fires when a page loads.
func pageWide(t *gtm.Trigger) bool { return onEvent(t, "gtm.js") || onEvent(t, "gtm.load") }

var pushedEvent = regexp.MustCompile(`dataLayer\s*\.\s*push\s*\(\s*\{[^{}]{0,400}?['"]?\bevent\b['"]?\s*:\s*(?:'([^'\\\n]{1,100})'|"([^"\\\n]{1,100})")`)

func (a *audit) pushes(t *gtm.Tag, path string) {
	if t.Type != "html" {
		return
	}
	var names []string
	for _, match := range pushedEvent.FindAllStringSubmatch(t.Settings.Get("html").String(), 100) {
		if name := match[1] + match[2]; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		a.find(rules.HTMLPushesEvent, "plain", path, "tag", quoted(t.Name), "events", quotedList(names))
	}
}

// sends returns a key that is equal for tags that send the same to the same recipient,
// and its description; empty if that isn't certain.
func sends(t *gtm.Tag) (key, name string) {
	switch t.Type {
	case "gaawe":
		event := t.Settings.Get("eventName").String()
		if event != "" {
			name = quoted(event)
		}
		key = event + "\x00" + t.Settings.Get("measurementIdOverride").String() + "\x00" + t.Settings.Get("measurementId").String()
	case "awct":
		name = "conversion " + t.Settings.Get("conversionLabel").String()
		key = name + "\x00" + t.Settings.Get("conversionId").String()
	}
	return t.Type + "\x00" + key, name
}

// pairs compares tags of the same type.
func (a *audit) pairs() {
	sent, settings := map[string]*gtm.Tag{}, map[string]*gtm.Tag{}
	for _, t := range a.c.Tags {
		if t.Paused {
			continue
		}
		if key, name := sends(t); name != "" {
			if other, ok := sent[key]; !ok {
				sent[key] = t
			} else if shared := sharedTrigger(t, other); shared != nil {
				a.find(rules.SentTwice, "plain", "tags."+t.Name, "tag", quoted(other.Name), "other", quoted(t.Name),
					"name", name, "when", "when "+quoted(shared.Name)+" matches")
			}
		}
		if !t.ConsentSet || t.Type == "html" || strings.HasPrefix(t.Type, "cvt_") {
			continue
		}
		if other, ok := settings[t.Type]; !ok {
			settings[t.Type] = t
		} else if types, others := consents(t), consents(other); types != others {
			a.find(rules.ConsentDiffers, "plain", "tags."+t.Name, "tag", quoted(t.Name), "types", types,
				"other", quoted(other.Name), "others", others)
		}
	}
}

func consents(t *gtm.Tag) string {
	if len(t.Consent) == 0 {
		return "no additional consent"
	}
	return strings.Join(slices.Sorted(slices.Values(t.Consent)), ", ")
}

// sharedTrigger returns a trigger on which both tags fire, without exceptions.
func sharedTrigger(a, b *gtm.Tag) *gtm.Trigger {
	if len(a.Blocking)+len(b.Blocking) > 0 {
		return nil
	}
	for _, t := range a.Firing {
		if slices.Contains(b.Firing, t) {
			return t
		}
	}
	return nil
}
