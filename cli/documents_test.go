//go:build unix

package cli_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// documents are those with commands for users.
func documents(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("../docs/*.md")
	if err != nil || len(found) < 10 {
		t.Fatalf("%d documents: %v", len(found), err)
	}
	return append(found, "../README.md", "../CONTRIBUTING.md", "../SECURITY.md", "../CHANGELOG.md")
}

// blocks returns the code blocks of a language in a document.
func blocks(t *testing.T, document, language string) []string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(text, -1) {
		found = append(found, string(block[1]))
	}
	return found
}

// reader runs the commands of a document, in a directory with the files that documents
// name, and with a browser that can be attached to.
type reader struct {
	t    *testing.T
	dir  string
	env  []string
	site string
}

func newReader(t *testing.T) *reader {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/sitemap.xml" {
			fmt.Fprintf(w, "<urlset><url><loc>http://%s/books</loc></url></urlset>", r.Host)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<title>Shop</title><script>dataLayer = [{event: 'shop_seen', shelf: 'books'}]</script>`)
	}))
	t.Cleanup(site.Close)
	r := &reader{t: t, dir: t.TempDir(), site: site.URL}
	bin, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	tools := t.TempDir()
	if err := os.Symlink(bin, filepath.Join(tools, "layertap")); err != nil {
		t.Fatal(err)
	}
	config := t.TempDir()
	r.env = append(os.Environ(),
		"PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"), asProgram+"=1", "TERM=xterm-256color", "DISPLAY=", "WAYLAND_DISPLAY=",
		"HOST_PROC="+t.TempDir(), "XDG_CONFIG_HOME="+config, "XDG_STATE_HOME="+t.TempDir())
	r.write(filepath.Join(config, "layertap", "config.yaml"), "presets: {de-mobile: {lang: de-DE}}\n")
	everydayBrowser(t, filepath.Join(config, "chromium"), site.URL)
	for _, name := range []string{"visit", "before", "after", "shop.example-20261126-090000"} {
		r.write(filepath.Join(r.dir, name+".session.jsonl"), seenShop)
	}
	for _, flow := range []string{"flow", "reject", "accept", "open-chat"} {
		first := `{"type": "navigate", "url": "` + site.URL + `/"}`
		r.write(filepath.Join(r.dir, flow+".json"), `{"title": "Shop", "steps": [`+first+`, {"type": "scroll", "y": 100}]}`)
	}
	r.write(filepath.Join(r.dir, "pages.txt"), site.URL+"/books\n")
	for _, fixture := range []string{
		"layertap container init --plan widget --measurement-id G-ABC1234567 -o export.json",
		"layertap plan infer visit.session.jsonl -o mine.yaml",
		"layertap plan infer visit.session.jsonl -o tracking.yaml",
	} {
		r.types(fixture, 0)
	}
	return r
}

// seenShop is a recording of a visit to the site.
const seenShop = `{"type":"session","format":1,"id":"01K","tool":"layertap 0.1.0","started":"2026-11-23T09:00:00.000Z","url":"https://shop.example/"}
{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}
{"type":"push","seq":2,"t":41.200,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"shop_seen","message":{"event":"shop_seen","shelf":"books"}}
{"type":"end","seq":3,"t":9000.000,"pushes":1,"hits":0,"lost":0}
`

func (r *reader) write(path, text string) {
	r.t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		r.t.Fatal(err)
	}
}

// captures matches commands that capture until they are interrupted.
var captures = regexp.MustCompile(`^layertap (http|attach|record)`)

// types runs a script in a shell. Its exit status must be 0 or one of may.
func (r *reader) types(script string, may ...int) {
	r.t.Helper()
	script = regexp.MustCompile(`https://(staging\.)?shop\.example`).ReplaceAllString(script, r.site)
	script = regexp.MustCompile(`--for \d+s`).ReplaceAllString(script, "--for 1s")
	if captures.MatchString(script) && !strings.Contains(script, "--for") {
		command, comment, _ := strings.Cut(script, " #")
		script = command + " --for 1s #" + comment
	}
	if captures.MatchString(script) { // recorded by an earlier command of the document
		if out := regexp.MustCompile(` -o (\S+)`).FindStringSubmatch(script); out != nil {
			_ = os.Remove(filepath.Join(r.dir, out[1]))
		}
	}
	if strings.HasPrefix(script, "layertap sweep ") && !strings.Contains(script, "--resume") {
		if out := regexp.MustCompile(` --out (\S+)`).FindStringSubmatch(script); out != nil {
			_ = os.RemoveAll(filepath.Join(r.dir, out[1]))
			script += " --for 1s"
		}
	}
	cmd := exec.Command("sh", "-ec", script)
	cmd.Dir, cmd.Env = r.dir, r.env
	printed, _ := cmd.CombinedOutput() // the exit status is checked
	if code := cmd.ProcessState.ExitCode(); !slices.Contains(may, code) {
		r.t.Errorf("%s\nended with %d:\n%.2000s", script, code, printed)
	}
}

// verdicts matches commands that exit with 1 if they have findings.
var verdicts = regexp.MustCompile(`^layertap (check|diff|what-if|plan lint|plan diff|container (check|diff|list)|doctor)`)

// Every command in a document works.
func TestCommandsInDocuments(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, document := range documents(t) {
		var commands []string
		for _, block := range blocks(t, document, "sh") {
			for _, line := range strings.Split(strings.ReplaceAll(block, "\\\n", " "), "\n") {
				command, _, _ := strings.Cut(line, " #")
				switch {
				case strings.TrimSpace(command) == "" || strings.HasPrefix(line, "#"):
				case strings.HasPrefix(command, "make "):
					if target := strings.Fields(command)[1]; !regexp.MustCompile(`(?m)^` + target + `:`).Match(makefile) {
						t.Errorf("%s: there is no make %s", document, target)
					}
				case strings.HasPrefix(command, "layertap "):
					commands = append(commands, line)
				default:
					t.Errorf("%s: nothing runs %q", document, line)
				}
			}
		}
		ran += len(commands)
		if len(commands) > 0 {
			t.Run(filepath.Base(document), func(t *testing.T) {
				t.Parallel()
				r := newReader(t)
				for _, line := range commands {
					if verdicts.MatchString(line) {
						r.types(line, 0, 1)
					} else {
						r.types(line, 0)
					}
				}
			})
		}
	}
	if ran < 20 {
		t.Errorf("only %d commands were found", ran)
	}
}

// Commands in the sentences of a document, and indented ones that need other machines,
// exist, with their flags.
func TestCommandsInSentences(t *testing.T) {
	t.Parallel()
	named := 0
	for _, document := range documents(t) {
		text, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAll(text, nil)
		commands := regexp.MustCompile("`layertap ([^`]+)`").FindAllSubmatch(text, -1)
		for _, found := range append(commands, regexp.MustCompile(`(?m)^ {4,}layertap (.+)$`).FindAllSubmatch(text, -1)...) {
			typed := string(found[1])
			if typed == "--version" {
				continue
			}
			args := append(strings.Fields(typed), "-h")
			if printed, code := output(t, args...); code != 0 || !strings.Contains(printed, "Usage:") {
				t.Errorf("%s: layertap %s ended with %d: %.500s", document, typed, code, printed)
			}
			named++
		}
	}
	if named < 8 {
		t.Errorf("only %d commands were found", named)
	}
}

// The jobs of docs/ci.md work, as far as a shell can run them. Steps that install
// system packages are skipped.
func TestJobsInDocuments(t *testing.T) {
	t.Parallel()
	for i, block := range blocks(t, "../docs/ci.md", "yaml") {
		r := newReader(t)
		archive := filepath.Join(t.TempDir(), "layertap.tar.gz")
		packProgram(t, archive)
		added := filepath.Join(t.TempDir(), "path")
		r.env = append(r.env, "LAYERTAP_SITE="+r.site, "LAYERTAP_ARCHIVE=file://"+archive, "GITHUB_PATH="+added, "GITHUB_STEP_SUMMARY="+filepath.Join(r.dir, "summary.md"))
		if strings.Contains(block, "uses: your-org/layertap@") {
			r.runsAction(block)
			continue
		}
		scripts := scriptsOf(t, block)
		if len(scripts) < 4 {
			t.Fatalf("block %d has only the scripts %q", i, scripts)
		}
		_ = os.Remove(filepath.Join(r.dir, "visit.session.jsonl"))
		r.types(strings.Join(scripts, "\n"), 0)
		for _, made := range regexp.MustCompile(`\b(visit\.session\.jsonl|visit\.html|layertap\.sarif|layertap\.xml)\b`).FindAllString(block, -1) {
			if info, err := os.Stat(filepath.Join(r.dir, made)); err != nil || info.Size() == 0 {
				t.Errorf("block %d: the job did not make %s: %v", i, made, err)
			}
		}
	}
}

// action contains the parts of action.yml, and of a step that uses it, that the test needs.
type action struct {
	Inputs map[string]struct {
		Default  string
		Required bool
	}
	Runs struct {
		Steps []struct {
			Env map[string]string
			Run string
		}
	}
}

var reference = regexp.MustCompile(`\$\{\{ *(inputs|vars)\.([A-Za-z_-]+) *\}\}`)

// runsAction runs the steps of the repository's action like a job that uses it, and checks
// their results.
func (r *reader) runsAction(job string) {
	r.t.Helper()
	text, err := os.ReadFile("../action.yml")
	if err != nil {
		r.t.Fatal(err)
	}
	var a action
	if err := yaml.Load(text, &a); err != nil {
		r.t.Fatal(err)
	}
	with := map[string]string{}
	for name, input := range a.Inputs {
		with[name] = input.Default
	}
	for _, given := range regexp.MustCompile(`(?m)^ {10}([a-z-]+): (.*)$`).FindAllStringSubmatch(job, -1) {
		if _, known := a.Inputs[given[1]]; !known {
			r.t.Errorf("the action has no input %s", given[1])
		}
		with[given[1]] = reference.ReplaceAllStringFunc(given[2], func(ref string) string {
			name := reference.FindStringSubmatch(ref)[2] + "="
			for _, set := range r.env {
				if value, ok := strings.CutPrefix(set, name); ok {
					return value
				}
			}
			r.t.Errorf("nothing sets %s", ref)
			return ""
		})
	}
	for name, input := range a.Inputs {
		if input.Required && with[name] == "" {
			r.t.Errorf("the job gives no %s", name)
		}
	}
	with["for"] = "1s"
	outputs := filepath.Join(r.t.TempDir(), "outputs")
	r.env = append(r.env, "GITHUB_OUTPUT="+outputs)
	_ = os.Remove(filepath.Join(r.dir, "visit.session.jsonl"))
	for _, step := range a.Runs.Steps {
		cmd := exec.Command("bash", "-eo", "pipefail", "-c", step.Run)
		cmd.Dir, cmd.Env = r.dir, slices.Clone(r.env)
		for name, value := range step.Env {
			cmd.Env = append(cmd.Env, name+"="+reference.ReplaceAllStringFunc(value, func(ref string) string { return with[reference.FindStringSubmatch(ref)[2]] }))
		}
		if printed, err := cmd.CombinedOutput(); err != nil {
			r.t.Errorf("%s\nended with %v:\n%.2000s", step.Run, err, printed)
		}
	}
	for _, made := range []string{"visit.session.jsonl", "visit.html", "layertap.sarif", "layertap.xml", "summary.md"} {
		if info, err := os.Stat(filepath.Join(r.dir, made)); err != nil || info.Size() == 0 {
			r.t.Errorf("the action did not make %s: %v", made, err)
		}
	}
	if got, _ := os.ReadFile(outputs); string(got) != "recording=visit.session.jsonl\nsarif=layertap.sarif\n" {
		r.t.Errorf("the action's outputs are %q", got)
	}
}

// packProgram writes an archive with the program, in the form of a release.
func packProgram(t *testing.T, path string) {
	t.Helper()
	bin, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	packed := gzip.NewWriter(file)
	files := tar.NewWriter(packed)
	text := "#!/bin/sh\nexec " + bin + " \"$@\"\n"
	err = files.WriteHeader(&tar.Header{Name: "layertap", Mode: 0o755, Size: int64(len(text))})
	_, wrote := files.Write([]byte(text))
	if err := errors.Join(err, wrote, files.Close(), packed.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
}

// scriptsOf returns the scripts of the steps of a CI job.
func scriptsOf(t *testing.T, job string) []string {
	t.Helper()
	var root yaml.Node
	if err := yaml.Load([]byte(job), &root); err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(*yaml.Node)
	walk = func(n *yaml.Node) {
		for i, below := range n.Content {
			key := ""
			if n.Kind == yaml.MappingNode && i%2 == 1 {
				key = n.Content[i-1].Value
			}
			switch key {
			case "run":
				found = append(found, below.Value)
			case "script", "before_script":
				for _, line := range below.Content {
					if !strings.HasPrefix(line.Value, "apt-get ") {
						found = append(found, line.Value)
					}
				}
			default:
				walk(below)
			}
		}
	}
	walk(&root)
	return found
}
