package plan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Bounds of a plan file. They are far above what people write by hand, and limit the
// memory for a hostile file.
const (
	maxFileSize  = 8 << 20
	maxNodes     = 400_000 // after resolving aliases
	maxNesting   = 40
	MaxNameBytes = 256
)

// position is a position in a plan file. Line and column start at 1.
type position struct {
	file         string
	line, column int
}

type nodeKind uint8

const (
	nullNode nodeKind = iota
	scalarNode
	listNode
	mappingNode
)

var nodeWords = [...]string{"nothing", "a single value", "a list", "a mapping"}

// node is a node of a plan file, with aliases resolved.
type node struct {
	at    position
	kind  nodeKind
	text  string  // of a scalar
	plain bool    // a scalar without quotes
	keys  []*node // of a mapping; the values are items
	items []*node
}

// get returns the value of a key in a mapping, or nil.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i, k := range n.keys {
		if k.text == key {
			return n.items[i]
		}
	}
	return nil
}

// parseYAML parses a file.
func parseYAML(file string, data []byte) (*node, error) {
	if len(data) > maxFileSize {
		return nil, &Problem{File: file, Line: 1, Column: 1,
			Message: fmt.Sprintf("the file has %d bytes; the limit for a plan is %d", len(data), maxFileSize)}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, syntaxProblem(file, err)
	}
	var document, more yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF) || err == nil && len(document.Content) == 0:
		return nil, &Problem{File: file, Line: 1, Column: 1, Message: "the file is empty"}
	case err != nil:
		return nil, syntaxProblem(file, err)
	}
	if err := loader.Load(&more); !errors.Is(err, io.EOF) {
		return nil, &Problem{File: file, Line: max(more.Line, 1), Column: max(more.Column, 1), Message: "a plan must be a single YAML document; a second one begins here"}
	}
	b := builder{file: file}
	root, err := b.build(document.Content[0], 0)
	if err != nil {
		return nil, err
	}
	return root, nil
}

// builder converts the library's nodes to ours, within bounds.
type builder struct {
	file  string
	count int
}

func (b *builder) build(y *yaml.Node, depth int) (*node, error) {
	n := &node{at: position{b.file, y.Line, y.Column}}
	b.count++
	switch {
	case b.count > maxNodes:
		return nil, n.at.problem("the plan has more than %d values after expanding its aliases", maxNodes)
	case depth > maxNesting:
		return nil, n.at.problem("the plan is nested deeper than %d levels; an alias may contain itself", maxNesting)
	}
	switch y.Kind {
	case yaml.AliasNode:
		aliased, err := b.build(y.Alias, depth+1)
		return aliased, err
	case yaml.ScalarNode:
		n.kind, n.text, n.plain = scalarNode, y.Value, y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
		if n.plain && y.Tag == "!!null" {
			n.kind = nullNode
		}
	case yaml.SequenceNode:
		n.kind = listNode
		for _, item := range y.Content {
			if err := b.add(n, item, depth); err != nil {
				return nil, err
			}
		}
	case yaml.MappingNode:
		return n, b.mapping(n, y, depth)
	}
	return n, nil
}

func (b *builder) add(n *node, y *yaml.Node, depth int) error {
	item, err := b.build(y, depth+1)
	n.items = append(n.items, item)
	return err
}

// fewKeys is the number of keys up to which comparing is faster than a map.
const fewKeys = 12

func (b *builder) mapping(n *node, y *yaml.Node, depth int) error {
	n.kind = mappingNode
	n.keys, n.items = make([]*node, 0, len(y.Content)/2), make([]*node, 0, len(y.Content)/2)
	var seen map[string]bool
	if len(y.Content) > 2*fewKeys {
		seen = make(map[string]bool, len(y.Content)/2)
	}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := y.Content[i]
		at := position{b.file, key.Line, key.Column}
		switch {
		case key.Kind != yaml.ScalarNode:
			return at.problem("a key must be a single value")
		case len(key.Value) > MaxNameBytes:
			return at.problem("the key %.20q… is longer than %d bytes", key.Value, MaxNameBytes)
		case seen[key.Value] || seen == nil && n.get(key.Value) != nil:
			return at.problem("duplicate key %q", key.Value)
		}
		if seen != nil {
			seen[key.Value] = true
		}
		n.keys = append(n.keys, &node{at: at, kind: scalarNode, text: key.Value})
		if err := b.add(n, y.Content[i+1], depth); err != nil {
			return err
		}
	}
	return nil
}

// merge merges over into base: mappings key by key, other values by replacing.
func merge(base, over *node) *node {
	switch {
	case base == nil:
		return over
	case over == nil:
		return base
	case base.kind != mappingNode || over.kind != mappingNode:
		return over
	}
	merged := &node{at: over.at, kind: mappingNode,
		keys: append([]*node(nil), base.keys...), items: append([]*node(nil), base.items...)}
	at := make(map[string]int, len(base.keys))
	for i, k := range base.keys {
		at[strings.TrimSuffix(k.text, optionalMark)] = i
	}
	for i, k := range over.keys {
		j, ok := at[strings.TrimSuffix(k.text, optionalMark)]
		switch {
		case !ok:
			merged.keys, merged.items = append(merged.keys, k), append(merged.items, over.items[i])
		case k.text == "parameters":
			merged.items[j] = merge(byName(merged.items[j]), byName(over.items[i]))
		case k.text == "schema":
			merged.items[j] = over.items[i]
		default:
			merged.keys[j], merged.items[j] = k, merge(merged.items[j], over.items[i])
		}
	}
	return merged
}

// byName converts a list of parameter names to the equivalent mapping.
func byName(n *node) *node {
	if n.kind != listNode {
		return n
	}
	m := &node{at: n.at, kind: mappingNode}
	for _, item := range n.items {
		if item.kind != scalarNode {
			return n // the reader reports the mistake
		}
		m.keys = append(m.keys, item)
		m.items = append(m.items, &node{at: item.at})
	}
	return m
}

func (at position) problem(format string, args ...any) *Problem {
	return &Problem{File: at.file, Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...)}
}

// Problem is a mistake or advice at one position in a plan file.
type Problem struct {
	File         string
	Line, Column int // from 1
	Message      string
	// Advice is set if the plan can be used as it is.
	Advice bool
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// Problems are all problems in a plan file, in order.
type Problems []*Problem

func (p Problems) Error() string {
	const shown = 10
	var lines []string
	for i, problem := range p {
		if i == shown {
			lines = append(lines, fmt.Sprintf("and %d more", len(p)-shown))
			break
		}
		lines = append(lines, problem.Error())
	}
	return strings.Join(lines, "\n")
}

// syntaxProblem converts the library's error.
func syntaxProblem(file string, err error) *Problem {
	p := &Problem{File: file, Line: 1, Column: 1, Message: "invalid YAML: " + err.Error()}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		p.Message = "invalid YAML: " + load.Message
		if load.Mark.Line > 0 {
			p.Line, p.Column = load.Mark.Line, max(load.Mark.Column, 1)
		}
	}
	return p
}
