package visit

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// schemes are the URL schemes that Chrome can open as a page.
var schemes = []string{"http", "https", "file", "about", "chrome", "data", "blob", "view-source"}

// Address returns the URL for what a user typed: "shop.example" is a site.
func Address(typed string) (string, error) {
	if strings.HasSuffix(typed, ".jsonl") || strings.HasSuffix(typed, ".jsonl.gz") {
		return "", fmt.Errorf("opening %s: this looks like a recording; use: layertap open %s", typed, typed)
	}
	if u, err := url.Parse(typed); err == nil && slices.Contains(schemes, u.Scheme) && (u.Host != "" || u.Opaque != "" || u.Path != "") {
		return typed, nil
	}
	u, err := url.Parse("https://" + typed)
	if err != nil || strings.ContainsAny(typed, " \t") || u.User != nil {
		return "", fmt.Errorf("opening %q: not a valid URL; use one like https://shop.example", typed)
	}
	host := u.Hostname()
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && (ip.IsLoopback() || ip.IsPrivate()):
		return "http://" + typed, nil // there are no certificates for these
	case err == nil || strings.Contains(strings.Trim(host, "."), "."):
		return "https://" + typed, nil
	default:
		return "", fmt.Errorf("opening %q: neither a URL nor a layertap command; layertap -h lists the commands", typed)
	}
}
