// Package scripts_test runs the shell scripts with fake commands.
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

// Bodies of fake commands. They find their directory in BIN, and log their arguments to
// the file LOG.
const (
	record  = `echo "${0##*/} $*" >>"$LOG"`
	starts  = `exit 0`
	fails   = `exit 1`
	arrives = record + `; printf '#!/bin/sh\n' >"$BIN/chromium"; chmod +x "$BIN/chromium"`
	isKnown = `echo 'Filename: pool/chromium.deb'`
	updates = `[ -e "$BIN/lists" ] && ` + isKnown
	// aptGet installs a browser; `update` creates the package lists.
	aptGet = `case $1 in update) ` + record + `; : >"$BIN/lists";; *) ` + arrives + `;; esac`
	// stale is aptGet with package lists that are too old to install from.
	stale  = `if [ "$1" = update ] || [ -e "$BIN/lists" ]; then ` + aptGet + `; else ` + record + `; exit 100; fi`
	runs   = record + `; "$@"`
	goodGo = `case $2 in GOVERSION) echo go1.99.3;; *) echo auto;; esac`
)

const (
	installs   = "apt-get install -y --no-install-recommends "
	everything = "chromium chromium-sandbox fonts-liberation"
)

type setup struct {
	name string
	// commands are those added to the usual ones; an empty body removes a usual one.
	commands map[string]string
	browser  string   // LAYERTAP_BROWSER
	ran      []string // the arguments of the fake commands
	output   []string // texts in the output; if there are none, the output is empty
	fails    bool
}

var setups = []setup{
	{name: "all is there", commands: map[string]string{"chromium": starts}},
	{name: "Google Chrome", commands: map[string]string{"google-chrome-stable": starts}},
	{name: "the browser that was named", commands: map[string]string{"my-browser": starts}, browser: "my-browser"},
	{name: "a named browser that does not start", commands: map[string]string{"chromium": starts, "my-browser": fails},
		browser: "my-browser", fails: true, output: []string{"LAYERTAP_BROWSER is my-browser, which does not start"}},

	{name: "apt", commands: map[string]string{"apt-get": aptGet, "apt-cache": isKnown, "fc-list": starts},
		ran:    []string{installs + everything},
		output: []string{"going to install what is missing: " + everything + "\n", "running: env DEBIAN_FRONTEND=noninteractive " + installs}},
	{name: "apt without lists", commands: map[string]string{"apt-get": aptGet, "apt-cache": updates},
		ran:    []string{"apt-get update", installs + "chromium chromium-sandbox"},
		output: []string{"running: apt-get update"}},
	{name: "apt with old lists", commands: map[string]string{"apt-get": stale, "apt-cache": isKnown},
		ran:    []string{installs + "chromium chromium-sandbox", "apt-get update", installs + "chromium chromium-sandbox"},
		output: []string{"running: apt-get update"}},
	{name: "apt that has no chromium", commands: map[string]string{"apt-get": aptGet, "apt-cache": fails},
		ran: []string{"apt-get update"}, fails: true, output: []string{"snap install chromium"}},
	{name: "apt, only a font", commands: map[string]string{"chromium": starts, "apt-get": aptGet, "fc-list": starts},
		ran: []string{installs + "fonts-liberation"}, output: []string{"missing: fonts-liberation\n"}},
	{name: "a browser that only advises", commands: map[string]string{"chromium-browser": fails, "apt-get": aptGet, "apt-cache": isKnown},
		ran: []string{installs + "chromium chromium-sandbox"}, output: []string{"going to install"}},
	{name: "a browser that does not start once it is installed", fails: true,
		commands: map[string]string{"apt-get": record, "apt-cache": isKnown},
		ran:      []string{installs + "chromium chromium-sandbox"}, output: []string{"still none of them starts"}},

	{name: "a user with sudo", commands: map[string]string{"id": "echo 1000", "sudo": runs, "apt-get": aptGet, "apt-cache": isKnown},
		ran: []string{"sudo env DEBIAN_FRONTEND=noninteractive " + installs + "chromium chromium-sandbox",
			installs + "chromium chromium-sandbox"},
		output: []string{"running: sudo env"}},
	{name: "a user without sudo", commands: map[string]string{"id": "echo 1000", "apt-get": aptGet, "apt-cache": isKnown},
		fails: true, output: []string{"Run as root: apt-get update && apt-get install --no-install-recommends chromium"}},

	{name: "dnf", commands: map[string]string{"dnf": arrives, "fc-list": starts},
		ran: []string{"dnf install -y chromium liberation-sans-fonts"}, output: []string{"running: dnf"}},
	{name: "pacman", commands: map[string]string{"pacman": `[ "$1" = -Si ] || { ` + arrives + `; }`},
		ran: []string{"pacman -S --noconfirm --needed chromium"}, output: []string{"running: pacman"}},
	{name: "pacman that knows nothing yet", commands: map[string]string{"pacman": `[ "$1" != -Si ] && { ` + arrives + `; }`},
		ran: []string{"pacman -Sy", "pacman -S --noconfirm --needed chromium"}, output: []string{"running: pacman -Sy"}},
	{name: "apk", commands: map[string]string{"apk": arrives, "fc-list": starts},
		ran: []string{"apk add --no-cache chromium font-liberation"}, output: []string{"running: apk"}},
	{name: "brew", commands: map[string]string{"uname": "echo Darwin", "brew": arrives},
		ran: []string{"brew install --cask google-chrome"}, output: []string{"running: brew"}},
	{name: "no package manager", fails: true, output: []string{"Chrome or Chromium is needed: install it with this system's package manager"}},
	{name: "no package manager, only a font", commands: map[string]string{"chromium": starts, "fc-list": starts},
		output: []string{"there is no font, so pages show no text"}},

	{name: "no Go", commands: map[string]string{"go": "", "chromium": starts}, fails: true,
		output: []string{"there is no go command: install it from https://go.dev/dl/"}},
	{name: "an old Go", commands: map[string]string{"go": `case $2 in GOVERSION) echo go1.19.8;; *) echo;; esac`, "chromium": starts},
		fails: true, output: []string{"or newer is needed, and this is Go 1.19.8: install it"}},
	{name: "an older Go that fetches a newer one", commands: map[string]string{
		"go": `case $2 in GOVERSION) echo go1.22.5;; *) echo auto;; esac`, "chromium": starts}},
}

func TestSetup(t *testing.T) {
	for _, test := range setups {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "brew" && runtime.GOOS == "darwin" {
				t.Skip("it would find the Mac's own browser")
			}
			bin := fakes(t, test.commands)
			output, failed := run(t, bin, test.browser)
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
			if len(test.output) == 0 && output != "" {
				t.Errorf("printed %q, want nothing", output)
			}
			for _, want := range test.output {
				if !strings.Contains(output, want) {
					t.Errorf("printed %q, want %q in it", output, want)
				}
			}
		})
	}
}

// fakes creates a directory with the given commands, a few usual ones and the
// system's small tools.
func fakes(t *testing.T, commands map[string]string) (bin string) {
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

// run runs setup.sh with the commands in bin.
func run(t *testing.T, bin, browser string) (output string, failed bool) {
	t.Helper()
	if _, err := os.Stat("setup.sh"); err != nil { // makes go test include it in the cache key
		t.Fatal(err)
	}
	cmd := exec.Command("/bin/sh", "setup.sh")
	cmd.Env = []string{"PATH=" + bin, "BIN=" + bin, "LOG=" + filepath.Join(bin, "log"), "HOME=" + bin, "LAYERTAP_BROWSER=" + browser}
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return printed.String(), err != nil
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}
