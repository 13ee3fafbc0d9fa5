package probe

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTruth covers pages that were once recorded incorrectly.
func TestTruth(t *testing.T) {
	tests := []struct {
		page string
		want string // the story without the page's own line and URL
	}{
		{"enrich", `
			push dataLayer widget_opened (called {"event":"widget_opened"})`},
		{"split", `
			push dataLayer {"ecommerce":null}
			push dataLayer purchase
			push dataLayer after`},
		{"rename", `
			push dataLayer widget_opened (called {"event":"widgetOpened","x":1})`},
		{"queue", `
			layer dataLayer overridden
			gap dataLayer has a push of the page's own, which may drop messages or keep them for later; messages that don't reach the array aren't recorded
			push dataLayer widget_opened
			push dataLayer after`},
		{"not-an-array", `
			gap dataLayer isn't an array, so it can't be watched without changing the page; what is pushed into it isn't recorded`},
		{"around-accessor", `
			layer dataLayer taken GTM-TEST
			push dataLayer one (received)
			push dataLayer two (received)`},
		{"wrapper-calls", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			push dataLayer widget_opened (received)`},
		{"wrapper-drops", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			layer dataLayer bypassed
			push dataLayer widget_opened (not received)`},
		{"unshift", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			layer dataLayer bypassed
			push dataLayer widget_opened (unshift)(not received)
			push dataLayer compat (received)`},
		{"twice", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			push dataLayer gtm.js (received)
			push dataLayer widget_opened (received)`},
		{"mutated", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			push dataLayer widget_message_sent (received)
			push dataLayer widget_message_sent (received)`},
		{"reassign-empty-after", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			layer dataLayer replaced
			push dataLayer widget_opened (assign)(not received)`},
		{"reassign-filled-after", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			layer dataLayer replaced
			push dataLayer {"pageType":"x"} (assign)(not received)
			push dataLayer widget_opened (assign)(not received)`},
		{"length0", `
			push dataLayer early_one
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			push dataLayer widget_opened (received)`},
		{"partytown", `
			layer dataLayer overridden
			gap dataLayer has a push of the page's own, which may drop messages or keep them for later; messages that don't reach the array aren't recorded`},
		{"proxy-frozen", `
			push dataLayer gtm.js
			push dataLayer widget_opened`},
		{"referenceerror", `
			error referenceerror ReferenceError: dataLayer is not defined
			push dataLayer gtm.js (initial)`},
		{"lowercase", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			layer datalayer lookalike
			layer DataLayer lookalike`},
		{"syntax-error", `
			push dataLayer gtm.js
			layer dataLayer taken GTM-TEST
			error syntax-error SyntaxError: Unexpected identifier 'rod'
			error syntax-error SyntaxError: Unexpected token '&'
			error syntax-error TypeError: Cannot read properties of undefined (reading 'x')`},
		{"adobe", `
			layer adobeDataLayer found
			push adobeDataLayer cmp:show
			layer _mtm found
			push _mtm mtm.Start (initial)
			layer digitalData.events found
			push digitalData.events x (initial)`},
		{"objects", `
			push dataLayer a
			layer digitalData object
			layer utag_data object`},
		{"shared", `
			push dataLayer a
			page frame shared-frame
			layer dataLayer found
			push dataLayer s`},
	}
	pages := map[string]string{}
	files, err := os.ReadDir("testdata/truth")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile("testdata/truth/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		pages["/"+f.Name()] = string(text)
	}
	s := serve(t, pages)
	for _, test := range tests {
		t.Run(test.page, func(t *testing.T) {
			t.Parallel()
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + "/" + test.page + ".html")
			var lines []string
			for line := range strings.Lines(strings.TrimSpace(test.want)) {
				lines = append(lines, strings.TrimSpace(line))
			}
			w.until("all is there", func() bool { return len(w.truth()) >= len(lines) })
			w.settle()
			if diff := cmp.Diff(lines, w.truth()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// truth returns the story without the page's own line and URLs.
func (w *watched) truth() []string {
	var lines []string
	for _, line := range w.story() {
		words := strings.Fields(line)
		for i, word := range words {
			if _, path, ok := strings.Cut(word, "127.0.0.1/"); ok {
				words[i] = strings.TrimSuffix(path, ".html")
			}
		}
		switch words[0] {
		case "push", "layer":
			words = append(words[:1], words[2:]...)
		case "page":
			words = []string{"page", words[2], words[4]}
			if words[1] == "main" {
				continue
			}
		}
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}
