package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"layertap/datalayer"
	"layertap/demo"
	"layertap/probe/browser"
	"layertap/session"
)

func newDemo() *cobra.Command {
	f := &liveFlags{}
	var auto bool
	pace := string(demo.Calm)
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it on a shop whose chat widget misbehaves on purpose",
		Long: `Demo serves a small shop on this machine and opens it in Chrome. Click through the
chat widget and watch its events arrive; some of them are wrong on purpose. With --auto
or --pace, or without a display, an autopilot acts as the visitor.`,
		Args: argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			frontend, err := f.frontend()
			if err != nil {
				return err
			}
			auto = auto || cmd.Flags().Changed("pace") || f.probe.Headless || !browser.HasDisplay()
			if onScreen, _ := f.onScreen(); auto && !onScreen { // frontend returns its error
				frontend.show = untilTourIsOver(frontend.show)
			}
			site, err := demo.Start()
			if err != nil {
				return err
			}
			f.probe.URL = site.URL()
			if auto {
				f.probe.URL = site.TourURL(demo.Pace(pace))
			}
			return errors.Join(f.run(cmd.Context(), frontend), site.Close())
		},
	}
	f.add(cmd)
	f.addLaunching(cmd)
	cmd.Flags().BoolVar(&auto, "auto", false, "let an autopilot act as the visitor")
	oneOf(cmd, &pace, "pace", "let an autopilot act as the visitor, at a `calm` or fast pace", string(demo.Calm), string(demo.Fast))
	return cmd
}

// untilTourIsOver ends a frontend after the autopilot's last message.
func untilTourIsOver(show func(context.Context, *session.Session) error) func(context.Context, *session.Session) error {
	return func(ctx context.Context, s *session.Session) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go func() {
			seen := 0
			_ = watch(ctx, s, func(snapshot session.Snapshot) error {
				for ; seen < snapshot.Len(); seen++ {
					if push, ok := snapshot.Entry(seen).(*datalayer.Push); ok && push.Event == demo.TourOver {
						cancel()
					}
				}
				return nil
			})
		}()
		return show(ctx, s)
	}
}
