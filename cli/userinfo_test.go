//go:build unix

package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"layertap/datalayer"
)

// credentials are what no output may contain.
var credentials = []string{"hunter77"}

// mustKeepCredentials checks that an output, which must contain a text, has no
// credentials.
func mustKeepCredentials(t *testing.T, name, out, text string) {
	t.Helper()
	if !strings.Contains(out, text) {
		t.Errorf("%s has no %s: %.2000s", name, text, out)
	}
	for _, leak := range leaks(out, credentials) {
		t.Errorf("%s: %s", name, leak)
	}
}

// outputsOf returns the commands that print a recording in every form, without removing
// personal data.
func outputsOf(recording string) [][]string {
	outputs := [][]string{
		{"report", "--no-redact", recording}, {"report", "--no-redact", "--full", recording},
		{"open", "--plain", recording}, {"doctor", recording}, {"doctor", "--format", "json", recording},
		{"plan", "infer", recording}, {"diff", "--format", "json", recording, recording},
	}
	for _, to := range []string{"json", "csv", "hits-csv", "har", "playwright", "recorder"} {
		outputs = append(outputs, []string{"export", recording, "--no-redact", "--to", to})
	}
	outputs = append(outputs, []string{"check", "--all", "--state", "--format", "json", recording})
	for _, format := range []string{"text", "junit", "sarif", "github", "markdown"} {
		outputs = append(outputs, []string{"check", "--format", format, recording})
	}
	return outputs
}

// Users and passwords in the URLs of a recording are in no output, with or without
// --redact.
func TestNoOutputHasUserInfo(t *testing.T) {
	t.Parallel()
	raw := filepath.Join(t.TempDir(), "raw.session.jsonl")
	write(t, raw, false, "none", stamped(t, append(entriesWith("https://zoe:hunter77@shop.example/x"), &datalayer.End{})))
	for _, args := range outputsOf(raw) {
		for _, leak := range leaks(mustOutput(t, args...), credentials) {
			t.Errorf("%v: %s", args, leak)
		}
	}
	mustKeepCredentials(t, "a ticket", tickets(t, raw), "shop.example")
	mustKeepCredentials(t, "an agent", answers(t, raw, "mcp"), "shop.example")
	tables := t.TempDir()
	mustOutput(t, "export", raw, "--no-redact", "--to", "parquet", "-o", tables, "--force")
	files, err := filepath.Glob(filepath.Join(tables, "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are %d tables: %v", len(files), err)
	}
	for _, file := range files {
		for _, leak := range leaks(readFile(t, file), credentials) {
			t.Errorf("%s: %s", filepath.Base(file), leak)
		}
	}
}

// behindALogin is a site that requires a user and a password, redirects to a URL with
// them, and uses them wherever a page can. It returns the URL to open.
func behindALogin(t *testing.T) string {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		own, other := "http://zoe:hunter77@"+r.Host, "http://zoe:hunter77@"+strings.Replace(r.Host, "127.0.0.1", "localhost", 1)
		if _, password, _ := r.BasicAuth(); password != "hunter77" && strings.HasPrefix(r.Host, "127.0.0.1") {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.URL.Path == "/" {
			http.Redirect(w, r, own+"/page", http.StatusFound)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>%s/ %[3]s</title><script>
			dataLayer = [{event: 'arrived', url: '%[1]s/a', here: location.href, text: 'see %[1]s/ and %[2]s/', encoded: encodeURIComponent('%[1]s/')}];
			(0, eval)("function go() { dataLayer.push({event: 'evaluated'}) }\n//# sourceURL=%[1]s/app.js");
			go();
			fetch('https://www.google-analytics.com/g/collect?v=2&tid=G-ABC1234567&en=seen&dl=' + encodeURIComponent('%[1]s/'), {mode: 'no-cors'}).catch(() => {});
			addEventListener('load', () => { setTimeout(() => { throw new Error('dataLayer of %[1]s/') }); document.querySelector('a').click(); dataLayer.push({event: 'finished'}) });
		</script><a href="%[1]s/link" onclick="event.preventDefault(); dataLayer.push({event: 'clicked', element: this})">%[1]s/</a>
		<iframe src="%[2]s/frame%[4]s"></iframe>`, own, other, r.URL.Path, strings.Repeat("s", strings.Count(r.URL.Path, "frame")))
	}))
	t.Cleanup(site.Close)
	return strings.Replace(site.URL, "://", "://zoe:hunter77@", 1) + "/"
}

// Users and passwords in the URL that is opened, and in what its pages do, are in no
// output of a capture: recording, lines, log, screen, an agent's answers.
func TestNoCaptureHasUserInfo(t *testing.T) {
	t.Parallel()
	address := behindALogin(t)
	dir := t.TempDir()
	file, log := filepath.Join(dir, "a.session.jsonl"), filepath.Join(dir, "a.log")
	visit := []string{address, "--headless", "--for", "3s", "--block", "www.google-analytics.com"}

	r := run(t, append([]string{"record", "-o", file, "--plain", "--debug", log, "--debug-data"}, visit...)...)
	if r.code != 0 {
		t.Errorf("record ended with %d", r.code)
	}
	mustKeepCredentials(t, "the lines", r.printed, "finished")
	mustKeepCredentials(t, "the log", readFile(t, log), "finished")
	kept := readFile(t, file)
	for _, want := range []string{`"event":"arrived"`, `app.js"`, `"type":"hit"`, `"event":"clicked"`, `"event":"finished"`} {
		mustKeepCredentials(t, "the recording", kept, want)
	}
	for _, args := range outputsOf(file) {
		for _, leak := range leaks(mustOutput(t, args...), credentials) {
			t.Errorf("%v: %s", args, leak)
		}
	}

	r = run(t, append(visit, "--format", "ndjson")...)
	mustKeepCredentials(t, "ndjson", r.printed, `"event":"finished"`)
	r = run(t, "record", strings.Replace(address, "127.0.0.1:", "127.0.0.1:1", 1), "--headless", "--for", "1s", "-o", filepath.Join(dir, "none.session.jsonl"))
	mustKeepCredentials(t, "the error of a page that isn't there", r.printed, "opening http://127.0.0.1:1")
	r = run(t, "sweep", address, "--out", filepath.Join(dir, "visits"), "--for", "1s", "--format", "json", "--fail-on", "never")
	mustKeepCredentials(t, "the summary of a sweep", r.printed, `"verdict"`)
	for _, name := range filesUnder(t, filepath.Join(dir, "visits")) {
		mustKeepCredentials(t, name, readFile(t, name), "127.0.0.1")
	}

	cmd := program(t, address, "--headless", "--block", "www.google-analytics.com")
	term := onTerminal(t, cmd)
	term.awaitScreen("finished")
	for _, key := range []string{"5", "6", "9", "1", "q"} {
		term.types(key)
	}
	if code := term.ended(); code != 0 {
		t.Errorf("the screen ended with %d", code)
	}
	mustKeepCredentials(t, "the screen", visibleText(term.all), "127.0.0.1")

	a := startAgent(t, "--headless")
	opened := a.ask("open_page", map[string]any{"url": address})
	a.awaits("r1", "finished", 0)
	answers := answersAbout(t, a.session)
	a.ends()
	mustKeepCredentials(t, "an agent", opened+answers, "finished")
}

// filesUnder returns the files in a directory and below, of which there must be some.
func filesUnder(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
