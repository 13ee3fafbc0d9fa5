package grid

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// hub responds like a grid.
type hub struct {
	*httptest.Server
	answer string
	status int
	closed chan string
}

func newHub(t *testing.T, status int, answer string) *hub {
	h := &hub{answer: answer, status: status, closed: make(chan string, 1)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		switch {
		case user != "qa" || password != "secret":
			http.Error(w, "who are you?", http.StatusUnauthorized)
		case r.Method == http.MethodDelete:
			h.closed <- r.URL.Path
			fmt.Fprint(w, `{"value":null}`)
		case r.Method == http.MethodPost && r.URL.Path == "/grid/session":
			w.WriteHeader(h.status)
			fmt.Fprint(w, h.answer)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hub) address(user string) string {
	return strings.Replace(h.URL, "http://", "http://"+user, 1) + "/grid"
}

func TestOpen(t *testing.T) {
	h := newHub(t, http.StatusOK, `{"value":{"sessionId":"ab12","capabilities":{"browserName":"chrome","se:cdp":"ws://172.17.0.3:5555/session/ab12/se/cdp"}}}`)
	s, err := Open(t.Context(), h.address("qa:secret@"))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Replace(h.URL, "http://", "ws://qa:secret@", 1) + "/session/ab12/se/cdp"; s.Where != want {
		t.Errorf("the browser is at %s, not %s", s.Where, want)
	}
	s.Close()
	if path := <-h.closed; path != "/grid/session/ab12" {
		t.Errorf("closed was %s", path)
	}
}

func TestOpenFails(t *testing.T) {
	for name, tt := range map[string]struct {
		status     int
		answer     string
		user, want string
		closes     bool
	}{
		"no cdp":         {200, `{"value":{"sessionId":"ab12","capabilities":{"browserName":"chrome"}}}`, "qa:secret@", "no se:cdp", true},
		"grid 3":         {200, `{"value":{"sessionId":"ab12","capabilities":{"browserName":"chrome","webdriver.remote.sessionid":"ab12"}}}`, "qa:secret@", "it is a Selenium Grid 3", true},
		"page of grid 3": {404, `<html><script>var json = '{"type":"Standalone","class":"org.openqa.grid.web.servlet.DisplayHelpHandler"}'</script>`, "qa:secret@", "it is a Selenium Grid 3", false},
		"no session":     {200, `{"value":{}}`, "qa:secret@", "opened no session", false},
		"another site":   {200, `<html>`, "qa:secret@", "isn't that of a Selenium Grid", false},
		"no browser":     {500, `{"value":{"error":"session not created","message":"Could not start a new session.\nBuild info"}}`, "qa:secret@", "Could not start a new session.", false},
		"out of order":   {503, `busy`, "qa:secret@", "503", false},
		"no user":        {200, ``, "", "refuses access", false},
		"wrong secrets":  {200, ``, "qa:other@", "refuses access", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHub(t, tt.status, tt.answer)
			s, err := Open(t.Context(), h.address(tt.user))
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "other") {
				t.Errorf("it returned %v, %v", s, err)
			}
			if tt.closes && <-h.closed == "" {
				t.Error("the session is left open")
			}
		})
	}
	h := newHub(t, 200, "")
	h.Close()
	if _, err := Open(t.Context(), h.address("qa:secret@")); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("without a grid it returned %v", err)
	}
}

func TestValid(t *testing.T) {
	for hub, want := range map[string]bool{"http://hub:4444": true, "https://qa:secret@hub/wd/hub": true, "hub:4444": false, "ws://hub": false, "": false, "http://": false} {
		if got := Valid(hub) == nil; got != want {
			t.Errorf("%q: %v", hub, got)
		}
	}
}
