package cli_test

import (
	"flag"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"layertap/cli"
)

// asProgram makes the test binary behave as the program, for the tests that need
// a process of their own.
const asProgram = "LAYERTAP_TEST_AS_PROGRAM"

// panicIn names a place where the program panics.
const panicIn = "LAYERTAP_TEST_PANIC_IN"

// roles are what else the test binary can be, by the environment variables that
// ask for it. Files for Unix alone add theirs.
var roles = map[string]func() int{}

func TestMain(m *testing.M) {
	cli.FreezePlan()
	for variable, run := range roles {
		if os.Getenv(variable) != "" {
			os.Exit(run())
		}
	}
	if os.Getenv(asProgram) != "" {
		if where := os.Getenv(panicIn); where != "" {
			cli.PanicIn(where)
		}
		os.Exit(cli.Run(os.Args[1:]))
	}
	if signal.Ignored(syscall.SIGHUP) { // as under nohup: what the tests start would inherit it
		signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	}
	testscript.Main(m, map[string]func(){
		"layertap": func() { os.Exit(cli.Run(os.Args[1:])) },
	})
}

var update = flag.Bool("update", false, "rewrite the golden files")

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: *update})
}
