package simulate

import (
	"bytes"
	"fmt"
	"io"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
	"layertap/visible"
)

// Text writes for each message which triggers match, which tags fire, and what they
// send. Google Tag Manager's own events are listed only if a tag fires on them. The
// error is that of w.
func Text(w io.Writer, s session.Snapshot) error {
	var out bytes.Buffer
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		why, ok := s.Explain(i)
		fires := false
		for _, t := range why.Tags {
			fires = fires || t.Fires != gtm.No
		}
		if !ok || Own(push) && !fires {
			continue
		}
		fmt.Fprintln(&out, visible.Text(push.Title()))
		for _, t := range why.Triggers {
			if t.Matched != gtm.No {
				fmt.Fprintf(&out, "  %s %s\n", map[gtm.Truth]string{gtm.Yes: "matches", gtm.Unknown: "may match"}[t.Matched], visible.Text(t.Trigger.Name))
			}
		}
		for _, t := range why.Tags {
			writeTag(&out, t)
		}
		if !fires {
			fmt.Fprintln(&out, "  fires no tag")
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func writeTag(w *bytes.Buffer, t gtm.TagVerdict) {
	switch {
	case t.Fires == gtm.Yes:
		fmt.Fprintf(w, "  fires %s\n", visible.Text(t.Tag.Name))
	case t.Fires == gtm.Unknown:
		fmt.Fprintf(w, "  may fire %s: %s\n", visible.Text(t.Tag.Name), visible.Text(t.Reason))
	case len(t.By) > 0:
		fmt.Fprintf(w, "  does not fire %s: %s\n", visible.Text(t.Tag.Name), visible.Text(t.Reason))
		return
	default:
		return
	}
	for _, p := range t.Sends {
		value := p.Unknown()
		if p.Known {
			value = string(datalayer.Encode(nil, p.Value))
			if text, ok := p.Value.AsString(); ok && p.Value.Kind != datalayer.Object && p.Value.Kind != datalayer.Array {
				value = text
			}
		} else {
			value = "unknown: " + value
		}
		fmt.Fprintf(w, "    %s: %s\n", visible.Text(p.Name), visible.Text(value))
	}
}
