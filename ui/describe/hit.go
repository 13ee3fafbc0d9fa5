package describe

import (
	"fmt"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/hits/names"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// StrengthRole is the role for the link between a hit and its message: the less certain,
// the fainter.
func StrengthRole(strength string) style.Role {
	if strength == "weak" {
		return style.Faint
	}
	return style.Info
}

// ConsentRole is the role for the consent that a hit was sent with.
func ConsentRole(consent string) style.Role {
	if strings.Contains(consent, "denied") {
		return style.Warn
	}
	return style.Faint
}

// HitStatus describes the status of a hit, like its sign.
func HitStatus(hit *datalayer.Hit) string {
	switch {
	case hit.Error != "":
		return hit.Error
	case hit.Status == 0:
		return "no response"
	case hit.KeyEvent:
		return strconv.Itoa(hit.Status) + " key event"
	}
	return strconv.Itoa(hit.Status)
}

// ShortStatus is HitStatus in at most eleven cells; a key event is only shown by its sign.
func ShortStatus(hit *datalayer.Hit) string {
	switch {
	case strings.HasPrefix(hit.Error, "blocked"):
		return "blocked"
	case hit.Error != "":
		return "failed"
	case hit.Status == 0:
		return "no response"
	}
	return strconv.Itoa(hit.Status)
}

// HitDetails returns the details of a hit: how its message is known, the request, and the
// parameters.
func HitDetails(hit *datalayer.Hit) []pane.Item {
	items := []pane.Item{pane.Fact("from", causeSentence(hit.Cause))}
	address, _, _ := strings.Cut(hit.URL, "?")
	request := strings.TrimSpace(hit.Method + " " + address)
	if hit.Batch.Of > 0 {
		request += fmt.Sprintf(", %d of %d in one request", hit.Batch.Index+1, hit.Batch.Of)
	}
	if request != "" {
		items = append(items, pane.Fact("request", request))
	}
	if hit.Consent != "" {
		items = append(items, pane.Fact("consent", hit.Consent).In(ConsentRole(hit.Consent)))
	}
	if hit.KeyEvent {
		items = append(items, pane.Fact("counts", "as a key event or conversion").In(style.Good))
	}
	if hit.Debug {
		items = append(items, pane.Fact("debug", "shown in the vendor's debug view").In(style.Warn))
	}
	return append(items, hitParameters(hit)...)
}

// maxEventParameters bounds the number of parameters on the line of a hit.
const maxEventParameters = 20

// EventParameters formats the event's own parameters of a hit in plain words on one line,
// without the event's name.
func EventParameters(hit *datalayer.Hit) string {
	var words []string
	for _, g := range names.Describe(hit) {
		if g.Kind != names.Event {
			continue
		}
		for _, r := range g.Rows[:min(len(g.Rows), maxEventParameters)] {
			if value, ok := r.Value.AsString(); ok && value != hit.Event {
				words = append(words, r.Name+": "+text.Cut(value, 80))
			}
		}
	}
	return strings.Join(words, ", ")
}

// hitParameters returns the parameters of a hit in plain words and in groups: the event's
// own first, and those that only the vendor's script needs last, on one line.
func hitParameters(hit *datalayer.Hit) []pane.Item {
	var items []pane.Item
	path := "hit." + strconv.Itoa(hit.Seq) + "."
	add := func(title, at string, rows []names.Row) {
		items = append(items, pane.Item{Line: text.Of(style.Faint, title)})
		for _, r := range rows {
			line := text.Of(style.Name, r.Name).With(style.Faint, ": ").And(InlineValue(r.Value))
			if r.Words != "" {
				line = line.With(style.Info, "  "+r.Words)
			}
			if r.Name != r.Wire {
				line = line.With(style.Faint, "  "+r.Wire)
			}
			items = append(items, pane.Item{Path: path + at + r.Wire, Indent: 2, Line: line})
		}
	}
	for _, g := range names.Describe(hit) {
		for i, item := range g.Item {
			add("item "+strconv.Itoa(i+1), strconv.Itoa(i)+".", item)
		}
		switch {
		case len(g.Rows) == 0:
		case g.Kind == names.Protocol:
			items = append(items, protocolItem(path, g.Rows))
		default:
			add(strings.ToLower(g.Kind.String()), "", g.Rows)
		}
	}
	return items
}

// protocolItem lists the parameters that only the vendor's script needs, on a line that can
// be expanded.
func protocolItem(path string, rows []names.Row) pane.Item {
	line := text.Of(style.Faint, plural.Count(len(rows), "protocol parameter")+": ")
	for i, r := range rows {
		if i > 0 {
			line = line.With(style.Plain, " ")
		}
		line = line.With(style.Faint, r.Wire+"=").And(InlineValue(r.Value))
	}
	return pane.Item{Path: path + "protocol", Line: line}
}

// CauseOf returns the Seq of the message that caused a hit; 0 if unknown.
func CauseOf(hit *datalayer.Hit) int {
	if hit.Cause == nil {
		return 0
	}
	return hit.Cause.Push
}

// causeSentence describes how the message that caused a hit is known.
func causeSentence(c *datalayer.HitCause) string {
	if c == nil {
		return "message unknown"
	}
	message := "message " + strconv.Itoa(c.Push)
	confidence := " (" + c.Confidence() + "): "
	switch {
	case c.By == "initiator" && c.Strength == "certain":
		return message + confidence + "it was sent while the message was being pushed"
	case c.By == "initiator":
		return message + confidence + "it was sent during a push, but other messages were pushed at about the same time"
	case c.By == "name" && c.Strength == "weak":
		return message + confidence + "the message can have sent it, but so can others"
	case c.By == "name" && c.Tag != "":
		return message + confidence + "the message fired the tag " + c.Tag + ", which sends this event"
	case c.By == "name":
		return message + confidence + "it matches the message's event or command"
	case c.By == "time":
		return message + confidence + "the message was pushed just before"
	}
	return strings.TrimSpace(message + ", " + c.Confidence())
}

// HitLine lists the vendors that received a message, each with a sign for each hit, fainter
// if its cause is uncertain.
func HitLine(snapshot session.Snapshot, hits []int) text.Line {
	var line text.Line
	vendor := ""
	for _, i := range hits {
		hit, ok := snapshot.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		role, sign := hitSign(hit)
		if hit.Vendor != vendor {
			vendor = hit.Vendor
			sign = strings.Repeat(" ", min(len(line), 1)) + vendor + " " + sign
		}
		line = line.With(role, sign)
	}
	return line
}

// HitSigns returns the signs of [HitLine] without names.
func HitSigns(snapshot session.Snapshot, hits []int) text.Line {
	var line text.Line
	for _, i := range hits {
		if hit, ok := snapshot.Entry(i).(*datalayer.Hit); ok {
			line = line.With(hitSign(hit))
		}
	}
	return line
}

// hitSign is the sign of a hit, fainter if its cause is uncertain.
func hitSign(hit *datalayer.Hit) (style.Role, string) {
	if hit.Cause != nil && hit.Cause.Strength == "weak" {
		return style.Faint, "○"
	}
	return HitLook(hit)
}

// HitLook returns the role and the sign for the status of a hit.
func HitLook(hit *datalayer.Hit) (style.Role, string) {
	switch {
	case hit.Error != "" || hit.Status >= 400:
		return style.Bad, "✗"
	case hit.Status == 0:
		return style.Warn, "…"
	case hit.KeyEvent:
		return style.Good, "◆"
	}
	return style.Info, "●"
}
