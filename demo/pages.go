package demo

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed site
var files embed.FS

// pages serves the shop's pages.
type pages struct {
	shop      shop
	faults    []Fault
	templates map[string]*template.Template // by page name
}

// page is the data for a template.
type page struct {
	Name, Title string
	Shop        shop
	Category    category
	Product     product
	Products    []product // the products listed on the page
	Faults      []Fault
}

func newHandler() (http.Handler, error) {
	p := pages{}
	var err error
	if p.shop, err = loadShop(); err != nil {
		return nil, err
	}
	if p.faults, err = Faults(); err != nil {
		return nil, err
	}
	if p.templates, err = parseTemplates(); err != nil {
		return nil, err
	}
	static, err := fs.Sub(files, "site/static")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", noListing(http.FileServerFS(static))))
	for _, method := range []string{"GET", "POST"} { // as a pixel and as a beacon
		mux.HandleFunc(method+" /g/collect", collect)
	}
	mux.HandleFunc("GET /category/{slug}", p.category)
	mux.HandleFunc("GET /product/{slug}", p.product)
	mux.HandleFunc("GET /{$}", p.fixed("home", "Things for slow days"))
	mux.HandleFunc("GET /cart", p.fixed("cart", "Your cart"))
	mux.HandleFunc("GET /checkout", p.fixed("checkout", "Checkout"))
	mux.HandleFunc("GET /thanks", p.fixed("thanks", "Thank you"))
	mux.HandleFunc("GET /help", p.fixed("help", "Help and contact"))
	mux.HandleFunc("GET /about", p.fixed("about", "About this demo"))
	mux.HandleFunc("GET /", p.notFound)
	return mux, nil
}

// measurement is the only property whose hits are accepted. site/static/gtm.js sends
// them.
const measurement = "G-N0RDLYS001"

// collect accepts and discards the hits that a GA4 server of the shop would receive.
func collect(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("tid") != measurement {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// parseTemplates parses every page with the parts that all pages share.
func parseTemplates() (map[string]*template.Template, error) {
	shared, err := template.ParseFS(files, "site/*.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "site/pages/*.html")
	if err != nil {
		return nil, err
	}
	templates := map[string]*template.Template{}
	for _, name := range names {
		t, err := shared.Clone()
		if err != nil {
			return nil, err
		}
		if t, err = t.ParseFS(files, name); err != nil {
			return nil, err
		}
		templates[strings.TrimSuffix(path.Base(name), ".html")] = t
	}
	return templates, nil
}

// noListing disables listings of directories.
func noListing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "" || strings.HasSuffix(r.URL.Path, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-cache") // the next version may use the same port
		next.ServeHTTP(w, r)
	})
}

func (p pages) fixed(name, title string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		p.answer(w, http.StatusOK, page{Name: name, Title: title, Products: p.shop.Products})
	}
}

func (p pages) category(w http.ResponseWriter, r *http.Request) {
	c, ok := p.shop.category(r.PathValue("slug"))
	if !ok {
		p.notFound(w, r)
		return
	}
	p.answer(w, http.StatusOK, page{Name: "category", Title: c.Name, Category: c, Products: p.shop.in(c.Slug)})
}

func (p pages) product(w http.ResponseWriter, r *http.Request) {
	item, ok := p.shop.product(r.PathValue("slug"))
	if !ok {
		p.notFound(w, r)
		return
	}
	c, _ := p.shop.category(item.Category)
	p.answer(w, http.StatusOK, page{Name: "product", Title: item.Name, Category: c, Product: item,
		Products: p.shop.in(c.Slug)})
}

func (p pages) notFound(w http.ResponseWriter, _ *http.Request) {
	p.answer(w, http.StatusNotFound, page{Name: "missing", Title: "Not found"})
}

func (p pages) answer(w http.ResponseWriter, status int, data page) {
	data.Shop, data.Faults = p.shop, p.faults
	var body bytes.Buffer
	if err := p.templates[data.Name].ExecuteTemplate(&body, "layout", data); err != nil {
		http.Error(w, fmt.Sprintf("rendering the page %s: %v", data.Name, err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the browser has disconnected
}
