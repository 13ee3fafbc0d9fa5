package session

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session/cause"
)

// findCause works out which message a hit came from. What a file says of it is what
// an earlier version, or one without the container, concluded: of that only what it
// saw on the stack counts.
func (s *Session) findCause(hit *datalayer.Hit) {
	if len(hit.During) == 0 && hit.Cause != nil && hit.Cause.By == "initiator" {
		hit.During = []datalayer.PushRef{{Seq: hit.Cause.Push}}
	}
	hit.Cause = s.causes.Of(hit)
}

// tagsOf returns the tags that fired on a message, or may have, with what they send.
func (s *Session) tagsOf(push *datalayer.Push) ([]cause.Tag, bool) {
	i := s.current.log.find(push.Seq)
	if i < 0 {
		return nil, false
	}
	v := s.current.Verdict(i)
	if len(v.Outcome.Tags) == 0 {
		return nil, s.analysis.GTM.Evaluates(push)
	}
	var tags []cause.Tag
	for _, f := range v.Outcome.Tags {
		if f.Fires != gtm.No {
			tags = append(tags, cause.Tag{Name: f.Tag.Name, Type: f.Tag.Type, Partly: true})
		}
	}
	return tags, true
}
