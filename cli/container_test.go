//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shopWithContainer is a page whose container has its own host and path. The script has
// the form of a published container, but none of Google's code.
const shopWithContainer = `<!doctype html><title>Shop</title>
<script>
  dataLayer = [{event: 'early_bird'}];
  dataLayer.push({'gtm.start': Date.now(), event: 'gtm.js'});
</script>
<script async src="/metrics/loader.js?id=GTM-TEST1"></script>
<script>addEventListener('load', () => dataLayer.push({event: 'widget_opened', widget_platform: 'web', timestamp: Date.now()}))</script>`

const containerScript = `
var data = {
"resource": {
  "version":"42",
  "macros":[{"function":"__e"},{"function":"__v","vtp_name":"widget_platform","vtp_dataLayerVersion":2}],
  "tags":[{"function":"__gaawe","once_per_event":true,"vtp_eventName":["macro",0],"tag_id":3},
          {"function":"__html","once_per_event":true,"vtp_html":"x","tag_id":4}],
  "predicates":[{"function":"_re","arg0":["macro",0],"arg1":"^widget_"},{"function":"_eq","arg0":["macro",1],"arg1":"web"},
                {"function":"_eq","arg0":["macro",0],"arg1":"early_bird"}],
  "rules":[[["if",0,1],["add",0]],[["if",2],["add",1]]]
},
"runtime":[]
};
(function () { window.containerRan = data.resource.version; })();
`

// The results of the page's own container for its messages can be computed from the
// recording alone, including for those pushed before the container was loaded.
func TestContainerOfThePage(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics/loader.js" {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(containerScript)) // a closed browser is detected below
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(shopWithContainer))
	}))
	defer site.Close()
	recorded := filepath.Join(t.TempDir(), "a.session.jsonl")
	record := program(t, "record", site.URL, "--plain", "-o", recorded)
	printed, err := record.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := record.Start(); err != nil {
		t.Fatal(err)
	}
	awaitLines(t, printed, "GTM-TEST1", "widget_opened")
	if err := record.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := record.Wait(); err != nil {
		t.Fatal(err)
	}
	site.Close() // only the recording is left

	out, _ := output(t, "check", "--format", "json", recorded)
	var verdict struct {
		Files []struct {
			Messages []struct {
				Event string
				Tags  []struct {
					Container, Fires string
					Index            int
				}
			}
			Triggers []struct {
				Name    string
				Matched int
			}
		}
	}
	if err := json.Unmarshal([]byte(out), &verdict); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	got := map[string][]int{}
	for _, m := range verdict.Files[0].Messages {
		for _, tag := range m.Tags {
			if tag.Container != "GTM-TEST1" || tag.Fires != "yes" {
				t.Errorf("%s: %+v", m.Event, tag)
			}
			got[m.Event] = append(got[m.Event], tag.Index)
		}
	}
	if diff := cmp.Diff(map[string][]int{"early_bird": {1}, "widget_opened": {0}}, got); diff != "" {
		t.Errorf("tags by event:\n%s", diff)
	}
	for _, trigger := range verdict.Files[0].Triggers {
		if trigger.Matched != 1 || !strings.Contains(trigger.Name, "Custom Event") {
			t.Errorf("trigger %+v", trigger)
		}
	}
	if len(verdict.Files[0].Triggers) != 2 {
		t.Errorf("%d triggers, want 2", len(verdict.Files[0].Triggers))
	}
}

// awaitLines reads lines until each of the texts has occurred in one, and reads the
// rest in the background.
func awaitLines(t *testing.T, r io.Reader, texts ...string) {
	t.Helper()
	var all strings.Builder
	lines := bufio.NewScanner(r)
	for len(texts) > 0 {
		if !lines.Scan() {
			t.Fatalf("no %q in\n%s", texts, &all)
		}
		all.WriteString(lines.Text() + "\n")
		texts = slices.DeleteFunc(texts, func(text string) bool { return strings.Contains(lines.Text(), text) })
	}
	go func() {
		for lines.Scan() { // until the program exits
		}
	}()
}
