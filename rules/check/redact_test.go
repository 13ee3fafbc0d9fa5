package check_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/rules/personal"
)

func TestRedact(t *testing.T) {
	r := personal.NewRedactor([]byte("a salt of this session"))
	const message = `{"event":"signup","mail":"jane.doe@example.com","again":["Jane.Doe@example.com "],"user":{"first_name":"Jane","level":7},` +
		`"card":4111111111111111,"phone":"+31 20 123 45 67","note":"write to jane.doe@example.com or call","when":1795424401523,"url":"https://shop.example/?m=jane%40example.com&x=1"}`
	v, err := datalayer.Decode([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	redacted := r.Value(v)
	text := string(datalayer.Encode(nil, redacted))
	for _, secret := range []string{"jane", "Jane", "4111", "123 45"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is still in %s", secret, text)
		}
	}
	for _, kept := range []string{`"event":"signup"`, `"level":7`, `"when":1795424401523`, `&x=1`} {
		if !strings.Contains(text, kept) {
			t.Errorf("%s is gone from %s", kept, text)
		}
	}
	mail, _ := redacted.Get("mail")
	again, _ := redacted.Get("again")
	if mail.Kind != datalayer.Redacted || mail.Text != "email" || mail.Name != again.Items[0].Name {
		t.Errorf("equal addresses are not seen to be equal: %+v and %+v", mail, again)
	}
	other, _ := personal.NewRedactor([]byte("another salt")).Value(v).Get("mail")
	if other.Name == mail.Name {
		t.Error("the salt makes no difference")
	}
	if diff := cmp.Diff(message, string(datalayer.Encode(nil, v))); diff != "" {
		t.Errorf("the value itself was changed: %s", diff)
	}
	if again := string(datalayer.Encode(nil, r.Value(redacted))); again != text {
		t.Errorf("redacted twice: %s", again)
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"jane.doe@example.com":                "j…@e….com",
		"from a@b.example to c@d.example.":    "from a…@b….example to c…@d….example.",
		"+31 20 123 45 67":                    "+…67",
		"4111 1111 1111 1111":                 "4…11",
		"https://user:pw@shop.example/":       "https://user:pw@shop.example/",
		"https://shop.example/?q=a@b.example": "https://shop.example/?q=a…@b….example",
		"nothing":                             "nothing",
		"widget@2.1.0":                        "widget@2.1.0",
		"@":                                   "@",
	} {
		if got := personal.Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

// What was redacted in a recording has the same finding as in the page.
func TestRedactedIsFound(t *testing.T) {
	const message = `{"event":"signup","mail":"jane.doe@example.com","user":{"first_name":"Jane","phones":["+31 20 123 45 67"]},"id":"u-1842"}`
	v, err := datalayer.Decode([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	redacted := datalayer.Encode(nil, personal.NewRedactor([]byte("a salt of this session")).Value(v))
	live, recorded := newBench(t, widget(t)).push(message), newBench(t, widget(t)).push(string(redacted))
	if diff := cmp.Diff(codes(live), codes(recorded)); diff != "" || len(live) != 3 {
		t.Fatalf("found in the page (-) and in its recording (+): %s", diff)
	}
	if message := recorded[0].Message; message != `"mail" contains an e-mail address: redacted.` {
		t.Error(message)
	}
	others := newBench(t, widget(t)).push(`{"event":"signup","mail":{"$":"redacted","why":"policy 7","hash":""}}`)
	if len(others) != 1 || others[0].Message != `"mail" contains personal data: redacted.` {
		t.Errorf("what another tool took out: %+v", others)
	}
}

// A redacted text isn't checked against the plan.
func TestRedactedIsRight(t *testing.T) {
	const message = `{"event":"widget_email_clicked","widget_platform":"web","timestamp":1795424401523,` +
		`"link_url":"mailto:chat@example.com","link_type":"email","link_text":"Write to chat@example.com"}`
	v, err := datalayer.Decode([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	redacted := string(datalayer.Encode(nil, personal.NewRedactor([]byte("a salt of this session")).Value(v)))
	if strings.Contains(redacted, "chat@") {
		t.Fatal(redacted)
	}
	for _, message := range []string{message, redacted} {
		if found := newBench(t, widget(t)).push(message); len(found) > 0 {
			t.Errorf("%s: %v", message, found)
		}
	}
	if found := newBench(t, widget(t)).push(strings.Replace(message, "mailto:chat@example.com", "mailto:[email 7]", 1)); len(found) != 1 {
		t.Errorf("what no redaction wrote: %v", found)
	}
}

// A name can be as personal as a value, and an element has a name and two values.
func TestRedactNames(t *testing.T) {
	r := personal.NewRedactor([]byte("a salt of this session"))
	jane := r.Text("jane@example.com")
	for in, want := range map[string]string{
		`{"jane@example.com":{"id":7}}`: `{"` + jane + `":{"id":7}}`,
		`{"$":"element","value":"a#jane\\@example\\.com","text":"write to jane@example.com","href":"mailto:jane@example.com"}`: `{"$":"element","value":"a#` + jane + `","text":"write to ` + jane + `","href":"mailto:` + jane + `"}`,
		`{"$":"element","value":"a.sm\\:wide","text":"Home"}`:                                                                  `{"$":"element","value":"a.sm\\:wide","text":"Home"}`,
		`{"$":"instance","class":"User","value":{"jane@example.com":1}}`:                                                       `{"$":"instance","class":"User","value":{"` + jane + `":1}}`,
	} {
		v, err := datalayer.Decode([]byte(in))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(datalayer.Encode(nil, r.Value(v))); got != want {
			t.Errorf("%s\nbecomes %s\nand not %s", in, got, want)
		}
	}
}

// All addresses in a text are redacted, however many they are and however they are
// written.
func TestRedactText(t *testing.T) {
	r := personal.NewRedactor([]byte("a salt of this session"))
	jane := r.Text("jane@example.com")
	inQuery := url.QueryEscape(jane)
	for in, want := range map[string]string{
		"to jane@example.com.":                           "to " + jane + ".",
		"?m=jane%40example.com&x=1":                      "?m=" + inQuery + "&x=1",
		"?handle=%40home&m=jane%40example.com":           "?handle=%40home&m=" + inQuery,
		"?m=jane%40example.com from jane@example.com":    "?m=" + inQuery + " from " + jane,
		"jane@example.com,jane%40example.com":            jane + "," + jane,
		"https://u:p@shop.example/?m=jane%40example.com": "https://" + r.Text("://u:p@")[len("://"):] + "shop.example/?m=" + inQuery,
		"50%40 off, chat@2.1.0 and @home":                "50%40 off, chat@2.1.0 and @home",
	} {
		if got := r.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

// In quadratic time this test would take hours.
func TestRedactLongText(t *testing.T) {
	r := personal.NewRedactor([]byte("a salt of this session"))
	users := "x://" + strings.Repeat("u:p@h.example:", 20_000)
	if got := personal.Mask(users); !strings.HasPrefix(got, "x://u:p@h.example:") {
		t.Errorf("Mask: %.40q…", got)
	}
	if got := r.Text(strings.Repeat("+4915112345678 ", 20_000)); strings.Contains(got, "15112") {
		t.Errorf("Text: %.40q…", got)
	}
	if got := r.Text(strings.Repeat("a%40b.example ", 20_000)); strings.Contains(got, "example") {
		t.Errorf("Text: %.40q…", got)
	}
}
