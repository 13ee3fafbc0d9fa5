package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Endpoints in a plan are read and written.
func TestEndpoints(t *testing.T) {
	p, err := Parse([]byte("plan: shop\nendpoints: {metrics.shop.example/data: ga4, shop.example/x: meta}\nevents: {}\n"), "shop.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"metrics.shop.example/data": "ga4", "shop.example/x": "meta"}
	if diff := cmp.Diff(want, p.Endpoints); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	again, text := rewritten(t, p)
	if diff := cmp.Diff(want, again.Endpoints); diff != "" {
		t.Errorf("written: (-want +got)\n%s\n%s", diff, text)
	}
	if _, err := Parse([]byte("plan: shop\nendpoints: [a]\nevents: {}\n"), "shop.yaml", nil); err == nil || !strings.Contains(err.Error(), "HOST/PATH") {
		t.Errorf("a list of endpoints: %v", err)
	}
}
