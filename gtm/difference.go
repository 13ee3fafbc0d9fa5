package gtm

import "layertap/datalayer"

// Difference is a message with different outcomes in two sets of containers.
type Difference struct {
	Push          *datalayer.Push
	Before, After Outcome
}

// Changes describes the differences, a short phrase for each: "now matches All widget
// events", "no longer fires GA4 widget".
func (d Difference) Changes() []string {
	name := func(m Match) string { return answer("matches", m.Matched) + m.Trigger.Name }
	changes := changed(d.Before.Triggers, d.After.Triggers, name)
	tag := func(f Firing) string { return answer("fires", f.Fires) + f.Tag.Name }
	return append(changes, changed(d.Before.Tags, d.After.Tags, tag)...)
}

func answer(verb string, t Truth) string {
	if t == Unknown {
		return "maybe " + verb + " "
	}
	return verb + " "
}

// changed describes what is in only one of two lists.
func changed[T any](before, after []T, words func(T) string) []string {
	var changes []string
	had, has := map[string]bool{}, map[string]bool{}
	for _, b := range before {
		had[words(b)] = true
	}
	for _, a := range after {
		has[words(a)] = true
		if !had[words(a)] {
			changes = append(changes, "now "+words(a))
		}
	}
	for _, b := range before {
		if !has[words(b)] {
			changes = append(changes, "no longer "+words(b))
		}
	}
	return changes
}
