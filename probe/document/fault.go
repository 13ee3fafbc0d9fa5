package document

import (
	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
)

// maxErrors is the maximum number of errors reported per document.
const maxErrors = 50

// Fault records an error of a document at p. If the document's hook has sent nothing
// yet, the error is kept until the document has a page.
func (l *Builder) Fault(p Place, fault datalayer.ScriptError) {
	frame := p.Tab.FrameName(p.Frame)
	doc := p.Tab.current[frame]
	if doc == nil || doc.page.ID == "" || p.Loader != "" && doc.Loader != p.Loader {
		key := waiting{p.Tab.ID, p.Loader}
		if len(l.faults[key]) < maxErrors {
			l.faults[key] = append(l.faults[key], fault)
		}
		return
	}
	if doc.faults++; doc.faults > maxErrors {
		return
	}
	fault.Page, fault.Frame = doc.page.ID, doc.page.Frame
	l.entries = append(l.entries, &fault)
}

// waiting holds the errors of a document without a page.
type waiting struct {
	tab    string
	loader cdp.LoaderID
}

// faultsOf returns and removes the errors kept for a document.
func (l *Builder) faultsOf(doc *Document) []datalayer.ScriptError {
	key := waiting{doc.Tab.ID, doc.Loader}
	faults := l.faults[key]
	delete(l.faults, key)
	if len(l.faults) > maxPages {
		clear(l.faults)
	}
	return faults
}
