package recording

import (
	"io"
	"os"
)

// progress is how much of a file was read. The zero value is one that isn't known.
type progress struct {
	read *counting
	size int64
}

// progressOf returns the progress of reading a file. It isn't known unless the file is a
// regular one.
func progressOf(read *counting, file *os.File) progress {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return progress{}
	}
	return progress{read, info.Size()}
}

// percent returns how much was read, from 1 to 99; 0 if that isn't known. Of a packed file it
// is the packed bytes that count.
func (p progress) percent() int {
	if p.size == 0 {
		return 0
	}
	return int(min(max(p.read.n*100/p.size, 1), 99))
}

// counting is a reader that counts bytes.
type counting struct {
	in io.Reader
	n  int64
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}
