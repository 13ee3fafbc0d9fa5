package probe

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// ticking is a page that keeps pushing numbers from 1.
var ticking = map[string]string{"/": `<title>Ticking</title><script>
	dataLayer = [];
	let n = 0;
	setInterval(() => dataLayer.push({event: 'tick', n: ++n}), 2);
</script>`}

// ticks returns the numbers of the recorded pushes.
func (w *watched) ticks() []int {
	var numbers []int
	for _, p := range w.pushes() {
		var m struct{ N int }
		if err := json.Unmarshal(p.Message, &m); err != nil {
			w.t.Fatal(err)
		}
		numbers = append(numbers, m.N)
	}
	return numbers
}

func (w *watched) untilTicks(n int) {
	w.t.Helper()
	before := len(w.pushes())
	w.until(fmt.Sprintf("%d more ticks came", n), func() bool { return len(w.pushes()) >= before+n })
}

func (w *watched) untilPhase(phase datalayer.Phase) {
	w.t.Helper()
	w.until(fmt.Sprintf("the phase is %d", phase), func() bool { return w.state.Phase == phase })
}

func TestCrashes(t *testing.T) {
	t.Parallel()
	s := serve(t, ticking)
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	n := rounds(3, 20)
	for range n {
		d.open(s.URL)
		w.untilPhase(datalayer.Live)
		w.untilTicks(1 + rand.IntN(20))
		if _, err := d.conn.Send(protocol.Ask(d.session, page.Crash, cdp.Empty{})); err != nil {
			t.Fatal(err)
		}
		w.untilPhase(datalayer.Lost)
		if !strings.Contains(w.state.Detail, "reload") {
			t.Errorf("it is not said what to do: %q", w.state.Detail)
		}
	}
	d.open(s.URL)
	w.untilTicks(1)
	if gaps := probetest.Only[*datalayer.Gap](w.entries); len(gaps) != n {
		t.Errorf("%d gaps for %d crashes:\n%s", len(gaps), n, strings.Join(w.story(), "\n"))
	}
	last := 0
	for _, n := range w.ticks() {
		if n != last+1 && n != 1 {
			t.Fatalf("tick %d comes after %d", n, last)
		}
		last = n
	}
}

func TestKilledBrowsers(t *testing.T) {
	s := serve(t, ticking)
	for range rounds(2, 20) {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			b := ownChrome(t)
			w := start(t, Options{Attach: b.Address, Tab: "about:blank"})
			w.untilPhase(datalayer.Live)
			d := &driver{t: t}
			c, err := browser.Dial(t.Context(), b.Address)
			if err != nil {
				t.Fatal(err)
			}
			d.conn = c
			d.page = d.firstPage()
			d.attach()
			d.open(s.URL)
			w.untilTicks(1 + rand.IntN(50))
			if err := processOf(t, b).Kill(); err != nil {
				t.Fatal(err)
			}
			w.untilPhase(datalayer.Lost)
			for i, n := range w.ticks() {
				if n != i+1 {
					t.Fatalf("tick %d comes where %d should", n, i+1)
				}
			}
			_ = w.Close()
			w.until("all is told", func() bool { return len(probetest.Only[*datalayer.Gap](w.entries)) == 1 })
		})
	}
}

// wire is a connection that can be cut.
type wire struct {
	net.Listener
	to  string
	mu  sync.Mutex
	all []net.Conn
	n   int // connections so far
}

// dials returns the number of connections made.
func (w *wire) dials() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

func newWire(t *testing.T, to string) *wire {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{Listener: l, to: to}
	t.Cleanup(func() { _ = l.Close(); w.cut() })
	go w.carry()
	return w
}

func (w *wire) carry() {
	for {
		in, err := w.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = in.Close()
			continue
		}
		w.mu.Lock()
		w.all = append(w.all, in, out)
		w.n++
		w.mu.Unlock()
		go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.all {
		_ = c.Close()
	}
	w.all = nil
}

func TestLostConnections(t *testing.T) {
	t.Parallel()
	s := serve(t, ticking)
	d := newTab(t, chrome)
	line, through := counted(t)
	w := watch(t, d, chrome, func(o *Options) { o.Attach = through })
	d.open(s.URL)
	n := rounds(5, 20)
	for range n {
		w.untilTicks(1 + rand.IntN(20))
		line.cut()
		w.untilPhase(datalayer.Lost)
		w.untilPhase(datalayer.Live)
	}
	w.untilTicks(1)
	numbers := w.ticks()
	missing := numbers[len(numbers)-1] - len(numbers)
	reported, cuts := 0, 0
	for _, gap := range probetest.Only[*datalayer.Gap](w.entries) {
		reported += max(gap.Lost, 0)
		if strings.Contains(gap.Why, "connection") && gap.Lost < 0 {
			cuts++
		}
	}
	if missing != reported || cuts != n {
		t.Errorf("%d ticks are missing, %d are reported; %d gaps for %d cuts", missing, reported, cuts, n)
	}
	for i := 1; i < len(numbers); i++ {
		if numbers[i] <= numbers[i-1] {
			t.Fatalf("tick %d comes after %d", numbers[i], numbers[i-1])
		}
	}
}
