package session_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/report"
	"layertap/rules"
	"layertap/session"
	"layertap/ui"
)

// The screen and the JSON of a check agree on the consent state at each message of each
// sequence: the default, the update and the effective state of each type, and which
// messages set them. Both reports agree with them on the state after each command.
func TestConsentForEveryReader(t *testing.T) {
	text, err := os.ReadFile("testdata/consent.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var sequences []struct {
		Name  string   `yaml:"name"`
		Lines []string `yaml:"lines"`
	}
	if err := yaml.Load(text, &sequences); err != nil {
		t.Fatal(err)
	}
	messages, commands := 0, 0
	for _, sequence := range sequences {
		t.Run(sequence.Name, func(t *testing.T) {
			s := runLines(t, "plan: none\nevents: {}\n", sequence.Lines)
			inCheck := checkedConsent(t, s)
			onScreen := screenConsent(t, s)
			for seq, want := range inCheck {
				if got := onScreen[seq]; !maps.Equal(got, want) {
					t.Errorf("message %d: the check says %v, and the screen %v", seq, want, got)
				}
			}
			want := map[int]map[string]string{}
			for _, seq := range consentCommands(s) {
				want[seq] = map[string]string{}
				for name, c := range inCheck[seq] {
					want[seq][name] = c.effective
				}
			}
			if got := markdownConsent(t, s); !cmp.Equal(got, want) {
				t.Errorf("the check says %v, and the Markdown report %v", want, got)
			}
			if got := documentConsent(t, s); !cmp.Equal(got, want) {
				t.Errorf("the check says %v, and the HTML report %v", want, got)
			}
			messages, commands = messages+len(inCheck), commands+len(want)
		})
	}
	if messages < 60 || commands < 40 {
		t.Errorf("the readers were compared at %d messages and %d commands only", messages, commands)
	}
}

// consentRow is the state of a consent type as one of them shows it.
type consentRow struct {
	byDefault, byUpdate, effective string
	defaultBy, updateBy            int // messages; 0 if there is none
}

// checkedConsent returns the state by message in the output of `check --state --format
// json`.
func checkedConsent(t *testing.T, s session.Snapshot) map[int]map[string]consentRow {
	t.Helper()
	var out bytes.Buffer
	f := report.File{Name: "x", Session: s, Line: func(int) int { return 1 }}
	if _, err := (report.Check{FailOn: rules.Off, All: true, State: true, Files: report.Of(f)}).JSON(&out); err != nil {
		t.Fatal(err)
	}
	var check struct {
		Files []struct {
			Messages []struct {
				Seq     int
				Consent map[string]struct {
					Default, Update, Effective string
					DefaultBy, UpdateBy        int
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &check); err != nil {
		t.Fatal(err)
	}
	all := map[int]map[string]consentRow{}
	for _, m := range check.Files[0].Messages {
		all[m.Seq] = map[string]consentRow{}
		for name, c := range m.Consent {
			all[m.Seq][name] = consentRow{c.Default, c.Update, c.Effective, c.DefaultBy, c.UpdateBy}
		}
	}
	return all
}

// consentCommands returns the messages that are consent commands.
func consentCommands(s session.Snapshot) []int {
	var all []int
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok && push.Kind == datalayer.KindGtag && push.Read().Effect.Consent != nil {
			all = append(all, push.Seq)
		}
	}
	return all
}

var reportedCommand = regexp.MustCompile(`(?m)^- \S+ #(\d+) (?:default|update): .*?; then ([^;\n]*)`)

// markdownConsent returns the state after each consent command in the Markdown report.
func markdownConsent(t *testing.T, s session.Snapshot) map[int]map[string]string {
	t.Helper()
	var out bytes.Buffer
	f := report.File{Name: "x", Session: s, Line: func(int) int { return 1 }}
	if _, err := (report.Check{FailOn: rules.Off, Files: report.Of(f)}).Markdown(&out); err != nil {
		t.Fatal(err)
	}
	all := map[int]map[string]string{}
	for _, m := range reportedCommand.FindAllStringSubmatch(strings.ReplaceAll(out.String(), `\`, ""), -1) {
		seq, _ := strconv.Atoi(m[1])
		all[seq] = map[string]string{}
		for state := range strings.SplitSeq(m[2], ", ") {
			if name, effective, ok := strings.Cut(state, " "); ok {
				all[seq][name] = effective
			}
		}
	}
	return all
}

var (
	documentCommand = regexp.MustCompile(`(?s)>#(\d+)</(?:a|span)></td>.*?<td>(.*?)</td>.*?<td>(.*?)</td>`)
	documentState   = regexp.MustCompile(`<div><span class="mono">(.*?)</span> (\w+)</div>`)
)

// documentConsent returns the state after each consent command in the HTML report.
func documentConsent(t *testing.T, s session.Snapshot) map[int]map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := report.HTML(&out, "layertap", report.File{Name: "x", Session: s, Line: func(int) int { return 1 }}, true); err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(out.String(), `<section id="consent">`)
	section, _, _ = strings.Cut(section, "</table>") // the commands are in the first
	all := map[int]map[string]string{}
	for row := range strings.SplitSeq(section, "<tr>") {
		m := documentCommand.FindStringSubmatch(row)
		if m == nil {
			continue
		}
		seq, _ := strconv.Atoi(m[1])
		all[seq] = map[string]string{}
		for _, state := range documentState.FindAllStringSubmatch(m[3], -1) {
			all[seq][html.UnescapeString(state[1])] = state[2]
		}
	}
	return all
}

var consentOnScreen = regexp.MustCompile(`(?m)^[ ▸›]*(\w+) +(?:(granted|denied)(?: #(\d+))?|–) +(?:(granted|denied)(?: #(\d+))?|–) +(granted|denied|unknown)\b`)

// screenConsent returns the state that the view Consent shows for each message.
func screenConsent(t *testing.T, s session.Snapshot) map[int]map[string]consentRow {
	t.Helper()
	screen := newTerminal(t, s)
	screen.press("g", "c")
	all := map[int]map[string]consentRow{}
	for range s.Counts.Messages {
		text := screen.text()
		m := regexp.MustCompile(`(?m)^▸ +(\d+) `).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("the cursor is on no message:\n%s", text)
		}
		seq, _ := strconv.Atoi(m[1])
		all[seq] = map[string]consentRow{}
		for _, c := range consentOnScreen.FindAllStringSubmatch(text, -1) {
			row := consentRow{byDefault: c[2], byUpdate: c[4], effective: c[6]}
			row.defaultBy, _ = strconv.Atoi(c[3])
			row.updateBy, _ = strconv.Atoi(c[5])
			all[seq][c[1]] = row
		}
		screen.press("j")
		for range s.Len() { // skip entries that aren't messages
			if strings.Contains(screen.text(), "[Consent]") {
				break
			}
			screen.press("j")
		}
	}
	return all
}

// terminal is the screen of a session, controlled by keys.
type terminal struct{ model tea.Model }

func newTerminal(t *testing.T, s session.Snapshot) *terminal {
	t.Helper()
	s.Attachment.Phase = datalayer.Over
	m := ui.New(ui.Options{File: "x.session.jsonl", Reaction: func() {}, Wait: func(version uint64) (session.Snapshot, bool) {
		return s, s.Version > version
	}})
	screen := &terminal{m}
	screen.run(m.Init())
	screen.send(tea.WindowSizeMsg{Width: 120, Height: 60})
	screen.press("z") // show Google Tag Manager's own messages too
	return screen
}

func (s *terminal) run(cmd tea.Cmd) {
	if cmd != nil {
		s.send(cmd())
	}
}

func (s *terminal) send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
	default:
		var cmd tea.Cmd
		s.model, cmd = s.model.Update(msg)
		s.run(cmd)
	}
}

func (s *terminal) press(keys ...string) {
	for _, key := range keys {
		s.send(tea.KeyPressMsg{Code: []rune(key)[0], Text: key})
	}
}

func (s *terminal) text() string { return ansi.Strip(fmt.Sprint(s.model.View().Content)) }
