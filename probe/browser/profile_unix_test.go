//go:build unix

package browser

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A browser's temporary files are removed with its profile, wherever they are, and its
// socket has a path that is short enough.
func TestTemporaryFiles(t *testing.T) {
	for name, depth := range map[string]int{"short path": 0, "long path": 60} {
		t.Run(name, func(t *testing.T) {
			parent, err := os.MkdirTemp("/tmp", "t")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(parent) })
			profile := filepath.Join(parent, "p"+strings.Repeat("x", depth))
			if err := os.Mkdir(profile, 0o700); err != nil {
				t.Fatal(err)
			}
			b := Launched{Profile: profile}
			env := b.environment(Options{})
			i := slices.IndexFunc(env, func(v string) bool { return strings.HasPrefix(v, "TMPDIR="+temporaryDir(profile)) })
			if i < 0 {
				t.Fatalf("no TMPDIR=%s in %q", temporaryDir(profile), env)
			}
			dir := strings.TrimPrefix(env[i], "TMPDIR=")
			if socket := dir + "/.org.chromium.Chromium.XXXXXX/SingletonSocket"; len(socket) > 103 {
				t.Errorf("the socket's path has %d bytes", len(socket))
			}
			if err := os.Mkdir(filepath.Join(dir, ".org.chromium.Chromium.AbCdEf"), 0o700); err != nil {
				t.Fatal(err)
			}
			removeProfile(profile)
			for _, path := range []string{dir, profile} {
				if _, err := os.Stat(path); err == nil {
					t.Errorf("%s is left", path)
				}
			}
		})
	}
}
