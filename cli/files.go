package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"layertap/recording"
)

// openRecording opens a recording that the user named.
func openRecording(name string, follow bool) (*recording.Reader, error) {
	if err := finite(name); err != nil && name != "-" {
		return nil, fmt.Errorf("opening %s: %w", name, err)
	}
	return recording.Open(name, follow)
}

// readFile is os.ReadFile for files only, with an error that does not repeat the
// name.
func readFile(name string) ([]byte, error) {
	if err := finite(name); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(name)
	return data, pathCause(err)
}

// finite refuses what is no file, and might be read for ever. The pipes that a shell
// makes for <(…) have a writer and an end, as standard input does.
func finite(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return pathCause(err)
	}
	switch kind := info.Mode().Type(); {
	case kind == 0, kind == fs.ModeNamedPipe && (strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/")):
		return nil
	case kind == fs.ModeDir:
		return errors.New("it is a directory; name a file in it")
	case kind == fs.ModeNamedPipe:
		return errors.New("it is a named pipe; write what comes out of it to a file, and name that")
	default:
		return errors.New("it is a device or a socket; name a file")
	}
}

// pathCause is an error about a file without the file's name.
func pathCause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
