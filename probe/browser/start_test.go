package browser

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// The error for a browser that did not start contains advice.
func TestStartError(t *testing.T) {
	const failed = "chrome failed to start:\n"
	for want, err := range map[string]error{
		"cannot create its profile: mkdir /ro/x: permission denied; set TMPDIR": &fs.PathError{Op: "mkdir", Path: "/ro/x", Err: fs.ErrPermission},
		"exited immediately: no output; try to start it yourself":               errors.New(failed),
		"exited immediately: no such library; try":                              errors.New(failed + "no such library\nand more"),
		"the profile \"work\" is in use by another Chrome":                      errors.New(failed + "Opening in existing browser session."),
		"does not allow its sandbox; use the browser from":                      errors.New(failed + "[7:7:1126/1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox! Update your kernel"),
		"use --headless": errors.New(failed + "ERROR: Missing X server or $DISPLAY"),
	} {
		if got := startError("/bin/chrome", "work", err).Error(); !strings.HasPrefix(got, "starting /bin/chrome: ") || !strings.Contains(got, want) {
			t.Errorf("%q does not say %q", got, want)
		}
	}
}

// The error for a browser that exits immediately contains its output, whether the exit
// is noticed while writing to it or while reading from it.
func TestBrowserThatEndsAtOnce(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the stand-in for a browser is a shell script")
	}
	path := filepath.Join(t.TempDir(), "browser")
	if err := os.WriteFile(path, []byte("#!/bin/sh\nexec 3<&- 4>&-; echo no such library >&2; exit 1\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		b, err := Launch(t.Context(), Options{Program: path, Headless: true})
		if err == nil {
			b.Close()
			t.Fatal("it was started")
		}
		if want := "exited immediately: no such library; try"; !strings.Contains(err.Error(), want) {
			t.Fatalf("%q does not say %q", err, want)
		}
	}
}
