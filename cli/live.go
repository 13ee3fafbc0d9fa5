package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"layertap/cli/capture"
	"layertap/cli/capturelog"
	"layertap/cli/files"
	"layertap/cli/livepage"
	"layertap/cli/redact"
	"layertap/cli/terminal"
	"layertap/cli/userdata"
	"layertap/cli/visit"
	"layertap/crash"
	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe"
	probevisit "layertap/probe/visit"
	"layertap/recording"
	"layertap/session"
)

// liveFlags are the flags of the commands that capture from a browser.
type liveFlags struct {
	analysisFlags
	probe    probe.Options
	out      string
	format   string
	duration span
	force    bool // replaces the file at out
	require  bool // at least one message
	must     bool // the recording is the only output, so an empty one is an error
	redact   bool
	noColor  bool
	plain    bool
	hits     endpoints
	setup    []string // how the visit was set up, as recorded
	grid     string   // URL of the grid in which the browser is opened
	flow     capture.Flow
	debug    capturelog.Options
	source   *probe.Probe // nil until it is opened
}

func (f *liveFlags) add(cmd *cobra.Command) {
	f.addCapture(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.out, "output", "o", "", "record to `FILE`")
	flags.BoolVar(&f.force, "force", false, "overwrite the file named by -o")
	f.format = "text"
	oneOf(cmd, &f.format, "format", "what to print when there is no screen: `text` or ndjson", "text", "ndjson")
	flags.Var(&f.duration, "for", "stop after `TIME`, such as 30s, counted from when the page is live")
	flags.BoolVar(&f.require, "require-messages", false, "exit with 2 if no message is captured")
	flags.BoolVar(&f.redact, "redact", false, "remove personal data from recordings")
	flags.BoolVar(&f.noColor, "no-color", false, "turn colors off")
	flags.StringVar(&f.debug.File, "debug", "", "append a log of what layertap does to `FILE`, without URLs and messages")
	flags.BoolVar(&f.debug.Data, "debug-data", false, "write URLs and messages to the --debug log as well")
	addPlain(cmd, &f.plain)
}

// addCapture adds the flags for what is captured and what it is checked against.
func (f *liveFlags) addCapture(cmd *cobra.Command) {
	f.analysisFlags.add(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.probe.Layers, "layer", nil, "capture the data layer `NAME` as well as those found automatically (repeatable)")
	flags.Var(&f.hits, "hits", "read requests to `HOST/PATH=VENDOR` as that vendor's hits, for server-side containers and gateways (repeatable)")
	flags.BoolVar(&f.probe.NoStacks, "no-stacks", false, "don't capture which script pushed each message")
	flags.BoolVar(&f.probe.NoActions, "no-actions", false, "don't capture clicks, form submissions and changes")
}

// launching are the flags for a browser that is started.
var launching = append([]string{"preset", "browser", "keep-open"}, visit.Flags...)

func (f *liveFlags) addLaunching(cmd *cobra.Command) {
	f.addVisit(cmd)
	cmd.Flags().BoolVar(&f.probe.KeepOpen, "keep-open", false, "leave Chrome open at the end")
}

// addVisit adds the flags that set up a visit in a browser that is started.
func (f *liveFlags) addVisit(cmd *cobra.Command) {
	visit.Add(cmd.Flags(), &f.probe, func(name string) ([]byte, error) { return files.Read(expandHome(name)) })
	addBrowser(cmd, &f.probe.Browser)
	preset := cmd.Flags().String("preset", "", "set up the visit as in the preset `NAME` of the settings; flags take precedence")
	completes(cmd, "mobile", cobra.FixedCompletions(probevisit.Devices(), cobra.ShellCompDirectiveNoFileComp))
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := usePreset(cmd, *preset); err != nil {
			return err
		}
		f.setup = visit.Setup(cmd.Flags())
		return nil
	}
}

// usePreset sets the flags of a preset that were not given; an empty name means no
// preset.
func usePreset(cmd *cobra.Command, name string) error {
	if name == "" {
		return nil
	}
	settings, err := loadConfig()
	if err != nil {
		return err
	}
	preset, ok := settings.Presets[name]
	if !ok {
		return fmt.Errorf("unknown --preset %q: add it to presets in %s", name, userdata.SettingsFile())
	}
	if err := preset.Use(cmd.Flags()); err != nil {
		return fmt.Errorf("reading the preset %q in %s: %w", name, userdata.SettingsFile(), misused(cmd, err))
	}
	return nil
}

func addBrowser(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVar(path, "browser", os.Getenv("LAYERTAP_BROWSER"), "the `PATH` of Chrome or Chromium")
	cmd.Flags().Lookup("browser").DefValue = "" // help and the manual are the same on every machine
}

func (f *liveFlags) addTab(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.probe.Tab, "tab", "", "the `TAB` to attach to: its ID, or part of its title or URL")
}

// show captures as configured in f.probe, with the frontend that suits the terminal.
func (f *liveFlags) show(ctx context.Context) error {
	frontend, err := f.frontend()
	if err != nil {
		return err
	}
	return f.run(ctx, frontend)
}

// frontend chooses how the session is shown: on the screen if there is a terminal,
// otherwise or on request as lines.
func (f *liveFlags) frontend() (frontend, error) {
	onScreen, err := f.onScreen()
	switch {
	case err != nil:
		return frontend{}, err
	case f.format == "ndjson" && f.out != "":
		return frontend{}, errors.New("--format ndjson prints the recording; leave -o out, and redirect the output to a file")
	case f.format == "ndjson" && f.plain:
		return frontend{}, errors.New("--plain and --format ndjson exclude each other; leave one out")
	case f.format == "ndjson":
		return f.ndjsonFrontend(os.Stdout, os.Stderr), nil
	case onScreen:
		f.probe.Pick = true
		return f.screen(), nil
	case f.redact && f.out == "":
		return frontend{}, errors.New("--redact applies to recordings; name one with -o FILE, or leave --redact out")
	default:
		return plainFrontend(newLog(&output{to: os.Stdout})), nil
	}
}

// onScreen reports whether the session is drawn, not printed.
func (f *liveFlags) onScreen() (bool, error) {
	if f.format != "text" || !terminal.Interactive() {
		return false, nil
	}
	return drawn(f.plain)
}

func addPlain(cmd *cobra.Command, plain *bool) {
	cmd.Flags().BoolVar(plain, "plain", false, "print lines of plain text, for screen readers and logs")
}

// drawn reports whether there is a terminal and the user wants the screen.
func drawn(plain bool) (bool, error) {
	if plain || !term.IsTerminal(os.Stdout.Fd()) || os.Getenv("TERM") == "dumb" {
		return false, nil
	}
	settings, err := loadConfig()
	return !settings.Plain, err
}

// run captures from a browser and shows the session. It logs the capture if a log was
// requested.
func (f *liveFlags) run(ctx context.Context, show frontend) error {
	log, err := f.log()
	if err != nil {
		return err
	}
	err = f.capture(ctx, show, log)
	log.End(err)
	return err
}

// log opens the requested log; it is nil without one.
func (f *liveFlags) log() (*capturelog.Log, error) {
	switch {
	case f.debug.File == "" && f.debug.Data:
		return nil, errors.New("--debug-data: name the log with --debug FILE, or leave --debug-data out")
	case f.debug.Data && f.redact:
		return nil, errors.New("--debug-data writes the personal data that --redact removes; leave one out")
	case f.debug.File != "" && (f.debug.File == f.out || files.Same(f.debug.File, f.out)):
		return nil, fmt.Errorf("writing the log %s: it is the recording; give another name with --debug", f.debug.File)
	}
	return f.debug.Open(tool())
}

// prepare returns what the session of a capture that starts now needs.
func (f *liveFlags) prepare() (datalayer.Header, session.Analysis, error) {
	analysis, err := f.analysis()
	if err != nil {
		return datalayer.Header{}, analysis, err
	}
	if f.probe.Endpoints, err = f.hitEndpoints(); err != nil {
		return datalayer.Header{}, analysis, err
	}
	return capture.Header(&f.probe, tool(), f.setup), analysis, nil
}

// capture captures from a browser and shows the session.
func (f *liveFlags) capture(ctx context.Context, show frontend, log *capturelog.Log) error {
	header, analysis, err := f.prepare()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := capture.Session(header, analysis, f.given)
	s.RenewWith(func(gone string) (session.Sink, error) {
		w, err := recording.CreateBeside(gone)
		if err != nil {
			return nil, err
		}
		return f.sink(w), nil
	})
	if err := f.record(s); err != nil {
		return err
	}
	if f.source, err = probe.Open(f.probe); err != nil {
		return err
	}
	go checkRecording(ctx, s)
	played := make(chan error, 1)
	switch {
	case f.flow.Steps != nil:
		go func() {
			defer cancel()
			played <- capture.Play(ctx, []capture.Flow{f.flow}, s, f.source, f.within(), time.Duration(f.duration))
		}()
	case f.duration > 0:
		go f.endInTime(ctx, cancel, s)
		fallthrough
	default:
		played <- nil
	}
	if err := errors.Join(play(ctx, s, log.Source(livepage.Source{Probe: f.source}), show), f.source.Close(), <-played); err != nil {
		return err
	}
	return f.checkCaptured(s.Snapshot())
}

// hitEndpoints returns the URLs in the flags, the settings and the plans. If they name
// several vendors for a URL, the first one in this order is used.
func (f *liveFlags) hitEndpoints() ([]hits.Endpoint, error) {
	settings, err := loadConfig()
	if err != nil {
		return nil, err
	}
	set, _ := hits.Endpoints(settings.Endpoints) // already validated
	planned, err := hits.Endpoints(f.endpoints)
	if err != nil {
		return nil, fmt.Errorf("reading the endpoints of the plan: %w", err)
	}
	return slices.Concat(f.hits, set, planned), nil
}

func (f *liveFlags) record(s *session.Session) error {
	if f.out == "" {
		return nil
	}
	create := recording.Create
	if f.force {
		create = recording.Replace
	}
	w, err := create(f.out)
	if err != nil {
		return err
	}
	return s.Record(f.sink(w))
}

// sink returns the sink that writes a session to w.
func (f *liveFlags) sink(w *recording.Writer) session.Sink {
	if f.redact {
		return redact.Sink(w)
	}
	return w
}

// testOnlySource replaces a source, in tests of failing sources.
var testOnlySource = func(s session.Source) session.Source { return s }

// play runs a session and shows it. It returns when the user has quit or the source has
// failed.
func play(ctx context.Context, s *session.Session, source session.Source, shown frontend) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ran := make(chan error, 1)
	go func() {
		err := s.Run(ctx, testOnlySource(source))
		if err != nil {
			cancel(err)
		}
		ran <- err
	}()
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) // otherwise it would end at once, without cleaning up
	err := crash.Guard(func() error { return shown.show(ctx, s) })
	cancel(nil)
	ended := <-ran
	if shown.end != nil && !errors.Is(err, syscall.EPIPE) {
		err = errors.Join(err, shown.end(s.Snapshot()))
	}
	if errors.Is(err, syscall.EPIPE) {
		err = errUnread
	}
	return errors.Join(err, ended)
}
