package current

import (
	"layertap/rules"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// Suggestion is a finding with the names that were probably meant.
type Suggestion struct{ rules.Finding }

// Suggest returns a suggestion from candidates, nearest first, with those that are as
// near as the first.
func Suggest(near []spelling.Candidate) Suggestion {
	s := Suggestion{rules.Finding{Suggestion: near[0].Name}}
	for _, other := range near[1:] {
		if other.Cost-near[0].Cost <= spelling.EquallyNear && len(s.Also) < spelling.MaxEqual-1 {
			s.Also = append(s.Also, other.Name)
		}
	}
	return s
}

// Form returns the case of the code's texts: "several" if there are several names.
func (s Suggestion) Form() string {
	if len(s.Also) > 0 {
		return "several"
	}
	return "plain"
}

// All returns the names for a sentence.
func (s Suggestion) All() string {
	names := []string{words.Quote(s.Suggestion)}
	for _, name := range s.Also {
		names = append(names, words.Quote(name))
	}
	return rules.OneOf(names)
}
