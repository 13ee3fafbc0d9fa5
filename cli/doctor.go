package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"layertap/cli/capture"
	"layertap/cli/terminal"
	"layertap/cli/userdata"
	"layertap/datalayer"
	"layertap/probe"
	"layertap/probe/browser"
	"layertap/report"
	"layertap/session"
	"layertap/ui/screen"
	"layertap/visible"
)

func newDoctor() *cobra.Command {
	f := &liveFlags{}
	d := &diagnosis{format: "text"}
	cmd := &cobra.Command{
		Use:   "doctor [FILE]",
		Short: "Find what is missing on this machine and how to install it",
		Long: `Doctor checks that this machine has what a capture needs, tells you how to install what
is missing, and lists the running browsers that you can attach to.

With a recording or --attach, it reports what that capture lacks instead: frames and
data layers that were not reached, gaps, and values that were too large to keep.

It exits with 1 if something is missing.`,
		Args: argRange(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			d.out = cmd.OutOrStdout()
			switch {
			case len(args) == 1 && f.probe.Attach != "":
				return errors.New("doctor: give a recording or --attach, not both")
			case len(args) == 1:
				if err := rejectFlags(cmd, "a recording needs no browser; leave this flag out", "tab", "browser"); err != nil {
					return err
				}
				return d.recording(ctx, args[0])
			case f.probe.Attach != "":
				if err := rejectFlags(cmd, onlyStarted, "browser"); err != nil {
					return err
				}
				return d.tab(ctx, f.probe)
			}
			if err := rejectFlags(cmd, onlyRunning, "tab"); err != nil {
				return err
			}
			return d.machine(ctx, f.probe.Browser)
		},
	}
	addBrowser(cmd, &f.probe.Browser)
	cmd.Flags().StringVar(&f.probe.Attach, "attach", "", "diagnose a tab of the browser at `WHERE`")
	f.addTab(cmd)
	oneOf(cmd, &d.format, "format", "`text` or json", "text", "json")
	return cmd
}

// diagnosis prints the findings about a machine, a tab or a recording.
type diagnosis struct {
	out    io.Writer
	format string
}

// finding is the state of one thing that a capture needs.
type finding struct {
	sign string // ✗ missing, ▲ warning, · not needed
	what string
	how  string
}

// machine checks each thing that a capture needs on this machine. It returns
// [errFindings] if one is missing.
func (d *diagnosis) machine(ctx context.Context, named string) error {
	var all []finding
	missing := false
	var running []browser.Running
	for _, look := range []func() []finding{
		func() []finding { return []finding{aboutBrowser(ctx, named)} },
		aboutMachine,
		func() []finding {
			running = browser.FindRunning(ctx)
			return aboutRunning(running)
		},
	} {
		for _, f := range look() {
			if d.format == "text" {
				fmt.Fprintf(d.out, "%s %-9s %s\n", f.sign, f.what, visible.Text(f.how))
			}
			missing = missing || f.sign == "✗"
			all = append(all, f)
		}
	}
	return d.end(all, running, "", !missing)
}

// statuses are the names of the signs in JSON.
var statuses = map[string]string{"✓": "ok", "▲": "warning", "✗": "error", "·": "info", "○": "waiting", "●": "ok"}

// end prints the findings, unless they have been printed, and returns [errFindings] if
// sound is false. Running is nil if running browsers were not looked for.
func (d *diagnosis) end(all []finding, running []browser.Running, file string, sound bool) error {
	if d.format == "json" {
		if err := d.json(all, running, file, sound); err != nil {
			return err
		}
	}
	if !sound {
		return errFindings
	}
	return nil
}

// json prints the findings as JSON.
func (d *diagnosis) json(all []finding, running []browser.Running, file string, sound bool) error {
	type check struct {
		What   string `json:"what"`
		Status string `json:"status"`
		Text   string `json:"text"`
	}
	type row struct {
		Name    string `json:"name"`
		Profile string `json:"profile,omitempty"`
		Where   string `json:"where,omitempty"`
		Asks    bool   `json:"asks"`
	}
	out := struct {
		Format  int     `json:"format"`
		Tool    string  `json:"tool"`
		Verdict string  `json:"verdict"`
		File    string  `json:"file,omitempty"`
		Checks  []check `json:"checks"`
		Running []row   `json:"running,omitempty"`
	}{Format: 1, Tool: tool(), Verdict: "fail", File: file}
	if sound {
		out.Verdict = "pass"
	}
	for _, f := range all {
		out.Checks = append(out.Checks, check{strings.ToLower(f.what), cmp.Or(statuses[f.sign], "info"), f.how})
	}
	for _, r := range running {
		out.Running = append(out.Running, row(r))
	}
	return report.WriteJSON(d.out, out)
}

// aboutBrowser starts the browser to check that everything that it needs is installed.
func aboutBrowser(ctx context.Context, named string) finding {
	path, err := browser.Find(named)
	if err != nil {
		return finding{"✗", "browser", err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	version, err := browser.Try(ctx, path)
	if err != nil {
		return finding{"✗", "browser", err.Error()}
	}
	return finding{"✓", "browser", path + " starts: " + version}
}

// aboutMachine checks what needs no browser.
func aboutMachine() []finding {
	found := []finding{{"✓", "display", "Chrome opens a window"}}
	if !browser.HasDisplay() {
		found[0] = finding{"·", "display", "none: Chrome runs without a window"}
	}
	if os.Getuid() == 0 {
		found = append(found, finding{"▲", "user", "root: Chrome runs without its sandbox; open only sites that you trust"})
	} else {
		found = append(found, finding{"✓", "user", "not root: Chrome runs in its sandbox"})
	}
	switch {
	case !terminal.Interactive():
		found = append(found, finding{"·", "terminal", "none: layertap prints lines of plain text"})
	case !isUTF8Locale():
		found = append(found, finding{"▲", "terminal", os.Getenv("TERM") + ", but the locale is not UTF-8, so symbols may look garbled; export LANG=C.UTF-8"})
	default:
		found = append(found, finding{"✓", "terminal", os.Getenv("TERM")})
	}
	settings := finding{"✓", "settings", userdata.SettingsFile()}
	if _, err := loadConfig(); err != nil {
		settings = finding{"✗", "settings", err.Error()}
	} else if _, err := os.Stat(userdata.SettingsFile()); err != nil {
		settings = finding{"·", "settings", "defaults (no settings file); layertap config prints all settings"}
	}
	return append(found, settings)
}

// isUTF8Locale reports whether the locale uses UTF-8, as far as that is known.
func isUTF8Locale() bool {
	locale := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG"))
	if locale == "" || runtime.GOOS == "windows" {
		return runtime.GOOS != "linux" || os.Getenv("TERM") != "linux"
	}
	return strings.Contains(strings.ReplaceAll(strings.ToLower(locale), "-", ""), "utf8")
}

// switchOn is how to enable remote debugging in a running browser, in the words of its
// page.
const switchOn = "open chrome://inspect/#remote-debugging in it and select “Allow remote debugging for this browser instance”"

// aboutRunning returns how each running browser can be attached to.
func aboutRunning(running []browser.Running) []finding {
	var found []finding
	for _, r := range running {
		switch {
		case r.Where == "":
			found = append(found, finding{"▲", "running", r.Name + " does not allow attaching: " + switchOn})
		case r.Asks:
			found = append(found, finding{"✓", "running", r.Name + ": layertap attach " + quoted(r.Where) +
				"; if it asks “Allow remote debugging?”, click Allow"})
		default:
			found = append(found, finding{"✓", "running", r.Name + ": layertap attach " + quoted(r.Where)})
		}
	}
	if found == nil {
		return []finding{{"·", "running", "no running browser allows attaching; to use your everyday Chrome, " + switchOn}}
	}
	return found
}

// quoted quotes a word for a shell.
func quoted(word string) string {
	if strings.ContainsAny(word, " '\"\\$`") {
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	return word
}

// recording prints what is missing in a recording.
func (d *diagnosis) recording(ctx context.Context, path string) error {
	analysis, capture := withoutChecks(), screen.NewDiagnosis(filepath.Base(path))
	analysis.Settle = capture.Settle
	file, err := readSession(ctx, path, analysis)
	if err != nil {
		return err
	}
	if d.format == "text" {
		warn(d.out, file)
	}
	return d.health(filepath.Base(path), capture, file.Session)
}

// tab attaches to a tab briefly and prints the state of the hook in it.
func (d *diagnosis) tab(ctx context.Context, options probe.Options) error {
	options.Started, options.Container = time.Now(), capture.Container
	source, err := probe.Open(options)
	if err != nil {
		return err
	}
	s := session.New(datalayer.Header{Started: options.Started}, withoutChecks())
	var seen session.Snapshot
	err = play(ctx, s, source, frontend{show: func(ctx context.Context, s *session.Session) error {
		ctx, cancel := context.WithTimeout(ctx, time.Minute) // the browser may prompt its user
		defer cancel()
		return watch(ctx, s, func(snapshot session.Snapshot) error {
			if seen = snapshot; looked(snapshot.Attachment) {
				cancel()
			}
			return nil
		})
	}})
	if err := errors.Join(err, source.Close()); err != nil {
		return err
	}
	return d.health("", screen.NewDiagnosis(""), seen)
}

// looked reports whether every frame was checked.
func looked(a datalayer.Attachment) bool {
	for _, f := range a.Frames {
		if !f.Hooked && f.Remark == "" && f.Silent.IsZero() {
			return false
		}
	}
	return len(a.Frames) > 0
}

// health prints the contents of the Health screen. It returns [errFindings] unless all
// is well.
func (d *diagnosis) health(file string, capture *screen.Diagnosis, snapshot session.Snapshot) error {
	if d.format == "json" {
		facts, sound := capture.Facts(snapshot)
		var all []finding
		for _, fact := range facts {
			sign, how, _ := strings.Cut(fact.Text, " ")
			if statuses[sign] == "" {
				sign, how = "", fact.Text
			}
			all = append(all, finding{sign, cmp.Or(fact.Section, "verdict"), how})
		}
		return d.end(all, nil, file, sound)
	}
	lines, sound := capture.Lines(snapshot)
	for _, line := range lines {
		fmt.Fprintln(d.out, visible.Text(line))
	}
	return d.end(nil, nil, file, sound)
}
