// Package browser finds, starts and stops browsers, and connects to running ones.
package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"layertap/crash"
)

// startError returns an error that explains why a browser did not start.
func startError(path, profile string, err error) error {
	output := err.Error()
	var made *fs.PathError
	switch {
	case errors.Is(err, context.Canceled), errors.As(err, new(*crash.Error)):
		return err
	case errors.As(err, &made) && made.Op == "mkdir":
		return fmt.Errorf("starting %s: cannot create its profile: %w; set TMPDIR to a writable directory", path, err)
	case errors.Is(err, errInUse), strings.Contains(output, "existing browser session"):
		return fmt.Errorf("starting %s: the profile %q is in use by another Chrome; close it, or choose another --profile", path, profile)
	case strings.Contains(output, "Missing X server"), strings.Contains(output, "cannot open display"):
		return fmt.Errorf("starting %s: cannot open the display; use --headless", path)
	case strings.Contains(output, "No usable sandbox"), strings.Contains(output, "Failed to move to new namespace"):
		return fmt.Errorf("starting %s: this system does not allow its sandbox; use the browser from the system's packages, or, for sites that you trust, start it with --no-sandbox --remote-debugging-port=9222 and attach to 9222", path)
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(output, "chrome failed to start:\n"), "\n")
	if line = strings.TrimSpace(line); line == "" {
		line = "no output"
	}
	return fmt.Errorf("starting %s: it exited immediately: %s; try to start it yourself, or name another with --browser", path, line)
}

// HasDisplay reports whether a window can be shown.
func HasDisplay() bool {
	return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != ""
}

// Find returns the path of the named browser, or of the first one installed if named is
// empty.
func Find(named string) (string, error) {
	if named != "" {
		path, err := exec.LookPath(named)
		if lookup := (*exec.Error)(nil); errors.As(err, &lookup) {
			err = lookup.Err // the rest is in the message below
		}
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		if err != nil {
			return "", fmt.Errorf("no browser at %s: %w; name an installed Chrome or Chromium with --browser", named, err)
		}
		return path, nil
	}
	for _, candidate := range browserPaths() {
		if path, err := exec.LookPath(candidate); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chrome or Chromium found: %s, or name one with --browser", installHint())
}

func browserPaths() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
		}
	case "windows":
		var paths []string
		for _, root := range []string{os.Getenv("ProgramFiles"), os.Getenv("ProgramFiles(x86)"), os.Getenv("LOCALAPPDATA")} {
			paths = append(paths,
				filepath.Join(root, `Google\Chrome\Application\chrome.exe`),
				filepath.Join(root, `Chromium\Application\chrome.exe`),
				filepath.Join(root, `Microsoft\Edge\Application\msedge.exe`))
		}
		return paths
	default:
		return []string{
			"google-chrome", "google-chrome-stable", "chromium", "chromium-browser",
			"/snap/bin/chromium", "microsoft-edge", "brave-browser",
		}
	}
}

// installHint returns a sentence on how to install a browser on this system.
func installHint() string {
	if runtime.GOOS == "darwin" {
		return "install one (brew install --cask google-chrome)"
	}
	for _, manager := range []struct{ name, command string }{
		{"apt-get", "apt install chromium"},
		{"dnf", "dnf install chromium"},
		{"pacman", "pacman -S chromium"},
		{"apk", "apk add chromium"},
	} {
		if _, err := exec.LookPath(manager.name); err == nil {
			return "install one (" + manager.command + ")"
		}
	}
	return "install one from https://www.google.com/chrome"
}
