// Package causes gathers findings about a session that concern messages: a property of
// the set-up is told once, with the messages that it concerns.
package causes

import (
	"slices"

	"layertap/rules"
)

// Causes are the findings of a session so far. Its zero value has none.
type Causes struct {
	byKey   map[key]*cause
	ordered []*cause
}

// key tells the causes of one code apart.
type key struct {
	code    rules.Code
	subject string
}

// cause is a finding that gathers messages. One that was found without a message stands
// by itself.
type cause struct {
	finding rules.Finding
	alone   bool
	last    int // the Seq of the latest message that it counts
}

const (
	// maxCauses bounds how many are kept in mind. A page can make up any number.
	maxCauses = 1 << 14
	// MaxMessages is how many messages a finding of the session names.
	MaxMessages = 1000
)

// Concerns adds the message seq to a finding of the session; find makes the finding
// when it is the first. With 0 for seq the finding is about no message.
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

// Retract takes a message out of a finding of the session, because its outcome became
// another one.
func (c *Causes) Retract(code rules.Code, subject string, seq int) {
	at := c.byKey[key{code, subject}]
	if at == nil {
		return
	}
	if i, ok := slices.BinarySearch(at.finding.Messages, seq); ok {
		at.finding.Messages = slices.Delete(slices.Clone(at.finding.Messages), i, i+1)
	} else if len(at.finding.Messages) < MaxMessages {
		return // it was not counted
	}
	at.finding.Count--
	if at.last == seq {
		at.last = 0
	}
}

// Raise changes how bad a finding of the session is to the worse of two.
func (c *Causes) Raise(code rules.Code, subject string, severity rules.Severity) {
	if at := c.byKey[key{code, subject}]; at != nil && at.finding.Severity != rules.Off {
		at.finding.Severity = max(at.finding.Severity, severity)
	}
}

// Findings are those that hold by now.
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
