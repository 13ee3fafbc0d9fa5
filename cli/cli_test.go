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

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
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
