package engine

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

//go:embed parameters.yaml
var parametersFile []byte

// setting is the name of a tag's setting in Google Tag Manager's interface; see
// parameters.yaml.
type setting struct {
	Key    string   `yaml:"key"`
	Or     string   `yaml:"or"` // the key to read if Key has no value
	Name   string   `yaml:"name"`
	Rows   []string `yaml:"rows"`   // the columns of a table: a row's name, its value
	From   string   `yaml:"from"`   // the key of the table in a variable's settings
	Object bool     `yaml:"object"` // each key of the value is a row
	Hidden bool     `yaml:"hidden"`
}

// settingNames are the settings by tag type.
var settingNames = sync.OnceValue(func() map[string][]setting {
	var names map[string][]setting
	if err := yaml.Unmarshal(parametersFile, &names); err != nil {
		panic(err) // the file is embedded
	}
	return names
})

// maxSends bounds the parameters of one tag.
const maxSends = 1000

// sender lists what a tag sends for one message.
type sender struct {
	reader *variable.Reader
	tag    *gtm.Tag
	all    []gtm.Parameter
	named  map[string]bool // the names of rows that are already listed
	listed map[string]bool // keys of settings
}

// sends returns what a tag sends, as configured and as resolved for the reader's
// message.
func sends(reader *variable.Reader, tag *gtm.Tag) []gtm.Parameter {
	s := sender{reader: reader, tag: tag, named: map[string]bool{}, listed: map[string]bool{}}
	names := settingNames()[tag.Type]
	for _, n := range names {
		s.listed[n.Key], s.listed[n.Or] = true, true
		if !n.Hidden {
			s.setting(n)
		}
	}
	s.ecommerce()
	for _, f := range tag.Settings.Fields {
		if !s.listed[f.Name] && (names == nil || !off(f.Value)) {
			s.other(f.Name, f.Value)
		}
	}
	return s.all[:min(len(s.all), maxSends)]
}

// off reports whether a setting is empty, or a switch that is off.
func off(t gtm.Term) bool {
	return t.Kind == gtm.ConstantTerm && (t.Constant.Text == "false" || t.Constant.Text == "")
}

func (s *sender) setting(n setting) {
	value := s.tag.Settings.Get(n.Key)
	if empty(value) && n.Or != "" {
		value = s.ofOtherTag(s.tag.Settings.Get(n.Or))
	}
	if n.From != "" && value.Kind == gtm.VariableTerm {
		value = value.Variable.Settings.Get(n.From)
	}
	switch {
	case empty(value) || n.From != "" && value.Kind != gtm.ListTerm:
	case len(n.Rows) == 2:
		s.rows(n.Name, value.List, n.Rows)
	case n.Object:
		s.object(n.Name, value)
	case !off(value):
		s.add(n.Name, value)
	}
}

func empty(t gtm.Term) bool {
	return t.Kind == gtm.ConstantTerm && (t.Constant.Kind == datalayer.Undefined || t.Constant.Text == "" && t.Constant.Kind == datalayer.String)
}

// ofOtherTag returns the measurement ID of the configuration tag that an older GA4
// event tag refers to: by name in an export, by position in the published form.
func (s *sender) ofOtherTag(t gtm.Term) gtm.Term {
	if t.Kind != gtm.ConstantTerm {
		return t
	}
	for _, other := range s.tag.Container.Tags {
		byPlace := len(t.Constant.Items) == 2 && t.Constant.Items[0].Text == "tag" && t.Constant.Items[1].Text == fmt.Sprint(other.Index)
		if byPlace || t.Constant.Kind == datalayer.String && other.Name == t.Constant.Text {
			if id := other.Settings.Get("measurementId"); !empty(id) {
				return id
			}
			return other.Settings.Get("tagId")
		}
	}
	return t
}

// rows lists the rows of a table, without those whose name is already listed.
func (s *sender) rows(name string, rows []gtm.Term, columns []string) {
	for _, row := range rows {
		if len(s.all) >= maxSends {
			return
		}
		key := row.Get(columns[0])
		full := name + "." + s.text(key)
		if !s.named[full] {
			s.named[full] = true
			s.add(full, row.Get(columns[1]))
		}
	}
}

// text returns the value of a term; if that isn't known, the term as configured.
func (s *sender) text(t gtm.Term) string {
	if v := s.reader.Read(t); v.Known {
		if text, ok := v.Value.AsString(); ok {
			return text
		}
	}
	return t.String()
}

// object lists each key of the object that is the value of a term.
func (s *sender) object(name string, t gtm.Term) {
	v := s.reader.Read(t)
	if !v.Known || v.Value.Kind != datalayer.Object {
		s.add(name, t)
		return
	}
	for _, f := range v.Value.Fields {
		if len(s.all) >= maxSends {
			return
		}
		s.all = append(s.all, gtm.Parameter{Name: name + "." + f.Name, Written: t.String(), Value: f.Value, Known: true})
	}
}

// ecommerce lists what a GA4 event tag reads from the data layer's ecommerce key.
func (s *sender) ecommerce() {
	for _, v := range s.tag.Reads {
		if !v.Implicit {
			continue
		}
		r := s.reader.Variable(v)
		if !r.Known {
			s.all = append(s.all, gtm.Parameter{Name: "Ecommerce", Written: "ecommerce", Reason: r.Reason})
			continue
		}
		for _, f := range r.Value.Fields {
			if len(s.all) >= maxSends {
				return
			}
			s.all = append(s.all, gtm.Parameter{Name: "Ecommerce." + f.Name, Written: "ecommerce." + f.Name, Value: f.Value, Known: true})
		}
	}
}

// other lists a setting whose name in the interface isn't known here: tables of two
// columns by row, other lists by index.
func (s *sender) other(name string, t gtm.Term) {
	if t.Kind != gtm.ListTerm {
		s.add(name, t)
		return
	}
	for i, row := range t.List {
		switch {
		case len(s.all) >= maxSends:
			return
		case row.Kind != gtm.MapTerm:
			s.add(fmt.Sprintf("%s[%d]", name, i), row)
		case len(row.Fields) == 2:
			s.rows(name, []gtm.Term{row}, []string{row.Fields[0].Name, row.Fields[1].Name})
		default:
			for _, f := range row.Fields {
				s.add(fmt.Sprintf("%s[%d].%s", name, i, f.Name), f.Value)
			}
		}
	}
}

// add lists a parameter.
func (s *sender) add(name string, t gtm.Term) {
	v := s.reader.Read(t)
	p := gtm.Parameter{Name: name, Written: t.String(), Value: v.Value, Known: v.Known, Reason: v.Reason, Unresolved: v.Unresolved, Observed: v.Observed}
	if !v.Known {
		p.Value = datalayer.Value{}
		if t.Kind == gtm.TextTerm {
			p.Partial = s.partial(t.Text)
		}
	}
	s.all = append(s.all, p)
}

// partial joins the parts of a text: the values that are known, and the other parts as
// configured.
func (s *sender) partial(parts []gtm.Term) string {
	var text strings.Builder
	for _, part := range parts {
		piece := s.text(part)
		if v := s.reader.Read(part); v.Known && slices.Contains([]datalayer.Kind{datalayer.Undefined, datalayer.Null}, v.Value.Kind) {
			piece = ""
		}
		if text.Len()+len(piece) > variable.MaxSize {
			break
		}
		text.WriteString(piece)
	}
	return text.String()
}
