// Package causes collects findings about a session that concern messages: a mistake in
// the setup is reported once, with the messages that it concerns.
package causes

import (
	"slices"

	"layertap/rules"
)

// Causes are the findings of a session so far. The zero value is empty.
type Causes struct {
	byKey   map[key]*cause
	ordered []*cause
}

// key identifies a cause.
type key struct {
	code    rules.Code
	subject string
}

// cause is a finding and the messages that it concerns, if any.
type cause struct {
	finding rules.Finding
	alone   bool
	last    int // the Seq of the latest message that was counted
}

const (
	// maxCauses bounds the number of causes: a page can make up any number.
	maxCauses = 1 << 14
	// MaxMessages is the maximum number of messages listed in a finding about the
	// session.
	MaxMessages = 1000
)

// Concerns adds the message seq to a finding about the session; if it is the first one,
// find creates the finding. If seq is 0, the finding isn't about messages.
func (c *Causes) Concerns(code rules.Code, subject string, seq int, find func() (rules.Finding, bool)) {
	k := key{code, subject}
	at := c.byKey[k]
	if at == nil {
		if find == nil || len(c.ordered) >= maxCauses {
			return
		}
		finding, ok := find()
		if !ok {
			return
		}
		at = &cause{finding: finding, alone: seq == 0}
		if c.byKey == nil {
			c.byKey = map[key]*cause{}
		}
		c.byKey[k] = at
		c.ordered = append(c.ordered, at)
	}
	if seq == 0 || seq == at.last {
		return
	}
	at.last = seq
	at.finding.Count++
	if len(at.finding.Messages) < MaxMessages {
		at.finding.Messages = append(at.finding.Messages, seq)
	}
}

// Retract removes a message from a finding about the session because its outcome has
// changed.
func (c *Causes) Retract(code rules.Code, subject string, seq int) {
	at := c.byKey[key{code, subject}]
	if at == nil {
		return
	}
	if i, ok := slices.BinarySearch(at.finding.Messages, seq); ok {
		at.finding.Messages = slices.Delete(slices.Clone(at.finding.Messages), i, i+1)
	} else if len(at.finding.Messages) < MaxMessages {
		return // it wasn't counted
	}
	at.finding.Count--
	if at.last == seq {
		at.last = 0
	}
}

// Raise raises the severity of a finding about the session to at least severity.
func (c *Causes) Raise(code rules.Code, subject string, severity rules.Severity) {
	if at := c.byKey[key{code, subject}]; at != nil && at.finding.Severity != rules.Off {
		at.finding.Severity = max(at.finding.Severity, severity)
	}
}

// Findings returns the current findings.
func (c *Causes) Findings() []rules.Finding {
	var all []rules.Finding
	for _, at := range c.ordered {
		if at.alone || at.finding.Count > 0 {
			f := at.finding
			f.Messages = slices.Clip(f.Messages)
			all = append(all, f)
		}
	}
	return all
}
