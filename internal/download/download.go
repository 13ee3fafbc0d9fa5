// Package download reads what is at a URL, within bounds.
package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// timeout bounds one request.
const timeout = 30 * time.Second

// Get returns the body of the response to a GET request for a URL, at most maxSize bytes. Its
// errors are sentences about the URL, which they don't repeat.
func Get(ctx context.Context, address string, maxSize int) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, errors.New("it isn't a valid URL")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		return nil, fmt.Errorf("sending the request: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server responded with %s", response.Status)
	}
	return Bounded(response.Body, maxSize)
}

// Bounded reads all of r, and returns an error if that is more than maxSize bytes.
func Bounded(r io.Reader, maxSize int) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, int64(maxSize)+1))
	if err != nil {
		return nil, fmt.Errorf("reading it: %w", err)
	}
	if len(text) > maxSize {
		return nil, fmt.Errorf("it is larger than %d MB", maxSize>>20)
	}
	return text, nil
}
