package hits_test

import (
	"fmt"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/hits"
)

const ms = time.Millisecond

// at is a stack of calls in those lines, innermost first.
func at(lines ...int) []datalayer.StackFrame {
	var stack []datalayer.StackFrame
	for _, line := range lines {
		stack = append(stack, datalayer.StackFrame{Func: "emit", URL: "https://shop.example/widget.js", Line: line, Col: 3})
	}
	return stack
}

func push(event string, t time.Duration, lines ...int) *datalayer.Push {
	return &datalayer.Push{Place: datalayer.Place{T: t}, Event: event, Stack: at(lines...)}
}

func TestCause(t *testing.T) {
	tests := []struct {
		name   string
		pushes []*datalayer.Push
		hit    string        // its event
		t      time.Duration // when it left
		within int           // the line of the push that was in progress; 0 for none
		want   string
	}{
		{"while it was being pushed", []*datalayer.Push{push("a", 0, 1), push("b", 100*ms, 2)}, "other", 110 * ms, 2, "b initiator certain"},
		{"while it was being pushed, long since", []*datalayer.Push{push("a", 0, 1)}, "other", 3000 * ms, 1, "a initiator certain"},
		{"from one place, again and again", []*datalayer.Push{push("a", 0, 1), push("b", 1000*ms, 1)}, "other", 1010 * ms, 1, "b@1s initiator certain"},
		{"again from the place of another a while ago", []*datalayer.Push{push("a", 0, 1), push("b", 1000*ms, 1)}, "chat_b", 1001 * ms, 1, "b@1s initiator certain"},
		{"just before the next", []*datalayer.Push{push("a", 0, 1), push("b", ms, 2)}, "other", ms / 2, 1, "a initiator certain"},
		{"while another was being pushed within it", []*datalayer.Push{push("a", 0, 1), push("b", 3*ms, 2, 1)}, "other", 50 * ms, 1, "b time weak"},
		{"the same, and the name tells", []*datalayer.Push{push("a", 0, 1), push("b", 3*ms, 2, 1)}, "a", 50 * ms, 1, "a initiator certain"},
		{"several at once from one place", []*datalayer.Push{push("a", 0, 1), push("b", ms, 1), push("c", 2*ms, 1)}, "b", ms, 1, "b initiator certain"},
		{"the same twice at once from one place", []*datalayer.Push{push("a", 0, 1), push("a", ms, 1)}, "a", ms / 2, 1, "a initiator likely"},
		{"from another place", []*datalayer.Push{push("a", 0, 1)}, "x", 10 * ms, 7, "a time weak"},

		{"by its name, seconds later", []*datalayer.Push{push("a", 0, 1), push("b", 4000*ms, 2)}, "a", 5000 * ms, 0, "a name likely"},
		{"by its name, the last of several", []*datalayer.Push{push("a", 0, 1), push("a", 4000*ms, 1)}, "a", 4500 * ms, 0, "a@4s name likely"},
		{"by its name, too late", []*datalayer.Push{push("a", 0, 1)}, "a", 20_000 * ms, 0, "none"},
		{"by a name with more before it", []*datalayer.Push{push("widget_opened", 0, 1), push("b", 100*ms, 2)}, "chat_widget_opened", 200 * ms, 0, "widget_opened name likely"},
		{"by a name with more after it", []*datalayer.Push{push("purchase", 0, 1), push("b", 100*ms, 2)}, "purchase-web", 200 * ms, 0, "purchase name likely"},
		{"the very name comes first", []*datalayer.Push{push("widget_opened", 0, 1), push("chat_widget_opened", ms, 2), push("widget_opened", 2*ms, 1)}, "chat_widget_opened", 20 * ms, 0, "chat_widget_opened name likely"},
		{"a short word in a name says nothing", []*datalayer.Push{push("view", 0, 1), push("other", 100*ms, 2)}, "page_view", 200 * ms, 0, "other time weak"},
		{"a part of a word says nothing", []*datalayer.Push{push("opened", 0, 1), push("other", 100*ms, 2)}, "reopened", 200 * ms, 0, "other time weak"},

		{"a moment after", []*datalayer.Push{push("a", 0, 1), push("b", 100*ms, 2)}, "page_view", 200 * ms, 0, "b time weak"},
		{"long after", []*datalayer.Push{push("a", 0, 1)}, "user_engagement", 3000 * ms, 0, "none"},
		{"before any", []*datalayer.Push{push("a", 100*ms, 1)}, "a", 50 * ms, 0, "none"},
		{"none", nil, "a", 0, 1, "none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var trail hits.Trail
			for _, p := range tt.pushes {
				trail.Add(p)
			}
			hit := &datalayer.Hit{Place: datalayer.Place{T: tt.t}, Vendor: "ga4", Event: tt.hit}
			var within [][]datalayer.StackFrame
			if tt.within > 0 {
				within = [][]datalayer.StackFrame{at(9, tt.within), at(tt.within)}
			}
			got := "none"
			if c := trail.Cause(hit, within); c != nil {
				got = fmt.Sprintf("%s %s %s", c.Of.Event, c.By, c.Strength)
				if c.Of.T >= time.Second {
					got = fmt.Sprintf("%s@%v %s %s", c.Of.Event, c.Of.T, c.By, c.Strength)
				}
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// Two messages of one event have a hit each, and not two hits the last; another
// vendor's hits are counted for themselves.
func TestEachMessageIsHeardOnce(t *testing.T) {
	var trail hits.Trail
	first, second := push("widget_phone_clicked", 0, 1), push("widget_phone_clicked", ms, 1)
	trail.Add(first)
	trail.Add(second)
	hit := &datalayer.Hit{Place: datalayer.Place{T: 40 * ms}, Vendor: "ga4", ID: "G-T", Event: "widget_phone_clicked"}
	for _, want := range []*datalayer.Push{second, first, second} {
		if c := trail.Cause(hit, nil); c == nil || c.Of != want {
			t.Errorf("the cause is %+v, want the message at %v", c, want.T)
		}
	}
	other := *hit
	other.Vendor = "meta"
	if c := trail.Cause(&other, nil); c == nil || c.Of != second {
		t.Errorf("for another vendor the cause is %+v", c)
	}
}

// A trail of a page that pushes without end stays short, and what came lately is
// in it.
func TestTrailIsBounded(t *testing.T) {
	var trail hits.Trail
	for i := range 100_000 {
		trail.Add(push(fmt.Sprint("event", i), time.Duration(i)*ms, 1))
	}
	hit := &datalayer.Hit{Place: datalayer.Place{T: 100_000 * ms}, Event: "event99000"}
	if c := trail.Cause(hit, nil); c == nil || c.By != "name" {
		t.Errorf("the cause is %+v", c)
	}
}
