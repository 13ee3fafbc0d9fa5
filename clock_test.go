package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// clocks are the functions of package time that make a test depend on the machine's
// speed.
var clocks = []string{"Sleep", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// waits are parts of page scripts that wait for a time instead of an event: a promise
// resolved by a timer.
var waits = []string{"setTimeout(done", "setTimeout(resolve", "setTimeout(wait", "setTimeout(r,", "setTimeout(f,"}

// TestNoWaitingByTheClock checks that tests wait for events instead of for time to
// pass, and don't assert elapsed time: such tests fail on a busy machine. Exceptions
// are benchmarks (files *bench_test.go), code in synctest.Test, which has a fake clock,
// and timeouts that use a test's patience, a constant with that name.
func TestNoWaitingByTheClock(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == ".git" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "bench_test.go") || path == "clock_test.go":
			return nil
		}
		files++
		return checkClock(t, path, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 50 {
		t.Errorf("only %d test files were read", files)
	}
}

// checkClock reports waiting for time in a test file, or in src if it isn't nil.
func checkClock(t testing.TB, path string, src any) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if isSelector(n.Fun, "synctest", "Test") {
				return false
			}
			checkCall(t, set, n)
		case *ast.BasicLit:
			text, err := strconv.Unquote(n.Value)
			if err != nil || n.Kind != token.STRING {
				return true
			}
			for _, wait := range waits {
				if strings.Contains(text, wait) {
					t.Errorf("%s: the page waits for time to pass (%s): wait for an event", set.Position(n.Pos()), wait)
				}
			}
		}
		return true
	})
	return nil
}

func checkCall(t testing.TB, set *token.FileSet, call *ast.CallExpr) {
	where := set.Position(call.Pos())
	for _, name := range clocks {
		if isSelector(call.Fun, "time", name) && !endsInPatience(call) {
			t.Errorf("%s: time.%s: wait for an event, or count work instead of time", where, name)
		}
	}
	for _, name := range []string{"WithTimeout", "WithDeadline"} {
		if isSelector(call.Fun, "context", name) && !endsInPatience(call) {
			t.Errorf("%s: context.%s: the only allowed timeout is a test's patience", where, name)
		}
	}
	if method, ok := call.Fun.(*ast.SelectorExpr); ok && isCallOf(method.X, "time", "Now") && !endsInPatience(call) {
		t.Errorf("%s: time.Now().%s: don't compare times", where, method.Sel.Name)
	}
}

// endsInPatience reports whether the last argument of a call is a test's patience.
func endsInPatience(call *ast.CallExpr) bool {
	if len(call.Args) == 0 {
		return false
	}
	last, ok := call.Args[len(call.Args)-1].(*ast.Ident)
	return ok && last.Name == "patience"
}

func isCallOf(e ast.Expr, pkg, name string) bool {
	call, ok := e.(*ast.CallExpr)
	return ok && isSelector(call.Fun, pkg, name)
}

func isSelector(e ast.Expr, pkg, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg && s.Sel.Name == name
}

// reports counts the errors of a test.
type reports struct {
	testing.TB
	n int
}

func (r *reports) Errorf(string, ...any) { r.n++ }

func TestCheckClock(t *testing.T) {
	for body, want := range map[string]int{
		`time.Sleep(1)`: 1,
		`if time.Since(began) > 3*time.Second { t.Error() }`:  1,
		`if time.Now().Sub(began) > 3 { t.Error() }`:          1,
		`for late := time.Now().Add(20); ; {}`:                1,
		`select { case <-done: case <-time.After(9): }`:       1,
		`select { case <-done: case <-time.After(patience):}`: 0,
		`ctx, _ := context.WithTimeout(ctx, 60*time.Second)`:  1,
		`ctx, _ := context.WithTimeout(ctx, patience)`:        0,
		"d.run(`new Promise((done) => setTimeout(done, 9))`)": 1,
		"page(`setTimeout(() => dataLayer.push({}))`)":        0,
		`synctest.Test(t, func() { time.Sleep(1) })`:          0,
		`checker.Begin(time.Now())`:                           0,
	} {
		r := &reports{TB: t}
		if err := checkClock(r, "x_test.go", "package x\nfunc f() {\n"+body+"\n}\n"); err != nil || r.n != want {
			t.Errorf("%s: %d reports, %v; want %d", body, r.n, err, want)
		}
	}
}
