package tracker

import "testing"

func TestForbidsBeacons(t *testing.T) {
	for policy, want := range map[string]bool{
		"":                                     false,
		"script-src 'self'":                    false,
		"default-src 'none'":                   true,
		"default-src 'self'; connect-src *":    false,
		"default-src *; connect-src 'self'":    true,
		"connect-src":                          true,
		"connect-src; default-src *":           true,
		"Connect-Src HTTPS:":                   false,
		"connect-src https://api.example":      true,
		"connect-src 'self'; connect-src *":    true,
		"img-src *;default-src https: 'self'":  false,
		"upgrade-insecure-requests":            false,
		"script-src 'self'; \tdefault-src\t* ": false,
	} {
		if got := forbidsBeacons(policy); got != want {
			t.Errorf("%q: %v", policy, got)
		}
	}
}
