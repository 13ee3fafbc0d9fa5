// Package files reads files that the user named, and writes the output of commands to
// files without replacing existing ones.
package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Max is the maximum size of a file to read, in bytes.
const Max = 64 << 20

// Read is [os.ReadFile] for regular files of up to 64 MB. Its errors don't contain the
// name.
func Read(name string) ([]byte, error) {
	if err := Finite(name); err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, Cause(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, Max+1))
	if len(data) > Max {
		return nil, fmt.Errorf("it is larger than %d MB", Max>>20)
	}
	return data, Cause(err)
}

// Finite returns an error if the file isn't a regular one and reading it may never end.
func Finite(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return Cause(err)
	}
	switch kind := info.Mode().Type(); {
	case kind == 0, kind == fs.ModeNamedPipe && fromShell(name):
		return nil
	case kind == fs.ModeDir:
		return errors.New("it is a directory; name a file in it")
	case kind == fs.ModeNamedPipe:
		return errors.New("it is a named pipe; save its output to a file and name that file")
	default:
		return errors.New("it is a device or a socket; name a file")
	}
}

// fromShell reports whether a pipe was created by a shell for <(…) or >(…). Unlike
// other named pipes, it has a process at its other end.
func fromShell(name string) bool {
	return strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/")
}

// Same reports whether two paths refer to the same file.
func Same(a, b string) bool {
	left, err := os.Stat(a)
	if err != nil {
		return false
	}
	right, err := os.Stat(b)
	return err == nil && os.SameFile(left, right)
}

// Cause returns an error about a file without the file's name.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
