package current

import "layertap/datalayer"

// Layer is the state of a data layer of a document.
type Layer struct {
	Messages     int
	Assigned     bool            // the last message came with an assignment
	GTM          bool            // Google Tag Manager has started
	Consent      map[string]bool // by type, whether it is granted
	Conversation string
	Begun        bool // a conversation began whose ID isn't known yet

	Gtag       bool                // a gtag command occurred
	Snippet    bool                // the snippet of Google Tag Manager ran
	Configured map[string]bool     // the destinations of config commands
	Groups     map[string][]string // of destinations
	Spread     *datalayer.Push     // the last command whose arguments were pushed separately
	Defaulted  bool                // consent has a default
	Before     string              // a description of what came too early

	GoogleTag, Container bool // one of them took it

	page string // the ID of its document's current page
}

// Take records what a message changes.
func (l *Layer) Take(m *datalayer.Message, push *datalayer.Push) {
	l.Messages++
	l.Assigned = push.Via == datalayer.ViaAssign
	l.GTM = l.GTM || m.Event == "gtm.js" || m.Event == "gtm.init"
	if m.Effect.Consent != nil {
		if l.Consent == nil {
			l.Consent = map[string]bool{}
		}
		for _, f := range m.Effect.Consent {
			l.Consent[f.Name] = f.Value.Text == "granted"
		}
	}
}

// Taken records that a container or a Google tag took the layer.
func (l *Layer) Taken(id string) {
	if datalayer.IsGoogleTag(id) {
		l.GoogleTag = true
	} else {
		l.Container = true
	}
}

// layerKey identifies a data layer of a frame of a tab.
type layerKey struct{ target, frame, layer string }

// Layers are the data layers of a session. The zero value is empty.
type Layers struct{ byKey map[layerKey]*Layer }

// maxLayers bounds the stored data layers.
const maxLayers = 1024

// Find returns the data layer of a message of a page; nil if it isn't stored.
func (ls *Layers) Find(page *datalayer.Page, push *datalayer.Push) *Layer {
	return ls.byKey[layerKey{page.Target, push.Frame, push.Layer}]
}

// Of returns the data layer of a message of a page. A new document has a new one.
func (ls *Layers) Of(page *datalayer.Page, push *datalayer.Push) *Layer {
	layer := ls.Find(page, push)
	if layer != nil && layer.page == page.ID {
		return layer
	}
	if layer != nil && page.Cause == datalayer.CauseHistory {
		layer.page = page.ID
		return layer
	}
	if ls.byKey == nil {
		ls.byKey = map[layerKey]*Layer{}
	}
	if len(ls.byKey) >= maxLayers {
		clear(ls.byKey)
	}
	layer = &Layer{page: page.ID}
	ls.byKey[layerKey{page.Target, push.Frame, push.Layer}] = layer
	return layer
}

// OnlyGtag reports whether gtag was used, but never the snippet of Google Tag Manager.
func (ls *Layers) OnlyGtag() bool {
	gtag := false
	for _, layer := range ls.byKey {
		if layer.Snippet {
			return false
		}
		gtag = gtag || layer.Gtag
	}
	return gtag
}
