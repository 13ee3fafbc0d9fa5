package prompt_test

import (
	"testing"

	"layertap/ui/prompt"
)

// Users and passwords in URLs are neither offered again nor saved.
func TestHistoryHasNoUserInfo(t *testing.T) {
	h := prompt.NewHistory(nil).With("open", "https://qa:s3cret@shop.example/cart")
	_, kept := h.Kept()
	const want = "https://shop.example/cart"
	if offered := h.Of("open"); len(offered) != 1 || offered[0] != want || len(kept) != 1 || kept[0].Text != want {
		t.Errorf("%q are offered, %q saved", offered, kept)
	}
}
