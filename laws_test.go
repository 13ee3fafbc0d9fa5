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

// law lists the directories, each with its subdirectories, that may depend on the
// packages below a path.
type law struct {
	why        string
	path       string
	exceptions string
}

// reach are the laws on direct and indirect dependencies.
var reach = []law{
	{"only the probe and the command line depend on the browser", "github.com/chromedp", "probe cli"},
	{"only the screen and the command line use the terminal", "charm.land", "ui cli"},
	{"only the command line chooses the source", "layertap/probe", "probe cli"},
	{"only the command line opens files", "layertap/recording", "recording cli"},
	{"nothing below the screen depends on it", "layertap/ui", "ui cli"},
	{"nothing below the reports depends on them", "layertap/report", "report cli mcp"},
	{"the analysis doesn't depend on the session", "layertap/session", "session filter diff ui report cli container mcp"},
	{"hits are decoded once, in the probe", "layertap/hits", "hits probe cli"},
	{"only what displays hits describes them", "layertap/hits/names", "hits report ui cli mcp"},
	{"a container's model depends neither on its formats nor on its evaluation", "layertap/gtm/parse", "gtm/parse gtm/engine gtm/googletag session filter diff ui report cli container mcp"},
	{"containers are read without being evaluated", "layertap/gtm/engine", "gtm/engine session filter diff ui report cli container mcp"},
	{"plans don't depend on a session's messages", "layertap/rules/check", "rules/check rules/infer session filter diff ui report cli container mcp"},
	{"spelling, personal data and findings don't depend on plans", "layertap/rules/plan", "rules/plan rules/check rules/infer session filter diff ui report cli container mcp"},
	{"containers don't depend on plans", "layertap/rules", "rules session filter diff ui report cli container mcp"},
	{"the data layer, hits and other basics don't depend on containers", "layertap/gtm", "gtm rules session filter diff ui report cli container mcp"},
}

// imports are the laws on direct imports.
var imports = []law{
	{"only the probe communicates with browsers", "github.com/chromedp", "probe"},
	{"requests of agents are handled in one package", "github.com/modelcontextprotocol", "mcp"},
	{"JavaScript of a page runs in one package", "github.com/dop251/goja", "gtm/script"},
	{"the analysis and the screen do no input or output", "os", "probe recording demo cli internal/golden"},
	{"the analysis and the screen don't use the network", "net", "probe demo internal/download container/fetch sweep/fetch"},
}

func TestImportLaws(t *testing.T) {
	checkLaws(t, reach, list(t, `{{.ImportPath}} {{join .Deps " "}}`))
	checkLaws(t, imports, list(t, `{{.ImportPath}} {{join .Imports " "}}`))
}

// uiLevels are the packages of the screen from the bottom up: each may import those on
// lower levels.
var uiLevels = []string{
	"style list", "text", "pane prompt status", "describe picker layout", "help overview", "detail keymap messages suggest ticket", "screen", "frame", "",
}

// probeLevels are the packages of the probe from the bottom up.
var probeLevels = []string{
	"bounds protocol probetest grid", "devtools hook perform visit", "browser document tabs", "tracker", "",
}

func TestImportsPointDown(t *testing.T) {
	pointDown(t, "ui", uiLevels)
	pointDown(t, "probe", probeLevels)
}

// pointDown holds the packages under a room to importing only those on lower levels.
func pointDown(t *testing.T, room string, levels []string) {
	t.Helper()
	level := map[string]int{}
	for i, names := range levels {
		for _, name := range strings.Split(names, " ") {
			level[strings.TrimSuffix("layertap/"+room+"/"+name, "/")] = i
		}
	}
	for ours, others := range list(t, `{{.ImportPath}} {{join .Imports " "}}`) {
		if !under(ours, "layertap/"+room) {
			continue
		}
		at, known := level[ours]
		if !known {
			t.Errorf("%s is on no level: add it to the levels of %s", ours, room)
		}
		for _, other := range others {
			if below, ok := level[other]; ok && below >= at {
				t.Errorf("%s imports %s, which is not below it", ours, other)
			}
		}
	}
}

// deciding are the packages of the probe that do no input or output: a test plays a browser
// to them.
var deciding = []string{"bounds", "protocol", "hook", "visit", "document", "tabs", "tracker"}

func TestTheProbeDecidesWithoutInputAndOutput(t *testing.T) {
	imports := list(t, `{{.ImportPath}} {{join .Imports " "}}`)
	for _, name := range deciding {
		for _, other := range imports["layertap/probe/"+name] {
			for _, not := range []string{"os", "net", "context", "github.com/chromedp/chromedp/remote", "layertap/probe/devtools", "layertap/probe/browser"} {
				if under(other, not) && other != "net/url" {
					t.Errorf("probe/%s imports %s", name, other)
				}
			}
		}
		files, err := filepath.Glob(filepath.Join("probe", name, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("probe/%s: %d files, %v", name, len(files), err)
		}
		for _, path := range files {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") && bytes.Contains(source, []byte("time.Now(")) {
				t.Errorf("%s reads the clock", path)
			}
		}
	}
}

// The maximum sizes of a package and a type before they have to be split.
const (
	mostLines   = 4000 // of a package, without tests
	mostMethods = 60
)

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
		if n > mostLines {
			t.Errorf("%s has %d lines, more than %d", dir, n, mostLines)
		}
	}
	for name, n := range methods {
		if n > mostMethods {
			t.Errorf("%s has %d methods, more than %d", name, n, mostMethods)
		}
	}
}

// receiver returns the name of a method's receiver type.
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

func checkLaws(t *testing.T, laws []law, packages map[string][]string) {
	t.Helper()
	for ours, others := range packages {
		for _, law := range laws {
			if slices.ContainsFunc(strings.Fields(law.exceptions), func(dir string) bool { return under(ours, "layertap/"+dir) }) {
				continue
			}
			for _, other := range others {
				if under(other, law.path) && other != "net/url" && other != "net/netip" && (other != "layertap/hits/names" || law.path == other) {
					t.Errorf("%s depends on %s: %s", ours, other, law.why)
				}
			}
		}
	}
}

// list runs go list for every package of the module except the root, which only starts
// the command line, and scripts, which aren't part of the program.
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
		t.Fatalf("go list found only %d packages", len(packages))
	}
	return packages
}

func under(path, dir string) bool { return path == dir || strings.HasPrefix(path, dir+"/") }
