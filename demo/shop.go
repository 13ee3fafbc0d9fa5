package demo

import (
	_ "embed"
	"fmt"
	"html/template"

	"go.yaml.in/yaml/v4"
)

// shop is the products for sale.
type shop struct {
	Categories []category
	Products   []product
}

type category struct{ Slug, Name, Lead string }

type product struct {
	Slug, Name, Category string
	Price                int // in euros
	Line, Text           string
	Facts                []string
	Colours              []colour
	Art                  template.HTML `yaml:"-"`
}

type colour struct{ Name, Hex string }

//go:embed shop.yaml
var shopYAML []byte

func loadShop() (shop, error) {
	var s shop
	if err := yaml.Unmarshal(shopYAML, &s); err != nil {
		return shop{}, fmt.Errorf("reading shop.yaml: %w", err)
	}
	for i := range s.Products {
		p := &s.Products[i]
		art, err := files.ReadFile("site/art/" + p.Slug + ".svg")
		if err != nil {
			return shop{}, fmt.Errorf("reading the image of %s: %w", p.Name, err)
		}
		p.Art = template.HTML(art) // it comes from our own files
	}
	return s, nil
}

// in returns the products in the category with the given slug.
func (s shop) in(slug string) []product {
	var found []product
	for _, p := range s.Products {
		if p.Category == slug {
			found = append(found, p)
		}
	}
	return found
}

func (s shop) category(slug string) (category, bool) {
	for _, c := range s.Categories {
		if c.Slug == slug {
			return c, true
		}
	}
	return category{}, false
}

func (s shop) product(slug string) (product, bool) {
	for _, p := range s.Products {
		if p.Slug == slug {
			return p, true
		}
	}
	return product{}, false
}
