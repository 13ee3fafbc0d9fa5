package demo_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"layertap/demo"
)

func start(t *testing.T) *demo.Site {
	t.Helper()
	site, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := site.Close(); err != nil {
			t.Error(err)
		}
	})
	return site
}

func get(t *testing.T, address string) (status int, contentType, body string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Content-Type"), string(content)
}

func TestPages(t *testing.T) {
	site := start(t)
	const html = "text/html; charset=utf-8"
	tests := []struct {
		path        string
		status      int
		contentType string
		has         string
	}{
		{"", 200, html, "<title>Things for slow days · Nordlys</title>"},
		{"category/seating", 200, html, "Pall stool"},
		{"product/halo", 200, html, `"slug": "halo"`},
		{"cart", 200, html, "Your cart"},
		{"checkout", 200, html, "Place the order"},
		{"thanks", 200, html, "Thank you"},
		{"help", 200, html, "Help and contact"},
		{"about", 200, html, "widet_conversation_id"},
		{"g/collect?v=2&tid=G-N0RDLYS001&en=a", 204, "", ""},
		{"g/collect?v=2&tid=G-N0RDLYS000&en=a", 403, "", ""},
		{"static/main.js", 200, "text/javascript; charset=utf-8", "startShop()"},
		{"static/shop.css", 200, "text/css; charset=utf-8", "--paper"},
		{"static/favicon.svg", 200, "image/svg+xml", "<svg"},
		{"nowhere", 404, html, "There is no such page"},
		{"product/nothing", 404, html, "There is no such page"},
		{"category/nothing", 404, html, "There is no such page"},
		{"static/", 404, "text/plain; charset=utf-8", "404"},
		{"static/widget/", 404, "text/plain; charset=utf-8", "404"},
		{"static/nothing.js", 404, "text/plain; charset=utf-8", "404"},
		{"static/..%2flayout.html", 404, "text/plain; charset=utf-8", "404"},
	}
	for _, test := range tests {
		t.Run("/"+test.path, func(t *testing.T) {
			status, contentType, body := get(t, site.URL()+test.path)
			if status != test.status || contentType != test.contentType {
				t.Errorf("got %d %s, want %d %s", status, contentType, test.status, test.contentType)
			}
			if !strings.Contains(body, test.has) {
				t.Errorf("%q is not in the answer", test.has)
			}
		})
	}
}

var href = regexp.MustCompile(`(?:href|src)="(/[^"#?]*)`)

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	site := start(t)
	seen := map[string]bool{}
	queue := []string{"/"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		status, contentType, body := get(t, strings.TrimSuffix(site.URL(), "/")+path)
		if status != http.StatusOK {
			t.Errorf("%s answers %d", path, status)
		}
		if strings.HasPrefix(contentType, "text/html") {
			for _, link := range href.FindAllStringSubmatch(body, -1) {
				queue = append(queue, link[1])
			}
		}
	}
	if len(seen) < 20 { // 9 products, 3 categories, other pages and their files
		t.Errorf("only %d addresses were found: %v", len(seen), seen)
	}
}

func TestOnlyThisMachineCanReachIt(t *testing.T) {
	site := start(t)
	address, err := url.Parse(site.URL())
	if err != nil {
		t.Fatal(err)
	}
	if !net.ParseIP(address.Hostname()).IsLoopback() {
		t.Errorf("it listens at %s", address.Host)
	}
	tour, err := url.Parse(site.TourURL(demo.Fast))
	if err != nil || tour.Host != address.Host || !tour.Query().Has("auto") || tour.Query().Get("pace") != "fast" {
		t.Errorf("the tour is at %s, %v", tour, err)
	}
}

func TestNothingAnswersAfterClose(t *testing.T) {
	site, err := demo.Start()
	if err != nil {
		t.Fatal(err)
	}
	if err := site.Close(); err != nil {
		t.Fatal(err)
	}
	if answer, err := http.Get(site.URL()); err == nil {
		answer.Body.Close()
		t.Error("it still answers")
	}
}

var outside = regexp.MustCompile(`(?:https?:)?//[a-z0-9][a-z0-9.-]*\.[a-z]{2,}[^\s"'<>)]*`)

// The sitelinks are the only URLs outside the shop. The widget doesn't follow them.
func TestThePagesAskNothingOfOthers(t *testing.T) {
	allowed := map[string]string{
		"https://wa.me/12025550147":                 "widget.html",
		"https://www.facebook.com/nordlys.example":  "widget.html",
		"https://www.instagram.com/nordlys.example": "widget.html",
		"http://www.w3.org/2000/svg":                "static/favicon.svg", // a name, not a URL
	}
	site := os.DirFS("site")
	for _, name := range allFiles(t, site) {
		for _, address := range outside.FindAllString(read(t, site, name), -1) {
			if allowed[address] != name {
				t.Errorf("%s names %s", name, address)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	faults, err := demo.Faults()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, fault := range faults {
		if fault.ID == "" || fault.Where == "" || fault.Event == "" || fault.Fault == "" {
			t.Errorf("%+v is incomplete", fault)
		}
		if ids[fault.ID] {
			t.Errorf("there are two faults %s", fault.ID)
		}
		ids[fault.ID] = true
	}
}
