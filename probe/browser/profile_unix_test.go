//go:build unix

package browser

import (
	"os"
	"path/filepath"
	"testing"
)

// A browser whose profile has a long path creates its socket elsewhere, and leaves it
// behind if it is killed.
func TestRemoveSocket(t *testing.T) {
	for name, tt := range map[string]struct {
		files []string // in the directory that the link points to
		want  int      // number of files left
	}{
		"the browser's":      {[]string{"SingletonSocket", "SingletonCookie"}, 0},
		"with another file":  {[]string{"SingletonSocket", "of-the-user"}, 1},
		"that is gone":       {nil, 0},
		"with a cookie only": {[]string{"SingletonCookie"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			profile, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), ".org.chromium.Chromium.AbCdEf")
			if err := os.Mkdir(elsewhere, 0o700); err != nil {
				t.Fatal(err)
			}
			for _, file := range tt.files {
				if err := os.WriteFile(filepath.Join(elsewhere, file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Symlink(filepath.Join(elsewhere, "SingletonSocket"), filepath.Join(profile, "SingletonSocket")); err != nil {
				t.Fatal(err)
			}
			removeProfile(profile)
			left, err := os.ReadDir(elsewhere)
			if len(left) != tt.want || (err == nil) != (tt.want > 0) {
				t.Errorf("left: %v, %v", left, err)
			}
			if _, err := os.Stat(profile); err == nil {
				t.Error("the profile is left")
			}
		})
	}
}
