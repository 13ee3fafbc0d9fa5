package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"layertap/filter"
	"layertap/report"
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
	whole := file.Session
	file.Session = whole.Chosen(func(i int) bool { return f.Match(whole, i) })
	file.Filter = f.String()
	return file
}
