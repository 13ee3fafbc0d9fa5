package parse

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// builtinTriggers are the triggers that every container has but no export lists.
var builtinTriggers = map[string]struct{ name, typ string }{
	"2147479553": {"All Pages", "PAGEVIEW"},
	"2147479573": {"Initialization - All Pages", "INIT"},
	"2147479572": {"Consent Initialization - All Pages", "CONSENT_INIT"},
}

// readExport reads the containerVersion of an admin export and sorts its parts as in
// the published form.
func readExport(version datalayer.Value) (*gtm.Container, error) {
	about := valueOf(version, "container")
	if err := webOnly(about); err != nil {
		return nil, err
	}
	_, hasTags := version.Get("tag")
	_, hasTriggers := version.Get("trigger")
	_, hasVariables := version.Get("variable")
	if !hasTags && !hasTriggers && !hasVariables {
		return nil, errors.New("not a container export: it has no tags, triggers or variables")
	}
	if err := bounded(valueOf(version, "tag"), valueOf(version, "trigger"), valueOf(version, "variable")); err != nil {
		return nil, err
	}
	r := &exportReader{
		c:       &gtm.Container{Form: gtm.FormExport, ID: text(about, "publicId"), Version: text(version, "containerVersionId")},
		names:   map[string]*gtm.Variable{},
		numeric: text(version, "containerId"),
	}
	if r.c.Version == "0" { // an unpublished workspace
		r.c.Version = ""
	}
	r.variables(version)
	for _, v := range valueOf(version, "trigger").Items {
		r.trigger(v)
	}
	r.tags(valueOf(version, "tag").Items)
	r.c.Complete()
	return r.c, nil
}

// webOnly returns an error for containers that don't run in a page.
func webOnly(about datalayer.Value) error {
	for _, context := range valueOf(about, "usageContext").Items {
		if !strings.EqualFold(context.Text, "web") {
			return fmt.Errorf("%s is %s container; only web containers use a page's data layer",
				cmp.Or(text(about, "publicId"), "it"), variable.Article(strings.ToLower(context.Text)))
		}
	}
	return nil
}

type exportReader struct {
	c       *gtm.Container
	names   map[string]*gtm.Variable
	numeric string // the container's number, which is part of listener IDs
}

func (r *exportReader) variables(version datalayer.Value) {
	for _, v := range valueOf(version, "variable").Items { // first, because they refer to one another
		made := r.c.Add(&gtm.Variable{Name: text(v, "name"), Type: text(v, "type")})
		r.names[made.Name] = made
	}
	enabled := map[string]string{}
	for _, v := range valueOf(version, "builtInVariable").Items {
		enabled[text(v, "type")] = text(v, "name")
	}
	for _, b := range words().builtins {
		name := cmp.Or(enabled[b.word], b.name)
		if _, taken := r.names[name]; !taken {
			r.names[name] = r.builtin(b, name)
		}
	}
	for i, v := range valueOf(version, "variable").Items {
		made := r.c.Variables[i]
		made.Settings = r.parameters(v)
		made.Format = r.format(valueOf(v, "formatValue"))
		variable.Describe(made)
	}
}

// builtin creates a built-in variable. It is added to the container when it is used.
func (r *exportReader) builtin(b builtin, name string) *gtm.Variable {
	v := &gtm.Variable{Container: r.c, Name: name, Type: b.typ, Settings: gtm.Term{Kind: gtm.MapTerm}, Index: -1}
	for key, value := range b.settings {
		v.Settings.Fields = append(v.Settings.Fields, gtm.TermField{Name: key, Value: gtm.Constant(datalayer.StringOf(value))})
	}
	variable.Describe(v)
	return v
}

// variable returns the variable with a name; if there is none, one whose value is
// unknown.
func (r *exportReader) variable(name string) *gtm.Variable {
	v, ok := r.names[name]
	if !ok {
		v = &gtm.Variable{Container: r.c, Name: name, Unknown: "the export has no variable of this name", Index: -1}
		r.names[name] = v
	}
	if v.Index < 0 {
		r.c.Add(v)
	}
	return v
}

// parameters reads a list of settings, as in tags, triggers and variables.
func (r *exportReader) parameters(v datalayer.Value) gtm.Term {
	settings := gtm.Term{Kind: gtm.MapTerm}
	for _, p := range valueOf(v, "parameter").Items {
		settings.Fields = append(settings.Fields, gtm.TermField{Name: text(p, "key"), Value: r.parameter(p)})
	}
	return settings
}

func (r *exportReader) parameter(p datalayer.Value) gtm.Term {
	switch text(p, "type") {
	case "LIST":
		t := gtm.Term{Kind: gtm.ListTerm}
		for _, item := range valueOf(p, "list").Items {
			t.List = append(t.List, r.parameter(item))
		}
		return t
	case "MAP":
		t := gtm.Term{Kind: gtm.MapTerm}
		for _, item := range valueOf(p, "map").Items {
			t.Fields = append(t.Fields, gtm.TermField{Name: text(item, "key"), Value: r.parameter(item)})
		}
		return t
	case "BOOLEAN", "INTEGER":
		value := text(p, "value")
		if n, err := strconv.ParseFloat(value, 64); err == nil && text(p, "type") == "INTEGER" {
			return gtm.Constant(datalayer.NumberOf(n))
		}
		if value == "true" || value == "false" {
			return gtm.Constant(datalayer.BoolOf(value == "true"))
		}
		return gtm.ParseTemplate(value, r.variable)
	default:
		return gtm.ParseTemplate(text(p, "value"), r.variable)
	}
}

func (r *exportReader) format(v datalayer.Value) gtm.Format {
	optional := func(key string) *gtm.Term {
		p, ok := v.Get(key)
		if !ok {
			return nil
		}
		t := r.parameter(p)
		return &t
	}
	return gtm.Format{
		Case: map[string]string{"LOWERCASE": "1", "UPPERCASE": "2"}[strings.ToUpper(text(v, "caseConversionType"))],
		Null: optional("convertNullToValue"), Undefined: optional("convertUndefinedToValue"),
		True: optional("convertTrueToValue"), False: optional("convertFalseToValue"),
	}
}

// trigger reads a trigger and adds the conditions that the compiler adds: on the event
// of its type and, for browser events, on the listener's ID.
func (r *exportReader) trigger(v datalayer.Value) {
	typ := strings.ToUpper(text(v, "type"))
	t := &gtm.Trigger{Name: text(v, "name"), Type: nameOf(words().triggers, typ), ID: text(v, "triggerId")}
	r.automatic(t, typ, text(valueOf(v, "eventName"), "value"))
	if isListener(typ) {
		id := r.numeric + "_" + t.ID
		t.Conditions = append(t.Conditions, r.c.NewCondition(gtm.Predicate{
			Operator: gtm.MatchesRegexp, Left: gtm.Reference(r.listeners()),
			Right: gtm.Constant(datalayer.StringOf(fmt.Sprintf("(^$|((^|,)%s($|,)))", id))),
		}, false))
	}
	// An autoEventFilter determines where the listener is enabled, not when the trigger
	// fires.
	for _, key := range []string{"customEventFilter", "filter"} {
		for _, filter := range valueOf(v, key).Items {
			t.Conditions = append(t.Conditions, r.filter(filter))
		}
	}
	r.c.Triggers = append(r.c.Triggers, t)
}

// automatic adds the condition on the event of the trigger's type, or on the event
// configured for a timer.
func (r *exportReader) automatic(t *gtm.Trigger, typ, event string) {
	events := words().events[typ]
	if event != "" && typ == "TIMER" {
		events = []string{event}
	}
	if len(events) == 0 {
		if _, known := words().triggers[typ]; !known {
			t.Conditions = append(t.Conditions, r.c.NewCondition(gtm.Predicate{
				Operator: gtm.Operator(fmt.Sprintf("triggers of type %q", typ)), Left: gtm.Reference(r.variable("_event")),
			}, false))
		}
		return
	}
	p := gtm.Predicate{Operator: gtm.Equals, Left: gtm.Reference(r.variable("_event")), Right: gtm.Constant(datalayer.StringOf(events[0]))}
	if len(events) > 1 {
		p.AnyOf, p.Right = true, gtm.Term{Kind: gtm.ListTerm}
		for _, event := range events {
			p.Right.List = append(p.Right.List, gtm.Constant(datalayer.StringOf(event)))
		}
	}
	t.Conditions = append(t.Conditions, r.c.NewCondition(p, false))
}

// isListener reports whether triggers of the type share an event and are distinguished
// by the ID of their listener.
func isListener(typ string) bool {
	switch typ {
	case "LINK_CLICK", "FORM_SUBMISSION", "SCROLL_DEPTH", "TIMER", "YOU_TUBE_VIDEO", "ELEMENT_VISIBILITY", "TRIGGER_GROUP":
		return true
	}
	return false
}

// listeners returns the variable with the IDs of an event's listeners.
func (r *exportReader) listeners() *gtm.Variable {
	const name = "gtm.triggers"
	if v, ok := r.names[name]; ok {
		return v
	}
	v := r.builtin(builtin{typ: "v", settings: map[string]string{
		"dataLayerVersion": "2", "name": name, "setDefaultValue": "true", "defaultValue": "",
	}}, name)
	r.names[name] = v
	return r.variable(name)
}

func (r *exportReader) filter(filter datalayer.Value) *gtm.Condition {
	settings := r.parameters(filter)
	return r.c.NewCondition(gtm.Predicate{
		Operator:   gtm.OperatorOf(text(filter, "type")),
		Left:       settings.Get("arg0"),
		Right:      settings.Get("arg1"),
		IgnoreCase: settings.Get("ignore_case").On(),
		AnyOf:      settings.Get("any_of").On(),
	}, settings.Get("negate").On())
}

// tags reads the tags in the order of the published form: by priority, Custom HTML
// last, then by number.
func (r *exportReader) tags(values []datalayer.Value) {
	byName := map[string]*gtm.Tag{}
	sources := map[*gtm.Tag]datalayer.Value{}
	for _, v := range values {
		t := r.tag(v)
		byName[t.Name], sources[t] = t, v
		r.c.Tags = append(r.c.Tags, t)
	}
	slices.SortStableFunc(r.c.Tags, func(a, b *gtm.Tag) int {
		return cmp.Or(compareBool(a.Paused, b.Paused), b.Priority-a.Priority,
			compareBool(a.Type == "html", b.Type == "html"), number(a.ID)-number(b.ID))
	})
	for i, t := range r.c.Tags {
		v := sources[t]
		t.Index = i
		if t.Paused {
			t.Index = -1
		}
		t.Setup = sequence(valueOf(v, "setupTag"), byName)
		t.Teardown = sequence(valueOf(v, "teardownTag"), byName)
		r.attach(t, valueOf(v, "firingTriggerId"), false)
		r.attach(t, valueOf(v, "blockingTriggerId"), true)
	}
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

func number(id string) int {
	n, _ := strconv.Atoi(id)
	return n
}

func (r *exportReader) tag(v datalayer.Value) *gtm.Tag {
	t := &gtm.Tag{
		Name: text(v, "name"), Type: text(v, "type"), ID: text(v, "tagId"), Paused: text(v, "paused") == "true",
		Priority: number(text(valueOf(v, "priority"), "value")),
		Settings: r.parameters(v),
	}
	t.TypeName, t.Class = nameOf(words().tags, t.Type), classOf(t.Type)
	t.Reads = append(gtm.VariablesIn(t.Settings), implicit(r.c, t)...)
	_, starts := v.Get("scheduleStartMs")
	_, ends := v.Get("scheduleEndMs")
	t.Scheduled = starts || ends
	switch strings.ToUpper(text(v, "tagFiringOption")) {
	case "ONCE_PER_LOAD":
		t.Option = gtm.OncePerPage
	case "ONCE_PER_EVENT":
		t.Option = gtm.OncePerEvent
	}
	status := text(valueOf(v, "consentSettings"), "consentStatus")
	t.ConsentSet = status != "" && !strings.EqualFold(status, "not_set")
	if consent := valueOf(v, "consentSettings"); strings.EqualFold(text(consent, "consentStatus"), "needed") {
		for _, item := range r.parameter(valueOf(consent, "consentType")).List {
			t.Consent = append(t.Consent, item.String())
		}
	}
	return t
}

func sequence(v datalayer.Value, byName map[string]*gtm.Tag) []*gtm.Tag {
	var tags []*gtm.Tag
	for _, item := range v.Items {
		if t, ok := byName[text(item, "tagName")]; ok && !t.Paused {
			tags = append(tags, t)
		}
	}
	return tags
}

func (r *exportReader) attach(tag *gtm.Tag, ids datalayer.Value, blocks bool) {
	for _, id := range ids.Items {
		i := slices.IndexFunc(r.c.Triggers, func(t *gtm.Trigger) bool { return t.ID == id.Text })
		if i < 0 {
			all, ok := builtinTriggers[id.Text]
			if !ok {
				tag.Absent = append(tag.Absent, id.Text)
				continue
			}
			t := &gtm.Trigger{Name: all.name, Type: nameOf(words().triggers, all.typ), ID: id.Text}
			r.automatic(t, all.typ, "")
			i = len(r.c.Triggers)
			r.c.Triggers = append(r.c.Triggers, t)
		}
		r.c.Triggers[i].Attach(tag, blocks)
	}
}
