package main

import (
	"bufio"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// law says which of our rooms, each with what is below it, may have to do with
// the packages under a path.
type law struct {
	why   string
	path  string
	rooms string
}

// reach are the laws on what a package depends on in any way.
var reach = []law{
	{"browsers stay out of everything that analyses and draws", "github.com/chromedp", "probe cli"},
	{"terminals stay out of everything below the screen", "charm.land", "ui cli"},
	{"only the command line picks a source", "layertap/probe", "probe cli"},
	{"only the command line opens files", "layertap/recording", "recording cli"},
	{"nothing below knows the screen", "layertap/ui", "ui cli"},
	{"nothing below knows the reports", "layertap/report", "report cli"},
	{"the analysis does not know its reader", "layertap/session", "session filter diff ui report cli"},
	{"a hit is decoded where it is seen, once", "layertap/hits", "hits probe cli"},
	{"a container's model knows neither its texts nor its evaluation", "layertap/gtm/parse", "gtm/parse gtm/engine session filter diff ui report cli"},
	{"containers are read without being evaluated", "layertap/gtm/engine", "gtm/engine session filter diff ui report cli"},
	{"plans know no messages of a session", "layertap/rules/check", "rules/check rules/infer session filter diff ui report cli"},
	{"spelling, personal data and findings know no plans", "layertap/rules/plan", "rules/plan rules/check rules/infer session filter diff ui report cli"},
	{"containers know no plans", "layertap/rules", "rules session filter diff ui report cli"},
	{"the words of the field know no containers", "layertap/gtm", "gtm rules session filter diff ui report cli"},
}

// imports are the laws on what the code of a package names itself.
var imports = []law{
	{"only the probe speaks to browsers", "github.com/chromedp", "probe"},
	{"input and output stay out of the analysis and the screen", "os", "probe recording demo cli"},
	{"the network stays out of the analysis and the screen", "net", "probe demo"},
}

func TestImportLaws(t *testing.T) {
	hold(t, reach, list(t, `{{.ImportPath}} {{join .Deps " "}}`))
	hold(t, imports, list(t, `{{.ImportPath}} {{join .Imports " "}}`))
}

func hold(t *testing.T, laws []law, packages map[string][]string) {
	t.Helper()
	for ours, others := range packages {
		for _, law := range laws {
			if slices.ContainsFunc(strings.Fields(law.rooms), func(room string) bool { return under(ours, "layertap/"+room) }) {
				continue
			}
			for _, other := range others {
				if under(other, law.path) && other != "net/url" && other != "net/netip" {
					t.Errorf("%s has %s: %s", ours, other, law.why)
				}
			}
		}
	}
}

// list asks the go command about every package of the module but this one, which
// only starts the command line, and the scripts, which are no part of the program.
func list(t *testing.T, format string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "list", "-f", format, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string][]string{}
	for lines := bufio.NewScanner(strings.NewReader(string(out))); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); fields[0] != "layertap" && !under(fields[0], "layertap/scripts") {
			packages[fields[0]] = fields[1:]
		}
	}
	if len(packages) < 10 {
		t.Fatalf("go list names %d packages: the laws were held against too few", len(packages))
	}
	return packages
}

func under(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }
