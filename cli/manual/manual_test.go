package manual_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"layertap/cli/manual"
)

// Text in a definition is never interpreted by roff.
func TestManualIsText(t *testing.T) {
	root := &cobra.Command{Use: "shop", Short: "Sell \\fIthings", Version: "1.0", Long: "'Quoted' at first.\n\n  .TH 1\n  a-b\n", Example: ".so /etc/passwd"}
	below := &cobra.Command{Use: "buy {THING}", Short: "Buy", Run: func(*cobra.Command, []string) {}}
	below.Flags().String("how", "cash", "pay by `MEANS`, not on -credit")
	below.Flags().BoolP("now", "n", false, "at once")
	root.AddCommand(below)
	var page strings.Builder
	if err := manual.Write(&page, root); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`.TH SHOP 1 "" "shop 1.0"`, `shop \- Sell \efIthings`, `\&'Quoted' at first.`, "  .TH 1\n  a\\-b", `\&.so /etc/passwd`, `.SS "shop buy"`,
		`\fB\-\-how\fP \fIMEANS\fP` + "\npay by MEANS, not on \\-credit (default cash)", `\fB\-n\fP, \fB\-\-now\fP` + "\nat once\n",
		".SH EXIT STATUS", ".SH ENVIRONMENT", ".SH FILES",
	} {
		if !strings.Contains(page.String(), want+"\n") && !strings.Contains(page.String(), want) {
			t.Errorf("there is no %s in:\n%s", want, &page)
		}
	}
	for line := range strings.Lines(page.String()) {
		if strings.HasPrefix(line, ".so") || strings.HasPrefix(line, "'") || strings.Count(line, ".TH") > 0 && !strings.HasPrefix(line, ".TH SHOP") && !strings.HasPrefix(line, " ") {
			t.Errorf("a command came through: %s", line)
		}
	}
}
