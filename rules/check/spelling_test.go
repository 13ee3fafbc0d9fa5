package check_test

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"layertap/rules"
	"layertap/rules/plan"
)

// slips are the kinds of misspelling. Each function returns all misspellings of its
// kind.
var slips = map[string]func(name string) []string{
	"a letter dropped": func(name string) []string {
		return eachLetter(name, func(i int) string { return name[:i] + name[i+1:] })
	},
	"a letter doubled": func(name string) []string {
		return eachLetter(name, func(i int) string { return name[:i+1] + name[i:] })
	},
	"two letters swapped": func(name string) []string {
		return eachLetter(name, func(i int) string {
			if i+1 == len(name) || name[i+1] == '_' {
				return name
			}
			return name[:i] + name[i+1:i+2] + name[i:i+1] + name[i+2:]
		})
	},
	"a neighbouring key": func(name string) []string {
		return eachLetter(name, func(i int) string { return name[:i] + string(neighbour[name[i]]) + name[i+1:] })
	},
	"another case": func(name string) []string {
		return []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], titled(name, "_")}
	},
	"other separators": func(name string) []string {
		if !strings.Contains(name, "_") {
			return nil
		}
		camel := titled(name, "")
		return []string{camel, strings.ToLower(camel[:1]) + camel[1:], titled(name, " "),
			strings.ReplaceAll(name, "_", "-"), strings.ReplaceAll(name, "_", " "), strings.ReplaceAll(name, "_", ""),
			strings.ReplaceAll(name, "_", "."), strings.Replace(name, "_", "", 1), strings.Replace(name, "_", "__", 1)}
	},
	"another ending": func(name string) []string {
		switch {
		case strings.HasSuffix(name, "ed"):
			return []string{name[:len(name)-2], name[:len(name)-2] + "ing", name[:len(name)-2] + "es"}
		case strings.HasSuffix(name, "s"):
			return []string{name[:len(name)-1]}
		}
		return []string{name + "s"}
	},
}

// neighbour is the key to the right of each on the keyboard; for the last one, to the
// left.
var neighbour = func() map[byte]byte {
	to := map[byte]byte{}
	for _, row := range []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		for i := range row {
			to[row[i]] = row[max(min(i+1, len(row)-1), 0)]
		}
		to[row[len(row)-1]] = row[len(row)-2]
	}
	return to
}()

func eachLetter(name string, change func(i int) string) []string {
	var changed []string
	for i := range name {
		if name[i] != '_' {
			changed = append(changed, change(i))
		}
	}
	return changed
}

func titled(name, separator string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, separator)
}

// misspelling is a wrong name and the right one.
type misspelling struct{ wrong, right, how string }

// misspellings returns the misspellings of names of every kind, and those in the lists
// of words that people have misspelled. Misspellings that are themselves right names
// are left out.
func misspellings(t testing.TB, names []string) []misspelling {
	t.Helper()
	var all []misspelling
	seen := map[string]bool{}
	add := func(wrong, right, how string) {
		if !slices.Contains(names, wrong) && !seen[wrong+right] {
			seen[wrong+right] = true
			all = append(all, misspelling{wrong, right, how})
		}
	}
	for _, name := range names {
		for how, slip := range slips {
			for _, wrong := range slip(name) {
				add(wrong, name, how)
			}
		}
		for _, words := range lines(t, "testdata/misspellings.txt") {
			wrong, right, _ := strings.Cut(words, " ")
			for i, part := range strings.Split(name, "_") {
				if part == right {
					parts := strings.Split(name, "_")
					parts[i] = wrong
					add(strings.Join(parts, "_"), name, "as people did")
				}
			}
		}
	}
	return all
}

// lines returns the lines of a file, without comments and empty lines.
func lines(t testing.TB, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			all = append(all, line)
		}
	}
	return all
}

// score counts the results for a table of misspellings.
type score struct{ all, flagged, right int }

func (s score) check(t *testing.T) {
	t.Helper()
	t.Logf("%d misspellings: %.2f%% flagged, %.2f%% with the right first suggestion",
		s.all, 100*float64(s.flagged)/float64(s.all), 100*float64(s.right)/float64(s.all))
	if s.all < 500 || s.flagged*100 < s.all*99 || s.right*100 < s.all*98 {
		t.Errorf("want at least 500 misspellings, 99%% of them flagged and 98%% with the right first suggestion")
	}
}

func TestMisspelledEvents(t *testing.T) {
	plan := widget(t)
	var names []string
	for _, e := range plan.Events {
		names = append(names, e.Name)
	}
	var s score
	b := newBench(t, plan)
	for _, m := range misspellings(t, names) {
		found := b.push(fmt.Sprintf(`{"event":%q,"widget_platform":"web"}`, m.wrong))
		s.all++
		s.count(t, m, found, rules.MisspelledEvent)
	}
	s.check(t)
}

func (s *score) count(t *testing.T, m misspelling, found []rules.Finding, code rules.Code) {
	t.Helper()
	at := slices.IndexFunc(found, func(f rules.Finding) bool { return f.Code == code })
	switch {
	case at < 0:
		t.Logf("%s for %s (%s): not flagged", m.wrong, m.right, m.how)
		return
	case found[at].Suggestion != m.right:
		t.Logf("%s for %s (%s): suggested %s", m.wrong, m.right, m.how, found[at].Suggestion)
	default:
		s.right++
	}
	s.flagged++
}

func TestMisspelledParameters(t *testing.T) {
	plan := widget(t)
	var s score
	for _, e := range plan.Events {
		var names []string
		for _, p := range e.Parameters {
			names = append(names, p.Name)
		}
		b := newBench(t, plan)
		for _, m := range misspellings(t, names) {
			message := fmt.Sprintf(`{"event":%q,%q:"x"`, e.Name, m.wrong)
			for _, name := range names {
				if name != m.right {
					message += fmt.Sprintf(`,%q:"x"`, name)
				}
			}
			found := b.push(message + "}")
			s.all++
			s.count(t, m, found, rules.MisspelledParameter)
			if has(found, rules.MisspelledParameter) && has(found, rules.MissingParameter) {
				t.Errorf("%s in %s: missing as well: %v", m.wrong, e.Name, codes(found))
			}
		}
	}
	s.check(t)
}

func has(found []rules.Finding, code rules.Code) bool {
	return slices.ContainsFunc(found, func(f rules.Finding) bool { return f.Code == code })
}

func TestRightNamesAreNotMisspelled(t *testing.T) {
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	for name, plans := range map[string][]*plan.Plan{"widget": {widget(t)}, "widget and ga4": {widget(t), ga4}} {
		t.Run(name, func(t *testing.T) {
			count := 0
			for _, line := range lines(t, "testdata/rightnames.txt") {
				kind, name, _ := strings.Cut(line, " ")
				count++
				message := fmt.Sprintf(`{"event":%q}`, name)
				if kind == "parameter" { // alone, so that it can be taken for the missing parameter
					message = fmt.Sprintf(`{"event":"widget_feedback_submitted",%q:"x"}`, name)
				}
				for _, plan := range []string{message, strings.Replace(message, "widget_feedback_submitted", "widget_chat_clicked", 1)} {
					for _, f := range newBench(t, plans...).push(plan) {
						if f.Code == rules.MisspelledEvent || f.Code == rules.MisspelledParameter {
							t.Errorf("%s: %s", line, f.Message)
						}
					}
				}
			}
			if count < 400 {
				t.Errorf("%d names, want at least 400", count)
			}
		})
	}
}
