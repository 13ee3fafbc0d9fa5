package cli_test

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"layertap/cli"
	"layertap/internal/golden"
)

// asProgram makes the test binary run the program, for tests that need a separate
// process.
const asProgram = "LAYERTAP_TEST_AS_PROGRAM"

// panicIn names a place where the program panics.
const panicIn = "LAYERTAP_TEST_PANIC_IN"

// roles are the other roles of the test binary, by the environment variables that
// select them. Files for Unix only add theirs.
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
	// Under nohup and in the background of a script, signals are ignored, which the processes
	// that tests start would inherit.
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	testscript.Main(m, map[string]func(){
		"layertap": func() { os.Exit(cli.Run(os.Args[1:])) },
	})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: golden.Updating()})
}
