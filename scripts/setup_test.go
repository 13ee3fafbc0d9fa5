// Package scripts_test runs the shell scripts among commands that only pretend.
package scripts_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Bodies of pretended commands. They find their folder in BIN, and tell the file
// LOG what they were called with.
const (
	tell    = `echo "${0##*/} $*" >>"$LOG"`
	starts  = `exit 0`
	fails   = `exit 1`
	arrives = tell + `; printf '#!/bin/sh\n' >"$BIN/chromium"; chmod +x "$BIN/chromium"`
	isKnown = `echo 'Filename: pool/chromium.deb'`
	updates = `[ -e "$BIN/lists" ] && ` + isKnown
	// aptGet installs a browser; `update` brings the lists.
	aptGet = `case $1 in update) ` + tell + `; : >"$BIN/lists";; *) ` + arrives + `;; esac`
	// stale is aptGet with lists that are too old to install from.
	stale  = `if [ "$1" = update ] || [ -e "$BIN/lists" ]; then ` + aptGet + `; else ` + tell + `; exit 100; fi`
	runs   = tell + `; "$@"`
	goodGo = `case $2 in GOVERSION) echo go1.99.3;; *) echo auto;; esac`
)

const (
	installs   = "apt-get install -y --no-install-recommends "
	everything = "chromium chromium-sandbox fonts-liberation"
)

type setup struct {
	name string
	// commands are those that there are beside the usual ones; an empty body
	// takes a usual one away.
	commands map[string]string
	browser  string   // LAYERTAP_BROWSER
	ran      []string // what the pretended commands were called with
	says     []string // each is in what is printed; nothing is printed where there are none
	fails    bool
}

var setups = []setup{
	{name: "all is there", commands: map[string]string{"chromium": starts}},
	{name: "Google Chrome", commands: map[string]string{"google-chrome-stable": starts}},
	{name: "the browser that was named", commands: map[string]string{"my-browser": starts}, browser: "my-browser"},
	{name: "a named browser that does not start", commands: map[string]string{"chromium": starts, "my-browser": fails},
		browser: "my-browser", fails: true, says: []string{"LAYERTAP_BROWSER is my-browser, which does not start"}},

	{name: "apt", commands: map[string]string{"apt-get": aptGet, "apt-cache": isKnown, "fc-list": starts},
		ran:  []string{installs + everything},
		says: []string{"going to install what is missing: " + everything + "\n", "running: env DEBIAN_FRONTEND=noninteractive " + installs}},
	{name: "apt without lists", commands: map[string]string{"apt-get": aptGet, "apt-cache": updates},
		ran:  []string{"apt-get update", installs + "chromium chromium-sandbox"},
		says: []string{"running: apt-get update"}},
	{name: "apt with old lists", commands: map[string]string{"apt-get": stale, "apt-cache": isKnown},
		ran:  []string{installs + "chromium chromium-sandbox", "apt-get update", installs + "chromium chromium-sandbox"},
		says: []string{"running: apt-get update"}},
	{name: "apt that has no chromium", commands: map[string]string{"apt-get": aptGet, "apt-cache": fails},
		ran: []string{"apt-get update"}, fails: true, says: []string{"snap install chromium"}},
	{name: "apt, only a font", commands: map[string]string{"chromium": starts, "apt-get": aptGet, "fc-list": starts},
		ran: []string{installs + "fonts-liberation"}, says: []string{"missing: fonts-liberation\n"}},
	{name: "a browser that only advises", commands: map[string]string{"chromium-browser": fails, "apt-get": aptGet, "apt-cache": isKnown},
		ran: []string{installs + "chromium chromium-sandbox"}, says: []string{"going to install"}},
	{name: "a browser that does not start once it is installed", fails: true,
		commands: map[string]string{"apt-get": tell, "apt-cache": isKnown},
		ran:      []string{installs + "chromium chromium-sandbox"}, says: []string{"still none of them starts"}},

	{name: "a user with sudo", commands: map[string]string{"id": "echo 1000", "sudo": runs, "apt-get": aptGet, "apt-cache": isKnown},
		ran: []string{"sudo env DEBIAN_FRONTEND=noninteractive " + installs + "chromium chromium-sandbox",
			installs + "chromium chromium-sandbox"},
		says: []string{"running: sudo env"}},
	{name: "a user without sudo", commands: map[string]string{"id": "echo 1000", "apt-get": aptGet, "apt-cache": isKnown},
		fails: true, says: []string{"Run as root: apt-get update && apt-get install --no-install-recommends chromium"}},

	{name: "dnf", commands: map[string]string{"dnf": arrives, "fc-list": starts},
		ran: []string{"dnf install -y chromium liberation-sans-fonts"}, says: []string{"running: dnf"}},
	{name: "pacman", commands: map[string]string{"pacman": `[ "$1" = -Si ] || { ` + arrives + `; }`},
		ran: []string{"pacman -S --noconfirm --needed chromium"}, says: []string{"running: pacman"}},
	{name: "pacman that knows nothing yet", commands: map[string]string{"pacman": `[ "$1" != -Si ] && { ` + arrives + `; }`},
		ran: []string{"pacman -Sy", "pacman -S --noconfirm --needed chromium"}, says: []string{"running: pacman -Sy"}},
	{name: "apk", commands: map[string]string{"apk": arrives, "fc-list": starts},
		ran: []string{"apk add --no-cache chromium font-liberation"}, says: []string{"running: apk"}},
	{name: "brew", commands: map[string]string{"uname": "echo Darwin", "brew": arrives},
		ran: []string{"brew install --cask google-chrome"}, says: []string{"running: brew"}},
	{name: "no package manager", fails: true, says: []string{"Chrome or Chromium is needed: install it with this system's package manager"}},
	{name: "no package manager, only a font", commands: map[string]string{"chromium": starts, "fc-list": starts},
		says: []string{"there is no font, so pages show no text"}},

	{name: "no Go", commands: map[string]string{"go": "", "chromium": starts}, fails: true,
		says: []string{"there is no go command: install it from https://go.dev/dl/"}},
	{name: "an old Go", commands: map[string]string{"go": `case $2 in GOVERSION) echo go1.19.8;; *) echo;; esac`, "chromium": starts},
		fails: true, says: []string{"or newer is needed, and this is Go 1.19.8: install it"}},
	{name: "an older Go that fetches a newer one", commands: map[string]string{
		"go": `case $2 in GOVERSION) echo go1.22.5;; *) echo auto;; esac`, "chromium": starts}},
}

func TestSetup(t *testing.T) {
	for _, test := range setups {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "brew" && runtime.GOOS == "darwin" {
				t.Skip("it would find the Mac's own browser")
			}
			bin := pretend(t, test.commands)
			says, failed := run(t, bin, test.browser)
			ran, err := os.ReadFile(filepath.Join(bin, "log"))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.ran, lines(string(ran))); diff != "" {
				t.Errorf("what ran (-want +got):\n%s", diff)
			}
			if failed != test.fails {
				t.Errorf("failed = %t, want %t", failed, test.fails)
			}
			if len(test.says) == 0 && says != "" {
				t.Errorf("it says %q, want nothing", says)
			}
			for _, want := range test.says {
				if !strings.Contains(says, want) {
					t.Errorf("it says %q, want %q in it", says, want)
				}
			}
		})
	}
}

// pretend makes a folder that holds the given commands, a few usual ones and the
// system's small tools.
func pretend(t *testing.T, commands map[string]string) (bin string) {
	t.Helper()
	bin = t.TempDir()
	for _, tool := range []string{"chmod", "dirname", "env", "grep", "head", "ls", "sed", "sort"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(path, filepath.Join(bin, tool)); err != nil {
			t.Fatal(err)
		}
	}
	all := map[string]string{"go": goodGo, "id": "echo 0", "uname": "echo Linux", "fc-list": "echo Liberation"}
	for name, body := range commands {
		all[name] = body
	}
	for name, body := range all {
		if body == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

// run runs setup.sh among the commands in bin.
func run(t *testing.T, bin, browser string) (says string, failed bool) {
	t.Helper()
	if _, err := os.Stat("setup.sh"); err != nil { // go test caches by what it sees looked at
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "setup.sh")
	cmd.Env = []string{"PATH=" + bin, "BIN=" + bin, "LOG=" + filepath.Join(bin, "log"), "HOME=" + bin, "LAYERTAP_BROWSER=" + browser}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return output.String(), err != nil
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
