package probe

import "testing"

func TestLayerName(t *testing.T) {
	for _, tt := range []struct{ name, want string }{
		{"dataLayer", "dataLayer"},
		{"window.dataLayer", "dataLayer"},
		{"digitalData.events", "digitalData.events"},
		{"self.$a_1.b", "$a_1.b"},
		{"größe", "größe"},
		{"", ""}, {"a b", ""}, {"1x", ""}, {"a..b", ""}, {"a[0]", ""}, {"window", ""}, {"document.body", ""}, {"dataLayer.push", ""}, {"undefined", ""},
	} {
		got, err := layerName(tt.name)
		if got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%q is %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	if _, err := Open(Options{URL: "about:blank", Layers: []string{"a b"}}); err == nil {
		t.Error("a probe opens with a layer that cannot be one")
	}
}
