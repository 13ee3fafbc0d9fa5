package engine

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// Sends returns the tags that fired on a message, certainly or possibly, with what each
// of them sends. It is cheaper than [Engine.Explain], particularly for messages in
// their order. It is false if no container with tags evaluates the message.
func (e *Engine) Sends(push *datalayer.Push) ([]gtm.TagVerdict, bool) {
	p, ok := e.find(push)
	if !ok || !slices.ContainsFunc(p.containers, func(c *gtm.Container) bool { return len(c.Tags) > 0 }) {
		return nil, false
	}
	r := e.resume(p)
	var sending []gtm.TagVerdict
	r.sending = func(fired []gtm.Firing, reader *variable.Reader) {
		reader.Budget = &variable.Budget{Left: variable.MaxWork} // the message has used up its own
		for _, f := range fired {
			if f.Fires != gtm.No {
				sending = append(sending, gtm.TagVerdict{Tag: f.Tag, Fires: f.Fires, Sends: sends(reader, f.Tag)})
			}
		}
	}
	message := push.Read()
	r.push(p.history.len()-1, &message)
	r.sending = nil
	e.explained.Store(&explained{p.layer, r, p.history.len() - 1})
	return sending, true
}
