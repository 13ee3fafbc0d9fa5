package probe

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"layertap/probe/browser"
)

// Workers that are halted for a program when it is killed still start. The program is
// stopped first, so that it cannot respond.
func TestKilledWhileWorkersWait(t *testing.T) {
	t.Parallel()
	s := serve(t, workerPages)
	for n := range rounds(2, 20) {
		d := newTab(t, chrome)
		address := fmt.Sprintf("%s/dedicated?%d", s.URL, n)
		d.open(address)
		d.run(`all`)
		cmd := startAttached(t, address, "SIGKILL")
		d.call(attachAll(d.session, false), new(struct{}))
		d.awaitAttached(1)
		if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		d.run(`self.came = 0, self.all = new Promise((done) => {
			for (let i = 0; i < 10; i++) new Worker('/w.js', {name: 'n' + i}).onmessage = () => { if (++came === 10) done(); }; }), 1`)
		d.awaitAttached(10)
		if came := d.run(`came`); came != "0" {
			t.Errorf("%s workers run before the program is killed: nothing waits for it", came)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		d.run(`all`)
	}
}

// Another user of the machine cannot access a browser that was launched here: it
// listens on no port, and its profile and the pipe of its process are not accessible.
func TestOthersReachNothing(t *testing.T) {
	other, err := user.Lookup("nobody")
	if os.Getuid() != 0 || err != nil {
		t.Skip("only root can look as another user, and there has to be one called nobody")
	}
	uid, err := strconv.ParseUint(other.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(other.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", openTemp(t))
	b := launchOwn(t, browser.Options{Headless: true})
	if info, err := os.Stat(b.Profile); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the profile is %v, %v", info.Mode(), err)
	}
	if b.Address != "" || listens(b) {
		t.Errorf("the browser listens on a port: %s", b.Address)
	}
	as := func(script string) string {
		cmd := exec.Command("/bin/sh", "-c", script)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(fmt.Sprint(string(out), " ", err))
	}
	if got := as("ls " + filepath.Dir(b.Profile)); !strings.Contains(got, filepath.Base(b.Profile)) {
		t.Fatalf("nobody cannot even look beside the profile: %s", got)
	}
	pid := strconv.Itoa(processOf(t, b).Pid)
	for _, reach := range []string{
		"ls " + b.Profile,
		"cat " + filepath.Join(b.Profile, "layertap.lock"),
		"touch " + filepath.Join(b.Profile, "foreign"),
		"ls /proc/" + pid + "/fd",
		"echo x > /proc/" + pid + "/fd/3",
		"cat < /proc/" + pid + "/fd/4",
		"kill -0 " + pid,
	} {
		if got := as(reach); !strings.Contains(got, "denied") && !strings.Contains(got, "not permitted") {
			t.Errorf("as nobody, %q gives %q", reach, got)
		}
	}
}

// openTemp creates a directory for temporary files that other users can read.
func openTemp(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "layertap-test-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
