package capture

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"layertap/flow"
	"layertap/probe"
	"layertap/probe/visit"
	"layertap/session"
)

// Flow is a flow that is performed in the page of a session.
type Flow struct {
	flow.Flow
	// First is how many steps opening the page takes the place of.
	First int
}

// settles is how long a page may go on after the last step, if no time is set.
const settles = 2 * time.Second

// ReadFlow reads the flow in a file that is to begin at the URL of the options; if that is
// empty, at the first that it opens. It sets the URL and the viewport of the options. Pages
// of the site that it was recorded on are opened on the site of the URL instead.
func ReadFlow(name string, read func(string) ([]byte, error), o *probe.Options) (f Flow, err error) {
	text, err := read(name)
	if err == nil {
		f, err = parseFlow(text, o)
	}
	if err != nil {
		err = fmt.Errorf("reading the flow %s: %w", name, err)
	}
	return f, err
}

func parseFlow(text []byte, o *probe.Options) (Flow, error) {
	read, err := flow.Parse(text)
	if err != nil {
		return Flow{}, err
	}
	f := Flow{Flow: read}
	recorded := ""
	for i, s := range read.Steps {
		if s.Type == flow.SetViewportStep && i == f.First {
			f.First++
			if o.Visit.Viewport == (visit.Size{}) && o.Visit.Device == "" && !s.Viewport.Mobile {
				o.Visit.Viewport = visit.Size{Width: s.Viewport.Width, Height: s.Viewport.Height}
			}
		}
		if s.Type == flow.NavigateStep && i == f.First {
			f.First++
			recorded = s.URL
			break
		}
	}
	switch {
	case o.URL == "" && recorded == "":
		return Flow{}, errors.New("its first step doesn't open a page; give the URL")
	case o.URL == "":
		o.URL = recorded
	default:
		f.move(recorded, o.URL)
	}
	return f, nil
}

// move has the steps after the first open pages of another site in place of the site
// that they were recorded on.
func (f *Flow) move(from, to string) {
	was, err := url.Parse(from)
	is, err2 := url.Parse(to)
	if err != nil || err2 != nil || was.Host == "" {
		return
	}
	for i := range f.Steps {
		if u, err := url.Parse(f.Steps[i].URL); err == nil && u.Host == was.Host {
			u.Scheme, u.Host, u.User = is.Scheme, is.Host, is.User
			f.Steps[i].URL = u.String()
		}
	}
}

// Play performs the flow when the page of the session is live, which it may take within.
// Then it waits for as long as lasts, or for two seconds. Its error names the step that
// could not be done.
func (f Flow) Play(ctx context.Context, s *session.Session, p *probe.Probe, within, lasts time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if Live(waiting, s).IsZero() {
		return nil // which is told anyway
	}
	rest := f.Flow
	rest.Steps = f.Steps[f.First:]
	number := f.First
	err := p.Play(ctx, rest, func(n int, _ flow.Step) { number = f.First + n })
	switch {
	case err != nil && ctx.Err() != nil: // it was interrupted
		return nil
	case err != nil:
		return fmt.Errorf("performing the flow, step %d (%s): %w", number, f.Steps[number-1].Type, errors.Unwrap(err))
	}
	if lasts == 0 {
		lasts = settles
	}
	select {
	case <-time.After(lasts):
	case <-ctx.Done():
	}
	return nil
}
