package sweep

import (
	"context"
	"fmt"
	"time"

	"layertap/probe"
	browsers "layertap/probe/browser"
	"layertap/probe/grid"
)

// browser is a browser in which pages are opened.
type browser interface {
	// name returns a name for the user, without secrets.
	name() string
	// where returns the location for the probe to attach to for one page, and a function
	// to call afterwards. It starts the browser if it isn't running.
	where(ctx context.Context) (place string, release func(), err error)
	// recover reports whether the browser can be used after a page failed in it.
	recover(ctx context.Context) bool
	close()
}

// attached is a browser that was already running.
type attached struct{ place string }

func (b attached) name() string { return browsers.Shown(b.place) }

func (b attached) where(context.Context) (string, func(), error) { return b.place, func() {}, nil }

// How often, and for how long, a browser that failed is checked.
const (
	mostAsked   = 3
	answersIn   = 10 * time.Second
	firstPause  = time.Second
	mostStarted = 3 // consecutive starts without a recorded page
)

func (b attached) recover(ctx context.Context) bool {
	return again(ctx, func() bool { return answers(ctx, b.place) })
}

// again calls ask until it returns true, several times with increasing delays.
func again(ctx context.Context, ask func() bool) bool {
	for n, pause := 0, firstPause; ; n, pause = n+1, 2*pause {
		if ask() {
			return true
		}
		if n == mostAsked {
			return false
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return false
		}
	}
}

func answers(ctx context.Context, place string) bool {
	ctx, cancel := context.WithTimeout(ctx, answersIn)
	defer cancel()
	_, err := probe.Tabs(ctx, place)
	return err == nil
}

func (b attached) close() {}

// ofGrid opens a browser in a Selenium Grid for each page.
type ofGrid struct{ hub string }

func (b ofGrid) name() string { return "the grid " + browsers.Shown(b.hub) }

func (b ofGrid) where(ctx context.Context) (string, func(), error) {
	s, err := grid.Open(ctx, b.hub)
	if err != nil {
		return "", nil, err
	}
	return s.Where, s.Close, nil
}

// recover reports whether the grid can open a browser.
func (b ofGrid) recover(ctx context.Context) bool {
	return again(ctx, func() bool {
		s, err := grid.Open(ctx, b.hub)
		if err != nil {
			return false
		}
		s.Close()
		return true
	})
}

func (b ofGrid) close() {}

// started is a browser that is started here, and restarted if it exits.
type started struct {
	number  int
	options probe.Options
	running *browsers.Launched
	failed  int // starts since the last successful connection
}

func (b *started) name() string { return fmt.Sprintf("Chrome %d", b.number) }

func (b *started) where(ctx context.Context) (string, func(), error) {
	if b.running == nil {
		running, err := browsers.Launch(ctx, browsers.Options{
			Program: b.options.Browser, Headless: b.options.Headless, Visit: b.options.Visit, Listen: true,
		})
		if err != nil {
			return "", nil, err
		}
		b.running = running
	}
	return b.running.Address, func() {}, nil
}

func (b *started) recover(ctx context.Context) bool {
	if b.running != nil && answers(ctx, b.running.Address) {
		b.failed = 0
		return true
	}
	b.close()
	b.failed++
	return b.failed < mostStarted
}

func (b *started) close() {
	if b.running != nil {
		b.running.Close()
		b.running = nil
	}
}
