package cli

import (
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

// choosing returns how to choose the messages that match a filter from the file of a session
// with an analysis, which keeps only what settled needs; settled may be nil. If what
// comes later decides whether a message matches, the session keeps everything.
func choosing(a *session.Analysis, f filter.Filter, settled report.Settled) func(report.File) report.File {
	if settled == nil || f.Late() {
		return func(file report.File) report.File { return choose(file, f) }
	}
	choice := session.NewChoice(f.Match, settled.Settle)
	a.Settle = settled.Settle
	if !f.All() {
		a.Settle = choice.Settle
	}
	return func(file report.File) report.File {
		if file.Settled = settled; !f.All() {
			file = chosen(file, f, choice)
		}
		return file
	}
}

func chosen(file report.File, f filter.Filter, choice *session.Choice) report.File {
	file.Session, file.Filter = choice.Of(file.Session), f.String()
	return file
}
