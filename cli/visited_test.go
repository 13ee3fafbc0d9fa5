//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// visited is a site whose page pushes what it sees of its visitor, as texts by name, in
// the event "seen".
func visited(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		user, _, _ := r.BasicAuth()
		_, port, _ := strings.Cut(r.Host, ":")
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<meta name="viewport" content="width=device-width"><script>
			dataLayer = [];
			(async () => dataLayer.push({
				event: 'seen', header: %q, user: %q, acceptLanguage: %q, agentHeader: %q,
				agent: navigator.userAgent, languages: String(navigator.languages), cookie: document.cookie, stored: String(localStorage.kept),
				zone: Intl.DateTimeFormat().resolvedOptions().timeZone, size: innerWidth + 'x' + innerHeight, scale: String(devicePixelRatio),
				mobile: String(navigator.userAgentData && navigator.userAgentData.mobile), touch: String(navigator.maxTouchPoints),
				other: await fetch('http://localhost:%s/other', {mode: 'no-cors'}).then(() => 'reached', () => 'blocked'),
				position: await new Promise((done) => navigator.geolocation.getCurrentPosition((p) => done(p.coords.latitude + ' ' + p.coords.longitude), () => done('refused'))),
			}))().then(() => { localStorage.kept = 'yes'; document.cookie = 'kept=yes; max-age=1000' });
		</script>`, r.Header.Get("X-Staging"), user, r.Header.Get("Accept-Language"), r.Header.Get("User-Agent"), port)
	})
	mux.HandleFunc("/other", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
		if _, _, given := r.BasicAuth(); !given {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, "/", http.StatusFound)
	})
	s := httptest.NewUnstartedServer(mux)
	t.Cleanup(s.Close)
	return s
}

// seenBy runs the program until the page of a site has pushed what it sees, and returns
// that and the header of the recording.
func seenBy(t *testing.T, cmd *exec.Cmd) (seen map[string]string, header string) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	var trouble strings.Builder
	cmd.Stderr = &trouble
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for seen == nil && lines.Scan() {
		var l struct {
			Type    string
			Event   string
			Message map[string]string
		}
		_ = json.Unmarshal(lines.Bytes(), &l) // other messages have other types of values
		switch {
		case l.Type == "session":
			header = lines.Text()
		case l.Event == "seen":
			seen = l.Message
		}
	}
	_ = cmd.Process.Signal(syscall.SIGINT)
	for lines.Scan() { // to its end
	}
	if err := cmd.Wait(); err != nil || seen == nil {
		t.Fatalf("it ended with %v, and said:\n%s", err, &trouble)
	}
	return seen, header
}

// setUp are flags of a visit, each with what the page then sees.
var setUp = []struct{ flag, value, name, want string }{
	{"user-agent", "Tester/1.0", "agent", "Tester/1.0"},
	{"user-agent", "Tester/1.0", "agentHeader", "Tester/1.0"},
	{"lang", "de-DE", "languages", "de-DE,de"},
	{"lang", "de-DE", "acceptLanguage", "de-DE,de;q=0.9"},
	{"timezone", "Asia/Tokyo", "zone", "Asia/Tokyo"},
	{"geolocation", "52.52,13.405", "position", "52.52 13.405"},
	{"viewport", "801x602", "size", "801x602"},
	{"cookie", "consent=all", "cookie", "consent=all"},
	{"header", "X-Staging: token", "header", "token"},
	{"block", "localhost", "other", "blocked"},
	{"chrome-flag", "--force-device-scale-factor=2", "scale", "2"},
	{"auth-file", "login", "user", "qa"},
}

// The page sees each flag of a visit, given on the command line or in a preset. Without
// them it sees something else.
func TestVisitIsSetUp(t *testing.T) {
	t.Parallel()
	site := visited(t)
	site.Start()
	settings := t.TempDir()
	if err := os.MkdirAll(filepath.Join(settings, "layertap"), 0o700); err != nil {
		t.Fatal(err)
	}
	login := filepath.Join(settings, "login")
	preset, flags := "presets:\n  all:\n", []string{}
	given := map[string]bool{}
	for _, s := range setUp {
		if s.value == "login" {
			s.value = login
		}
		if !given[s.flag] {
			preset += fmt.Sprintf("    %s: %q\n", s.flag, s.value)
			flags = append(flags, "--"+s.flag, s.value)
		}
		given[s.flag] = true
	}
	for path, text := range map[string]string{login: "qa:s3cret\n", filepath.Join(settings, "layertap", "config.yaml"): preset} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name string
		args []string
		set  bool
	}{
		{"flags", flags, true},
		{"preset", []string{"--preset", "all"}, true},
		{"nothing", nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address := site.URL + "/login"
			if !tt.set {
				address = site.URL + "/"
			}
			cmd := program(t, append([]string{address, "--headless", "--format", "ndjson"}, tt.args...)...)
			cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+settings)
			seen, header := seenBy(t, cmd)
			for _, s := range setUp {
				if (seen[s.name] == s.want) != tt.set {
					t.Errorf("--%s: the page sees the %s %q", s.flag, s.name, seen[s.name])
				}
				if named := strings.Contains(header, `"--`+s.flag+"="); named != (tt.set && s.flag != "auth-file") {
					t.Errorf("--%s: the header is %s", s.flag, header)
				}
			}
			if strings.Contains(header, "token") || strings.Contains(header, "s3cret") {
				t.Errorf("the header has a secret: %s", header)
			}
		})
	}
}

// The page sees a device.
func TestVisitOnAMobile(t *testing.T) {
	t.Parallel()
	site := visited(t)
	site.Start()
	seen, _ := seenBy(t, program(t, site.URL, "--headless", "--format", "ndjson", "--mobile", "pixel 7"))
	for name, want := range map[string]string{"size": "412x915", "scale": "2.625", "mobile": "true", "touch": "5"} {
		if seen[name] != want {
			t.Errorf("the page sees the %s %q, not %q", name, seen[name], want)
		}
	}
	if !strings.Contains(seen["agent"], "Android") || seen["agentHeader"] != seen["agent"] {
		t.Errorf("the page sees the user agent %q, the server %q", seen["agent"], seen["agentHeader"])
	}
}

// An incognito window has nothing of the profile's earlier visits, and leaves nothing to
// later ones.
func TestVisitIncognito(t *testing.T) {
	t.Parallel()
	site := visited(t)
	site.Start()
	data := t.TempDir()
	for i, tt := range []struct{ flag, cookie, stored string }{
		{"--incognito", "", "undefined"},
		{"", "", "undefined"},
		{"", "kept=yes", "yes"},
		{"--incognito", "", "undefined"},
	} {
		args := []string{site.URL, "--headless", "--format", "ndjson", "--profile", "work"}
		if tt.flag != "" {
			args = append(args, tt.flag)
		}
		cmd := program(t, args...)
		cmd.Env = append(cmd.Env, "XDG_DATA_HOME="+data)
		if seen, _ := seenBy(t, cmd); seen["cookie"] != tt.cookie || seen["stored"] != tt.stored {
			t.Errorf("visit %d: the page sees the cookie %q and stored %q, not %q and %q", i+1, seen["cookie"], seen["stored"], tt.cookie, tt.stored)
		}
	}
}

// A site whose certificate isn't valid opens on request, which is said and recorded.
func TestVisitIgnoresCertificates(t *testing.T) {
	t.Parallel()
	site := visited(t)
	site.Config.ErrorLog = log.New(io.Discard, "", 0) // of the browser's refusal
	site.StartTLS()
	r := run(t, "record", site.URL, "--headless", "--for", "1s", "-o", "a.session.jsonl")
	if r.code != 2 || !strings.Contains(r.printed, "--ignore-certificate-errors opens it all the same") {
		t.Errorf("without the flag it ended with %d: %s", r.code, r.printed)
	}
	cmd := program(t, "record", site.URL, "--headless", "--for", "1s", "-o", "a.session.jsonl", "--require-messages", "--ignore-certificate-errors")
	said, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(said), "certificate errors are ignored") {
		t.Errorf("it ended with %v: %s", err, said)
	}
	if kept := readFile(t, filepath.Join(cmd.Dir, "a.session.jsonl")); !strings.Contains(kept, `"setup":["--headless","--ignore-certificate-errors"]`) {
		t.Errorf("it is not recorded: %.500s", kept)
	}
}

// A sweep, and a tab that is opened in a running browser, are set up in the same way. A
// running browser has the command line that it was started with.
func TestVisitElsewhereIsSetUp(t *testing.T) {
	t.Parallel()
	site := visited(t)
	site.Start()
	login := filepath.Join(t.TempDir(), "login")
	if err := os.WriteFile(login, []byte("qa:s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flagsOf := func(without string) []string {
		flags, given := []string{"--for", "3s"}, map[string]bool{without: true}
		for _, s := range setUp {
			if s.value == "login" {
				s.value = login
			}
			if !given[s.flag] {
				flags = append(flags, "--"+s.flag, s.value)
			}
			given[s.flag] = true
		}
		return flags
	}
	browser := everydayBrowser(t, t.TempDir(), "about:blank")
	for _, tt := range []struct{ without, args string }{
		{"", "sweep URL --out visits --fail-on never"},
		{"chrome-flag", "sweep URL --out visits --fail-on never --attach BROWSER"},
		{"chrome-flag", "record URL -o visits/1.session.jsonl --attach BROWSER"},
	} {
		args := strings.Fields(strings.NewReplacer("URL", site.URL+"/login", "BROWSER", browser).Replace(tt.args))
		cmd := program(t, append(args, flagsOf(tt.without)...)...)
		if err := os.Mkdir(filepath.Join(cmd.Dir, "visits"), 0o700); err != nil {
			t.Fatal(err)
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%q: %v: %s", args, err, out)
			continue
		}
		kept := ""
		for _, name := range filesUnder(t, filepath.Join(cmd.Dir, "visits")) {
			kept += readFile(t, name)
		}
		for _, s := range setUp {
			if want := fmt.Sprintf("%q:%q", s.name, s.want); s.flag != tt.without && !strings.Contains(kept, want) {
				t.Errorf("%q: the page doesn't see %s:\n%.3000s", args, want, kept)
			}
		}
		if strings.Contains(kept, "s3cret") {
			t.Errorf("%q: the password is kept", args)
		}
	}
}
