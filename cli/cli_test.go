package cli_test

import (
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"layertap/cli"
)

// asProgram makes the test binary behave as the program, for the tests that need
// a process of their own.
const asProgram = "LAYERTAP_TEST_AS_PROGRAM"

// panicIn names a place where the program panics.
const panicIn = "LAYERTAP_TEST_PANIC_IN"

func TestMain(m *testing.M) {
	if os.Getenv(asShell) != "" {
		os.Exit(shell(os.Args[1:]))
	}
	cli.FreezePlan()
	if os.Getenv(asProgram) != "" {
		if os.Getenv(flooded) != "" {
			os.Exit(runFlooded())
		}
		if where := os.Getenv(panicIn); where != "" {
			cli.PanicIn(where)
		}
		os.Exit(cli.Run(os.Args[1:]))
	}
	testscript.Main(m, map[string]func(){
		"layertap": func() { os.Exit(cli.Run(os.Args[1:])) },
	})
}

var update = flag.Bool("update", false, "write the golden files anew")

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: *update})
}
