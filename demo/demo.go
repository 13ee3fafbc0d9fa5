// Package demo serves a small shop with a chat widget, for trying out layertap and for
// its tests. It doesn't use the network outside the machine.
//
// The widget pushes the events that its vendor documents. Some are wrong on purpose,
// always in the same places; [Faults] lists them. The tour is an autopilot that plays a
// visitor who causes all of them. The shop has its own Google Tag Manager container,
// with tags that fire and tags that don't.
package demo

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// TourOver is the event that the page pushes at the end of the tour.
const TourOver = "tour_finished"

// Pace is the speed of the tour.
type Pace string

// The paces of the tour.
const (
	Calm Pace = "calm" // a minute, so that a viewer can follow
	Fast Pace = "fast" // a few seconds
)

// Site is a running server of the shop.
type Site struct {
	address string
	server  *http.Server
}

// Start serves the shop on a free port of 127.0.0.1 until Close is called.
func Start() (*Site, error) {
	handler, err := newHandler()
	if err != nil {
		return nil, fmt.Errorf("building the demo shop: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port on 127.0.0.1 for the demo shop: %w", err)
	}
	s := &Site{
		address: listener.Addr().String(),
		server:  &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second},
	}
	go func() {
		// Serve only returns after Close; a broken listener would be seen in the
		// browser.
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			_ = listener.Close()
		}
	}()
	return s, nil
}

// URL returns the URL of the shop's first page.
func (s *Site) URL() string { return "http://" + s.address + "/" }

// TourURL returns the URL that starts the tour. The tour visits several pages, is
// always the same except for IDs and times, and ends with [TourOver].
func (s *Site) TourURL(pace Pace) string { return s.URL() + "?auto&pace=" + string(pace) }

// Close stops the server immediately.
func (s *Site) Close() error {
	if err := s.server.Close(); err != nil {
		return fmt.Errorf("stopping the demo shop: %w", err)
	}
	return nil
}
