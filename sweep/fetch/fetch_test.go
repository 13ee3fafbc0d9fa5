package fetch

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	var site *httptest.Server
	site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/index.xml": // which also lists itself
			fmt.Fprintf(w, "<sitemapindex><sitemap><loc>%[1]s/a.xml</loc></sitemap><sitemap><loc>%[1]s/b.xml.gz</loc></sitemap><sitemap><loc>%[1]s/index.xml</loc></sitemap></sitemapindex>", site.URL)
		case "/a.xml":
			fmt.Fprint(w, "<urlset><url><loc>https://shop.example/1</loc></url><url><loc>https://shop.example/2</loc></url></urlset>")
		case "/b.xml.gz":
			packed := gzip.NewWriter(w)
			fmt.Fprint(packed, "https://shop.example/3\n")
			_ = packed.Close()
		case "/torn.xml":
			fmt.Fprint(w, "<urlset><url>")
		case "/endless.xml":
			fmt.Fprintf(w, "<sitemapindex><sitemap><loc>%s/endless.xml?%s1</loc></sitemap></sitemapindex>", site.URL, r.URL.RawQuery)
		default:
			http.NotFound(w, r)
		}
	}))
	defer site.Close()
	pages, err := Pages(t.Context(), site.URL+"/index.xml")
	if want := []string{"https://shop.example/1", "https://shop.example/2", "https://shop.example/3"}; err != nil || !slices.Equal(pages, want) {
		t.Errorf("the pages are %v, %v", pages, err)
	}
	for path, want := range map[string]string{
		"/none.xml": "404", "/torn.xml": "isn't valid XML", "/endless.xml": "more than 1000 sitemaps",
	} {
		if _, err := Pages(t.Context(), site.URL+path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}
