package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"layertap/datalayer"
	"layertap/probe"
	"layertap/probe/browser"
	"layertap/report"
	"layertap/visible"
)

func newAttach() *cobra.Command {
	f := &liveFlags{}
	cmd := &cobra.Command{
		Use:   "attach [WHERE]",
		Short: "Attach to a tab of a running Chrome",
		Long: `Attach captures a tab of a running browser and leaves it open at the end. WHERE is a
port, HOST:PORT, or an http, https, ws or wss URL; without it, layertap finds the browsers
running on this machine. If several browsers or tabs fit, you choose one on the screen;
press t to switch to another tab later.

To attach to your everyday Chrome, turn on chrome://inspect/#remote-debugging in it;
Chrome then asks you for permission.`,
		Args: argRange(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			frontend, err := f.frontend()
			if err != nil {
				return err
			}
			if len(args) == 1 || !f.probe.Pick { // otherwise the screen is shown first
				if f.probe.Attach, err = whereToAttach(cmd.Context(), args); err != nil {
					return err
				}
			}
			return f.run(cmd.Context(), frontend)
		},
	}
	f.add(cmd)
	f.addTab(cmd)
	return cmd
}

func newTabs() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "tabs [WHERE]",
		Short: "List the tabs you can attach to",
		Args:  argRange(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			where, err := whereToAttach(cmd.Context(), args)
			if err != nil {
				return err
			}
			tabs, err := probe.Tabs(cmd.Context(), where)
			if err != nil {
				return err
			}
			if format == "json" {
				return tabsJSON(cmd.OutOrStdout(), where, tabs)
			}
			for _, tab := range tabs {
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s\n", tab.ID, visible.Text(tab.Title), visible.Text(tab.URL))
			}
			return nil
		},
	}
	oneOf(cmd, &format, "format", "`text` or json", "text", "json")
	return cmd
}

// tabsJSON writes the tabs of the browser at where as JSON.
func tabsJSON(w io.Writer, where string, tabs []datalayer.Choice) error {
	type tab struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URL   string `json:"url"`
	}
	listed := make([]tab, len(tabs))
	for i, t := range tabs {
		listed[i] = tab{t.ID, t.Title, t.URL}
	}
	return report.WriteJSON(w, struct {
		Format int    `json:"format"`
		Tool   string `json:"tool"`
		Where  string `json:"where"`
		Tabs   []tab  `json:"tabs"`
	}{1, tool(), where, listed})
}

// whereToAttach returns the location of the browser that the user named, or of the
// running one.
func whereToAttach(ctx context.Context, args []string) (string, error) {
	if len(args) == 1 {
		return args[0], nil
	}
	switch found := browser.Attachable(ctx); len(found) {
	case 0:
		return "", errors.New("looking for a browser to attach to: no running browser allows it; " +
			"turn on chrome://inspect/#remote-debugging in your Chrome, " +
			"or start one with --remote-debugging-port=9222 and a --user-data-dir of its own")
	case 1:
		return found[0], nil
	default:
		return "", fmt.Errorf("looking for a browser to attach to: several are running; name one of %s", strings.Join(found, ", "))
	}
}
