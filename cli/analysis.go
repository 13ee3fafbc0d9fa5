package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// analysisFlags say what messages are held against.
type analysisFlags struct {
	plans    []string
	triggers []string
}

func (f *analysisFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringSliceVar(&f.plans, "plan", []string{"widget"}, "tracking plans: names of built-in ones or `FILE`s")
	flags.StringArrayVar(&f.triggers, "trigger", nil, "a trigger as `'NAME=REGEX'`, in place of the plan's; again and again")
}

func (f *analysisFlags) analysis() (session.Analysis, error) {
	plans, err := f.loadPlans()
	if err != nil {
		return session.Analysis{}, err
	}
	patterns, err := f.patterns(plans)
	if err != nil {
		return session.Analysis{}, err
	}
	container, err := gtm.Patterns(patterns...)
	if err != nil {
		return session.Analysis{}, err
	}
	return session.Analysis{Rules: rules.NewChecker(plans...), GTM: gtm.NewEngine(container)}, nil
}

func (f *analysisFlags) loadPlans() ([]*rules.Plan, error) {
	var plans []*rules.Plan
	for _, name := range f.plans {
		plan, err := rules.Load(name, readFile)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// patterns are the user's triggers, or the plans' where there are none.
func (f *analysisFlags) patterns(plans []*rules.Plan) ([]gtm.Pattern, error) {
	var patterns []gtm.Pattern
	for _, trigger := range f.triggers {
		name, regexp, ok := strings.Cut(trigger, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("reading --trigger %q: it has the form 'NAME=REGEX', for example 'Clicks=_clicked$'", trigger)
		}
		patterns = append(patterns, gtm.Pattern{Name: name, Regexp: regexp})
	}
	if len(patterns) > 0 {
		return patterns, nil
	}
	for _, plan := range plans {
		patterns = append(patterns, plan.Triggers...)
	}
	return patterns, nil
}

// readFile is os.ReadFile with an error that does not repeat the name.
func readFile(name string) ([]byte, error) {
	data, err := os.ReadFile(name)
	var path *os.PathError
	if errors.As(err, &path) {
		return nil, path.Err
	}
	return data, err
}
