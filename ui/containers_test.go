package ui_test

import (
	"errors"
	"fmt"
	"testing"

	"layertap/container/audit"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/plan/plantest"
	"layertap/ui"
)

// auditing lets a story check containers, as the command line does, and collects the
// exports.
func auditing(t *testing.T, exported *[]string) func(*ui.Options) {
	return func(o *ui.Options) {
		o.Containers.Check = func(c *gtm.Container, planned bool) ([]rules.Finding, error) {
			var plans []*plan.Plan
			if planned {
				plans = append(plans, plantest.Widget(t))
			}
			return audit.Check(t.Context(), c, plans...)
		}
		o.Containers.Export = func(kind, name string, containers []*gtm.Container) (string, error) {
			*exported = append(*exported, fmt.Sprintf("%s %s %d", kind, name, len(containers)))
			return "gtm-" + kind + "-" + name + ".json", nil
		}
	}
}

// A container's findings are shown with the triggers, variables and tags that they are
// about: counted in the row, and explained beside it or on Enter.
func TestContainerFindings(t *testing.T) {
	for _, size := range append(sizes, [2]int{200, 60}) {
		var exported []string
		s := beginAnalysis(t, planOnly(t), size[0], size[1], auditing(t, &exported)).tour()
		s.keys("3").idle().golden("audited-triggers")
		s.keys("4").idle().golden("audited-variables")
		s.keys("8").idle().golden("audited-tags")
	}
}

// The rows of tags and triggers count their findings, the worst first.
func TestCountedContainerFindings(t *testing.T) {
	found := func(o *ui.Options) {
		o.Containers.Check = func(*gtm.Container, bool) ([]rules.Finding, error) {
			return []rules.Finding{
				{Code: rules.InvalidID, Severity: rules.Error, Path: "tags.GA4 - chat", Message: "The ID of \"GA4 - chat\" is a placeholder.", Fix: "Set it."},
				{Code: rules.PausedTag, Severity: rules.Info, Path: "tags.GA4 - chat", Message: "\"GA4 - chat\" is paused.", Fix: "Resume it."},
				{Code: rules.PatternMatchesAll, Severity: rules.Warning, Path: "triggers.Chat", Message: "\"Chat\" matches every event.", Fix: "Narrow it."},
				{Code: rules.UnknownVariable, Severity: rules.Error, Path: "variables.DLV - gone", Message: "\"DLV - gone\" doesn't exist."},
				{Code: rules.ContainerSize, Severity: rules.Warning, Message: "The container has 180 KB."},
			}, nil
		}
	}
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := beginAnalysis(t, planOnly(t), size[0], size[1], found).tour()
		s.keys("8").idle().sees("✗2", "The container has 180 KB.").keys("/").types("GA4 - chat").keys("enter").golden("counted-tags")
		s.keys("3").idle().sees("▲1").misses("DLV - gone").keys("/").types("Chat").keys("enter").golden("counted-triggers")
		if size[0] == 80 {
			s.keys("enter").golden("counted-trigger-row")
		}
		s.keys("4").idle().sees("\"DLV - gone\" doesn't exist.")
	}
}

// A key exports what is missing for the row under the cursor, and the name of the file is
// shown.
func TestExportMissing(t *testing.T) {
	var exported []string
	s := beginAnalysis(t, planOnly(t), 80, 24, auditing(t, &exported)).tour()
	s.keys("4").idle().keys("/").types("link_text").keys("enter").sees("x export").keys("x").
		sees("saved gtm-variable-link_text.json: import it into GTM with Merge")
	s.keys("3").idle().keys("/").types("view_item").keys("enter", "x").sees("saved gtm-trigger-view_item.json")
	s.keys("/").types("widget_closed").keys("enter").sees("no trigger matches").keys("x").sees("saved gtm-trigger-widget_closed.json")
	s.keys("g", "j").misses("x export").keys("x").sees("no variable or trigger is missing in this row")
	if got := fmt.Sprint(exported); got != "[variable link_text 1 trigger view_item 1 trigger widget_closed 1]" {
		t.Errorf("exported %s", got)
	}
}

// A finding about the container is accepted like any other, and is no longer listed then.
func TestAcceptAContainerFinding(t *testing.T) {
	var exported []string
	var s *story
	s = beginAnalysis(t, planOnly(t), 160, 50, auditing(t, &exported), accepting(&s)).tour()
	s.keys("3").idle().keys("/").types("widget_closed").keys("enter", "i", "a").sees("accepted ").keys("3").misses("widget_closed")
}

// Without functions to check and export, the screens work as before.
func TestNoContainerCheck(t *testing.T) {
	s := beginAnalysis(t, planOnly(t), 80, 24).tour()
	s.keys("4").idle().misses("the plan's parameters").keys("x").sees("parts of containers can't be exported here")
	failing := func(o *ui.Options) {
		o.Containers.Check = func(*gtm.Container, bool) ([]rules.Finding, error) {
			return nil, errors.New("checking the container: out of time")
		}
		o.Containers.Export = func(string, string, []*gtm.Container) (string, error) {
			return "", errors.New("exporting: permission denied")
		}
	}
	s = beginAnalysis(t, planOnly(t), 80, 24, failing).tour()
	s.keys("4").idle().sees("✗ checking the container: out of time").keys("esc", "/").types("link_text").keys("enter", "x").sees("✗ exporting: permission denied")
}

// A page without a container shows its Google tag, with the settings on the Health screen.
func TestGoogleTagOnTheScreen(t *testing.T) {
	tag := &datalayer.GoogleTag{ID: "G-ABC1234567", Layer: "dataLayer", Resource: []byte(`{"version":"1","macros":[{"function":"__e"}],
		"tags":[{"function":"__ccd_em_scroll","vtp_instanceDestinationId":"G-ABC1234567"},{"function":"__rep","vtp_containerId":"AW-123456789"}],
		"predicates":[],"rules":[]}`)}
	s := begin(t, 100, 40).visit()
	s.misses("G-ABC1234567").entries(tag).sees("shop.example/p/3  G-ABC1234567")
	s.keys("6").sees("Google tags", "✓ G-ABC1234567  uses dataLayer", "Enhanced measurement: scrolls", "Linked destination: AW-123456789")
}
