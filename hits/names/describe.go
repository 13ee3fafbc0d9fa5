package names

import (
	"strconv"
	"strings"

	"layertap/datalayer"
)

// description is a hit's groups while its parameters are being assigned to them.
type description struct {
	vendor *vendor
	groups [Protocol + 1]Group
	rows   int
}

// add adds a parameter, or the contents of its object.
func (d *description) add(wire string, v datalayer.Value) {
	if d.rows >= maxRows || d.addItems(wire, v) {
		return
	}
	name, kind, named := d.vendor.name(wire)
	if v.Kind == datalayer.Object && len(v.Fields) > 0 && (!named || d.namesWithin(wire, v)) {
		for _, f := range v.Fields {
			d.add(wire+"."+f.Name, f.Value)
		}
		return
	}
	d.row(kind, Row{Wire: wire, Name: name, Value: v, Words: d.vendor.words(wire, v.Text)})
	d.decode(kind, wire, v.Text)
}

// namesWithin reports whether something in an object has its own name.
func (d *description) namesWithin(wire string, v datalayer.Value) bool {
	for _, f := range v.Fields {
		if _, _, ok := d.vendor.name(wire + "." + f.Name); ok {
			return true
		}
	}
	return false
}

func (d *description) row(kind Kind, r Row) {
	d.rows++
	d.groups[kind].Rows = append(d.groups[kind].Rows, r)
}

// decode adds a row for each part of a value that has several meanings.
func (d *description) decode(kind Kind, wire, text string) {
	for _, c := range d.vendor.Codes {
		if c.Parameter != wire {
			continue
		}
		m := c.Like.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		for i, part := range c.Parts {
			letter := m[i+1]
			words, ok := c.Words[letter]
			if !ok {
				words = "not known: " + letter
			}
			d.row(kind, Row{Wire: wire, Name: part, Value: datalayer.StringOf(letter), Words: words})
		}
	}
}

// addItems adds the items in a parameter, and reports whether it has any.
func (d *description) addItems(wire string, v datalayer.Value) bool {
	of := d.vendor.Items
	if of.Parameters.Regexp != nil && of.Parameters.MatchString(wire) && v.Kind == datalayer.String {
		d.item(of.coded(wire, v.Text))
		return true
	}
	for _, from := range of.From {
		if from != wire {
			continue
		}
		if v.Kind == datalayer.String {
			read, err := datalayer.Decode([]byte(v.Text))
			if err != nil {
				return false
			}
			v = read
		}
		if v.Kind != datalayer.Array || len(v.Items) == 0 {
			return false
		}
		for i, item := range v.Items {
			if d.rows < maxRows {
				d.item(of.rows(wire+"["+strconv.Itoa(i)+"]", item))
			}
		}
		return true
	}
	return false
}

func (d *description) item(rows []Row) {
	if len(rows) == 0 {
		return
	}
	d.rows += len(rows)
	d.groups[Items].Item = append(d.groups[Items].Item, rows)
}

// rows returns the rows of an item, which is an object or an array.
func (of *items) rows(wire string, item datalayer.Value) []Row {
	var rows []Row
	for _, f := range item.Fields {
		rows = append(rows, Row{Wire: wire + "." + f.Name, Name: of.field(f.Name), Value: f.Value})
	}
	for i, v := range item.Items {
		name := strconv.Itoa(i)
		if i < len(of.Columns) {
			name = of.Columns[i]
		}
		rows = append(rows, Row{Wire: wire + "[" + strconv.Itoa(i) + "]", Name: name, Value: v})
	}
	if rows == nil {
		rows = []Row{{Wire: wire, Name: wire, Value: item}}
	}
	return rows
}

// coded returns the rows of an item as GA4's script encodes it:
// "idSKU1~nmChair~k0size~v0L". The site's own parameters are pairs of k and v with a
// digit.
func (of *items) coded(wire, text string) []Row {
	var rows []Row
	own := map[string]string{}
	for part := range strings.SplitSeq(text, "~") {
		if len(part) < 2 {
			continue
		}
		code, value := part[:2], part[2:]
		switch {
		case code[0] == 'k' && code[1] >= '0' && code[1] <= '9':
			own[code[1:]] = value
			continue
		case code[0] == 'v' && code[1] >= '0' && code[1] <= '9' && own[code[1:]] != "":
			rows = append(rows, Row{Wire: wire + "." + code, Name: own[code[1:]], Value: datalayer.StringOf(value)})
			continue
		}
		rows = append(rows, Row{Wire: wire + "." + code, Name: of.field(code), Value: datalayer.StringOf(value)})
	}
	return rows
}

func (of *items) field(name string) string {
	if plain, ok := of.Fields[name]; ok {
		return plain
	}
	return name
}
