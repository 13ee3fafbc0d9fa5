package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"layertap/mcp"
	"layertap/session"
)

func newMCP() *cobra.Command {
	f := &analysisFlags{}
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Let coding agents read recordings, over the Model Context Protocol",
		Long: `Mcp is a server of the Model Context Protocol on standard input and output. A coding agent
starts it, and asks it for messages, findings and reasons in recordings. It only reads.`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return mcp.Serve(cmd.Context(), version, f.openForAgent) },
	}
	f.add(cmd)
	return cmd
}

// openForAgent opens a recording that an agent named.
func (f *analysisFlags) openForAgent(ctx context.Context, path string, plans []string, follow bool) (mcp.Recording, error) {
	of := *f // agents ask for several recordings at once
	if len(plans) > 0 {
		of.plans, of.named = slices.DeleteFunc(plans, func(name string) bool { return name == noPlan }), nil
	}
	analysis, err := of.analysis()
	if err != nil {
		return mcp.Recording{}, err
	}
	r, err := openRecording(ctx, path, follow)
	if err != nil {
		return mcp.Recording{}, err
	}
	damage := func() string { return r.Damage().String() }
	return mcp.Recording{Session: session.New(r.Header, analysis), Source: r, Damage: damage, Close: r.Close}, nil
}
