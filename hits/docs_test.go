package hits

import (
	"net/url"
	"testing"
)

// Every vendor's entry cites its documentation.
func TestVendorsCiteTheirDocumentation(t *testing.T) {
	for _, v := range vendors() {
		if len(v.Docs) == 0 {
			t.Errorf("%s names none", v.Vendor)
		}
		for _, doc := range v.Docs {
			if u, err := url.Parse(doc); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: %q is not a URL", v.Vendor, doc)
			}
		}
	}
}
