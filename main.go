// Layertap shows what a chat widget, and everything else on a page, pushes into the page's
// data layer.
package main

import (
	"os"

	"layertap/cli"
)

func main() { os.Exit(cli.Run(os.Args[1:])) }
