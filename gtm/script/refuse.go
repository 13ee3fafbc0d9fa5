package script

import (
	"math/big"
	"reflect"
	"regexp"

	"github.com/dop251/goja/ast"
)

// refused returns what in the code isn't run because it could spend a long time in a
// built-in function that can't be interrupted; empty if there is nothing.
func refused(tree *ast.Program) string {
	w := walker{seen: map[uintptr]bool{}}
	w.walk(reflect.ValueOf(tree), 0)
	return w.why
}

type walker struct {
	seen map[uintptr]bool
	why  string
}

// maxNesting bounds the depth of the syntax tree.
const maxNesting = 5000

// walk visits every node of the tree below v.
func (w *walker) walk(v reflect.Value, depth int) {
	if w.why != "" || !v.IsValid() {
		return
	}
	if depth > maxNesting {
		w.why = "its code nests too deeply"
		return
	}
	switch v.Kind() {
	case reflect.Interface:
		w.walk(v.Elem(), depth+1)
	case reflect.Pointer:
		if v.IsNil() || w.seen[v.Pointer()] {
			return
		}
		w.seen[v.Pointer()] = true
		if v.CanInterface() {
			w.why = refusedNode(v.Interface())
		}
		w.walk(v.Elem(), depth+1)
	case reflect.Slice:
		for i := range v.Len() {
			w.walk(v.Index(i), depth+1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && v.Type().Field(i).Name != "File" {
				w.walk(v.Field(i), depth+1)
			}
		}
	}
}

func refusedNode(node any) string {
	switch n := node.(type) {
	case *ast.SpreadElement:
		return "code with ... is not run"
	case *ast.ArrayPattern:
		if n.Rest != nil {
			return "code with ... is not run"
		}
	case *ast.NumberLiteral:
		if _, big := n.Value.(*big.Int); big {
			return "code with BigInt is not run"
		}
	case *ast.RegExpLiteral:
		return refusedPattern(n.Pattern)
	case *ast.AwaitExpression, *ast.YieldExpression:
		return "code that waits is not run"
	}
	return ""
}

var backtracks = regexp.MustCompile(`\(\?[=!<]|\\[1-9k]`)

// refusedPattern rejects regular expressions that don't match in linear time.
func refusedPattern(pattern string) string {
	if backtracks.MatchString(pattern) {
		return "code with a regular expression that looks around or back is not run"
	}
	return ""
}
