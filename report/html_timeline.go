package report

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/report/bounded"
	"layertap/report/jsonmarkup"
	"layertap/rules"
	"layertap/session"
)

// step is a row of the timeline: a page, a gap, or a message.
type step struct {
	Title, URL, Cause string
	Gap               string
	Note              string // a change of a layer, or an error of a script
	Message           *messageRow
	Left              int // the number of messages that are left out
}

type messageRow struct {
	Seq       int
	Time      string
	Title     string
	Sign      string // a severity, "fine" or "plain"
	Symbol    string
	Findings  []findingRow
	Listeners string
	Value     []jsonmarkup.Span
	Tags      []firingRow
	Origin    string
	Notes     []string
	Picture   *picture
}

// picture is a screenshot; its Data is empty if only its name is known.
type picture struct {
	File string
	Data template.URL
}

type findingRow struct{ Severity, Code, Path, Message, Fix string }

type firingRow struct{ Name, Fires string }

// timeline returns everything that happened, in order: the messages that have rows, and as
// much of everything else as fits.
func timeline(f File, rows map[int]*messageRow, of *bounded.Room) []step {
	s := f.Session
	var all []step
	add := func(st step) {
		if st.Message != nil || of.Fits("step", st) {
			all = append(all, st)
		}
	}
	last := "" // the page of the last heading
	for i := range s.Len() {
		_, shownRow := s.Entry(i).(*datalayer.Push)
		if page := datalayer.PageOf(s.Entry(i)); page != "" && page != last {
			if known := s.Page(page); shownRow && last != "" && known.Target != "" {
				add(step{Title: shown(known.Title), URL: shown(known.URL), Cause: "continued"})
			}
			if _, begins := s.Entry(i).(*datalayer.Page); shownRow || begins {
				last = page
			}
		}
		switch e := s.Entry(i).(type) {
		case *datalayer.Page:
			add(step{Title: shown(e.Title), URL: shown(e.URL), Cause: shown(string(e.Cause))})
		case *datalayer.Gap:
			add(step{Gap: shown(clock(e.T) + " " + e.Why)})
		case *datalayer.LayerChange:
			add(step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.ScriptError:
			add(step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.PageValue:
			add(step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.TabClosed:
			add(step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.Push:
			switch row := rows[i]; {
			case row != nil:
				add(step{Message: row})
			case len(all) > 0 && all[len(all)-1].Left > 0:
				all[len(all)-1].Left++
			default:
				add(step{Left: 1})
			}
		}
	}
	return all
}

// notesOn returns the user's marks and notes by entry. The last one of each on an entry
// wins, and an empty one removes it.
func notesOn(s session.Snapshot) map[int][]string {
	marks, texts := map[int]string{}, map[int]string{}
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Note:
			texts[e.On] = e.Text
		case *datalayer.Mark:
			marks[e.On] = e.Mark
		}
	}
	notes := map[int][]string{}
	for _, of := range []map[int]string{marks, texts} {
		for on, text := range of {
			if text != "" {
				notes[on] = append(notes[on], shown(text))
			}
		}
	}
	return notes
}

// picturesOn returns the screenshots by message. The last one of a message wins.
func picturesOn(f File) map[int]*picture {
	pictures := map[int]*picture{}
	for i := range f.Session.Len() {
		shot, ok := f.Session.Entry(i).(*datalayer.Screenshot)
		if !ok {
			continue
		}
		p := &picture{File: shown(shot.File)}
		if f.Picture != nil {
			if png := f.Picture(shot.File); png != nil {
				p.Data = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)) // it contains no code
			}
		}
		pictures[shot.On] = p
	}
	return pictures
}

// messageRowOf returns the row of a message. A message without findings has a check mark
// only if its event is in a plan.
func messageRowOf(push *datalayer.Push, v session.Verdict, planned map[string]bool) messageRow {
	row := messageRow{
		Seq: push.Seq, Time: clock(push.T), Title: shown(push.Title()), Symbol: worst(v.Findings), Sign: "fine",
		Value: jsonmarkup.Value(push.Value(), wrongIn(v.Findings)), Origin: shown(origin(push)),
	}
	if push.Own() || !planned[push.Event] {
		row.Sign, row.Symbol = "plain", "·"
	}
	for i, f := range v.Findings {
		if i == 0 {
			row.Sign, row.Symbol = f.Severity.String(), symbol(f.Severity)
		}
		row.Findings = append(row.Findings, findingRow{f.Severity.String(), string(f.Code), shown(f.Path), shown(f.Message), shown(f.Fix)})
	}
	var listeners []string
	for _, match := range v.Outcome.Listening() {
		name := match.Trigger.Name
		if match.Matched == gtm.Unknown {
			name += "?"
		}
		listeners = append(listeners, name)
	}
	row.Listeners = shown(strings.Join(listeners, " · "))
	for _, f := range v.Outcome.Tags {
		row.Tags = append(row.Tags, firingRow{shown(f.Tag.Name), f.Fires.String()})
	}
	return row
}

// origin describes what caused a message.
func origin(push *datalayer.Push) string {
	var parts []string
	if push.ByHand() {
		return "pushed by hand, not by the page"
	}
	if a := push.Action; a != nil {
		what := a.Action + " on " + a.Selector
		if a.Text != "" {
			what += " “" + a.Text + "”"
		}
		parts = append(parts, what)
	}
	for _, frame := range push.Stack {
		if frame.Func != "" {
			parts = append(parts, fmt.Sprintf("%s, %s:%d", frame.Func, frame.URL, frame.Line))
			break
		}
	}
	if push.Layer != "dataLayer" {
		parts = append(parts, "data layer "+push.Layer)
	}
	if push.Recovered {
		parts = append(parts, "pushed before layertap attached")
	}
	return strings.Join(parts, " · ")
}

// wrongIn returns the paths in a message that have findings.
func wrongIn(findings []rules.Finding) map[string]bool {
	wrong := map[string]bool{}
	for _, f := range findings {
		wrong[f.Path] = true
	}
	return wrong
}
