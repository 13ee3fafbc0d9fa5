package cli

import (
	"fmt"
	"maps"
	"strings"

	"github.com/spf13/cobra"

	"layertap/cli/files"
	"layertap/cli/userdata"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/accept"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/session"
)

// loadPlan reads a plan by name; tests replace it.
var loadPlan = plan.Load

// analysisFlags are the flags that name what messages are checked against.
type analysisFlags struct {
	plans      []string
	triggers   []string
	containers []string

	loaded    []*plan.Plan      // the plans named, after loadPlans
	given     []*gtm.Container  // the containers named, after analysis
	endpoints map[string]string // those of the plans, after loadPlans
	accepted  *userdata.Accepted
	named     func() bool // reports whether the user named the plans
}

func (f *analysisFlags) add(cmd *cobra.Command) {
	f.addPlan(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.triggers, "trigger", nil, "use the trigger `'NAME=REGEX'` instead of the plan's (repeatable)")
	flags.StringArrayVar(&f.containers, "container", nil,
		"a GTM container `FILE`: an admin export, or a saved gtm.js (repeatable)")
}

func (f *analysisFlags) addPlan(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&f.plans, "plan", []string{"widget"}, "the tracking plans: built-in names or `FILE`s; none for no plan")
	f.named = func() bool { return cmd.Flags().Changed("plan") }
	completes(cmd, "plan", completePlan)
}

// analysis reads everything named, for one session.
func (f *analysisFlags) analysis() (session.Analysis, error) {
	analysis, err := f.load()
	if err != nil {
		return session.Analysis{}, err
	}
	return analysis(), nil
}

// load reads everything named. The function that it returns makes the analysis of a
// session and is safe for concurrent use.
func (f *analysisFlags) load() (func() session.Analysis, error) {
	plans, err := f.loadPlans()
	if err != nil {
		return nil, err
	}
	containers, err := f.loadContainers(plans)
	if err != nil {
		return nil, err
	}
	if err := f.readAccepted(plans); err != nil {
		return nil, err
	}
	prepared, shared := check.Prepare(plans...), engine.Share(containers...)
	accepted, isDefault := f.accepted.List(), f.named != nil && !f.named() && len(plans) == 1
	return func() session.Analysis {
		checker := prepared.New()
		if isDefault {
			checker.StepBack(plans[0])
		}
		return session.Analysis{Rules: checker, GTM: shared.New(), Accepted: accepted}
	}, nil
}

// readAccepted reads the exceptions of the user and of the plans.
func (f *analysisFlags) readAccepted(plans []*plan.Plan) (err error) {
	var planned accept.List
	for _, p := range plans {
		planned = append(planned, p.Accept...)
	}
	f.accepted, err = userdata.ReadAccepted(userdata.AcceptedFile(), planned)
	return err
}

// noPlan is the name for using no plan.
const noPlan = "none"

func (f *analysisFlags) loadPlans() ([]*plan.Plan, error) {
	var plans []*plan.Plan
	f.endpoints = map[string]string{}
	for _, name := range f.plans {
		if name == noPlan {
			continue
		}
		plan, err := loadPlan(name, files.Read)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
		maps.Copy(f.endpoints, plan.Endpoints)
	}
	f.loaded = plans
	return plans, nil
}

// loadContainers reads the containers that the user named. The triggers that the user
// named make up an additional one; without either, the triggers that the plans suggest
// replace a container until one is found.
func (f *analysisFlags) loadContainers(plans []*plan.Plan) ([]*gtm.Container, error) {
	own, err := f.ownTriggers(plans)
	if err != nil {
		return nil, err
	}
	f.given = nil
	for _, path := range f.containers {
		container, err := readContainer(path)
		if err != nil {
			return nil, err
		}
		f.given = append(f.given, container)
	}
	return append([]*gtm.Container{own}, f.given...), nil
}

func (f *analysisFlags) ownTriggers(plans []*plan.Plan) (*gtm.Container, error) {
	var patterns []gtm.Pattern
	for _, trigger := range f.triggers {
		name, regexp, ok := strings.Cut(trigger, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("invalid --trigger %q: must have the form 'NAME=REGEX', such as 'Clicks=_clicked$'", trigger)
		}
		patterns = append(patterns, gtm.Pattern{Name: name, Regexp: regexp})
	}
	if len(patterns) > 0 {
		return gtm.Patterns(patterns...)
	}
	for _, plan := range plans {
		patterns = append(patterns, plan.Triggers...)
	}
	return gtm.Suggested(patterns...)
}
