package session_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// The consent state at each message and each hit equals Google's.
func TestConsentSequences(t *testing.T) {
	text, err := os.ReadFile("testdata/consent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var sequences []struct {
		Name   string       `yaml:"name"`
		Lines  []string     `yaml:"lines"`
		States []string     `yaml:"states"`
		Codes  []rules.Code `yaml:"codes"`
	}
	if err := yaml.Load(text, &sequences, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	if len(sequences) < 25 {
		t.Fatalf("there are %d sequences", len(sequences))
	}
	for _, sequence := range sequences {
		t.Run(sequence.Name, func(t *testing.T) {
			s := runLines(t, "plan: none\nevents: {}\n", sequence.Lines)
			if got := consentStates(s); !slices.Equal(got, sequence.States) {
				t.Errorf("got  %q\nwant %q", got, sequence.States)
			}
			var got []rules.Code
			for _, f := range findingsOf(t, "plan: none\nevents: {}\n", sequence.Lines) {
				if strings.HasPrefix(string(f.Code), "consent-") || f.Code == rules.IgnoredCommand {
					got = append(got, f.Code)
				}
			}
			slices.Sort(got)
			if got = slices.Compact(got); len(sequence.Codes) > 0 && !slices.Equal(got, sequence.Codes) {
				t.Errorf("found %v, want %v", got, sequence.Codes)
			}
		})
	}
}

// consentStates returns the states at the messages and hits of a session.
func consentStates(s session.Snapshot) []string {
	var all []string
	last := ""
	for i := range s.Len() {
		switch s.Entry(i).(type) {
		case *datalayer.Page:
			// a page that only changed its URL keeps its state, which the next message
			// shows
		case *datalayer.Push:
			why, _ := s.Explain(i)
			last = consentText(why.State.Consent)
			all = append(all, last)
		case *datalayer.Hit:
			all = append(all, last)
		}
	}
	return all
}

func consentText(types []gtm.Consent) string {
	short := strings.NewReplacer("ad_storage", "ad", "ad_user_data", "user", "ad_personalization", "personal", "analytics_storage", "analytics")
	letters := map[string]string{"granted": "G", "denied": "D", "unknown": "?"}
	var all []string
	for _, c := range types {
		text := short.Replace(c.Type) + " " + letters[c.Effective]
		switch {
		case c.DefaultBy > 0:
			text += fmt.Sprintf(" by %d", c.DefaultBy)
		case c.UpdateBy > 0:
			text += " by -"
		}
		if c.UpdateBy > 0 {
			text += fmt.Sprintf(" %d", c.UpdateBy)
		}
		if c.Wait > 0 {
			text += fmt.Sprintf(" wait %d", c.Wait)
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}
