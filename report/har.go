package report

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/hits/names"
	"layertap/internal/spool"
	"layertap/session"
)

// The parts of HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/). Custom
// keys begin with an underscore, as the format requires.

// harLog precedes the pages and the entries.
type harLog struct {
	Version string   `json:"version"`
	Creator harName  `json:"creator"`
	Browser *harName `json:"browser,omitempty"`
}

type harName struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// harPage precedes the messages of a page.
type harPage struct {
	Started string   `json:"startedDateTime"`
	ID      string   `json:"id"`
	Title   string   `json:"title"`
	Timings struct{} `json:"pageTimings"`
	URL     string   `json:"_url"`
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

// harArchive writes the measurement requests of a session as an HTTP Archive, with the
// messages of each page, which come before the requests.
type harArchive struct {
	w       io.Writer
	tool    string
	pages   []*harMessages // in order
	known   map[string]*harMessages
	recent  []*harMessages // the pages of the last entries
	entries spool.Spool
}

// harMessages is a page, and its messages.
type harMessages struct {
	page   harPage
	pushes spool.Spool
}

func newHAR(w io.Writer, tool string) Entries {
	return &harArchive{w: w, tool: tool, known: map[string]*harMessages{}}
}

// Add adds a page, a message or a request.
func (h *harArchive) Add(s session.Snapshot, i int) error {
	switch e := s.Entry(i).(type) {
	case *datalayer.Page:
		h.of(s, e)
	case *datalayer.Push:
		return item(&h.of(s, s.Page(e.Page)).pushes, exported(s, e))
	case *datalayer.Hit:
		h.of(s, s.Page(e.Page))
		return item(&h.entries, harEntryOf(s, e))
	}
	return nil
}

// recentPages is the number of pages whose last messages aren't compressed yet.
const recentPages = 16

// of returns a page, and adds it if it is new.
func (h *harArchive) of(s session.Snapshot, page *datalayer.Page) *harMessages {
	m, ok := h.known[page.ID]
	if !ok {
		m = &harMessages{page: harPage{Started: timeOfDay(s, page.T), ID: page.ID, Title: page.Title, URL: page.URL}}
		h.known[page.ID] = m
		h.pages = append(h.pages, m)
	}
	if slices.Contains(h.recent, m) {
		return m
	}
	if len(h.recent) == recentPages {
		h.recent[0].pushes.Pack()
		h.recent = slices.Delete(h.recent, 0, 1)
	}
	h.recent = append(h.recent, m)
	return m
}

// End writes the archive.
func (h *harArchive) End(s session.Snapshot) error {
	log := harLog{Version: "1.2", Creator: harNamed(h.tool, " ")}
	if s.Header.Browser != "" {
		browser := harNamed(s.Header.Browser, "/")
		log.Browser = &browser
	}
	head, err := members(log)
	if err != nil {
		return err
	}
	if err := put(h.w, `{"log":{`, head, `,"pages":[`); err != nil {
		return err
	}
	separator := ""
	for _, m := range h.pages {
		page, err := members(m.page)
		if err != nil {
			return err
		}
		if err := put(h.w, separator, "{", page, `,"_pushes":[`, &m.pushes, "]}"); err != nil {
			return err
		}
		separator = ","
	}
	return put(h.w, `],"entries":[`, &h.entries, "]}}\n")
}

func harNamed(text, separator string) harName {
	name, version, _ := strings.Cut(text, separator)
	return harName{name, version}
}

func harEntryOf(s session.Snapshot, hit *datalayer.Hit) harEntry {
	unknown := harSizes{-1, -1}
	e := harEntry{
		Page: hit.Page, Started: timeOfDay(s, hit.T), Seq: hit.Seq, Vendor: hit.Vendor, VendorID: hit.ID, Event: hit.Event,
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
