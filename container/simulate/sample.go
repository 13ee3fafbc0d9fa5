package simulate

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"layertap/rules/plan"
)

// maxSample bounds the number of values in a message.
const maxSample = 500

// sampler writes a message with values that the plan allows.
type sampler struct {
	bytes.Buffer
	left int
}

// Sample returns a message for an event, with all parameters in the plan.
func Sample(e *plan.Event) []byte {
	w := &sampler{left: maxSample}
	w.WriteString(`{"event":`)
	w.text(e.Name)
	if e.Within != "" {
		w.WriteString(",")
		w.text(e.Within)
		w.WriteString(":{")
		w.fields(e.Parameters, true, 0)
		w.WriteString("}")
	} else {
		w.fields(e.Parameters, false, 0)
	}
	w.WriteString("}")
	return w.Bytes()
}

func (w *sampler) text(s string) {
	text, _ := json.Marshal(s) // a string can always be encoded
	w.Write(text)
}

func (w *sampler) fields(parameters []*plan.Parameter, first bool, depth int) {
	for _, p := range parameters {
		if w.left--; w.left < 0 || depth > 8 {
			return
		}
		if !first {
			w.WriteString(",")
		}
		first = false
		w.text(p.Name)
		w.WriteString(":")
		w.value(p, depth)
	}
}

func (w *sampler) value(p *plan.Parameter, depth int) {
	number := p.Types.Has(plan.TypeNumber) || p.Types.Has(plan.TypeInteger)
	switch {
	case len(p.Enum) > 0 && number && !p.Types.Has(plan.TypeString):
		w.WriteString(p.Enum[0])
	case len(p.Enum) > 0:
		w.text(p.Enum[0])
	case p.Types.Has(plan.TypeTimestamp):
		w.time(p.Unit)
	case p.Types.Has(plan.TypeString):
		w.text(sampleText(p))
	case p.Types.Has(plan.TypeURL):
		w.text("https://www.example.com/page")
	case number:
		w.WriteString(sampleNumber(p))
	case p.Types.Has(plan.TypeBoolean):
		w.WriteString("true")
	case p.Types.Has(plan.TypeArray) && depth < 8:
		w.WriteString("[")
		if p.Items != nil {
			w.value(p.Items, depth+1)
		} else {
			w.text("sample")
		}
		w.WriteString("]")
	case p.Types.Has(plan.TypeObject) || len(p.Parameters) > 0:
		w.WriteString("{")
		w.fields(p.Parameters, true, depth+1)
		w.WriteString("}")
	case p.Types.Has(plan.TypeNull):
		w.WriteString("null")
	default:
		w.text(sampleText(p))
	}
}

func (w *sampler) time(unit plan.Unit) {
	switch unit {
	case plan.ISO8601:
		w.text(Started.Format(time.RFC3339))
	case plan.Seconds:
		w.WriteString(strconv.FormatInt(Started.Unix(), 10))
	default:
		w.WriteString(strconv.FormatInt(Started.UnixMilli(), 10))
	}
}

// sampleTexts are tried in order if the plan has a pattern.
var sampleTexts = []string{"sample", "USD", "en", "en-US", "1", "A1", "abc-123", "2026-11-02", "G-ABC123", "https://www.example.com/", "1.00", "12345678"}

func sampleText(p *plan.Parameter) string {
	if p.Pattern != nil {
		for _, text := range sampleTexts {
			if plan.Matches(p.Pattern, text) {
				return text
			}
		}
	}
	return sampleTexts[0]
}

func sampleNumber(p *plan.Parameter) string {
	n := 1.0
	if p.Min != nil && n < *p.Min {
		n = *p.Min
	}
	if p.Max != nil && n > *p.Max {
		n = *p.Max
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
