//go:build unix

package cli_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"layertap/cli/redact"
	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/recording"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
	"layertap/ui/overview"
	"layertap/ui/ticket"
)

// personalShapes are personal data in the forms in which sites use it, each with the
// part that must be removed.
var personalShapes = map[string][2]string{
	"email plain":         {"zoe.quill@example.com", "quill"},
	"email upper":         {"ZOE.QUILL@EXAMPLE.COM", "quill"},
	"email plus":          {"zoe.quill+shop@example.com", "quill"},
	"email %40":           {"zoe.quill%40example.com", "quill"},
	"email %2540":         {"zoe.quill%2540example.com", "quill"},
	"email base64":        {"em9lLnF1aWxsQGV4YW1wbGUuY29t", "em9lLnF1aWxs"},
	"email in text":       {"write to zoe.quill@example.com, please", "quill"},
	"email mailto":        {"mailto:zoe.quill@example.com", "quill"},
	"email IDN":           {"zoë.quill@exämple.de", "quill"},
	"email quoted":        {`"zoe quill"@example.com`, "quill"},
	"email [at]":          {"zoe.quill [at] example [dot] com", "quill"},
	"email \\u0040":       {`zoe.quill\u0040example.com`, "quill"},
	"email entity":        {"zoe.quill&#64;example.com", "quill"},
	"email sha256":        {"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4", "8f434346648f"},
	"email md5":           {"5d41402abc4b2a76b9719d911017c592", "5d41402abc4b"},
	"phone DE":            {"+49 151 23456789", "23456789"},
	"phone DE 0049":       {"0049 151 23456789", "23456789"},
	"phone DE national":   {"0151 23456789", "23456789"},
	"phone US":            {"(555) 010-4477", "010-4477"},
	"phone US dots":       {"555.010.4477", "010.4477"},
	"phone US e164":       {"+15550104477", "50104477"},
	"phone UK":            {"+44 20 7946 0018", "7946 0018"},
	"phone UK national":   {"020 7946 0018", "7946 0018"},
	"phone FR":            {"06 12 34 56 78", "12 34 56"},
	"phone FR intl":       {"+33 6 12 34 56 78", "12 34 56"},
	"phone IN":            {"+91 98765 43210", "98765 43210"},
	"phone BR":            {"+55 11 91234-5678", "91234-5678"},
	"phone %2B":           {"%2B4915123456789", "23456789"},
	"IBAN":                {"DE89370400440532013000", "70400440532"},
	"IBAN spaced":         {"DE89 3704 0044 0532 0130 00", "0044 0532"},
	"IBAN GB":             {"GB29NWBK60161331926819", "NWBK"},
	"card":                {"4111111111111111", "11111111"},
	"card spaces":         {"4111 1111 1111 1111", "1111 1111"},
	"card dashes":         {"4111-1111-1111-1111", "1111-1111"},
	"amex":                {"378282246310005", "78282246"},
	"JWT":                 {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N", "dozjgnryp4"},
	"bearer":              {"Bearer abcdef0123456789", "abcdef0123456789"},
	"IPv4":                {"203.0.113.77", "203.0.113"},
	"IPv6":                {"2001:db8:85a3::8a2e:370:7334", "8a2e:370"},
	"SSN":                 {"078-05-1120", "05-1120"},
	"street":              {"221 Baker Street", "baker"},
	"geo":                 {"52.5163, 13.3777", "3.3777"},
	"url user:pass":       {"https://zoe:hunter77@shop.example/x", "hunter77"},
	"url ?email=":         {"https://shop.example/?email=zoe.quill@example.com", "quill"},
	"url ?email=%40":      {"https://shop.example/?email=zoe.quill%40example.com", "quill"},
	"url ?token=":         {"https://shop.example/reset?token=tok9zz77aa", "tok9zz77aa"},
	"url ?name=":          {"https://shop.example/?first_name=Quillana", "quillana"},
	"url #frag":           {"https://shop.example/#access_token=tok9zz77aa", "tok9zz77aa"},
	"url path":            {"https://shop.example/user/zoe.quill@example.com/x", "quill"},
	"whatsapp url":        {"https://wa.me/4915123456789?text=Hi", "23456789"},
	"tel url":             {"tel:+4915123456789", "23456789"},
	"url in a url":        {"https://a.example/?u=https%3A%2F%2Fshop.example%2F%3Femail%3Dzoe.quill%2540example.com", "quill"},
	"url of WhatsApp":     {"https://api.whatsapp.com/send?phone=4915123456789", "23456789"},
	"JSON with an e-mail": {`{"mail":"zoe.quill@example.com"}`, "quill"},
}

// personalKeys are keys whose values are always personal, each with such a value.
var personalKeys = map[string]string{
	"first_name": "Wilhelmine", "last_name": "Wilhelmine", "full_name": "Wilhelmine", "customerName": "Wilhelmine", "user_name": "Wilhelmine",
	"street": "Wilhelmine", "city": "Wilhelmine", "postal_code": "Wilhelmine", "phone_number": "07700 900417", "email": "Wilhelmine",
	"sha256_email_address": "Wilhelmine", "password": "Wilhelmine", "birthday": "Wilhelmine", "date_of_birth": "Wilhelmine", "gender": "Wilhelmine",
	"ip": "Wilhelmine", "user_id": "Wilhelmine", "client_id": "Wilhelmine", "access_token": "Wilhelmine", "session_token": "Wilhelmine",
	"secret": "Wilhelmine", "ssn": "Wilhelmine", "message_text": "I am Wilhelmine", "em": "Wilhelmine", "ph": "Wilhelmine", "fn": "Wilhelmine", "ln": "Wilhelmine",
}

// needles are the parts of personalKeys that must be removed.
var needles = []string{"wilhelmine", "900417"}

// quoted returns a text as JSON.
func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// entriesWith returns a session that has a text in every field that a page or a user
// can fill.
func entriesWith(data string) []datalayer.Entry {
	q, query := quoted(data), url.QueryEscape(data)
	address := "https://shop.example/" + url.PathEscape(data) + "?q=" + query
	click := &datalayer.Action{Page: "p1", Action: "click", Selector: `a[title="` + data + `"]`, Text: "Click " + data, Href: address}
	message := `{"event":"seen ` + q[1:len(q)-1] + `","whole":` + q + `,"text":` + quoted("see "+data+" there") + `,"list":[` + q + `,{"deep":` + q + `}],` + q + `:1,` +
		`"url":` + quoted(address) + `,"map":{"$":"map","entries":[[` + q + `,` + q + `]]},"link":{"$":"element","value":` + quoted(click.Selector) + `,"text":` + q + `,"href":` + quoted(address) + `},` +
		`"error":{"$":"error","name":"Error","message":` + q + `},"cut":{"$":"truncated","kind":"string","size":999,"value":` + q + `},"own":{"$":"instance","class":"User","value":{"x":` + q + `}}}`
	return []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad, URL: address, Referrer: address, Title: "Title " + data, Error: "no " + data},
		click,
		&datalayer.Push{
			Page: "p1", Frame: "main", Layer: "layer " + data, Kind: datalayer.KindObject, Event: "seen " + data, Message: []byte(message), Called: []byte(message),
			Via: datalayer.ViaPush, Action: click, Stack: []datalayer.StackFrame{{Func: data, URL: address, Line: 1, Col: 1}},
		},
		&datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "widget_opened", Via: datalayer.ViaPush,
			Message: []byte(`{"event":"widget_opened","widget_platform":` + q + `,"timestamp":` + q + `,"widet_x":` + q + `}`)},
		&datalayer.LayerChange{Page: "p1", Frame: "main", Layer: data, What: datalayer.LayerTaken, Container: data},
		&datalayer.ScriptError{Page: "p1", Frame: "main", Message: "Error: " + data, URL: address, Line: 1, Col: 1},
		&datalayer.TabClosed{Page: "p1", Target: "t1"},
		&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: data, Event: data, Method: "POST", Error: "refused " + data, Consent: data,
			Params: []byte(`{"en":"x","ep.plain":` + q + `,"dl":` + quoted(address) + `,"pr1":` + quoted("idSKU~nm"+data) + `}`),
			URL:    "https://www.google-analytics.com/g/collect?v=2&ep.plain=" + query + "&dl=" + url.QueryEscape(address)},
		&datalayer.Container{ID: "GTM " + data, Version: data, Layer: data, Source: "page", SHA256: "ab",
			Resource: []byte(`{"version":"1","macros":[{"function":"__c","vtp_value":` + q + `}],"tags":[],"predicates":[],"rules":[]}`)},
		&datalayer.PageValue{Page: "p1", Variable: "the " + data, Source: "cookie:" + data, Value: []byte(q)},
		&datalayer.Note{On: 3, Text: "note " + data},
		&datalayer.Mark{On: 3, Mark: data},
		&datalayer.Screenshot{On: 3, File: data + ".png"},
		&datalayer.Gap{Why: "gap " + data, Lost: -1},
	}
}

// entriesUnder returns a session that has a value under a key in every place with keys.
func entriesUnder(key, value string) []datalayer.Entry {
	k, v := quoted(key), quoted(value)
	query := url.QueryEscape(key) + "=" + url.QueryEscape(value)
	return []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad, URL: "https://shop.example/?" + query, Referrer: "https://shop.example/#" + query, Title: "x"},
		&datalayer.Action{Page: "p1", Action: "click", Selector: "a", Href: "/x?a=1&" + query},
		&datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "seen", Via: datalayer.ViaPush,
			Message: []byte(`{"event":"seen",` + k + `:` + v + `,"user_data":{"address":[{` + k + `:` + v + `}]},"url":` + quoted("https://shop.example/?"+query) + `,"text":` + quoted("at https://shop.example/?"+query+" now") + `}`)},
		&datalayer.PageValue{Page: "p1", Variable: "x", Source: "cookie:" + key, Value: []byte(v)},
		&datalayer.PageValue{Page: "p1", Variable: "x", Source: "global:app." + key, Value: []byte(v)},
		&datalayer.PageValue{Page: "p1", Variable: "x", Source: "element:#" + key + " value", Value: []byte(v)},
		&datalayer.PageValue{Page: "p1", Variable: key, Source: "code:abcdef", Value: []byte(v)},
		&datalayer.Hit{Page: "p1", Vendor: "meta", ID: "1", Event: "Lead", Method: "GET", Status: 200,
			Params: []byte(`{"ud[` + key + `]":` + v + `,"ep.` + key + `":` + v + `,` + k + `:` + v + `}`),
			URL:    "https://www.facebook.com/tr?ud%5B" + query[:len(key)] + "%5D=" + url.QueryEscape(value) + "&" + query + "&dl=" + url.QueryEscape("https://shop.example/?"+query)},
	}
}

// stamped numbers entries as a session does, a millisecond apart.
func stamped(t *testing.T, entries []datalayer.Entry) []datalayer.Entry {
	t.Helper()
	s := session.New(datalayer.Header{Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: entries}}); err != nil {
		t.Fatal(err)
	}
	snapshot := s.Snapshot()
	all := make([]datalayer.Entry, snapshot.Len())
	for i := range all {
		all[i] = snapshot.Entry(i)
	}
	return all
}

// write writes a recording with a text in its header.
func write(t *testing.T, path string, redacted bool, text string, entries []datalayer.Entry) {
	t.Helper()
	w, err := recording.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var sink session.Sink = w
	if redacted {
		sink = redact.Sink(w)
	}
	header := datalayer.Header{
		ID: "01K", Tool: "layertap test", Browser: "Chrome/1", Started: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		URL: "https://shop.example/?q=" + text, Setup: []string{"--user-agent=" + text},
	}
	if err := errors.Join(sink.Begin(header), sink.Write(entries), sink.Close()); err != nil {
		t.Fatal(err)
	}
}

// reading returns a text as is, and unescaped in all ways.
func reading(text string) []string {
	all := []string{text}
	for range 3 {
		all = append(all, percent(all[len(all)-1]))
	}
	all = append(all, html.UnescapeString(text), strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\u0026`, "&", `\u003c`, "<", `\_`, "_", `\-`, "-", `\.`, ".").Replace(text))
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	return all
}

// percent unescapes percent encoding in a text that isn't a URL.
func percent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if plain, err := url.PathUnescape(s[i : i+3]); err == nil {
				b.WriteString(plain)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// leaks returns the places in which one of some texts can be read.
func leaks(text string, left []string) []string {
	var found []string
	seen := map[string]bool{}
	for _, read := range reading(text) {
		for _, needle := range left {
			if at := strings.Index(read, strings.ToLower(needle)); at >= 0 && !seen[needle] {
				seen[needle] = true
				found = append(found, fmt.Sprintf("%q in %q", needle, read[max(0, at-120):min(len(read), at+60)]))
			}
		}
	}
	return found
}

// Personal data is in no output, whatever field it was in.
func TestNoOutputLeaks(t *testing.T) {
	t.Parallel()
	left := slices.Clone(needles)
	var entries []datalayer.Entry
	for _, name := range slices.Sorted(maps.Keys(personalShapes)) {
		entries = append(entries, entriesWith(personalShapes[name][0])...)
		left = append(left, personalShapes[name][1])
	}
	for _, key := range slices.Sorted(maps.Keys(personalKeys)) {
		entries = append(entries, entriesUnder(key, personalKeys[key])...)
	}
	entries = stamped(t, append(entries, &datalayer.End{}))
	dir := t.TempDir()
	raw, redacted, empty := filepath.Join(dir, "raw.session.jsonl"), filepath.Join(dir, "redacted.session.jsonl"), filepath.Join(dir, "empty.session.jsonl")
	write(t, raw, false, "zoe.quill@example.com", entries)
	write(t, redacted, true, "zoe.quill@example.com", entries)
	write(t, empty, true, "none", stamped(t, []datalayer.Entry{&datalayer.End{}}))
	container := filepath.Join(dir, "container.json")
	for _, e := range redactedEntries(t, redacted) {
		if c, ok := e.(*datalayer.Container); ok {
			if err := os.WriteFile(container, append([]byte(`{"resource":`), append(c.Resource, '}')...), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	outputs := [][]string{
		{"report", raw}, {"report", "--full", raw}, {"export", raw, "--to", "json", "--redact"},
		{"report", "--no-redact", redacted}, {"open", "--plain", redacted}, {"doctor", redacted}, {"doctor", "--format", "json", redacted},
		{"diff", empty, redacted}, {"diff", "--format", "json", redacted, empty}, {"plan", "infer", redacted}, {"what-if", redacted, container},
		{"check", "--all", "--state", "--format", "json", redacted},
	}
	for _, to := range []string{"csv", "hits-csv", "har", "playwright", "recorder"} {
		outputs = append(outputs, []string{"export", raw, "--to", to}, []string{"export", redacted, "--no-redact", "--to", to})
	}
	for _, format := range []string{"text", "json", "junit", "sarif", "github", "markdown"} {
		outputs = append(outputs, []string{"check", "--format", format, redacted})
	}
	for _, format := range []string{"text", "json", "markdown"} {
		outputs = append(outputs, []string{"container", "list", "--format", format, container})
	}
	for _, args := range outputs {
		t.Run(strings.Join(args[:len(args)-1], " "), func(t *testing.T) {
			out, code := output(t, args...)
			if code > 1 || len(out) < 20 {
				t.Fatalf("it ended with %d: %s", code, out)
			}
			for _, leak := range leaks(out, left) {
				t.Error(leak)
			}
		})
	}
	text, err := os.ReadFile(redacted)
	if err != nil {
		t.Fatal(err)
	}
	for _, leak := range leaks(string(text), left) {
		t.Error("the recording: ", leak)
	}
	for _, leak := range leaks(tickets(t, redacted), left) {
		t.Error("a ticket: ", leak)
	}
	for name, all := range map[string]string{"an agent": answers(t, redacted, "mcp"), "an agent with --redact": answers(t, raw, "mcp", "--redact")} {
		for _, leak := range leaks(all, left) {
			t.Errorf("an answer to %s: %s", name, leak)
		}
	}
	if whole := leaks(mustOutput(t, "export", raw, "--to", "json"), left); len(whole) < len(personalShapes)/2 {
		t.Errorf("only %d texts were personal to begin with: %q", len(whole), whole)
	}
}

func mustOutput(t *testing.T, args ...string) string {
	t.Helper()
	out, code := output(t, args...)
	if code > 1 {
		t.Fatalf("%v ended with %d", args, code)
	}
	return out
}

// redactedEntries returns the entries of a recording.
func redactedEntries(t *testing.T, path string) []datalayer.Entry {
	t.Helper()
	r, err := recording.Open(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all []datalayer.Entry
	for {
		batch, err := r.Next(t.Context())
		all = append(all, batch.Entries...)
		if err != nil {
			return all
		}
	}
}

// tickets returns those of all messages of a recording.
func tickets(t *testing.T, path string) string {
	t.Helper()
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: redactedEntries(t, path)}}); err != nil {
		t.Fatal(err)
	}
	snapshot, seen := s.Snapshot(), overview.New()
	seen.Extend(snapshot)
	var all strings.Builder
	for i := range snapshot.Len() {
		if push, ok := snapshot.Entry(i).(*datalayer.Push); ok {
			all.WriteString(ticket.Markdown(ticket.Source{Snapshot: snapshot, Seen: seen, Push: push}))
		}
	}
	if all.Len() < 1000 {
		t.Errorf("the tickets are %q", all.String())
	}
	return all.String()
}

// answers returns the results that an agent gets for a recording.
func answers(t *testing.T, path string, command ...string) string {
	t.Helper()
	agent, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), &sdk.CommandTransport{Command: program(t, command...)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer agent.Close()
	if _, err := agent.CallTool(t.Context(), &sdk.CallToolParams{Name: "open_recording", Arguments: map[string]any{"path": path}}); err != nil {
		t.Fatal(err)
	}
	return answersAbout(t, agent)
}

// answersAbout returns the results of all tools for the first recording or capture of
// an agent, which stays open.
func answersAbout(t *testing.T, agent *sdk.ClientSession) string {
	t.Helper()
	tools, err := agent.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, tool := range tools.Tools {
		if slices.Contains([]string{"open_recording", "close_recording", "end_capture", "wait_for_event"}, tool.Name) {
			continue
		}
		for _, args := range []map[string]any{{"recording": "r1"}, {"recording": "r1", "seq": 3}} {
			result, err := agent.CallTool(t.Context(), &sdk.CallToolParams{Name: tool.Name, Arguments: args})
			if err != nil { // it needs other arguments
				continue
			}
			for _, content := range result.Content {
				if text, ok := content.(*sdk.TextContent); ok {
					all.WriteString(text.Text)
				}
			}
		}
	}
	if all.Len() < 1000 {
		t.Errorf("the agent gets %q", all.String())
	}
	return all.String()
}

// harmlessValues returns values that only look like personal data.
func harmlessValues() []string {
	values := []string{
		"GA1.1.1234567890.1600000000", "G-ABC1234567", "GTM-AB12CD3", "AW-123456789/AbC-D_efG-h12_34-567", "DC-1234567", "UA-12345678-1", "1234567890.1795424400",
		"fb.1.1795424400123.1234567890", "GS2.1.s1795424400$o1$g1$t1795424401$j59$l0$h0", "13p3q3r3t5l1", "G101", "45je5b1v9123456789za200",
		"4006381333931", "9783161484100", "00012345678905", "550e8400-e29b-41d4-a716-446655440000", "logo@2x.png", "chat@2.1.0", "v1.2.3.4", "17.4.1",
		"Chromium;130.0.6723.70|Not=A?Brand;24.0.0.0", "main.5d41402abc4b2a76b9719d911017c592.js", "/static/app-8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4.css",
		"https://127.0.0.1:8080/x", "http://192.168.1.20/", "12:34:56", "2026-11-02T09:00:00+02:00", "1080x1920", "rgb(1 2 3)", "#a1b2c3", "+12.50 %", "€ 1,299.00",
	}
	for i := range 40 {
		values = append(values,
			fmt.Sprintf("SKU-%06d", i*7919), fmt.Sprintf("%05d-%03d", i*271, i), fmt.Sprintf("A%d.%d.%d", i, i*3, i*7), // product codes
			fmt.Sprintf("%d.%02d", i*37, i%100), fmt.Sprintf("%d,%02d EUR", i*137, i), // prices
			fmt.Sprint(1795424400000+i*86_399_123), fmt.Sprint(1795424400+i*86_399), fmt.Sprintf("2026-%02d-%02d %02d:%02d:%02d", i%12+1, i%28+1, i%24, i, i), // times
			fmt.Sprintf("img_%d_%d.webp", i*13, i), fmt.Sprintf("IMG-2026%02d%02d-WA%04d.jpg", i%12+1, i%28+1, i*7), // files
			fmt.Sprintf("%d.%d", 1_000_000_000+i*7_654_321, 1795424400+i)) // client IDs of GA4
	}
	return values
}

// Values that only look personal are the same in shared output as in the recording.
func TestHarmlessValuesAreLeftAlone(t *testing.T) {
	t.Parallel()
	values := harmlessValues()
	if len(values) < 400 {
		t.Fatalf("there are %d values only", len(values))
	}
	var entries []datalayer.Entry
	for _, value := range values {
		entries = append(entries, entriesWith(value)...)
	}
	raw := filepath.Join(t.TempDir(), "raw.session.jsonl")
	write(t, raw, false, "none", stamped(t, entries))
	for _, to := range []string{"json", "csv", "hits-csv", "har", "playwright", "recorder"} {
		whole, redacted := mustOutput(t, "export", raw, "--to", to, "--no-redact"), mustOutput(t, "export", raw, "--to", to, "--redact")
		if whole == redacted {
			continue
		}
		for i, line := range strings.Split(strings.ReplaceAll(whole, `,"`, ",\n\""), "\n") {
			if others := strings.Split(strings.ReplaceAll(redacted, `,"`, ",\n\""), "\n"); i >= len(others) || others[i] != line {
				t.Errorf("%s: %s became %s", to, line, others[min(i, len(others)-1)])
				break
			}
		}
	}
}

// A redacted recording has the same verdict as the original.
func TestRedactionKeepsTheVerdict(t *testing.T) {
	t.Parallel()
	var entries []datalayer.Entry
	for _, name := range slices.Sorted(maps.Keys(personalShapes)) {
		// the recording contains nothing of the first; the entity of the second is a finding
		// of its own
		if data := personalShapes[name][0]; !strings.Contains(data, "hunter77") && !strings.Contains(data, "&#64;") {
			entries = append(entries, pushed(`{"event":`+quoted(fmt.Sprint("seen", len(entries)))+`,"whole":`+quoted(data)+`,"text":`+quoted("see "+data)+`,"url":`+quoted("https://shop.example/?q="+url.QueryEscape(data))+`}`),
				hitWith(`{"ep.whole":`+quoted(data)+`,"dl":`+quoted("https://shop.example/?q="+url.QueryEscape(data))+`}`))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(personalKeys)) {
		for _, value := range []string{quoted(personalKeys[key]), `"undefined"`, `""`, "null", "42", "true"} { // none is a duplicate
			entries = append(entries, pushed(`{"event":"typed","n":`+fmt.Sprint(len(entries))+`,`+quoted(key)+`:`+value+`}`), hitWith(`{"ep.`+key+`":`+value+`}`))
		}
	}
	entries = stamped(t, append([]datalayer.Entry{&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad}}, entries...))
	dir := t.TempDir()
	raw, redacted, typed := filepath.Join(dir, "raw.session.jsonl"), filepath.Join(dir, "redacted.session.jsonl"), filepath.Join(dir, "typed.yaml")
	write(t, raw, false, "zoe.quill@example.com", entries)
	write(t, redacted, true, "zoe.quill@example.com", entries)
	var rules strings.Builder
	rules.WriteString("plan: typed\nevents:\n  seen: {}\n  typed:\n    parameters:\n")
	for i, key := range slices.Sorted(maps.Keys(personalKeys)) {
		fmt.Fprintf(&rules, "      %s?: %s\n", key, []string{"number", "string", "boolean", "integer"}[i%4])
	}
	if err := os.WriteFile(typed, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, plan := range []string{"widget", "none", typed} {
		if diff := cmp.Diff(found(t, plan, raw), found(t, plan, redacted)); diff != "" {
			t.Errorf("--plan %s: in the whole recording (-) and without personal data (+):\n%s", plan, diff)
		}
	}
}

func pushed(message string) *datalayer.Push {
	return &datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "seen", Via: datalayer.ViaPush, Message: []byte(message)}
}

func hitWith(params string) *datalayer.Hit {
	return &datalayer.Hit{Page: "p1", Vendor: "meta", ID: "1", Event: "Lead", Method: "POST", Status: 200, Params: []byte(params), URL: "https://www.facebook.com/tr"}
}

// found returns the codes of the findings on each message of a recording, and the
// verdict.
func found(t *testing.T, plan, path string) []string {
	t.Helper()
	var out struct {
		Verdict string
		Files   []struct {
			Messages []struct {
				Seq      int
				Findings []struct{ Code, Path string }
			}
			Findings []struct{ Code string }
		}
	}
	if err := json.Unmarshal([]byte(mustOutput(t, "check", "--plan", plan, "--format", "json", path)), &out); err != nil {
		t.Fatal(err)
	}
	all := []string{out.Verdict}
	for _, m := range out.Files[0].Messages {
		for _, f := range m.Findings {
			all = append(all, fmt.Sprint(m.Seq, " ", f.Code, " ", f.Path))
		}
	}
	for _, f := range out.Files[0].Findings {
		all = append(all, f.Code)
	}
	return all
}
