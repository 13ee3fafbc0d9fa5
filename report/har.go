package report

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"layertap/datalayer"
	"layertap/hits/names"
	"layertap/session"
)

// The parts of HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Custom
// keys begin with an underscore, as the format requires.

type harFile struct {
	Log harLog `json:"log"`
}

type harLog struct {
	Version string     `json:"version"`
	Creator harName    `json:"creator"`
	Browser *harName   `json:"browser,omitempty"`
	Pages   []harPage  `json:"pages"`
	Entries []harEntry `json:"entries"`
}

type harName struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type harPage struct {
	Started string         `json:"startedDateTime"`
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Timings struct{}       `json:"pageTimings"`
	URL     string         `json:"_url"`
	Pushes  []exportedJSON `json:"_pushes"`
}

type harEntry struct {
	Page     string      `json:"pageref"`
	Started  string      `json:"startedDateTime"`
	Time     float64     `json:"time"`
	Request  harRequest  `json:"request"`
	Response harResponse `json:"response"`
	Cache    struct{}    `json:"cache"`
	Timings  struct {
		Send    int `json:"send"`
		Wait    int `json:"wait"`
		Receive int `json:"receive"`
	} `json:"timings"`
	Seq      int             `json:"_seq"`
	Vendor   string          `json:"_vendor"`
	VendorID string          `json:"_id,omitempty"`
	Event    string          `json:"_event,omitempty"`
	Params   json.RawMessage `json:"_params,omitempty"`
	Groups   []harGroup      `json:"_parameters,omitempty"`
	KeyEvent bool            `json:"_keyEvent,omitempty"`
	Cause    *causeJSON      `json:"_cause,omitempty"`
}

// harGroup is a group of a hit's parameters in plain words.
type harGroup struct {
	Group string     `json:"group"`
	Rows  []harRow   `json:"rows,omitempty"`
	Items [][]harRow `json:"items,omitempty"`
}

type harRow struct {
	Name      string          `json:"name"`
	Parameter string          `json:"parameter"` // as sent
	Value     json.RawMessage `json:"value"`
	Means     string          `json:"means,omitempty"`
}

type causeJSON struct {
	Push     int    `json:"push"` // a sequence number
	By       string `json:"by"`
	Strength string `json:"strength"`
}

type harRequest struct {
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Version string    `json:"httpVersion"`
	Cookies []harPair `json:"cookies"`
	Headers []harPair `json:"headers"`
	Query   []harPair `json:"queryString"`
	harSizes
}

type harResponse struct {
	Status     int       `json:"status"`
	StatusText string    `json:"statusText"`
	Version    string    `json:"httpVersion"`
	Cookies    []harPair `json:"cookies"`
	Headers    []harPair `json:"headers"`
	Content    struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
	} `json:"content"`
	Redirect string `json:"redirectURL"`
	harSizes
	Error string `json:"_error,omitempty"`
}

// harSizes has unknown sizes, which are -1.
type harSizes struct {
	Headers int `json:"headersSize"`
	Body    int `json:"bodySize"`
}

type harPair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// HAR writes the measurement requests of a session as an HTTP Archive, with the messages of
// each page.
func HAR(w io.Writer, tool string, s session.Snapshot) error {
	out := harLog{Version: "1.2", Creator: harNamed(tool, " "), Pages: []harPage{}, Entries: []harEntry{}}
	if s.Header.Browser != "" {
		browser := harNamed(s.Header.Browser, "/")
		out.Browser = &browser
	}
	pages := map[string]int{}
	for i := range s.Len() {
		switch e := s.Entry(i).(type) {
		case *datalayer.Page:
			out.page(s, e, pages)
		case *datalayer.Push:
			at := out.page(s, s.Page(e.Page), pages)
			out.Pages[at].Pushes = append(out.Pages[at].Pushes, exported(s, e))
		case *datalayer.Hit:
			out.page(s, s.Page(e.Page), pages)
			out.Entries = append(out.Entries, harEntryOf(s, e))
		}
	}
	return WriteJSON(w, harFile{out})
}

func harNamed(text, separator string) harName {
	name, version, _ := strings.Cut(text, separator)
	return harName{name, version}
}

// page returns the index of a page, and adds it if it is new.
func (l *harLog) page(s session.Snapshot, page *datalayer.Page, known map[string]int) int {
	at, ok := known[page.ID]
	if !ok {
		at = len(l.Pages)
		known[page.ID] = at
		l.Pages = append(l.Pages, harPage{
			Started: moment(s, page.T), ID: page.ID, Title: page.Title, URL: page.URL, Pushes: []exportedJSON{},
		})
	}
	return at
}

func harEntryOf(s session.Snapshot, hit *datalayer.Hit) harEntry {
	unknown := harSizes{-1, -1}
	e := harEntry{
		Page: hit.Page, Started: moment(s, hit.T), Seq: hit.Seq, Vendor: hit.Vendor, VendorID: hit.ID, Event: hit.Event,
		Params: hit.Params, Groups: harGroupsOf(hit), KeyEvent: hit.KeyEvent,
		Request: harRequest{Method: hit.Method, URL: hit.URL, Cookies: []harPair{}, Headers: []harPair{}, Query: query(hit.URL), harSizes: unknown},
		Response: harResponse{
			Status: hit.Status, Cookies: []harPair{}, Headers: []harPair{},
			harSizes: unknown, Error: hit.Error,
		},
	}
	if hit.Cause != nil {
		e.Cause = &causeJSON{hit.Cause.Push, hit.Cause.By, hit.Cause.Strength}
	}
	return e
}

func harGroupsOf(hit *datalayer.Hit) []harGroup {
	var groups []harGroup
	for _, g := range names.Describe(hit) {
		group := harGroup{Group: g.Kind.String(), Rows: harRows(g.Rows)}
		for _, item := range g.Item {
			group.Items = append(group.Items, harRows(item))
		}
		groups = append(groups, group)
	}
	return groups
}

func harRows(rows []names.Row) []harRow {
	var all []harRow
	for _, r := range rows {
		all = append(all, harRow{r.Name, r.Wire, datalayer.Encode(nil, r.Value), r.Words})
	}
	return all
}

// query returns the parameters of a URL in order.
func query(address string) []harPair {
	pairs := []harPair{}
	u, err := url.Parse(address)
	if err != nil {
		return pairs
	}
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if name, value := unescaped(name), unescaped(value); name != "" {
			pairs = append(pairs, harPair{name, value})
		}
	}
	return pairs
}

// unescaped decodes a part of a query, or returns it unchanged if it can't be decoded.
func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}
