package browser

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"
)

// A temporary profile is a directory with a file that is locked while the program or
// its browser runs, even in another container. If the file isn't locked, the program
// was killed.
const (
	profilePrefix = "layertap-profile-"
	profileLock   = "layertap.lock"
	// unlocked is the maximum time between the creation and the locking of a profile.
	unlocked = time.Minute
)

// temporaryProfile creates a profile and returns it with its locked file.
func temporaryProfile() (dir string, lock *os.File, err error) {
	for range 10 { // another program that cleans up at the same moment may remove it
		dir, err = os.MkdirTemp("", profilePrefix)
		if err != nil {
			return "", nil, err
		}
		lock, err = os.OpenFile(filepath.Join(dir, profileLock), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if err == nil {
			if tryLock(lock) && isAt(lock, filepath.Join(dir, profileLock)) {
				return dir, lock, nil
			}
			_ = lock.Close()
			err = errors.New("its profile is removed by another program")
		}
		_ = os.RemoveAll(dir)
	}
	return "", nil, fmt.Errorf("making a profile: %w", err)
}

// isAt reports whether path names the open file.
func isAt(file *os.File, path string) bool {
	own, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(own, there)
}

// removeDeadProfiles removes the temporary profiles of programs that were killed.
func removeDeadProfiles() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), profilePrefix+"*")) // the pattern is valid
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() {
			continue
		}
		release, dead := claim(filepath.Join(dir, profileLock))
		if dead || time.Since(info.ModTime()) > unlocked && isMissing(filepath.Join(dir, profileLock)) {
			removeProfile(dir)
		}
		if dead {
			release()
		}
	}
}

// isOpen reports whether a browser runs with the profile: except on Windows it then
// listens on a socket there. A second browser with the profile would only open a tab in
// the first.
func isOpen(ctx context.Context, profile string) bool {
	dialer := net.Dialer{Timeout: time.Second}
	c, err := dialer.DialContext(ctx, "unix", filepath.Join(profile, "SingletonSocket"))
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

func isMissing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// removeProfile removes a profile. A process of the browser may still be writing to it.
func removeProfile(dir string) {
	if temporary := temporaryDir(dir); temporary != dir {
		_ = os.RemoveAll(temporary)
	}
	for range 20 {
		if os.RemoveAll(dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// longestTemporary is the maximum length of TMPDIR for which the browser's socket,
// TMPDIR/.org.chromium.Chromium.XXXXXX/SingletonSocket, fits the path limit of Unix
// sockets (104 bytes on macOS).
const longestTemporary = 104 - 1 - len("/.org.chromium.Chromium.XXXXXX/SingletonSocket")

// temporaryDir returns the directory for the temporary files of the browser with a
// temporary profile: the profile, or, if its path is too long, a directory in /tmp. The
// name of that follows from the profile's, so that the one is removed with the other.
func temporaryDir(profile string) string {
	if len(profile) <= longestTemporary {
		return profile
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(filepath.Clean(profile)))
	return fmt.Sprintf("/tmp/layertap-%016x", h.Sum64())
}

// profileDir returns the directory of the persistent profile with the given name, in
// the location that the XDG base directory specification defines.
func profileDir(name string) (string, error) {
	if name != filepath.Base(name) || name == "." || name == ".." {
		return "", fmt.Errorf("profile %q: a profile name cannot contain slashes", name)
	}
	data := os.Getenv("XDG_DATA_HOME")
	if data == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("profile %q: %w; set XDG_DATA_HOME to a directory", name, err)
		}
		data = filepath.Join(home, ".local", "share")
	}
	dir := filepath.Join(data, "layertap", "profiles", name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("profile %q: %w; set XDG_DATA_HOME to a writable directory", name, err)
	}
	return dir, nil
}
