package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"layertap/internal/spool"
	"layertap/rules"
	"layertap/visible"
)

// The supported parts of SARIF 2.1.0
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               rules.Code `json:"id"`
	ShortDescription sarifText  `json:"shortDescription"`
	FullDescription  sarifText  `json:"fullDescription"`
	Help             sarifText  `json:"help"`
	Default          struct {
		Level string `json:"level"`
	} `json:"defaultConfiguration"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

// sarifInvocation reports that the check ran, and what is missing in the files.
type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifResult struct {
	RuleID       rules.Code        `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact struct {
		URI string `json:"uri"`
	} `json:"artifactLocation"`
	Region struct {
		StartLine int `json:"startLine"`
	} `json:"region"`
}

type sarifLogical struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

// levels are SARIF's names of the severities.
var levels = map[rules.Severity]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "note"}

// SARIF writes the check for tools that show the results of static analysis. The location
// of a result is the line of its message in the session file.
func (c Check) SARIF(w io.Writer) (failed bool, err error) {
	run := sarifRun{Results: []sarifResult{}, ColumnKind: "unicodeCodePoints"}
	name, version, _ := strings.Cut(c.Tool, " ")
	run.Tool.Driver = sarifDriver{Name: name, Version: version, Rules: sarifRules()}
	invocation := sarifInvocation{Successful: true, Notifications: []sarifNotification{}}
	var results spool.Spool
	failed, err = c.each(func(f File) error {
		for r := range f.remarks() {
			at := []sarifLocation{sarifLocationOf(f, r)}
			if r.doubt != "" {
				invocation.Notifications = append(invocation.Notifications, sarifNotification{"warning", sarifText{Text: visible.Text(r.doubt)}, at})
			}
			for _, finding := range r.findings {
				if err := item(&results, sarifResultOf(finding, r, at)); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return failed, err
	}
	run.Invocations = []sarifInvocation{invocation}
	log, err := marshal(sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0", Runs: []sarifRun{run},
	})
	if err != nil {
		return failed, err
	}
	before, after, _ := strings.Cut(string(log), `"results":[]`) // strings in the JSON have escaped quotes
	return failed, put(w, before, `"results":[`, &results, "]", after, "\n")
}

func sarifRules() []sarifRule {
	var all []sarifRule
	for _, code := range rules.Codes() {
		e, _ := rules.Explain(code)
		rule := sarifRule{
			ID:               code,
			ShortDescription: sarifText{Text: e.Title},
			FullDescription:  sarifText{Text: strings.TrimSpace(e.Means)},
			Help: sarifText{
				Text:     strings.Join([]string{strings.TrimSpace(e.Matters), strings.TrimSpace(e.Fix)}, "\n\n"),
				Markdown: fmt.Sprintf("%s\n\n**Fix:** %s\n%s", strings.TrimSpace(e.Matters), strings.TrimSpace(e.Fix), fenced(e.Example)),
			},
		}
		rule.Default.Level = levels[e.Severity]
		all = append(all, rule)
	}
	return all
}

// fenced is an example as a Markdown code block; empty for none.
func fenced(example string) string {
	if example == "" {
		return ""
	}
	return "\n```js\n" + strings.TrimRight(example, "\n") + "\n```\n"
}

func sarifResultOf(f rules.Finding, r remark, at []sarifLocation) sarifResult {
	return sarifResult{
		RuleID: f.Code, RuleIndex: slices.Index(rules.Codes(), f.Code), Level: levels[f.Severity],
		Message: sarifText{Text: visible.Text(advice(f))}, Locations: at,
		Fingerprints: map[string]string{"eventAndPath/v1": fingerprint(f, r)},
	}
}

// fingerprint is equal for the same fault in different recordings.
func fingerprint(f rules.Finding, r remark) string {
	about, where := "", "/"
	if r.push != nil {
		about, where = r.push.Title(), r.page.Path()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(f.Code), about, f.Path, f.Suggestion, where}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

func sarifLocationOf(f File, r remark) sarifLocation {
	var at sarifLocation
	at.Physical.Artifact.URI = fileURI(f.Name)
	at.Physical.Region.StartLine = r.line
	if r.push != nil {
		at.Logical = []sarifLogical{{visible.Text(r.push.Title()), "event"}}
	}
	return at
}

// fileURI returns a file's name as a URI reference, relative if the name is.
func fileURI(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	u := url.URL{Path: name}
	if path.IsAbs(name) {
		u.Scheme = "file"
	}
	return u.String()
}
