// Package demo serves a small shop with a chat widget, for trying layertap on and
// for its tests. It needs no network beyond the machine itself.
//
// The widget pushes the events that its vendor documents. Some are wrong on
// purpose, at places that never change: [Faults] lists them. An autopilot, the
// tour, can play a visitor who meets all of them. The shop has a Google Tag Manager
// container of its own, with tags that fire and tags that are kept from it.
package demo

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// TourOver is the event that the page pushes when the tour has ended.
const TourOver = "tour_finished"

// Pace is how fast the tour is played.
type Pace string

// The paces of the tour.
const (
	Calm Pace = "calm" // a minute: a person can follow it
	Fast Pace = "fast" // a few seconds
)

// Site is the shop while it is being served.
type Site struct {
	address string
	server  *http.Server
}

// Start serves the shop on a free port of 127.0.0.1, until Close.
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
		// It only ever ends by Close: a broken listener shows in the browser.
		if err := s.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			_ = listener.Close()
		}
	}()
	return s, nil
}

// URL is the address of the shop's first page.
func (s *Site) URL() string { return "http://" + s.address + "/" }

// TourURL is an address that starts the tour. The tour leads over several pages,
// is the same each time but for ids and times, and ends with [TourOver].
func (s *Site) TourURL(pace Pace) string { return s.URL() + "?auto&pace=" + string(pace) }

// Close stops serving at once.
func (s *Site) Close() error {
	if err := s.server.Close(); err != nil {
		return fmt.Errorf("stopping the demo shop: %w", err)
	}
	return nil
}
