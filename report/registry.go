package report

import (
	"io"
	"strings"

	"layertap/report/recorder"
	"layertap/report/tables"
	"layertap/session"
)

// Format is a format of a command, with its description for the help.
type Format[Write any] struct {
	Name, Help string
	Write      Write
}

// Formats are the values of a flag, in the order of the help.
type Formats[Write any] []Format[Write]

// Export is a way to export a session: to one file, entry by entry or at once, or to several
// in a directory. One of the three functions is set.
type Export struct {
	// Entries returns what writes the file entry by entry; see [Streaming]. tool is the name
	// and version of this program.
	Entries func(w io.Writer, tool string) Entries
	// File writes the file.
	File func(w io.Writer, tool string, s session.Snapshot) error
	// Tables writes files that are opened with create.
	Tables func(create func(name string) (io.WriteCloser, error), s session.Snapshot) error
	// Judged is set if the export includes findings.
	Judged bool
	// Whole is set if personal data is kept unless the user has it removed, for programs
	// that need every value. All other exports omit it by default.
	Whole bool
}

// Exports are the formats of `layertap export`.
var Exports = Formats[Export]{
	{"csv", "one row per parameter of each message, for spreadsheets", Export{Entries: newCSV}},
	{"hits-csv", "one row per parameter of each hit, in plain words", Export{Entries: newHitsCSV}},
	{"json", "an array of the messages", Export{Entries: newMessages, Whole: true}},
	{"har", "the measurement requests as an HTTP Archive, with the messages", Export{Entries: newHAR}},
	{"playwright", "a test that repeats the visit and expects the same messages", Export{File: Playwright, Judged: true}},
	{"recorder", "what the visitor did, for Chrome's Recorder panel", Export{File: func(w io.Writer, _ string, s session.Snapshot) error { return recorder.Write(w, s) }}},
	{"parquet", "tables in a directory, for DuckDB and data frames", Export{Tables: tables.Write, Judged: true}},
}

// CheckFormats are the formats of `layertap check`.
var CheckFormats = Formats[CheckFormat]{
	{"text", "for people", CheckFormat{Check.Text, keepFindings}},
	{"json", "all details, for programs", CheckFormat{Check.JSON, settledJSON}},
	{"junit", "a test report for CI servers", CheckFormat{Check.JUnit, keepFindings}},
	{"sarif", "results for code scanners", CheckFormat{Check.SARIF, keepFindings}},
	{"github", "annotations for GitHub Actions", CheckFormat{Check.GitHub, keepFindings}},
	{"markdown", "a pull request comment", CheckFormat{Check.Markdown, func(Check) Settled { return newSettledMarkdown() }}},
}

// Find returns how the named format is written, and whether there is one.
func (f Formats[Write]) Find(name string) (write Write, ok bool) {
	for _, format := range f {
		if format.Name == name {
			return format.Write, true
		}
	}
	return write, false
}

// Names returns the names of the formats.
func (f Formats[Write]) Names() []string {
	names := make([]string, len(f))
	for i, format := range f {
		names[i] = format.Name
	}
	return names
}

// Choice lists the formats in a sentence: "csv, json or har".
func (f Formats[Write]) Choice() string {
	names := f.Names()
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// Describe returns a line for each format, indented and aligned.
func (f Formats[Write]) Describe() string {
	width := 0
	for _, format := range f {
		width = max(width, len(format.Name))
	}
	var text strings.Builder
	for _, format := range f {
		text.WriteString("  " + format.Name + strings.Repeat(" ", width-len(format.Name)+2) + format.Help + "\n")
	}
	return text.String()
}
