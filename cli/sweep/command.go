// Package sweep visits many pages, each in its own browser context, records each, and
// reports the results.
package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/visit"
	"layertap/gtm"
	"layertap/hits"
	"layertap/internal/plural"
	"layertap/probe"
	"layertap/probe/grid"
	"layertap/recording"
	"layertap/report"
	"layertap/report/pages"
	"layertap/rules"
	"layertap/session"
	"layertap/sweep"
)

// Program is what the command needs from package cli.
type Program struct {
	Tool        string // "layertap 0.1.0"
	ErrFindings error  // the error of a completed sweep that did not pass
	Severities  map[string]rules.Severity
	Options     *probe.Options
	// Analysis returns what one page is checked against, and the containers that the user
	// named. It need not be safe for concurrent use.
	Analysis  func() (session.Analysis, []*gtm.Container, error)
	Endpoints func() ([]hits.Endpoint, error)
	Sink      func(*recording.Writer) session.Sink
	Setup     func() []string
	// Read runs a recording through the same pipeline as live messages.
	Read        func(ctx context.Context, path string) (report.File, error)
	OneOf       func(cmd *cobra.Command, value *string, name, usage string, of ...string)
	ArgRange    func(least, most int) cobra.PositionalArgs
	RejectFlags func(cmd *cobra.Command, why string, names ...string) error
}

// output are the flags for the summary.
type output struct {
	failOn, format string
	file           files.Output
}

func (o *output) add(cmd *cobra.Command, p Program) {
	o.failOn, o.format = "error", "text"
	p.OneOf(cmd, &o.failOn, "fail-on", "fail on findings of this `SEVERITY` or worse: error, warning, info or never", "error", "warning", "info", "never")
	p.OneOf(cmd, &o.format, "format", "the `FORMAT` of the summary: "+pages.Formats.Choice(), pages.Formats.Names()...)
	o.file.Add(cmd.Flags())
}

// write writes the summary of results. It returns nil if they pass.
func (o *output) write(cmd *cobra.Command, p Program, results []pages.Result) error {
	summary := pages.Summary{Tool: p.Tool, FailOn: p.Severities[o.failOn], Pages: results}
	write, _ := pages.Formats.Find(o.format) // the flag was validated
	err := o.file.Write(cmd.OutOrStdout(), nil, func(w io.Writer) error { return write(summary, w) })
	switch {
	case err != nil:
		return err
	case summary.Incomplete():
		return errors.New("some pages were not recorded; the summary names them, and --resume tries them again")
	case summary.Failed():
		return p.ErrFindings
	}
	return nil
}

// flags are those of a sweep.
type flags struct {
	output
	attach   []string
	grids    []string
	consents []string
	flow     string
	jobs     int
	dir      string
	shard    string
	resume   bool
	retries  int
	lasts    time.Duration
	within   time.Duration
}

// Limits of the flags.
const (
	mostJobs    = 64
	mostRetries = 20
	usualLasts  = 5 * time.Second
	usualWithin = time.Minute
)

// Command returns the sweep command, with the subcommand that merges several sweeps.
func Command(p Program) *cobra.Command {
	f := &flags{lasts: usualLasts, within: usualWithin}
	cmd := &cobra.Command{
		Use:   "sweep {URL | FILE | SITEMAP}… --out DIR",
		Short: "Record and check many pages, in several browsers at a time",
		Long: `Sweep opens each page in a fresh browser context, without the cookies and storage of the
others, and records it to a file of its own in the directory. It checks the recordings as
layertap check does, prints a summary, and exits as check does: with 0 if all pages pass,
with 1 if there are findings at or above --fail-on, and with 2 if a page could not be
recorded.

Pages are URLs, a FILE with one URL per line or with a sitemap, or the URL of a SITEMAP,
whose path ends in .xml or .xml.gz. Each page is visited once, however often it is named.

Pages are opened in Chromes that layertap starts, --jobs of them, or in the browsers that
--attach and --grid name, --jobs pages at a time in each. A page that fails in one browser
is tried again in another.

With --consent, layertap first makes the visitor's consent choice on each page: it performs
a flow exported from Chrome's Recorder panel, as record --flow does. With two of them each
page is recorded twice, and the summary has what differs: the messages and hits that come only after one.
With --flow, layertap then performs that flow on each page; --for counts from its last
step.

The formats of --format:

` + strings.TrimSuffix(pages.Formats.Describe(), "\n"),
		Example: `  layertap sweep https://shop.example https://shop.example/cart --out visits
  layertap sweep https://shop.example/sitemap.xml --jobs 4 --out visits
  layertap sweep pages.txt --attach host1:9222 --attach host2:9222 --out visits
  layertap sweep pages.txt --consent reject.json --consent accept.json --out visits
  layertap sweep pages.txt --flow open-chat.json --out visits
  layertap sweep pages.txt --shard 3/10 --out visits-3
  layertap sweep merge visits-1 visits-2 visits-3 --format junit`,
		Args: p.ArgRange(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, p, args) },
	}
	f.add(cmd, p)
	f.output.add(cmd, p)
	cmd.AddCommand(merge(p))
	return cmd
}

func (f *flags) add(cmd *cobra.Command, _ Program) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.attach, "attach", nil, "open pages in a running browser: a port, `HOST:PORT`, or an http or ws URL (repeatable)")
	flags.StringArrayVar(&f.grids, "grid", nil, "open pages in browsers of the Selenium Grid at `HUB`, such as http://hub:4444 (repeatable)")
	flags.StringArrayVar(&f.consents, "consent", nil, "on each page, first perform the flow in `FILE`, such as accepting cookies; with several, record each page with each and compare (repeatable)")
	flags.StringVar(&f.flow, "flow", "", "perform the flow in `FILE` on each page, exported from Chrome's Recorder panel")
	flags.IntVar(&f.jobs, "jobs", 1, "open `N` pages at a time: in each browser of --attach and --grid, or each in a Chrome of its own")
	flags.StringVar(&f.dir, "out", "", "the `DIR` for the recordings")
	flags.StringVar(&f.shard, "shard", "", "visit only one `PART` of the pages, such as 3/10 for the third of ten")
	flags.BoolVar(&f.resume, "resume", false, "visit only the pages that --out has no complete recording of")
	flags.IntVar(&f.retries, "retries", 2, "retry a page that fails up to `N` times")
	flags.DurationVar(&f.lasts, "for", f.lasts, "stay on each page for this `TIME`, counted from when it is live")
	flags.DurationVar(&f.within, "live-within", f.within, "give up an attempt if the page isn't live after this `TIME`")
}

// check returns an error for invalid combinations of flags.
func (f *flags) check(cmd *cobra.Command, p Program) error {
	switch {
	case f.dir == "":
		return errors.New("sweeping: name the directory for the recordings with --out DIR")
	case f.jobs < 1 || f.jobs > mostJobs:
		return fmt.Errorf("invalid --jobs %d: must be from 1 to %d", f.jobs, mostJobs)
	case f.retries < 0 || f.retries > mostRetries:
		return fmt.Errorf("invalid --retries %d: must be from 0 to %d", f.retries, mostRetries)
	case f.lasts <= 0 || f.within <= 0:
		return errors.New("--for and --live-within must be positive durations, such as 30s or 2m")
	}
	if err := p.RejectFlags(cmd, "each page of a sweep has a browser context of its own, which is gone at the end; leave it out",
		"profile", "keep-open", "incognito", "devtools"); err != nil {
		return err
	}
	for _, hub := range f.grids {
		if err := grid.Valid(hub); err != nil {
			return fmt.Errorf("invalid --grid: %w", err)
		}
	}
	if len(f.attach)+len(f.grids) > 0 {
		return p.RejectFlags(cmd, "only works with a Chrome that layertap starts, not with --attach or --grid; leave it out", "browser", "chrome-flag", "headless")
	}
	return nil
}

func (f *flags) run(cmd *cobra.Command, p Program, args []string) error {
	if err := f.check(cmd, p); err != nil {
		return err
	}
	shard := sweep.Shard{}
	if f.shard != "" {
		var err error
		if shard, err = sweep.ParseShard(f.shard); err != nil {
			return fmt.Errorf("invalid --shard %q: %w", f.shard, err)
		}
	}
	all, err := readPages(cmd.Context(), args)
	if err != nil {
		return err
	}
	visits := make([]*sweep.Visit, len(all))
	for i, page := range all {
		visits[i] = &sweep.Visit{Page: page, Number: i + 1}
	}
	visits = shard.Pick(visits)
	r, err := newRun(cmd.Context(), p, f, visits, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	results, err := r.all(cmd.Context())
	if err != nil {
		return err
	}
	err = f.write(cmd, p, results)
	if cmd.Context().Err() != nil {
		return errors.New("sweeping: interrupted; --resume continues")
	}
	return err
}

// readPages returns the pages named by the arguments, without duplicates.
func readPages(ctx context.Context, args []string) ([]string, error) {
	var all []string
	known := map[string]bool{}
	add := func(from string, typed ...string) error {
		for _, one := range typed {
			page, err := visit.Address(one)
			if err != nil {
				if from != "" {
					err = fmt.Errorf("reading %s: %w", from, err)
				}
				return err
			}
			if !known[page] {
				known[page] = true
				all = append(all, page)
			}
		}
		return nil
	}
	for _, arg := range args {
		list, from, err := pagesOf(ctx, arg)
		if err != nil {
			return nil, err
		}
		if err := add(from, list...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func merge(p Program) *cobra.Command {
	o := &output{}
	cmd := &cobra.Command{
		Use:   "merge DIR…",
		Short: "Join the summaries of several sweeps",
		Long: `Merge prints one summary of the pages that sweeps recorded to the directories: of the
shards of a list, or of one sweep again. It exits as layertap sweep does.`,
		Args: p.ArgRange(1, -1),
		RunE: func(cmd *cobra.Command, dirs []string) error {
			var parts [][]pages.Result
			var incomplete error
			for _, dir := range dirs {
				results, missing, err := readLog(dir)
				if err != nil {
					return err
				}
				if missing > 0 {
					incomplete = errors.Join(incomplete, fmt.Errorf("%s: %s without a result: the sweep was interrupted; --resume continues it", dir, plural.Count(missing, "page")))
				}
				parts = append(parts, slices.Collect(maps.Values(results)))
			}
			return errors.Join(incomplete, o.write(cmd, p, pages.Merge(parts...)))
		},
	}
	o.add(cmd, p)
	return cmd
}
