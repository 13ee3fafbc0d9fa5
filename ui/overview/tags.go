package overview

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
)

// TagCount counts the messages of a session by the status of a tag.
type TagCount struct {
	Tag                                       *gtm.Tag
	Fired, MayFire, HeldBack, Blocked, Paused int
	Hits                                      int    // observed hits of the tag
	Last                                      int    // the Seq of the last message that triggered it; 0 for none
	Why                                       string // the reason why it didn't fire on the last message on which it was prevented
}

// Status returns the status that is nearest to firing.
func (t TagCount) Status() gtm.Status {
	switch {
	case t.Fired > 0:
		return gtm.StatusFired
	case t.MayFire > 0:
		return gtm.StatusUnknown
	case t.HeldBack > 0:
		return gtm.StatusHeldBack
	case t.Blocked > 0:
		return gtm.StatusBlocked
	case t.Paused > 0 || t.Tag.Paused:
		return gtm.StatusPaused
	}
	return gtm.StatusNotTriggered
}

// tagCounts counts the statuses of each tag over a session, in the order of the containers.
func tagCounts(snapshot session.Snapshot) []TagCount {
	counts := []TagCount{}
	at := map[*gtm.Tag]int{}
	count := func(tag *gtm.Tag) *TagCount {
		i, ok := at[tag]
		if !ok {
			i = len(counts)
			at[tag] = i
			counts = append(counts, TagCount{Tag: tag})
		}
		return &counts[i]
	}
	for _, tag := range tagsOf(snapshot) {
		count(tag)
	}
	byName := map[string]*gtm.Tag{}
	for _, c := range counts {
		byName[c.Tag.Name] = c.Tag
	}
	for i := range snapshot.Len() {
		switch e := snapshot.Entry(i).(type) {
		case *datalayer.Push:
			outcome := snapshot.Verdict(i).Outcome
			for _, f := range outcome.Tags {
				c := count(f.Tag)
				c.Last = e.Seq
				if f.Fires == gtm.Yes {
					c.Fired++
				} else {
					c.MayFire++
				}
			}
			for _, n := range outcome.NotFired {
				count(n.Tag).kept(n, e.Seq)
			}
		case *datalayer.Hit:
			if e.Cause != nil && byName[e.Cause.Tag] != nil {
				count(byName[e.Cause.Tag]).Hits++
			}
		}
	}
	return counts
}

// kept counts a message on which the tag was prevented from firing.
func (t *TagCount) kept(n gtm.NotFired, seq int) {
	t.Last, t.Why = seq, n.Why
	switch n.Status {
	case gtm.StatusHeldBack:
		t.HeldBack++
	case gtm.StatusBlocked:
		t.Blocked++
	case gtm.StatusPaused:
		t.Paused++
	}
}

// tagsOf lists the tags of the session's containers, each once.
func tagsOf(snapshot session.Snapshot) []*gtm.Tag {
	var containers []*gtm.Container
	var tags []*gtm.Tag
	for _, t := range snapshot.Triggers {
		if c := t.Trigger.Container; c != nil && !slices.Contains(containers, c) {
			containers = append(containers, c)
			tags = append(tags, c.Tags...)
		}
	}
	return tags
}
