package diff

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Ignore is what isn't compared in messages.
type Ignore struct {
	// Keys aren't compared at all: names ("session"), paths without indices
	// ("ecommerce.items.price") or patterns for either ("gtm.*").
	Keys []string
	// Volatile ignores the values of IDs and timestamps, and the origins of the site's
	// own URLs, because they differ between visits or servers. Their presence and types
	// are still compared.
	Volatile bool
}

// Usual ignores what differs between any two visits: the values of IDs and timestamps,
// the origins of the site's own URLs, and the keys gtm.*.
func Usual() Ignore { return Ignore{Keys: []string{"gtm.*"}, Volatile: true} }

var index = regexp.MustCompile(`\[[0-9]+\]`)

// key reports whether a key is ignored.
func (ig Ignore) key(at, name string) bool {
	plain := index.ReplaceAllString(at, "")
	return slices.ContainsFunc(ig.Keys, func(pattern string) bool {
		byName, _ := path.Match(pattern, name)
		byPath, _ := path.Match(pattern, plain)
		return byName || byPath
	})
}

// volatileWords end the names of keys whose values differ between visits.
var volatileWords = []string{
	"id", "ids", "uuid", "guid", "uid", "nonce", "token",
	"timestamp", "stamp", "time", "datetime", "date", "ts", "at",
}

var words = regexp.MustCompile(`[A-Z]*[a-z0-9]+|[A-Z]+`)

// Volatile reports whether a key's name indicates an ID or a timestamp.
func Volatile(name string) bool {
	all := words.FindAllString(name, -1)
	return len(all) > 0 && slices.Contains(volatileWords, strings.ToLower(all[len(all)-1]))
}

// comparison collects the differences between two messages.
type comparison struct {
	ignore Ignore
	// before and after are the pages' origins: "https://shop.example".
	before, after string
	shape         []Change
	values        []Change
}

// compare compares the values at a path; name is the last key in it.
func (c *comparison) compare(at, name string, before, after datalayer.Value) {
	switch {
	case before.Kind != after.Kind:
		c.shape = append(c.shape, Change{TypeChanged, at, before, after})
	case before.Kind == datalayer.Object || before.Kind == datalayer.Instance:
		c.fields(at, before, after)
	case before.Kind == datalayer.Array:
		c.items(at, name, before.Items, after.Items)
	case c.ignore.Volatile && (Volatile(name) || c.sameOnSite(before, after)):
	case !bytes.Equal(datalayer.Encode(nil, before), datalayer.Encode(nil, after)):
		c.values = append(c.values, Change{ValueChanged, at, before, after})
	}
}

// sameOnSite reports whether two values are URLs of the same page of the site, served
// from two origins.
func (c *comparison) sameOnSite(before, after datalayer.Value) bool {
	left, ours := datalayer.OnSite(before.Text, c.before)
	right, theirs := datalayer.OnSite(after.Text, c.after)
	return before.Kind == datalayer.String && ours && theirs && left == right
}

func (c *comparison) fields(at string, before, after datalayer.Value) {
	were, are := before.ByName(), after.ByName()
	for _, f := range before.Fields {
		where := datalayer.Member(at, f.Name)
		if c.ignore.key(where, f.Name) {
			continue
		}
		if other, ok := are[f.Name]; ok {
			c.compare(where, f.Name, f.Value, other)
		} else {
			c.shape = append(c.shape, Change{Kind: KeyMissing, Path: where, Before: f.Value})
		}
	}
	for _, f := range after.Fields {
		where := datalayer.Member(at, f.Name)
		if _, ok := were[f.Name]; !ok && !c.ignore.key(where, f.Name) {
			c.shape = append(c.shape, Change{Kind: KeyExtra, Path: where, After: f.Value})
		}
	}
}

func (c *comparison) items(at, name string, before, after []datalayer.Value) {
	shared := min(len(before), len(after))
	for i := range shared {
		c.compare(datalayer.Item(at, i), name, before[i], after[i])
	}
	for i, v := range before[shared:] {
		c.shape = append(c.shape, Change{Kind: KeyMissing, Path: datalayer.Item(at, shared+i), Before: v})
	}
	for i, v := range after[shared:] {
		c.shape = append(c.shape, Change{Kind: KeyExtra, Path: datalayer.Item(at, shared+i), After: v})
	}
}
