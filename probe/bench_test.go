package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"

	"layertap/probe/protocol"
)

// benchPage opens the benchmark's page with a probe and, for comparison, a bare
// binding.
func benchPage(b *testing.B, more ...func(*Options)) (*driver, *watched) {
	b.Helper()
	text, err := os.ReadFile("testdata/bench.html")
	if err != nil {
		b.Fatal(err)
	}
	s := serve(b, map[string]string{ // isolated, for a clock of 5 µs
		"/": "#Cross-Origin-Opener-Policy: same-origin\n#Cross-Origin-Embedder-Policy: require-corp\n" + string(text),
	})
	d := newTab(b, chrome)
	w := watch(b, d, chrome, more...)
	d.call(protocol.Ask(d.session, runtime.Enable, cdp.Empty{}), new(struct{}))
	d.call(protocol.Ask(d.session, runtime.AddBinding, runtime.AddBindingParams{Name: "bare"}), new(struct{}))
	d.open(s.URL)
	return d, w
}

// BenchmarkPage measures the cost of a push for the page, compared with JSON.stringify
// and one call of a binding, the minimum for sending it. Reading the call stack is the
// most expensive part, so it is also measured without.
func BenchmarkPage(b *testing.B) {
	for _, stacks := range []bool{true, false} {
		for _, size := range []int{200, 2_000, 100_000} {
			for _, burst := range []int{1, 20} {
				b.Run(fmt.Sprintf("stacks=%v/size=%d/burst=%d", stacks, size, burst), func(b *testing.B) {
					d, w := benchPage(b, func(o *Options) { o.NoStacks = !stacks })
					go w.readOn(b.Context())
					rounds := 400_000 / (size*burst + 2000)
					for b.Loop() {
						var cost struct{ Bare, Push float64 }
						text := d.run(fmt.Sprintf("compare(%d, %d, %d)", size, burst, max(rounds, 10)))
						if err := json.Unmarshal([]byte(text), &cost); err != nil {
							b.Fatal(err)
						}
						b.ReportMetric(cost.Push, "µs/push")
						b.ReportMetric(cost.Bare, "µs/bare")
						b.ReportMetric(cost.Push/cost.Bare, "push/bare")
						b.ReportMetric(0, "ns/op") // the time of the whole comparison is meaningless
					}
				})
			}
		}
	}
}

// readOn reads entries continuously.
func (w *watched) readOn(ctx context.Context) {
	for {
		if _, err := w.Next(ctx); err != nil {
			return
		}
	}
}

// BenchmarkThroughput measures how many messages a second reach Go, compared with those
// of a binding that is called for each: the medians of five alternating floods.
func BenchmarkThroughput(b *testing.B) {
	for _, size := range []int{200, 2_000} {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			d, w := benchPage(b)
			n := 100_000_000 / (size + 800)
			for b.Loop() {
				var pushes, bares []float64
				for range 5 {
					w.entries = nil
					begin := time.Now()
					go d.run(fmt.Sprintf("flood('push', %d, %d)", size, n))
					w.until("all are there", func() bool { return len(w.entries) >= n })
					pushes = append(pushes, float64(n)/time.Since(begin).Seconds())
					bares = append(bares, bareFlood(b, d, size, n))
				}
				slices.Sort(pushes)
				slices.Sort(bares)
				b.ReportMetric(pushes[2], "pushes/s")
				b.ReportMetric(bares[2], "bare/s")
				b.ReportMetric(pushes[2]/bares[2], "push/bare")
				b.ReportMetric(0, "ns/op")
			}
		})
	}
}

// bareFlood counts calls of the bare binding, without decoding them.
func bareFlood(b *testing.B, d *driver, size, n int) float64 {
	b.Helper()
	d.conn.Take()
	begin := time.Now()
	go d.run(fmt.Sprintf("flood('bare', %d, %d)", size, n))
	for count := 0; count < n; {
		select {
		case <-d.conn.Arrived():
		case <-time.After(20 * time.Second):
			b.Fatalf("%d of %d calls of the binding came", count, n)
		}
		for _, m := range d.conn.Take() {
			if string(m.Method) == runtime.BindingCalled.Method {
				count++
			}
		}
	}
	return float64(n) / time.Since(begin).Seconds()
}

// BenchmarkLatency measures the time from a push to Next, at sixty a second.
func BenchmarkLatency(b *testing.B) {
	d, w := benchPage(b)
	for b.Loop() {
		var latencies []time.Duration
		go d.run(`new Promise((done) => { let n = 300; const timer = setInterval(() => { dataLayer.push({event:'tick', n}); if (!--n) { clearInterval(timer); done() } }, 1000 / 60) })`)
		for len(latencies) < 300 {
			batch, err := w.Next(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			now := time.Since(w.options.Started)
			w.entries = append(w.entries[:0], batch.Entries...)
			for _, p := range w.pushes() {
				latencies = append(latencies, now-p.T)
			}
		}
		slices.Sort(latencies)
		b.ReportMetric(float64(latencies[150].Microseconds())/1000, "ms-p50")
		b.ReportMetric(float64(latencies[297].Microseconds())/1000, "ms-p99")
	}
}
