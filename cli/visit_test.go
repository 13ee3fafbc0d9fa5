//go:build unix

package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A visit is set up by a preset of the settings, overridden by flags; the setup is
// recorded without secrets.
func TestPreset(t *testing.T) {
	t.Parallel()
	site := pages(t, `<meta name="viewport" content="width=device-width"><script>
		dataLayer = [{event: 'seen', languages: navigator.languages.join(), cookie: document.cookie, inner: innerWidth,
			zone: Intl.DateTimeFormat().resolvedOptions().timeZone, mobile: navigator.userAgentData.mobile}]</script>`)
	settings := t.TempDir()
	if err := os.MkdirAll(filepath.Join(settings, "layertap"), 0o700); err != nil {
		t.Fatal(err)
	}
	const presets = `presets: {de-mobile: {mobile: Pixel 7, lang: de-DE, timezone: Europe/Berlin, cookie: [consent=all], header: 'X-Token: s3cret'}}`
	if err := os.WriteFile(filepath.Join(settings, "layertap", "config.yaml"), []byte(presets), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.session.jsonl")
	login := filepath.Join(t.TempDir(), "login")
	if err := os.WriteFile(login, []byte("qa:s3cret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := program(t, "record", site.URL, "-o", file, "--for", "1s", "--require-messages",
		"--headless", "--preset", "de-mobile", "--timezone", "Asia/Tokyo", "--auth-file", login)
	cmd.Env = append(cmd.Env, "XDG_CONFIG_HOME="+settings)
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, printed)
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	header, messages, _ := strings.Cut(string(kept), "\n")
	for _, want := range []string{`"languages":"de-DE,de"`, `"cookie":"consent=all"`, `"inner":412`, `"zone":"Asia/Tokyo"`, `"mobile":true`} {
		if !strings.Contains(messages, want) {
			t.Errorf("the page did not see %s:\n%s", want, messages)
		}
	}
	if want := `"setup":["--headless","--mobile=Pixel 7","--lang=de-DE","--timezone=Asia/Tokyo","--cookie=consent","--header=X-Token"]`; !strings.Contains(header, want) {
		t.Errorf("the header is not with %s:\n%s", want, header)
	}
	if strings.Contains(string(kept)+string(printed), "s3cret") {
		t.Errorf("a secret got out:\n%s\n%s", printed, kept)
	}
	if plain, code := output(t, "open", "--plain", file); code != 0 || !strings.Contains(plain, "    set up with --headless --mobile=Pixel 7 --lang=de-DE") {
		t.Errorf("opened, with %d:\n%s", code, plain)
	}
}
