package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"
)

// Output is the destination of a command: the file that its flag names, or standard
// output.
type Output struct {
	Path  string
	Force bool // replace the file
}

// Add adds the flags --output and --force.
func (o *Output) Add(flags *pflag.FlagSet) {
	flags.StringVarP(&o.Path, "output", "o", "", "write to `FILE` instead of standard output")
	flags.BoolVar(&o.Force, "force", false, "overwrite the file named by -o")
}

// Stdout reports whether the command writes to standard output.
func (o *Output) Stdout() bool { return o.Path == "" || o.Path == "-" }

// Write calls write with the file, or with stdout. It never overwrites a file in read,
// and other files only with --force.
func (o *Output) Write(stdout io.Writer, read []string, write func(io.Writer) error) error {
	if o.Stdout() {
		return write(stdout)
	}
	file, err := o.create(o.Path, read)
	if err != nil {
		return err
	}
	if err := errors.Join(write(file), file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", o.Path, Cause(err))
	}
	return nil
}

// WriteDir calls write with a function that creates files in the directory, which is
// created if it doesn't exist.
func (o *Output) WriteDir(read []string, write func(open func(name string) (io.WriteCloser, error)) error) error {
	if err := os.MkdirAll(o.Path, 0o700); err != nil {
		return fmt.Errorf("creating the directory %s: %w", o.Path, Cause(err))
	}
	return write(func(name string) (io.WriteCloser, error) { return o.create(filepath.Join(o.Path, name), read) })
}

func (o *Output) create(path string, read []string) (*os.File, error) {
	if slices.ContainsFunc(read, func(name string) bool { return Same(path, name) }) {
		return nil, fmt.Errorf("writing %s: it is the input file; give another name with -o", path)
	}
	switch info, err := os.Stat(path); {
	case err != nil: // it doesn't exist, or opening it will return the error
	case info.Mode().Type() == fs.ModeNamedPipe && !fromShell(path):
		return nil, fmt.Errorf("writing %s: it is a named pipe; leave -o out, and redirect the output to it with >", path)
	case info.Mode().IsRegular() && info.Size() > 0 && !o.Force:
		return nil, fmt.Errorf("writing %s: the file exists; choose another name, or overwrite it with --force", path)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", path, Cause(err))
	}
	return file, nil
}
