package main

import (
	"bufio"
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
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
	{"nothing below knows the reports", "layertap/report", "report cli mcp"},
	{"the analysis does not know its reader", "layertap/session", "session filter diff ui report cli container mcp"},
	{"a hit is decoded where it is seen, once", "layertap/hits", "hits probe cli"},
	{"what a hit carries is put into words by those who show it", "layertap/hits/names", "hits report ui cli mcp"},
	{"a container's model knows neither its texts nor its evaluation", "layertap/gtm/parse", "gtm/parse gtm/engine session filter diff ui report cli container mcp"},
	{"containers are read without being evaluated", "layertap/gtm/engine", "gtm/engine session filter diff ui report cli container mcp"},
	{"plans know no messages of a session", "layertap/rules/check", "rules/check rules/infer session filter diff ui report cli container mcp"},
	{"spelling, personal data and findings know no plans", "layertap/rules/plan", "rules/plan rules/check rules/infer session filter diff ui report cli container mcp"},
	{"containers know no plans", "layertap/rules", "rules session filter diff ui report cli container mcp"},
	{"the words of the field know no containers", "layertap/gtm", "gtm rules session filter diff ui report cli container mcp"},
}

// imports are the laws on what the code of a package names itself.
var imports = []law{
	{"only the probe speaks to browsers", "github.com/chromedp", "probe"},
	{"agents are answered in one place", "github.com/modelcontextprotocol", "mcp"},
	{"JavaScript of a page runs in one place", "github.com/dop251/goja", "gtm/script"},
	{"input and output stay out of the analysis and the screen", "os", "probe recording demo cli"},
	{"the network stays out of the analysis and the screen", "net", "probe demo container/fetch"},
}

func TestImportLaws(t *testing.T) {
	hold(t, reach, list(t, `{{.ImportPath}} {{join .Deps " "}}`))
	hold(t, imports, list(t, `{{.ImportPath}} {{join .Imports " "}}`))
}

// uiLevels are the packages of the screen from the bottom up: each may import those
// on the levels below its own.
var uiLevels = []string{
	"style list", "text", "pane prompt status", "describe picker layout", "help overview", "detail messages suggest ticket", "screen", "frame", "",
}

func TestImportsInTheScreenPointDown(t *testing.T) {
	level := map[string]int{}
	for i, names := range uiLevels {
		for _, name := range strings.Split(names, " ") {
			level[strings.TrimSuffix("layertap/ui/"+name, "/")] = i
		}
	}
	for ours, others := range list(t, `{{.ImportPath}} {{join .Imports " "}}`) {
		if !under(ours, "layertap/ui") {
			continue
		}
		at, known := level[ours]
		if !known {
			t.Errorf("%s is on no level: add it to uiLevels", ours)
		}
		for _, other := range others {
			if below, ok := level[other]; ok && below >= at {
				t.Errorf("%s imports %s, which is not below it", ours, other)
			}
		}
	}
}

// What one package may hold, and one type, before it has to be split.
const (
	mostLines   = 4000 // of a package, without its tests
	mostMethods = 60
)

// large are the packages and types that may still be larger.
var large = []string{"probe", "probe.tracker"}

func TestPackagesAndTypesStaySmall(t *testing.T) {
	lines, methods := map[string]int{}, map[string]int{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		lines[dir] += bytes.Count(source, []byte("\n"))
		file, err := parser.ParseFile(token.NewFileSet(), path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil {
				methods[dir+"."+receiver(f.Recv.List[0].Type)]++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, n := range lines {
		if n > mostLines && !slices.Contains(large, dir) {
			t.Errorf("%s has %d lines, and may have %d", dir, n, mostLines)
		}
	}
	for name, n := range methods {
		if n > mostMethods && !slices.Contains(large, name) {
			t.Errorf("%s has %d methods, and may have %d", name, n, mostMethods)
		}
	}
}

// receiver is the name of the type that a method is on.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

func hold(t *testing.T, laws []law, packages map[string][]string) {
	t.Helper()
	for ours, others := range packages {
		for _, law := range laws {
			if slices.ContainsFunc(strings.Fields(law.rooms), func(room string) bool { return under(ours, "layertap/"+room) }) {
				continue
			}
			for _, other := range others {
				if under(other, law.path) && other != "net/url" && other != "net/netip" && (other != "layertap/hits/names" || law.path == other) {
					t.Errorf("%s has %s: %s", ours, other, law.why)
				}
			}
		}
	}
}

// list asks the go command about every package of the module but this one, which
// only starts the command line, and the scripts, which aren't part of the program.
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
