package engine

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// stale records the values that a tag reads and that are left over from earlier
// messages.
func (r *run) stale(container int, t *gtm.Tag, out *gtm.Outcome) {
	if t.Container != r.containers[container] {
		return
	}
	for _, v := range t.Reads {
		if by, stale := r.leftOver(container, v); stale {
			out.Stale = append(out.Stale, gtm.Stale{Tag: t, Variable: v, SetBy: by})
		} else if by, path := r.partLeftOver(container, v); path != "" {
			out.Stale = append(out.Stale, gtm.Stale{Tag: t, Variable: v, SetBy: by, Path: path})
		}
		if r.neverSet(container, v) {
			out.Undefined = append(out.Undefined, gtm.Undefined{Tag: t, Variable: v})
		}
	}
}

// leftOver returns the message that set the key of a data layer variable, and reports
// whether that was an earlier message.
func (r *run) leftOver(container int, v *gtm.Variable) (gtm.Setting, bool) {
	if v.DataLayerVersion == 0 || v.Index < 0 {
		return gtm.Setting{}, false
	}
	last := int(r.progress[container].set[v.Index]) - 1
	if last < 0 {
		return gtm.Setting{}, false
	}
	setting := r.history.setting(last)
	own := datalayer.IsGTMName(v.Key) || v.Key == "event"
	defined := v.DataLayerVersion == 1 || r.state.Defined(v.Key)
	return setting, last != r.at && !own && defined
}

// partLeftOver returns the first part of a variable's value that is left over from an
// earlier message although the current message set the rest: arrays are merged by index
// and objects by key.
func (r *run) partLeftOver(container int, v *gtm.Variable) (gtm.Setting, string) {
	if v.DataLayerVersion != 2 || v.Index < 0 || r.effect.Clear {
		return gtm.Setting{}, ""
	}
	p := &r.progress[container]
	before := int(p.setBefore[v.Index]) - 1
	if int(p.set[v.Index])-1 != r.at || before < 0 {
		return gtm.Setting{}, ""
	}
	pushed, ok := valueAt(r.effect.Fields, v.Key)
	if !ok || pushed.Kind != datalayer.Array && pushed.Kind != datalayer.Object {
		return gtm.Setting{}, ""
	}
	found := r.state.Get(v.Key)
	if !found.Known {
		return gtm.Setting{}, ""
	}
	path := extra("", pushed, found.Value, 0)
	return r.history.setting(before), strings.TrimPrefix(path, ".")
}

// valueAt returns the value that a message's fields set for a key. It is false if they
// set only a part of it, or nothing.
func valueAt(fields []datalayer.Field, key string) (datalayer.Value, bool) {
	for i := len(fields) - 1; i >= 0; i-- {
		f := fields[i]
		if f.Name == key {
			return f.Value, true
		}
		if !isWithin(key, f.Name) {
			continue
		}
		value := f.Value
		for name := range strings.SplitSeq(key[len(f.Name)+1:], ".") {
			next, ok := member(value, name)
			if !ok {
				return datalayer.Value{}, false
			}
			value = next
		}
		return value, true
	}
	return datalayer.Value{}, false
}

// maxExtraDepth bounds the depth at which left-over parts are searched for.
const maxExtraDepth = 20

// extra returns the path of the first part of merged that isn't in pushed; empty if
// there is none.
func extra(path string, pushed, merged datalayer.Value, depth int) string {
	if depth > maxExtraDepth {
		return ""
	}
	switch {
	case pushed.Kind == datalayer.Array && merged.Kind == datalayer.Array:
		for i, item := range pushed.Items {
			if i >= len(merged.Items) {
				break
			}
			if found := extra(path+"["+strconv.Itoa(i)+"]", item, merged.Items[i], depth+1); found != "" {
				return found
			}
		}
		if len(merged.Items) > len(pushed.Items) {
			return path + "[" + strconv.Itoa(len(pushed.Items)) + "]"
		}
	case pushed.Kind == datalayer.Object && merged.Kind == datalayer.Object:
		values := pushed.ByName()
		for _, f := range merged.Fields {
			value, ok := values[f.Name]
			if !ok {
				if f.Value.Kind == datalayer.Undefined {
					continue
				}
				return datalayer.Member(path, f.Name)
			}
			if found := extra(datalayer.Member(path, f.Name), value, f.Value, depth+1); found != "" {
				return found
			}
		}
	}
	return ""
}

// neverSet reports whether a data layer variable has no default and its key hasn't been
// set on the page yet.
func (r *run) neverSet(container int, v *gtm.Variable) bool {
	if v.DataLayerVersion == 0 || v.Index < 0 || v.Implicit || r.progress[container].set[v.Index] > 0 {
		return false
	}
	if datalayer.IsGTMName(v.Key) || v.Settings.Get("setDefaultValue").On() || v.Format.Undefined != nil {
		return false
	}
	return r.state.Doubt() == "" && (v.DataLayerVersion == 1 || !r.state.Defined(v.Key))
}

// maxFailed bounds the failed triggers that are reported for a message.
const maxFailed = 5

// failed finds triggers for the event with another condition that failed.
func (r *run) failed(out *gtm.Outcome, name string, event datalayer.Value) {
	for i := range r.containers {
		reader := r.reader(i, event)
		for _, l := range r.indexes[i].match(name, event).candidates {
			if l.universal || l.trigger.OnlyBlocks() || len(out.FailedTriggers) == maxFailed {
				continue
			}
			for _, c := range l.trigger.Conditions[l.trigger.OnEvent:] {
				if v := r.condition(i, &reader, c); v.threw || v.truth != gtm.No {
					continue
				}
				out.FailedTriggers = append(out.FailedTriggers, gtm.FailedTrigger{
					Trigger: l.trigger, Condition: c,
					Actual: shown(reader.Read(c.Predicate.Left).Value), Expected: shown(reader.Read(c.Predicate.Right).Value),
				})
				break
			}
		}
	}
}

// shown formats a value as a short text.
func shown(v datalayer.Value) string {
	const limit = 200
	text, ok := v.AsString()
	if !ok {
		text = string(datalayer.Encode(nil, v))
	}
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}
