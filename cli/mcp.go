package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"layertap/cli/capture"
	"layertap/cli/livepage"
	"layertap/cli/redact"
	"layertap/mcp"
	"layertap/probe"
	"layertap/probe/visit"
	"layertap/session"
)

func newMCP() *cobra.Command {
	f := &liveFlags{}
	var actions bool
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Serve pages and recordings to coding agents, over MCP",
		Long: `Mcp is a server of the Model Context Protocol on standard input and output. A coding agent
starts it, opens recordings or pages, and asks for messages, findings and reasons. It
changes nothing on a page, except with --allow-actions. Captures end after ten minutes,
or the time that the agent asks for, and when the agent ends the connection.`,
		Args: argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return mcp.Serve(cmd.Context(), version, mcp.Sources{Open: f.openForAgent, Capture: f.captureForAgent, Actions: actions})
		},
	}
	f.addCapture(cmd)
	f.addVisit(cmd)
	cmd.Flags().BoolVar(&f.redact, "redact", false, "give the agent no personal data")
	cmd.Flags().BoolVar(&actions, "allow-actions", false, "let the agent go to URLs, reload, and push messages in the tabs that it captures")
	return cmd
}

// forAgent returns the flags for one session of an agent, which may have several at a
// time.
func (f *liveFlags) forAgent(plans []string) *liveFlags {
	of := *f
	if len(plans) > 0 {
		of.plans, of.named = slices.DeleteFunc(plans, func(name string) bool { return name == noPlan }), nil
	}
	return &of
}

// openForAgent opens a recording for an agent.
func (f *liveFlags) openForAgent(ctx context.Context, path string, plans []string, follow bool) (mcp.Recording, error) {
	of := f.forAgent(plans)
	analysis, err := of.analysis()
	if err != nil {
		return mcp.Recording{}, err
	}
	r, err := openRecording(ctx, path, follow)
	if err != nil {
		return mcp.Recording{}, err
	}
	header, source := r.Header, session.Source(r)
	if f.redact {
		header, source = redact.NewSource(header, source)
	}
	damage := func() string { return r.Damage().String() }
	return mcp.Recording{Session: session.New(header, analysis), Source: source, Damage: damage, Close: r.Close}, nil
}

// captureForAgent starts a capture for an agent.
func (f *liveFlags) captureForAgent(_ context.Context, t mcp.Target) (mcp.Recording, error) {
	of := f.forAgent(t.Plans)
	if t.URL == "" { // the flags are those of a browser that is started
		of.setup, of.probe.Visit = nil, visit.Visit{}
	}
	of.probe.URL, of.probe.Attach, of.probe.Tab, of.probe.Pick = t.URL, t.Where, t.Tab, t.URL == ""
	header, analysis, err := of.prepare()
	if err != nil {
		return mcp.Recording{}, err
	}
	opened, err := probe.Open(of.probe)
	if err != nil {
		return mcp.Recording{}, err
	}
	source := session.Source(livepage.Source{Probe: opened})
	if f.redact {
		header, source = redact.NewSource(header, source)
	}
	live := livepage.Page{Session: capture.Session(header, analysis, of.given), Probe: opened}
	return mcp.Recording{
		Session: live.Session, Source: source, Damage: func() string { return "" }, Close: opened.Close,
		Page: &mcp.Page{Choose: opened.Choose, Navigate: live.Navigate, Reload: live.Reload, Push: live.Push},
	}, nil
}
