package cli

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// released is the version of the last release. It is used by builds without version
// information, such as those from an archive of the source.
const released = "0.1.0"

// version is the program's version, which recordings contain.
var version = versionOf(debug.ReadBuildInfo())

func tool() string { return "layertap " + version }

// versionOf returns the version that the go command stored in a program: that of the
// tag it was built from, or of a commit after one
// (https://go.dev/doc/modules/version-numbers).
func versionOf(info *debug.BuildInfo, ok bool) string {
	if !ok {
		return released
	}
	v := strings.TrimPrefix(info.Main.Version, "v")
	commit, untagged := strings.CutPrefix(v, "0.0.0-")
	switch {
	case v == "" || v == "(devel)":
		return released
	case untagged: // the history has no tags, as in a shallow clone
		return released + "+" + strings.ReplaceAll(commit, "+", ".")
	}
	return v
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  argRange(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), tool())
			return err
		},
	}
}
