package gtm

import (
	"fmt"
	"strings"
)

// madeUpTag is the name of a tag where only the published form is known.
func madeUpTag(t *Tag, settings term) string {
	name := nameOf(words().tags, t.Type)
	for _, key := range []string{"eventName", "tagId", "conversionId"} {
		if what := settings.get(key); what.kind != mapTerm && what.String() != "undefined" {
			name += " " + what.String()
			break
		}
	}
	if t.id == "" {
		return fmt.Sprintf("%s (#%d)", name, t.Index+1)
	}
	return fmt.Sprintf("%s (tag %s)", name, t.id)
}

// madeUpTrigger returns the type and the name of a trigger where only the
// published form is known. The number is the rule's.
func madeUpTrigger(t *Trigger, number int) (typ, name string) {
	typ, name = "Custom Event", "Every Event"
	for _, c := range t.Conditions {
		if c.predicate.onEvent && !c.Negated {
			if automatic, ok := words().byEvent[c.Expected]; ok && c.Operator == Equals {
				typ, name = automatic, automatic
				break
			}
			name = strings.TrimSpace("Custom Event " + c.Expected)
			break
		}
	}
	return typ, fmt.Sprintf("%s (#%d)", name, number)
}
