package cause

import (
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"layertap/datalayer"
)

// failure is a hit that failed. The vendor may send it again.
type failure struct {
	cause *datalayer.HitCause
	at    time.Duration
}

// contents identifies what a hit sends, by a hash: retries are equal. Equal hits of one
// request differ in their index.
type contents struct {
	hash  uint64
	index int
}

var seed = maphash.MakeSeed()

func contentsOf(hit *datalayer.Hit) contents {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, text := range []string{hit.Vendor, hit.ID, hit.Event, hit.URL} {
		_, _ = h.WriteString(text)
		_ = h.WriteByte(0)
	}
	_, _ = h.Write(hit.Params)
	return contents{h.Sum64(), hit.Batch.Index}
}

// precedes reports whether an equal hit may be the failed one, sent again. It isn't if it
// was sent during the push of another message.
func (f failure) precedes(hit *datalayer.Hit) bool {
	during := len(hit.During) == 0 || slices.ContainsFunc(hit.During, func(p datalayer.PushRef) bool { return p.Seq == f.cause.Push })
	return during && hit.T-f.at <= longReach
}

// fail stores a hit that failed, unless too many of the last minutes are stored.
func (doc *document) fail(key contents, f failure) {
	if len(doc.failed) >= maxFailed {
		maps.DeleteFunc(doc.failed, func(_ contents, old failure) bool { return f.at-old.at > longReach })
	}
	if len(doc.failed) < maxFailed {
		doc.failed[key] = f
	}
}

// again returns the cause of a hit that was sent before. It isn't the stack's.
func again(before *datalayer.HitCause, rivals bool) *datalayer.HitCause {
	cause := *before
	cause.By = "name"
	switch {
	case rivals:
		cause.Strength = "weak"
	case cause.Strength == "certain":
		cause.Strength = "likely"
	}
	return &cause
}

// rivals reports whether a message that was pushed after a time can have caused a hit by
// name, and none was found for it yet.
func (f *Finder) rivals(doc *document, hit *datalayer.Hit, after time.Duration) bool {
	h := newHit(hit)
	return slices.ContainsFunc(f.options(doc, h), func(o option) bool { return o.push.T > after && o.free(h) })
}
