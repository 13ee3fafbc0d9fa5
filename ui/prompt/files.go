package prompt

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// Listing has the contents of the directories read so far. It is a value.
type Listing struct {
	asked map[string]bool
	names map[string][]string
}

// Asked reports whether a directory has been read or is being read.
func (l Listing) Asked(dir string) bool { return l.asked[dir] }

// Names returns the names in a directory; nil if unknown.
func (l Listing) Names(dir string) []string { return l.names[dir] }

// Asking returns the listing with a directory marked as being read.
func (l Listing) Asking(dir string) Listing {
	asked := map[string]bool{dir: true}
	maps.Copy(asked, l.asked)
	l.asked = asked
	return l
}

// With returns the listing with the contents of a directory.
func (l Listing) With(dir string, held []string) Listing {
	names := map[string][]string{dir: held}
	maps.Copy(names, l.names)
	l.names = names
	return l
}

// Complete completes the name of a directory, or of a file with one of the endings; if
// there is none, of any file.
func (l Listing) Complete(typed string, endings ...string) Completion {
	dir := typed[:strings.LastIndex(typed, "/")+1]
	c := Completion{Files: true, Dir: dir}
	findTyped := strings.HasPrefix(path.Base("/"+typed), ".")
	var wanted, dirs, others []string
	for _, name := range l.names[dir] {
		switch {
		case strings.HasPrefix(name, ".") && !findTyped:
		case strings.HasSuffix(name, "/"):
			dirs = append(dirs, dir+name)
		case slices.ContainsFunc(endings, func(ending string) bool { return strings.HasSuffix(name, ending) }):
			wanted = append(wanted, dir+name)
		default:
			others = append(others, dir+name)
		}
	}
	if c.Words = Fitting(Suggestions(append(wanted, dirs...)), typed); c.Words == nil {
		c.Words = Fitting(Suggestions(others), typed)
	}
	return c
}
