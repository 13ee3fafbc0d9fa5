package plan

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed plans/*.yaml
var builtin embed.FS

// ReadFile reads a file that the user passed or that a plan includes, like os.ReadFile.
type ReadFile func(name string) ([]byte, error)

// Builtins returns the names of the built-in plans.
func Builtins() []string {
	entries, err := builtin.ReadDir("plans")
	if err != nil {
		return nil
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), ".yaml")
	}
	return names
}

// Builtin returns a built-in plan.
func Builtin(name string) (*Plan, error) {
	return Load(name, nil)
}

// Load returns the built-in plan with a name, or else the plan in the file with that
// name. If the plan itself is wrong, the error is [Problems].
func Load(name string, read ReadFile) (*Plan, error) {
	l := loader{read: read}
	root, err := l.file(name)
	if err != nil {
		return nil, err
	}
	return l.plan(root, name)
}

// Parse parses the content of a plan file. It can include built-in plans and, if read
// isn't nil, files.
func Parse(data []byte, filename string, read ReadFile) (*Plan, error) {
	l := loader{read: read, open: []string{filename}}
	root, err := l.parse(data, filename)
	if err != nil {
		return nil, err
	}
	return l.plan(root, filename)
}

// loader resolves the includes of a plan.
type loader struct {
	read  ReadFile
	open  []string // the files being read, outermost first
	files int
}

// maxFiles is the maximum number of files in a plan.
const maxFiles = 64

func (l *loader) plan(root *node, name string) (*Plan, error) {
	r := &reader{files: l.read}
	p := r.plan(root, strings.TrimSuffix(path.Base(name), path.Ext(name)))
	r.agree(root, p)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, byPlace)
		return nil, r.problems
	}
	return p, nil
}

func byPlace(a, b *Problem) int {
	if a.File != b.File {
		return strings.Compare(a.File, b.File)
	}
	if a.Line != b.Line {
		return a.Line - b.Line
	}
	return a.Column - b.Column
}

// file reads a plan and its includes. A name without a directory and an extension is
// that of a built-in plan.
func (l *loader) file(name string) (*node, error) {
	if slices.Contains(l.open, name) {
		return nil, fmt.Errorf("reading the plan %s: it includes itself: %s", name, strings.Join(append(l.open, name), " → "))
	}
	if l.files++; l.files > maxFiles {
		return nil, fmt.Errorf("reading the plan %s: it includes more than %d files", name, maxFiles)
	}
	data, err := l.content(name)
	if err != nil {
		return nil, err
	}
	l.open = append(l.open, name)
	defer func() { l.open = l.open[:len(l.open)-1] }()
	return l.parse(data, name)
}

func (l *loader) content(name string) ([]byte, error) {
	if slices.Contains(Builtins(), name) {
		return builtin.ReadFile("plans/" + name + ".yaml")
	}
	if l.read == nil {
		return nil, fmt.Errorf("reading the plan %s: not a built-in plan; the built-in plans are %s", name, strings.Join(Builtins(), ", "))
	}
	data, err := l.read(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, "./\\") {
			return nil, fmt.Errorf("reading the plan %s: no such file or built-in plan%s",
				name, didYouMean(name, Builtins()))
		}
		return nil, fmt.Errorf("reading the plan %s: %w", name, err)
	}
	return data, nil
}

// parse parses a file and merges it over its includes.
func (l *loader) parse(data []byte, name string) (*node, error) {
	root, err := parseYAML(name, data)
	if err != nil {
		var problem *Problem
		if errors.As(err, &problem) {
			return nil, Problems{problem}
		}
		return nil, err
	}
	includes := root.get("include")
	if includes == nil {
		return root, nil
	}
	var r reader
	var base *node
	for _, include := range r.list(includes) {
		if !slices.Contains(Builtins(), include) && !path.IsAbs(include) {
			include = path.Join(path.Dir(name), include)
		}
		included, err := l.file(include)
		if err != nil {
			return nil, err
		}
		base = merge(base, included)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return merge(base, root), nil
}
