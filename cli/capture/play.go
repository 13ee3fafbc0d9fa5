package capture

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"layertap/flow"
	"layertap/probe"
	"layertap/probe/perform"
	"layertap/probe/visit"
	"layertap/session"
)

// Flow is a flow that is performed in the page of a session.
type Flow struct {
	flow.Flow
	File string // where it was read
	// First is the number of steps that opening the page replaces.
	First int
}

// settles is how long a page may continue after the last step if no duration is set.
const settles = 2 * time.Second

// ReadFlow reads the flow in a file. It starts at the URL of the options or, if that is
// empty, at the first page that it opens. ReadFlow sets the URL and the viewport of the
// options. If the URL is on another site than the flow's, the flow's pages are opened
// on that site.
func ReadFlow(name string, read func(string) ([]byte, error), o *probe.Options) (f Flow, err error) {
	text, err := read(name)
	if err == nil {
		f, err = parseFlow(text, o)
	}
	if err != nil {
		err = fmt.Errorf("reading the flow %s: %w", name, err)
	}
	f.File = name
	return f, err
}

func parseFlow(text []byte, o *probe.Options) (Flow, error) {
	read, err := flow.Parse(text)
	if err == nil {
		err = perform.CheckKeys(read)
	}
	if err != nil {
		return Flow{}, err
	}
	f := Flow{Flow: read}
	recorded := f.begin(&o.Visit)
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

// begin sets up the visit as the steps before the first page say, and returns the URL
// of that; empty if the flow opens none at its beginning.
func (f *Flow) begin(v *visit.Visit) (page string) {
	for _, s := range f.Steps {
		switch s.Type {
		case flow.SetViewportStep:
			if is := s.Viewport; v.Viewport == (visit.Size{}) && v.Device == "" {
				v.Viewport = visit.Size{Width: is.Width, Height: is.Height, Scale: is.Scale, Mobile: is.Mobile, Touch: is.Touch}
			}
		case flow.EmulateNetworkStep:
			v.Network = &visit.Network{Download: s.Network.Download, Upload: s.Network.Upload, Latency: s.Network.Latency}
		case flow.NavigateStep:
			f.First++
			return s.URL
		default:
			return ""
		}
		f.First++
	}
	return ""
}

// move changes the steps after the first to open pages of the site to, not of the site
// from on which they were recorded.
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

// Play performs flows, one after the other, once the page of the session is live, for
// which it waits at most for within. Then it waits for the duration lasts, by default
// two seconds. Errors name the step that failed.
func Play(ctx context.Context, flows []Flow, s *session.Session, p *probe.Probe, within, lasts time.Duration) error {
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if Live(waiting, s).IsZero() {
		return nil // which is reported anyway
	}
	for _, f := range flows {
		err := f.play(ctx, p)
		switch {
		case err != nil && ctx.Err() != nil: // interrupted
			return nil
		case err != nil && len(flows) > 1:
			return fmt.Errorf("performing the flow %s, %w", f.File, err)
		case err != nil:
			return fmt.Errorf("performing the flow, %w", err)
		}
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

// play performs the steps that opening the page doesn't replace.
func (f Flow) play(ctx context.Context, p *probe.Probe) error {
	rest := f.Flow
	rest.Steps = f.Steps[f.First:]
	number := f.First
	err := p.Play(ctx, rest, func(n int, _ flow.Step) { number = f.First + n })
	if err != nil {
		return fmt.Errorf("step %d (%s): %w", number, f.Steps[number-1].Type, errors.Unwrap(err))
	}
	return nil
}
