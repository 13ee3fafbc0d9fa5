package parameters

import (
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// timestamp judges a value that should be a time.
func (c *Judge) timestamp(p *plan.Parameter, v datalayer.Value) bool {
	at, unit := plan.ParseTime(v)
	switch {
	case unit == plan.AnyUnit:
		c.now.Report(rules.InvalidValue, "timestamp", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v), "expected", expectedTime(v))
		return false
	case unit == plan.Microseconds || p.Unit != plan.AnyUnit && unit != p.Unit:
		expected := p.Unit
		if expected == plan.AnyUnit {
			expected = plan.Milliseconds
		}
		c.now.Report(rules.InvalidValue, "unit", rules.Finding{Path: c.now.At(""), Suggestion: plan.WriteTime(at, expected)}, p,
			"value", words.Preview(v), "actual", unit.Words(), "expected", expected.Words())
		return false
	case !c.started.IsZero() && p.Ahead >= 0 && at.After(c.clock().Add(p.Ahead)):
		c.now.Report(rules.InvalidValue, "ahead", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v))
		return false
	}
	return true
}

// clock returns the time of the current message.
func (c *Judge) clock() time.Time { return c.started.Add(c.now.Push.T) }

func expectedTime(v datalayer.Value) string {
	if v.Kind == datalayer.Number {
		return " between 2000 and 2100, in seconds or in milliseconds"
	}
	return ""
}
