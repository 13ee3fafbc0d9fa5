package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"layertap/filter"
	"layertap/report"
	"layertap/session"
)

// filterFlag is the value of the flag that selects messages.
type filterFlag struct{ text string }

func (f *filterFlag) add(cmd *cobra.Command, help string) {
	cmd.Flags().StringVar(&f.text, "filter", "", help+", such as 'event:widget_ not error'")
}

// filter parses the flag, with the named filters of the user's settings.
func (f *filterFlag) filter() (filter.Filter, error) {
	if f.text == "" {
		return filter.Filter{}, nil
	}
	settings, err := loadConfig()
	if err != nil {
		return filter.Filter{}, err
	}
	chosen, err := filter.Builtin().With(settings.Filters).Parse(f.text)
	if err != nil {
		return filter.Filter{}, fmt.Errorf("reading --filter: %w", err)
	}
	return chosen, nil
}

// choose returns file with only the messages that match a filter.
func choose(file report.File, f filter.Filter) report.File {
	if f.All() {
		return file
	}
	return chosen(file, f, session.NewChoice(f.Match, nil))
}

// readChosen is readSession of the messages that match a filter. The session keeps what
// settled, which may be nil, needs. If what comes later decides whether a message matches,
// it keeps everything.
func readChosen(ctx context.Context, path string, a session.Analysis, f filter.Filter, settled report.Settled) (report.File, error) {
	if settled == nil || f.Late() {
		file, err := readSession(ctx, path, a)
		return choose(file, f), err
	}
	a.Settle = settled.Settle
	choice := session.NewChoice(f.Match, settled.Settle)
	if !f.All() {
		a.Settle = choice.Settle
	}
	file, err := readSession(ctx, path, a)
	if file.Settled = settled; err == nil && !f.All() {
		file = chosen(file, f, choice)
	}
	return file, err
}

func chosen(file report.File, f filter.Filter, choice *session.Choice) report.File {
	file.Session, file.Filter = choice.Of(file.Session), f.String()
	return file
}
