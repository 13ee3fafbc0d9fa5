// Package grid opens browsers in a Selenium Grid; the probe attaches to their DevTools
// endpoints.
package grid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Limits for a grid. A grid queues a session until a browser is free, by default for up
// to five minutes
// (https://www.selenium.dev/documentation/grid/configuration/cli_options/).
const (
	queued    = 6 * time.Minute
	ends      = 10 * time.Second
	maxAnswer = 1 << 20 // bytes
)

// Session is a browser session in a grid.
type Session struct {
	// Where is the browser's DevTools endpoint.
	Where string

	at *url.URL // URL of the session
}

// Valid returns an error if hub isn't a valid URL of a grid.
func Valid(hub string) error {
	u, err := url.Parse(hub)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("must be the URL of a Selenium Grid, such as http://hub:4444")
	}
	return nil
}

// Open opens a session with Chrome on the grid at hub; it may be queued. The caller
// must call Close. Errors don't include the user and password in the URL.
func Open(ctx context.Context, hub string) (*Session, error) {
	u, err := url.Parse(hub)
	if err != nil {
		return nil, errors.New("opening a browser in the grid: its URL isn't valid")
	}
	failed := func(err error) error {
		return fmt.Errorf("opening a browser in the grid %s: %w", u.Host, err)
	}
	at := u.JoinPath("session")
	ctx, cancel := context.WithTimeout(ctx, queued)
	defer cancel()
	var answer struct {
		Value struct {
			Session      string         `json:"sessionId"`
			Capabilities map[string]any `json:"capabilities"`
			Message      string         `json:"message"`
		} `json:"value"`
	}
	// As defined in https://www.w3.org/TR/webdriver2/#new-session.
	wanted := []byte(`{"capabilities":{"alwaysMatch":{"browserName":"chrome","goog:chromeOptions":{"args":["--headless=new"]}}}}`)
	if err := ask(ctx, http.MethodPost, at, wanted, &answer); err != nil {
		if answer.Value.Message != "" {
			message, _, _ := strings.Cut(answer.Value.Message, "\n")
			err = errors.New(message)
		}
		return nil, failed(err)
	}
	if answer.Value.Session == "" {
		return nil, failed(errors.New("it opened no session: is this a Selenium Grid 4?"))
	}
	s := &Session{at: at.JoinPath(answer.Value.Session)}
	cdp, _ := answer.Value.Capabilities["se:cdp"].(string) // added by Grid 4
	endpoint, err := url.Parse(cdp)
	if cdp == "" || err != nil {
		s.Close()
		if _, is3 := answer.Value.Capabilities["webdriver.remote.sessionid"]; is3 {
			return nil, failed(errGrid3)
		}
		return nil, failed(errors.New("its browsers can't be reached by the DevTools protocol (there is no se:cdp): use a Selenium Grid 4 with Chrome"))
	}
	// The grid proxies the endpoint; the node itself may not be reachable.
	endpoint.Scheme, endpoint.Host, endpoint.User = "ws", u.Host, u.User
	if u.Scheme == "https" {
		endpoint.Scheme = "wss"
	}
	s.Where = endpoint.String()
	return s, nil
}

// errGrid3 is the error for a Selenium Grid 3. It adds the capability
// webdriver.remote.sessionid to a session, and its pages name its classes
// (seen with 3.141.59).
var errGrid3 = errors.New("it is a Selenium Grid 3, whose browsers can't be reached by the DevTools protocol: " +
	"use a Selenium Grid 4, or a Chrome with --remote-debugging-port and --attach")

// Close ends the session and with it the browser. If that fails, the grid ends it
// later.
func (s *Session) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), ends)
	defer cancel()
	_ = ask(ctx, http.MethodDelete, s.at, nil, new(json.RawMessage))
}

// ask sends a request to a grid and decodes the response, including error responses.
func ask(ctx context.Context, method string, at *url.URL, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, at.String(), bytes.NewReader(body))
	if err != nil {
		return errors.New("its URL isn't valid")
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		var failed *url.Error // its text contains the URL with the password
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return err
	}
	err = json.Unmarshal(text, answer)
	switch {
	case response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden:
		return errors.New("it refuses access: give its user and password in the URL")
	case err != nil && bytes.Contains(text, []byte("org.openqa.grid")): // at another path than its /wd/hub
		return errGrid3
	case response.StatusCode != http.StatusOK:
		return fmt.Errorf("it responded with %s", response.Status)
	case err != nil:
		return errors.New("its answer isn't that of a Selenium Grid")
	}
	return nil
}
