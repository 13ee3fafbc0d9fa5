package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"layertap/hits"
	"layertap/rules/plan"
)

// choice is the value of a flag with a fixed set of values.
type choice struct {
	value *string
	of    []string
}

// oneOf adds a flag with a fixed set of values; the current value is the default.
func oneOf(cmd *cobra.Command, value *string, name, usage string, of ...string) {
	cmd.Flags().Var(choice{value, of}, name, usage)
	completes(cmd, name, cobra.FixedCompletions(of, cobra.ShellCompDirectiveNoFileComp))
}

func (c choice) String() string { return *c.value }

// Type returns the type shown in help.
func (c choice) Type() string { return "string" }

func (c choice) Set(typed string) error {
	if !slices.Contains(c.of, typed) {
		return fmt.Errorf("must be one of %s", strings.Join(c.of, ", "))
	}
	*c.value = typed
	return nil
}

// span is the value of a flag for a duration; zero if it is not given.
type span time.Duration

func (s *span) String() string {
	if *s == 0 {
		return ""
	}
	return time.Duration(*s).String()
}

// Type returns the type shown in help.
func (s *span) Type() string { return "duration" }

func (s *span) Set(typed string) error {
	d, err := time.ParseDuration(typed)
	switch {
	case err != nil:
		return errors.New("must be a duration with a unit, such as 30s or 2m")
	case d <= 0:
		return errors.New("must be a positive duration, such as 30s or 2m")
	}
	*s = span(d)
	return nil
}

// endpoints is the value of a flag that names URLs that requests are sent to, and their
// vendors.
type endpoints []hits.Endpoint

func (e *endpoints) String() string {
	var all []string
	for _, one := range *e {
		all = append(all, one.Host+one.Path+"="+one.Vendor)
	}
	return strings.Join(all, ",")
}

// Type returns the type shown in help.
func (e *endpoints) Type() string { return "stringArray" }

func (e *endpoints) Set(typed string) error {
	one, err := hits.ParseEndpoint(typed)
	if err == nil {
		*e = append(*e, one)
	}
	return err
}

// completes sets the shell completion of a flag.
func completes(cmd *cobra.Command, flag string, with cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, with); err != nil {
		panic(err) // there is no such flag
	}
}

// completePlan completes the names of built-in plans; if none matches, the shell
// completes file names.
func completePlan(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	names := slices.DeleteFunc(append(plan.Builtins(), noPlan), func(name string) bool { return !strings.HasPrefix(name, typed) })
	return names, cobra.ShellCompDirectiveDefault
}

// misused adds the accepted values to an error about a flag that could not be parsed.
func misused(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		why := invalid.Unwrap()
		if invalid.GetFlag().Value.Type() == "bool" {
			why = errors.New("must be true or false")
		}
		return fmt.Errorf("invalid --%s %q: %w", invalid.GetFlag().Name, invalid.GetValue(), why)
	}
	if errors.Is(err, pflag.ErrHelp) {
		return err
	}
	return fmt.Errorf("%w; %s -h lists the flags", err, cmd.CommandPath())
}

// rejectFlags returns an error if one of the named flags was given although it has no
// effect. Why completes the message.
func rejectFlags(cmd *cobra.Command, why string, names ...string) error {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s: %s", name, why)
		}
	}
	return nil
}

// Why a flag has no effect, for flags that only apply to one kind of browser.
const (
	onlyStarted = "only works with a Chrome that layertap starts, not with --attach; leave it out"
	onlyRunning = "chooses a tab of a running browser; add --attach, or leave --tab out"
)

// checkEmptyFlags returns an error for flags with an empty value, which an unset shell variable
// leaves: the command would do something other than intended. A filter may be empty.
func checkEmptyFlags(cmd *cobra.Command) (err error) {
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
