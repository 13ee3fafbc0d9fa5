// Package compose creates containers for import into Google Tag Manager: what a plan
// needs, either alone or added to an export.
package compose

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm/parse"
	"layertap/rules/google"
	"layertap/rules/plan"
)

// Options configures what is created.
type Options struct {
	MeasurementID string // "G-ABC1234567"
	Regexp        bool   // one trigger for many events instead of one for each
	GoogleTag     bool   // a Google tag on all pages
	// Ads, Meta and LinkedIn are the events that count as conversions in each.
	Ads, Meta, LinkedIn []string
	// VariableName, TriggerName and TagName are name patterns that contain {name}.
	VariableName, TriggerName, TagName string
	Folder                             string
}

// Default returns the default options, without a measurement ID.
func Default() Options {
	return Options{VariableName: "DLV - {name}", TriggerName: "CE - {name}", TagName: "GA4 - {name}", Folder: "Data layer events"}
}

var measurementID = regexp.MustCompile(`^G-[A-Z0-9]{4,12}$`)

// empty is an export without parts, nested like real ones. Google Tag Manager ignores
// its account and container when importing.
const empty = `{"exportFormatVersion":2,"exportTime":"2026-01-01 00:00:00","containerVersion":{
"path":"accounts/0/containers/0/versions/0","accountId":"0","containerId":"0","containerVersionId":"0",
"container":{"path":"accounts/0/containers/0","accountId":"0","containerId":"0","name":"layertap","publicId":"GTM-XXXXXXX","usageContext":["WEB"],"fingerprint":"0","tagManagerUrl":"https://tagmanager.google.com/"},
"tag":[],"trigger":[],"variable":[],"folder":[],"builtInVariable":[],"fingerprint":"0","tagManagerUrl":"https://tagmanager.google.com/"}}`

// Export returns an importable container for the plans, and a line for each part that
// was added. The parts are added to the export into, or to an empty one if that is nil.
// Errors are sentences for the user.
func Export(plans []*plan.Plan, into []byte, o Options) (text []byte, added []string, err error) {
	if !measurementID.MatchString(o.MeasurementID) {
		return nil, nil, fmt.Errorf("the measurement ID %q doesn't have the form G-XXXXXXXXXX", o.MeasurementID)
	}
	if google.IsPlaceholder(o.MeasurementID) {
		return nil, nil, fmt.Errorf("the measurement ID %q is a placeholder; copy yours from GA4 (Admin, Data streams)", o.MeasurementID)
	}
	if into == nil {
		into = []byte(empty)
	}
	if _, err := parse.Container(into); err != nil {
		return nil, nil, err
	}
	whole, err := parse.Literal(strings.TrimPrefix(string(into), "\ufeff"))
	if err != nil {
		return nil, nil, err
	}
	version, ok := whole.Get("containerVersion")
	if !ok {
		return nil, nil, errors.New("it isn't an admin export; export the container in Google Tag Manager under Admin, Export Container")
	}
	c := newComposer(version, o)
	if err := c.compose(plans); err != nil {
		return nil, nil, err
	}
	text, err = written(whole, c.version)
	return text, c.added, err
}

// written is the text of an export with another version in it.
func written(export, version datalayer.Value) ([]byte, error) {
	set(&export, "containerVersion", version)
	var out bytes.Buffer
	if err := json.Indent(&out, datalayer.Encode(nil, export), "", "    "); err != nil {
		return nil, fmt.Errorf("writing the container: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// composer adds parts to a container version.
type composer struct {
	o                  Options
	version            datalayer.Value
	account, container string
	last               int // the highest number in use
	folder             string
	added              []string
	names              map[string]bool   // of tags, triggers and variables, by kind
	variables          map[string]string // from key to the name of its variable
	triggers           map[string]string // from operator and pattern to the trigger's number
}

func text(v datalayer.Value, key string) string {
	part, _ := v.Get(key)
	return part.Text
}

func items(v datalayer.Value, key string) []datalayer.Value {
	list, _ := v.Get(key)
	return list.Items
}

func set(v *datalayer.Value, key string, value datalayer.Value) {
	v.Fields = slices.Clone(v.Fields)
	for i := range v.Fields {
		if v.Fields[i].Name == key {
			v.Fields[i].Value = value
			return
		}
	}
	v.Fields = append(v.Fields, datalayer.Field{Name: key, Value: value})
}

// setting returns the value of a parameter of a part in an export.
func setting(v datalayer.Value, key string) string {
	for _, p := range items(v, "parameter") {
		if text(p, "key") == key {
			return text(p, "value")
		}
	}
	return ""
}

func newComposer(version datalayer.Value, o Options) *composer {
	c := &composer{o: o, version: version, account: text(version, "accountId"), container: text(version, "containerId"),
		names: map[string]bool{}, variables: map[string]string{}, triggers: map[string]string{}}
	for kind, id := range map[string]string{"tag": "tagId", "trigger": "triggerId", "variable": "variableId", "folder": "folderId"} {
		for _, v := range items(version, kind) {
			c.names[kind+text(v, "name")] = true
			if n, err := strconv.Atoi(text(v, id)); err == nil && n < 2147479000 {
				c.last = max(c.last, n)
			}
		}
	}
	for _, v := range items(version, "variable") {
		if text(v, "type") == "v" && setting(v, "dataLayerVersion") != "1" && setting(v, "setDefaultValue") != "true" {
			c.variables[setting(v, "name")] = text(v, "name")
		}
	}
	for _, v := range items(version, "trigger") {
		events := items(v, "customEventFilter")
		if text(v, "type") == "CUSTOM_EVENT" && len(events) == 1 && len(items(v, "filter")) == 0 && len(items(events[0], "parameter")) == 2 {
			c.triggers[text(events[0], "type")+" "+setting(events[0], "arg1")] = text(v, "triggerId")
		}
	}
	return c
}

// add adds a part of a kind with the given fields in JSON. It returns the part's
// number, and its name, which differs from name if that is taken.
func (c *composer) add(kind, name, fields string) (id, as string) {
	c.last++
	id, as = strconv.Itoa(c.last), name
	for n := 2; c.names[kind+as]; n++ {
		as = fmt.Sprintf("%s (%d)", name, n)
	}
	c.names[kind+as] = true
	folder := ""
	if c.folder != "" {
		folder = `,"parentFolderId":` + quote(c.folder)
	}
	v, err := parse.Literal(fmt.Sprintf(`{"accountId":%s,"containerId":%s,%q:%q,"name":%s%s,"fingerprint":"0"%s}`,
		quote(c.account), quote(c.container), kind+"Id", id, quote(as), fields, folder))
	if err != nil {
		panic(err) // all fields are ours
	}
	c.append(kind, v)
	c.added = append(c.added, fmt.Sprintf("%s %q", kind, as))
	return id, as
}

func (c *composer) append(kind string, v datalayer.Value) {
	list, _ := c.version.Get(kind)
	list.Kind = datalayer.Array
	list.Items = append(slices.Clone(list.Items), v)
	set(&c.version, kind, list)
}

func quote(s string) string {
	text, _ := json.Marshal(s) // a string can always be encoded
	return string(text)
}

func template(key, value string) string {
	return fmt.Sprintf(`{"type":"TEMPLATE","key":%s,"value":%s}`, quote(key), quote(value))
}

func boolean(key string, on bool) string {
	return fmt.Sprintf(`{"type":"BOOLEAN","key":%s,"value":"%v"}`, quote(key), on)
}

func fill(pattern, name string) string { return strings.ReplaceAll(pattern, "{name}", name) }

// builtin enables the built-in variable Event.
func (c *composer) builtin() {
	for _, v := range items(c.version, "builtInVariable") {
		if text(v, "type") == "EVENT" {
			return
		}
	}
	v, _ := parse.Literal(fmt.Sprintf(`{"accountId":%s,"containerId":%s,"type":"EVENT","name":"Event"}`, quote(c.account), quote(c.container)))
	c.append("builtInVariable", v)
}
