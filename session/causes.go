package session

import (
	"layertap/datalayer"
	"layertap/session/cause"
)

// findCause finds the message that a hit came from. The cause in a file was found by an
// earlier version, or without the container, so only what was seen on the stack is used
// of it.
func (s *Session) findCause(hit *datalayer.Hit) {
	if len(hit.During) == 0 && hit.Cause != nil && hit.Cause.By == "initiator" {
		hit.During = []datalayer.PushRef{{Seq: hit.Cause.Push}}
	}
	hit.Cause = s.causes.Of(hit)
}

// tagsOf returns the tags that fired on a message, certainly or possibly, with what
// they send.
func (s *Session) tagsOf(push *datalayer.Push) ([]cause.Tag, bool) {
	verdicts, ok := s.analysis.GTM.Sends(push)
	var tags []cause.Tag
	for _, v := range verdicts {
		tag := cause.Tag{Name: v.Tag.Name, Type: v.Tag.Type}
		for _, p := range v.Sends {
			text, plain := p.Value.AsString()
			if !p.Known || !plain {
				tag.Partly = true
				continue
			}
			tag.Sends = append(tag.Sends, cause.Value{Name: p.Name, Text: text})
		}
		tags = append(tags, tag)
	}
	return tags, ok
}
