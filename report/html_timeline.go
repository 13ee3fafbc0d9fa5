package report

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// step is one row of the document's messages: a page, a gap, or a message.
type step struct {
	Title, URL, Cause string
	Gap               string
	Note              string // what happened to a layer, or an error of a script
	Message           *messageRow
}

type messageRow struct {
	Seq       int
	Time      string
	Title     string
	Sign      string // a severity, "fine" or "plain"
	Symbol    string
	Findings  []findingRow
	Listeners string
	Value     []span
	Tags      []firingRow
	Origin    string
	Notes     []string
	Picture   *picture
}

// picture is a screenshot; its Data is empty where only its name is known.
type picture struct {
	File string
	Data template.URL
}

type findingRow struct{ Severity, Code, Path, Message, Fix string }

type firingRow struct{ Name, Fires string }

// timeline is everything that happened, in order.
func timeline(f File) []step {
	s := f.Session
	notes, pictures := notesOn(s), picturesOn(f)
	var all []step
	last := "" // the page under whose heading the rows are
	for i := range s.Len() {
		_, shownRow := s.Entry(i).(*datalayer.Push)
		if page := pageOf(s.Entry(i)); page != "" && page != last {
			if known := s.Page(page); shownRow && last != "" && known.Target != "" {
				all = append(all, step{Title: shown(known.Title), URL: shown(known.URL), Cause: "continued"})
			}
			if _, begins := s.Entry(i).(*datalayer.Page); shownRow || begins {
				last = page
			}
		}
		switch e := s.Entry(i).(type) {
		case *datalayer.Page:
			all = append(all, step{Title: shown(e.Title), URL: shown(e.URL), Cause: shown(string(e.Cause))})
		case *datalayer.Gap:
			all = append(all, step{Gap: shown(clock(e.T) + " " + e.Why)})
		case *datalayer.LayerChange:
			all = append(all, step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.ScriptError:
			all = append(all, step{Note: shown(clock(e.T) + " " + e.Sentence())})
		case *datalayer.Push:
			row := messageRowOf(e, s.Verdict(i))
			row.Notes, row.Picture = notes[e.Seq], pictures[e.Seq]
			all = append(all, step{Message: &row})
		}
	}
	return all
}

// notesOn are the user's marks and notes by the entries that they are on. The last one of
// each on an entry wins, and an empty one takes it off.
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
		for on, said := range of {
			if said != "" {
				notes[on] = append(notes[on], shown(said))
			}
		}
	}
	return notes
}

// picturesOn are the screenshots by the messages that they are on. The last one on
// a message wins.
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
				p.Data = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)) // nothing in it is code
			}
		}
		pictures[shot.On] = p
	}
	return pictures
}

func messageRowOf(push *datalayer.Push, v session.Verdict) messageRow {
	row := messageRow{
		Seq: push.Seq, Time: clock(push.T), Title: shown(push.Title()), Symbol: worst(v.Findings), Sign: "fine",
		Value: spans(push.Value(), v.Findings), Origin: shown(origin(push)),
	}
	if push.Own() || push.Event == "" {
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

// origin says what led to a message.
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

// span is a piece of a value with what it is; Class is empty for what stands
// between.
type span struct{ Class, Text string }

// spans draws a value as JSON over several lines. The keys that findings are about
// are marked.
func spans(v datalayer.Value, findings []rules.Finding) []span {
	p := painter{wrong: map[string]bool{}}
	for _, f := range findings {
		p.wrong[f.Path] = true
	}
	p.value("", v, "\n")
	return p.spans
}

type painter struct {
	wrong map[string]bool
	spans []span
}

func (p *painter) add(class, text string) { p.spans = append(p.spans, span{class, text}) }

// value draws v. Each of its lines but the first begins with indent.
func (p *painter) value(at string, v datalayer.Value, indent string) {
	switch v.Kind {
	case datalayer.Object, datalayer.Instance:
		if v.Kind == datalayer.Instance {
			p.add("literal", shown(v.Name)+" ")
		}
		p.fields(at, v.Fields, indent)
	case datalayer.Array:
		p.items(at, v.Items, indent)
	case datalayer.String:
		p.add("string", shown(string(datalayer.Encode(nil, v))))
	case datalayer.Number:
		p.add("number", shown(v.Text))
	case datalayer.Undefined:
		p.add("literal", "undefined")
	default:
		p.add("literal", shown(string(datalayer.Encode(nil, v))))
	}
}

func (p *painter) fields(at string, fields []datalayer.Field, indent string) {
	p.add("", "{")
	for i, f := range fields {
		where := datalayer.Member(at, f.Name)
		class := "key"
		if p.wrong[where] {
			class = "key wrong"
		}
		p.add("", separator(i)+indent+"  ")
		p.add(class, shown(f.Name))
		p.add("", ": ")
		p.value(where, f.Value, indent+"  ")
	}
	p.add("", closing(len(fields), indent)+"}")
}

func (p *painter) items(at string, items []datalayer.Value, indent string) {
	p.add("", "[")
	for i, v := range items {
		p.add("", separator(i)+indent+"  ")
		p.value(datalayer.Item(at, i), v, indent+"  ")
	}
	p.add("", closing(len(items), indent)+"]")
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func closing(n int, indent string) string {
	if n == 0 {
		return ""
	}
	return indent
}
