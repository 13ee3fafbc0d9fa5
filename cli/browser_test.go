package cli_test

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"layertap/probe/browser"
)

// everydayBrowser starts a browser that layertap has no record of, with a profile and
// tabs, and returns its HOST:PORT when it answers there.
func everydayBrowser(t *testing.T, profile string, tabs ...string) string {
	t.Helper()
	_, address := startBrowser(t, profile, nil, tabs...)
	return address
}

// startBrowser is everydayBrowser with additional arguments. It returns the process,
// too.
func startBrowser(t *testing.T, profile string, more []string, tabs ...string) (*os.Process, string) {
	t.Helper()
	path, err := browser.Find("")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"--headless", "--remote-debugging-port=0", "--no-first-run", "--user-data-dir=" + profile}
	if os.Getuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.Command(path, append(append(args, more...), tabs[0])...)
	log, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var printed strings.Builder
	addresses, gone := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(gone)
		readLog(io.TeeReader(log, &printed), addresses)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-gone // until then, one of its processes may write to the profile
		_ = cmd.Wait()
	})
	address, started := <-addresses
	if !started {
		<-gone
		t.Fatalf("the browser ended before it listened, and said:\n%s", &printed)
	}
	for _, tab := range tabs[1:] {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+address+"/json/new?"+tab, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	return cmd.Process, address
}

// readLog reads a browser's standard error until the last of its processes has exited,
// and sends the HOST:PORT that it listens on.
func readLog(log io.Reader, addresses chan<- string) {
	defer close(addresses)
	defer io.Copy(io.Discard, log) //nolint:errcheck // the rest, after a scanner error
	for lines := bufio.NewScanner(log); lines.Scan(); {
		if _, url, found := strings.Cut(lines.Text(), "DevTools listening on ws://"); found {
			address, _, _ := strings.Cut(url, "/")
			addresses <- address
		}
	}
}
