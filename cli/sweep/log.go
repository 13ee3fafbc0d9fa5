package sweep

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"layertap/cli/files"
	"layertap/report/pages"
)

// logName is the name of the file in a sweep's directory with a line per completed
// page. It doesn't look like that of a recording.
const logName = "sweep.ndjson"

// longestResult is the maximum length of a line, in bytes. Results are much shorter.
const longestResult = 1 << 20

// logHeader is the first line of a sweep, and of its continuation.
type logHeader struct {
	Type   string `json:"type"` // "sweep"
	Format int    `json:"format"`
	Tool   string `json:"tool"`
	Pages  int    `json:"pages"` // including those already visited
}

// resultLog is the log of a running sweep. Added results are written immediately.
type resultLog struct {
	mu   sync.Mutex
	file *os.File
}

// openLog creates the log of a sweep in a directory, or continues an existing one.
func openLog(dir, tool string, pages int, resume bool) (*resultLog, error) {
	path := filepath.Join(dir, logName)
	header := logHeader{"sweep", 1, tool, pages}
	if _, err := os.Stat(path); err == nil && resume {
		l, err := continueLog(path)
		if err != nil {
			return nil, err
		}
		return l, l.line(header)
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("sweeping to %s: it has the results of another sweep; continue that with --resume, or name another directory", dir)
	case err != nil:
		return nil, fmt.Errorf("sweeping to %s: %w", dir, files.Cause(err))
	}
	l := &resultLog{file: file}
	return l, l.line(header)
}

// continueLog opens an existing log. Its last line may be incomplete if the program was
// killed.
func continueLog(path string) (*resultLog, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("continuing %s: %w", path, files.Cause(err))
	}
	last := make([]byte, 1)
	if size, err := file.Seek(0, 2); err == nil && size > 0 {
		if _, err := file.ReadAt(last, size-1); err == nil && last[0] != '\n' {
			_, _ = file.Write([]byte("\n")) // an error recurs at the next line
		}
	}
	return &resultLog{file: file}, nil
}

func (l *resultLog) add(r pages.Result) error { return l.line(r) }

func (l *resultLog) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("writing %s: %w", l.file.Name(), err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.Write(append(text, '\n')); err != nil {
		return fmt.Errorf("writing %s: %w", l.file.Name(), files.Cause(err))
	}
	return nil
}

func (l *resultLog) close() error { return l.file.Close() }

// readLog returns the latest result for each page in the directory of a sweep, by URL.
// It ignores lines that can't be parsed, whose pages were not completed. Missing is the
// number of pages without a result.
func readLog(dir string) (found map[string]pages.Result, missing int, err error) {
	path := filepath.Join(dir, logName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, fmt.Errorf("reading %s: it has no results of a sweep (%s)", dir, logName)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("reading %s: %w", path, files.Cause(err))
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, longestResult)
	found = map[string]pages.Result{}
	var header logHeader
	for lines.Scan() {
		var line struct {
			logHeader
			pages.Result
		}
		switch err := json.Unmarshal(lines.Bytes(), &line); {
		case err != nil:
		case line.Type == "sweep":
			header = line.logHeader
		case line.URL != "":
			found[line.URL] = line.Result
		}
	}
	switch err := lines.Err(); {
	case err != nil:
		return nil, 0, fmt.Errorf("reading %s: %w", path, err)
	case header.Type == "":
		return nil, 0, fmt.Errorf("reading %s: it isn't the log of a sweep", path)
	case header.Format != 1:
		return nil, 0, fmt.Errorf("reading %s: it has format %d, and this version reads format 1", path, header.Format)
	}
	return found, max(0, header.Pages-len(found)), nil
}
