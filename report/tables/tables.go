// Package tables writes sessions as tables for databases and data frames: messages, their
// parameters, findings and hits. docs/data.md describes their columns.
package tables

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"layertap/datalayer"
	"layertap/report/parquet"
	"layertap/rules"
	"layertap/session"
)

// table is a table of a session.
type table struct {
	name    string
	columns []parquet.Column
	fill    func(s session.Snapshot, row func(...any) error) error
}

var all = []table{
	{"messages", []parquet.Column{
		{Name: "session"}, {Name: "seq", Type: parquet.Integer}, {Name: "time", Type: parquet.Time}, {Name: "page"}, {Name: "url"},
		{Name: "frame"}, {Name: "layer"}, {Name: "kind"}, {Name: "event"}, {Name: "message", Type: parquet.JSON}, {Name: "called", Type: parquet.JSON},
		{Name: "landed", Type: parquet.Boolean}, {Name: "received", Type: parquet.Boolean}, {Name: "recovered", Type: parquet.Boolean},
		{Name: "by_hand", Type: parquet.Boolean}, {Name: "script"}, {Name: "action"}, {Name: "selector"},
		{Name: "findings", Type: parquet.Integer}, {Name: "worst"},
	}, messages},
	{"parameters", []parquet.Column{
		{Name: "session"}, {Name: "seq", Type: parquet.Integer}, {Name: "event"}, {Name: "path"}, {Name: "type"}, {Name: "value"},
		{Name: "number", Type: parquet.Double},
	}, parameters},
	{"findings", []parquet.Column{
		{Name: "session"}, {Name: "seq", Type: parquet.Integer}, {Name: "event"}, {Name: "code"}, {Name: "severity"}, {Name: "path"},
		{Name: "text"}, {Name: "fix"}, {Name: "suggestion"}, {Name: "plan"}, {Name: "owner"}, {Name: "messages", Type: parquet.JSON},
		{Name: "count", Type: parquet.Integer},
	}, findings},
	{"hits", []parquet.Column{
		{Name: "session"}, {Name: "seq", Type: parquet.Integer}, {Name: "time", Type: parquet.Time}, {Name: "page"}, {Name: "vendor"}, {Name: "id"},
		{Name: "event"}, {Name: "method"}, {Name: "url"}, {Name: "status", Type: parquet.Integer}, {Name: "error"},
		{Name: "key_event", Type: parquet.Boolean}, {Name: "debug", Type: parquet.Boolean}, {Name: "consent"},
		{Name: "message", Type: parquet.Integer}, {Name: "strength"}, {Name: "tag"}, {Name: "params", Type: parquet.JSON},
	}, hits},
}

// Write writes the tables of a session, each to a file that is opened with create.
func Write(create func(name string) (io.WriteCloser, error), s session.Snapshot) error {
	for _, t := range all {
		file, err := create(t.name + ".parquet")
		if err != nil {
			return err
		}
		if err := errors.Join(t.write(file, s), file.Close()); err != nil {
			return fmt.Errorf("writing the table %s: %w", t.name, err)
		}
	}
	return nil
}

func (t table) write(to io.Writer, s session.Snapshot) error {
	w, err := parquet.NewWriter(to, t.columns...)
	if err != nil {
		return err
	}
	if err := t.fill(s, w.Row); err != nil {
		return err
	}
	return w.Close()
}

func messages(s session.Snapshot, row func(...any) error) error {
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		found := s.Verdict(i).Findings
		worst := rules.Off
		for _, f := range found {
			worst = max(worst, f.Severity)
		}
		var script, action, selector, worstWord any
		if len(push.Stack) > 0 {
			script = text(push.Stack[0].URL)
		}
		if push.Action != nil {
			action, selector = text(push.Action.Action), text(push.Action.Selector)
		}
		if worst != rules.Off {
			worstWord = worst.String()
		}
		if err := row(
			s.Header.ID, push.Seq, wallTime(s, push.T), push.Page, text(s.Page(push.Page).URL),
			push.Frame, push.Layer, string(push.Kind), text(push.Event), push.Message, document(push.Called),
			!push.NotLanded, known(push.Received), push.Recovered,
			push.ByHand(), script, action, selector,
			len(found), worstWord,
		); err != nil {
			return err
		}
	}
	return nil
}

func parameters(s session.Snapshot, row func(...any) error) error {
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		var failed error
		message := push.Read()
		message.Content().Leaves(func(path string, v datalayer.Value) {
			value, number := v.Text, any(nil)
			switch v.Kind {
			case datalayer.String:
			case datalayer.Number:
				if n, ok := v.Num(); ok {
					number = n
				}
			default:
				value = string(datalayer.Encode(nil, v))
			}
			failed = cmp.Or(failed, row(s.Header.ID, push.Seq, text(push.Event), path, v.Kind.String(), value, number))
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

func findings(s session.Snapshot, row func(...any) error) error {
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		for _, f := range s.Verdict(i).Findings {
			if err := finding(s, f, push.Seq, text(push.Event), row); err != nil {
				return err
			}
		}
	}
	for _, f := range s.Findings { // about the session
		if err := finding(s, f, nil, nil, row); err != nil {
			return err
		}
	}
	return nil
}

func finding(s session.Snapshot, f rules.Finding, seq, event any, row func(...any) error) error {
	var concerned any
	if seq == nil && f.Messages != nil {
		list, err := json.Marshal(f.Messages)
		if err != nil {
			return err
		}
		concerned = list
	}
	count := f.Count
	if seq != nil {
		count = 1
	}
	return row(
		s.Header.ID, seq, event, string(f.Code), f.Severity.String(), text(f.Path),
		f.Message, text(f.Fix), text(f.Suggestion), text(f.Plan), text(f.Owner), concerned,
		count,
	)
}

func hits(s session.Snapshot, row func(...any) error) error {
	for i := range s.Len() {
		h, ok := s.Entry(i).(*datalayer.Hit)
		if !ok {
			continue
		}
		var status, message, strength, tag any
		if h.Status != 0 {
			status = h.Status
		}
		if h.Cause != nil {
			message, strength, tag = h.Cause.Push, text(h.Cause.Strength), text(h.Cause.Tag)
		}
		if err := row(
			s.Header.ID, h.Seq, wallTime(s, h.T), h.Page, h.Vendor, text(h.ID),
			text(h.Event), text(h.Method), text(h.URL), status, text(h.Error),
			h.KeyEvent, h.Debug, text(h.Consent),
			message, strength, tag, document(h.Params),
		); err != nil {
			return err
		}
	}
	return nil
}

// text returns a text, or nil if it is empty.
func text(t string) any {
	if t == "" {
		return nil
	}
	return t
}

// document returns JSON, or nil if it is empty.
func document(t []byte) any {
	if t == nil {
		return nil
	}
	return t
}

func known(t datalayer.Tristate) any {
	if t == datalayer.Unknown {
		return nil
	}
	return t == datalayer.Yes
}

func wallTime(s session.Snapshot, t time.Duration) time.Time { return s.Header.Started.Add(t) }
