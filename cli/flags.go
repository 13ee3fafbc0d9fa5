package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// misused says of a flag that could not be read what it takes.
func misused(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		switch flag := invalid.GetFlag(); flag.Value.Type() {
		case "bool":
			return fmt.Errorf("--%s %q: it is true or false", flag.Name, invalid.GetValue())
		case "duration":
			return fmt.Errorf("--%s %q: it is a time, for example 30s or 2m", flag.Name, invalid.GetValue())
		}
	}
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w; %s -h lists the flags and what they take", err, cmd.CommandPath())
}

// filled refuses flags that are given without a value, as a variable of a shell that is
// not set leaves them: without it other things would be done than were meant. A filter
// may be empty.
func filled(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		empty := f.Value.String() == ""
		if list, ok := f.Value.(pflag.SliceValue); ok {
			empty = len(list.GetSlice()) == 0 || slices.Contains(list.GetSlice(), "")
		}
		if empty && f.Name != "filter" {
			err = errors.Join(err, fmt.Errorf("--%s is empty; give it a value, or leave it out", f.Name))
		}
	})
	return err
}
