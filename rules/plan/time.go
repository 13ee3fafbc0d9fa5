package plan

import (
	"math"
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
)

// Bounds of epoch times, from 2000 to 2100. No number is within both as seconds and as
// milliseconds.
const (
	earliest = 946_684_800
	latest   = 4_102_444_800
)

// Microseconds is a unit that plans can't use.
const Microseconds Unit = "microseconds"

// Words describes a timestamp of the unit.
func (u Unit) Words() string {
	if u == ISO8601 {
		return "an ISO 8601 string"
	}
	return string(u)
}

// WriteTime formats a time as a timestamp of the unit.
func WriteTime(at time.Time, unit Unit) string {
	switch unit {
	case Seconds:
		return strconv.FormatInt(at.Unix(), 10)
	case Milliseconds:
		return strconv.FormatInt(at.UnixMilli(), 10)
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

// ParseTime parses a time and returns its unit; AnyUnit if it isn't a time. A time
// without a zone is in UTC.
func ParseTime(v datalayer.Value) (time.Time, Unit) {
	if v.Kind == datalayer.Number || v.Kind == datalayer.String && isDigits(v.Text) {
		f, err := strconv.ParseFloat(v.Text, 64)
		if err != nil {
			return time.Time{}, AnyUnit
		}
		return epoch(f)
	}
	if at, ok := parseISO(v.Text); ok {
		return at, ISO8601
	}
	return time.Time{}, AnyUnit
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func epoch(f float64) (time.Time, Unit) {
	within := func(scale float64) bool { return f >= earliest*scale && f <= latest*scale }
	switch {
	case within(1):
		whole, part := math.Modf(f)
		return time.Unix(int64(whole), int64(part*1e9)), Seconds
	case within(1e3):
		return time.UnixMilli(int64(f)), Milliseconds
	case within(1e6):
		return time.UnixMicro(int64(f)), Microseconds
	}
	return time.Time{}, AnyUnit
}

// layouts are the formats of ISO 8601 in use, the most common first.
var layouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02", "20060102T150405Z",
}

func parseISO(s string) (time.Time, bool) {
	if len(s) < len("2006-01-02") || len(s) > len("2006-01-02T15:04:05.000000000+00:00") {
		return time.Time{}, false
	}
	for _, layout := range layouts {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
