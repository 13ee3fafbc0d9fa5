package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// mostFiles is the maximum number of files with one base name.
const mostFiles = 1000

// WriteNew writes a new file into a directory, or the working directory if dir is empty,
// and returns its name: "name.md", or "name-2.md" if that exists.
func WriteNew(dir, name, ending string, text []byte) (string, error) {
	for n := 1; n <= mostFiles; n++ {
		file := filepath.Join(dir, name+ending)
		if n > 1 {
			file = filepath.Join(dir, fmt.Sprintf("%s-%d%s", name, n, ending))
		}
		f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("creating a file: %w", err)
		}
		_, err = f.Write(text)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(file)
			return "", fmt.Errorf("writing %s: %w", file, err)
		}
		return file, nil
	}
	return "", fmt.Errorf("writing %s: there are %d files of that name; remove some", name+ending, mostFiles)
}
