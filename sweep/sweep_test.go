package sweep

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadList(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want List
		err  string
	}{
		"text": {
			"\ufeff# the shop\r\nhttps://shop.example/\r\n\r\n  shop.example/cart  \n", List{Pages: []string{"https://shop.example/", "shop.example/cart"}}, "",
		},
		"sitemap": {
			`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
			<url><loc> https://shop.example/?a=1&amp;b=2 </loc><image:image><image:loc>https://shop.example/a.png</image:loc></image:image></url>
			<url><lastmod>2026-11-23</lastmod><loc>https://shop.example/cart</loc></url></urlset>`,
			List{Pages: []string{"https://shop.example/?a=1&b=2", "https://shop.example/cart"}}, "",
		},
		"sitemap index": {
			`<sitemapindex><sitemap><loc>https://shop.example/1.xml</loc></sitemap></sitemapindex>`,
			List{Sitemaps: []string{"https://shop.example/1.xml"}}, "",
		},
		"nothing":      {"# nothing\n", List{}, "names no page"},
		"empty":        {`<urlset></urlset>`, List{}, "names no page"},
		"another page": {"<html><body>not found</body></html>", List{}, `"html"`},
		"torn":         {"<urlset><url><loc>https://shop.example/", List{}, "isn't valid XML"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ReadList([]byte(tt.text))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("the error is %v, not %q", err, tt.err)
			}
		})
	}
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte("https://shop.example/\n#"))
	f.Add([]byte("<urlset><url><loc>https://shop.example/</loc></url></urlset>"))
	f.Fuzz(func(t *testing.T, text []byte) {
		l, err := ReadList(text)
		if named := len(l.Pages) + len(l.Sitemaps); (err == nil) != (named > 0) {
			t.Errorf("%d are named, and the error is %v", named, err)
		}
		if slices.Contains(l.Pages, "") {
			t.Error("a page has no URL")
		}
	})
}

func TestShards(t *testing.T) {
	for _, text := range []string{"", "3", "0/3", "4/3", "-1/3", "a/b", "1/0", "1/2/3"} {
		if s, err := ParseShard(text); err == nil {
			t.Errorf("%q is the shard %v", text, s)
		}
	}
	pages := visits(25)
	if got := (Shard{}).Pick(pages); len(got) != len(pages) {
		t.Errorf("no shard has %d pages", len(got))
	}
	seen := map[string]int{}
	for i := 1; i <= 10; i++ {
		s, err := ParseShard(fmt.Sprintf("%d/10", i))
		if err != nil {
			t.Fatal(err)
		}
		part := s.Pick(pages)
		if len(part) < 2 || len(part) > 3 {
			t.Errorf("%v has %d pages", s, len(part))
		}
		for _, v := range part {
			seen[v.Page]++
		}
	}
	for _, v := range pages {
		if seen[v.Page] != 1 {
			t.Errorf("page %s is in %d shards", v.Page, seen[v.Page])
		}
	}
}

func TestFileNames(t *testing.T) {
	known := map[string]string{}
	for _, page := range []string{
		"https://shop.example", "https://shop.example/", "https://shop.example/?a=1", "https://shop.example/a/../b", "https://user:secret@shop.example/",
		"https://shop.example/" + strings.Repeat("long/", 100), "https://müller.example/ä", "http://[::1]:8080/x", "data:text/html,x", "https://shop.example/A", "https://shop.example/a",
	} {
		name := FileName(page, "")
		if known[name] != "" || strings.ContainsAny(name, `/\:?*"<>|`) || strings.HasPrefix(name, ".") || len(name) > 100 ||
			!strings.HasSuffix(name, ".session.jsonl") || strings.Contains(name, "secret") {
			t.Errorf("%s is in %q", page, name)
		}
		known[name] = page
	}
	if got, want := FileName("https://shop.example/shoes/red?x=1", "accept"), "shop.example-shoes-red-"; !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ".accept.session.jsonl") {
		t.Errorf("the name is %q", got)
	}
}

func visits(n int) []*Visit {
	all := make([]*Visit, n)
	for i := range all {
		all[i] = &Visit{Page: fmt.Sprint(i + 1), Number: i + 1}
	}
	return all
}

// next returns the page that must be available immediately; empty at the end.
func next(t *testing.T, q *Queue, browser int) *Visit {
	t.Helper()
	q.mu.Lock()
	defer q.mu.Unlock()
	v, over := q.take(browser)
	if v == nil && !over {
		t.Fatalf("browser %d has to wait", browser)
	}
	return v
}

func waits(q *Queue, browser int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	v, over := q.take(browser)
	return v == nil && !over
}

func TestQueue(t *testing.T) {
	failed := Attempt{"a browser", "it failed"}

	t.Run("another browser tries again", func(t *testing.T) {
		q := NewQueue(visits(1), 2, 3)
		v := next(t, q, 0)
		if !waits(q, 1) {
			t.Error("a page is with two browsers")
		}
		if !q.Again(v, 0, failed) || !waits(q, 0) {
			t.Error("the browser in which a page failed has it again, and another could")
		}
		if again := next(t, q, 1); again != v {
			t.Fatalf("browser 1 has %v", again)
		}
		if !q.Again(v, 1, failed) {
			t.Error("it is not tried again")
		}
		if next(t, q, 0) != v || q.Again(v, 0, failed) || next(t, q, 0) != nil || next(t, q, 1) != nil {
			t.Error("it is tried more than three times")
		}
		if len(v.Failed) != 3 {
			t.Errorf("the attempts are %v", v.Failed)
		}
	})
	t.Run("the only browser tries again", func(t *testing.T) {
		q := NewQueue(visits(2), 1, 2)
		v := next(t, q, 0)
		q.Again(v, 0, failed)
		if other := next(t, q, 0); other == v {
			t.Error("a page that failed comes before one that was not tried")
		}
		q.Done()
		if next(t, q, 0) != v {
			t.Error("it is not tried again")
		}
	})
	t.Run("what a browser that is gone failed to do, the other does", func(t *testing.T) {
		q := NewQueue(visits(2), 2, 9)
		one, two := next(t, q, 0), next(t, q, 1)
		q.Again(one, 0, failed)
		q.Again(two, 1, failed)
		q.Drop(0)
		if next(t, q, 0) != nil {
			t.Error("a browser that is gone gets a page")
		}
		if next(t, q, 1) != one {
			t.Error("the page that failed elsewhere does not come")
		}
		q.Done()
		if next(t, q, 1) != two {
			t.Error("a page that failed in the last browser does not come again")
		}
		q.Return(two)
		q.Drop(1)
		if left := q.Left(); len(left) != 1 || left[0] != two {
			t.Errorf("left are %v", left)
		}
	})
}

// Whatever fails, each page is recorded once, or given up after the maximum number of
// attempts.
func TestQueueWithManyBrowsers(t *testing.T) {
	const browsers, tries = 4, 3
	all := visits(200)
	q := NewQueue(all, browsers, tries)
	type outcome struct {
		page     string
		recorded bool
	}
	outcomes := make(chan outcome)
	ended := make(chan int)
	for b := range browsers {
		go func() {
			defer func() { ended <- b }()
			for {
				v, ok := q.Next(t.Context(), b)
				switch {
				case !ok:
					return
				case b == 0 && v.Number > 100:
					q.Again(v, b, Attempt{})
					q.Drop(b)
				case v.Number%7 == 0 && len(v.Failed) == 0, v.Number%50 == 0:
					if !q.Again(v, b, Attempt{}) {
						outcomes <- outcome{v.Page, false}
					}
				default:
					q.Done()
					outcomes <- outcome{v.Page, true}
				}
			}
		}()
	}
	seen := map[string]bool{}
	for running := browsers; running > 0; {
		select {
		case <-ended:
			running--
		case o := <-outcomes:
			if was, again := seen[o.page]; again {
				t.Errorf("page %s comes again, after %v", o.page, was)
			}
			seen[o.page] = o.recorded
		}
	}
	for _, v := range all {
		recorded, known := seen[v.Page]
		if given := v.Number%50 != 0; !known || recorded != given {
			t.Errorf("page %s: %v, known %v", v.Page, recorded, known)
		}
		if len(v.Failed) > tries {
			t.Errorf("page %s was tried %d times", v.Page, len(v.Failed))
		}
	}
}
