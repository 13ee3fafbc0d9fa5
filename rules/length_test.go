package rules

import (
	"regexp"
	"testing"
	"unicode/utf8"
)

// samples are values of ordinary length for the placeholders in messages. Values that
// are usually left out are empty.
var samples = map[string]string{
	"event": `"chat_opened"`, "events": `"chat_opened"`, "name": `"purchase"`, "path": `"link_text"`, "key": `"link_text"`,
	"suggestion": `"link_text"`, "value": `"web"`, "actual": "a string", "expected": "a number", "other": `"chat_closed"`,
	"tag": `"GA4 - Chat"`, "trigger": `"Chat clicks"`, "variable": `"DLV - text"`, "pattern": `"(chat"`, "layer": "dataLayer",
	"plan": "widget", "scope": "session", "setting": "measurement ID", "id": "12", "form": "G-ABC1234567", "time": "0.2 s",
	"types": "ad_storage", "others": "ad_user_data", "vendor": "Google Ads", "size": "210", "when": "on every page",
	"earlier": "#12", "what": `The tag "GA4"`, "why": "it has a space", "words": "a word", "count": "3", "tags": "2",
	"triggers": "2", "paused": "2", "sent": "3", "origin": "", "origins": "", "near": "",
}

// Messages fit a line of a narrow terminal.
func TestMessagesFitALine(t *testing.T) {
	const limit = 80
	placeholder := regexp.MustCompile(`\{(\w+)\}`)
	for _, text := range allTexts().ordered {
		for form, sentence := range text.Forms {
			var words []string
			for _, m := range placeholder.FindAllStringSubmatch(sentence.Message, -1) {
				sample, ok := samples[m[1]]
				if !ok {
					t.Fatalf("%s, %s: there is no sample for {%s}", text.Code, form, m[1])
				}
				words = append(words, m[1], sample)
			}
			message, _ := Sentences(text.Code, form, words...)
			if n := utf8.RuneCountInString(message); n > limit {
				t.Errorf("%s, %s: %d characters, want at most %d: %s", text.Code, form, n, limit, message)
			}
		}
	}
}
