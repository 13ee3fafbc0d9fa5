package parse

import (
	"fmt"
	"strings"

	"layertap/gtm"
)

// generatedTagName returns a name for a tag if only the published form is available.
func generatedTagName(t *gtm.Tag) string {
	name := t.TypeName
	for _, key := range []string{"eventName", "tagId", "conversionId"} {
		if what := t.Settings.Get(key); what.Kind != gtm.MapTerm && what.String() != "undefined" {
			name += " " + what.String()
			break
		}
	}
	if t.ID == "" {
		return fmt.Sprintf("%s (#%d)", name, t.Index+1)
	}
	return fmt.Sprintf("%s (tag %s)", name, t.ID)
}

// generatedTriggerName returns a type and a name for a trigger if only the published
// form is available. number is the rule's.
func generatedTriggerName(t *gtm.Trigger, number int) (typ, name string) {
	typ, name = "Custom Event", "Every Event"
	for _, c := range t.Conditions {
		if c.Predicate.OnEvent && !c.Negated {
			if automatic, ok := words().byEvent[c.Expected]; ok && c.Operator == gtm.Equals {
				typ, name = automatic, automatic
				break
			}
			name = strings.TrimSpace("Custom Event " + c.Expected)
			break
		}
	}
	return typ, fmt.Sprintf("%s (#%d)", name, number)
}
