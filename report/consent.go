package report

import (
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// consentStep is a consent command, and the state of consent after it.
type consentStep struct {
	Seq           int
	Time          string
	Command       string // "default", "update"
	Sets, Applies string // "in ES"; empty for everywhere
	After         []consentState
	Hits          int // to Google, sent on the page before it
}

type consentState struct{ Type, Effective string }

// heldRow is a tag that consent held back.
type heldRow struct {
	Tag, Consent string
	Times        int
	First, Later int // messages; Later is 0 if it did not fire later
}

const (
	// maxConsentSteps bounds how many commands a report has, and maxConsentTypes how
	// many types of one. A page can make up any number.
	maxConsentSteps = 200
	maxConsentTypes = 20
)

// consentSteps are a session's consent commands, in order.
func consentSteps(f File) []consentStep {
	var all []consentStep
	hits := map[string]int{} // to Google, by page
	for i := range f.Session.Len() {
		switch e := f.Session.Entry(i).(type) {
		case *datalayer.Hit:
			if e.Vendor == "ga4" || e.Vendor == "google-ads" {
				hits[e.Page]++
			}
		case *datalayer.Push:
			if e.Kind != datalayer.KindGtag || len(all) == maxConsentSteps {
				continue
			}
			message := e.Read()
			if message.Effect.Consent == nil {
				continue
			}
			step := consentStep{Seq: e.Seq, Time: clock(e.T), Command: "default", Hits: hits[e.Page]}
			if message.Effect.ConsentUpdate {
				step.Command = "update"
			}
			step.Sets, step.Applies = consentSettings(message.Effect.Consent)
			if state, ok := f.Session.State(i); ok {
				step.After = consentStates(state.Consent)
			}
			all = append(all, step)
		}
	}
	return all
}

// consentSettings are what a command sets, and where and how long it is to apply.
func consentSettings(fields []datalayer.Field) (sets, applies string) {
	var types, where []string
	for _, c := range fields[:min(len(fields), maxConsentTypes)] {
		switch c.Name {
		case "region":
			where = append(where, "in "+regions(c.Value))
		case "wait_for_update":
			where = append(where, "waits "+shown(c.Value.Text)+" ms for the update")
		default:
			types = append(types, shown(c.Name)+" "+shown(c.Value.Text))
		}
	}
	return strings.Join(types, ", "), strings.Join(where, ", ")
}

func regions(v datalayer.Value) string {
	var names []string
	for _, item := range v.Items[:min(len(v.Items), maxConsentTypes)] {
		names = append(names, shown(item.Text))
	}
	if more := len(v.Items) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

func consentStates(types []gtm.Consent) []consentState {
	var all []consentState
	for _, c := range types[:min(len(types), maxConsentTypes)] {
		all = append(all, consentState{shown(c.Type), c.Effective})
	}
	return all
}

// heldRows are the tags that consent held back.
func heldRows(f File) []heldRow {
	var all []heldRow
	for _, h := range f.Session.HeldBack() {
		all = append(all, heldRow{shown(h.Tag.Name), shown(h.Consent), h.Count, h.First, h.Later})
	}
	return all
}

// consentLines are the consent commands and the tags held back, a line each.
func consentLines(f File) []string {
	var lines []string
	for _, s := range consentSteps(f) {
		line := fmt.Sprintf("%s #%d %s: %s", s.Time, s.Seq, s.Command, s.Sets)
		if s.Applies != "" {
			line += " (" + s.Applies + ")"
		}
		var after []string
		for _, c := range s.After {
			after = append(after, c.Type+" "+c.Effective)
		}
		line += "; then " + strings.Join(after, ", ")
		if s.Hits > 0 && s.Command == "default" {
			line += fmt.Sprintf("; %d %s to Google before it", s.Hits, plural(s.Hits, "hit"))
		}
		lines = append(lines, line)
	}
	for _, h := range heldRows(f) {
		line := fmt.Sprintf("%s was held back %d× from #%d on: %s denied", h.Tag, h.Times, h.First, h.Consent)
		if h.Later > 0 {
			line += fmt.Sprintf("; it fired later, in #%d", h.Later)
		}
		lines = append(lines, line)
	}
	return lines
}
