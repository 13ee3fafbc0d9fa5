package probe

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestLeavesPagesAlone visits pages with and without a probe. Whatever a page, a vendor
// or a tag manager does to push, to the array, to its prototype or to the variable,
// both visits must be the same: calls, their order, receivers and results, what scripts
// can find out, errors and the console.
func TestLeavesPagesAlone(t *testing.T) {
	helpers, err := os.ReadFile("testdata/compose.html")
	if err != nil {
		t.Fatal(err)
	}
	tests, err := txtar.ParseFile("testdata/compose.txtar")
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"/blank": "<title>blank</title><script>settled = () => ''</script>"}
	path := func(name string) string { return "/" + strings.ReplaceAll(name, " ", "-") }
	for _, test := range tests.Files {
		pages[path(test.Name)] = string(helpers) + string(test.Data)
	}
	s := serve(t, pages)
	plain := newTab(t, chrome)
	plain.listen()
	without := map[string][]string{}
	for _, test := range tests.Files {
		without[test.Name] = plain.compose(s.URL+path(test.Name), s.URL+"/blank")
	}
	d := newTab(t, chrome)
	d.listen()
	watch(t, d, chrome)
	for _, test := range tests.Files {
		if diff := cmp.Diff(without[test.Name], d.compose(s.URL+path(test.Name), s.URL+"/blank")); diff != "" {
			t.Errorf("%s: what the page and its console say (-without the probe +with it)\n%s", test.Name, diff)
		}
	}
}

// compose visits a page of TestLeavesPagesAlone, and returns its final state and its
// console messages.
func (d *driver) compose(address, next string) []string {
	d.t.Helper()
	printed := d.visited(address, next, `settled()`)
	return append(strings.Split(printed[0], `\n`), printed[1:]...)
}
