package recording

import (
	"encoding/json"
	"strconv"
	"time"

	"layertap/datalayer"
)

// The lines of a session file. The order of the fields is the order of the keys.

type headerLine struct {
	Type    string `json:"type"`
	Format  int    `json:"format"`
	ID      string `json:"id"`
	Tool    string `json:"tool"`
	Started string `json:"started"`
	Browser string `json:"browser"`
	URL     string `json:"url"`
	Redact  string `json:"redact,omitempty"`
}

// place stands first on every other line.
type place struct {
	Type string `json:"type"`
	Seq  int    `json:"seq"`
	T    millis `json:"t"`
}

type pageLine struct {
	place
	Page     string          `json:"page"`
	Target   string          `json:"target"`
	Frame    string          `json:"frame"`
	Parent   string          `json:"parent,omitempty"`
	URL      string          `json:"url"`
	Referrer string          `json:"referrer,omitempty"`
	Title    string          `json:"title,omitempty"`
	Cause    datalayer.Cause `json:"cause"`
	Opener   string          `json:"opener,omitempty"`
}

type pushLine struct {
	place
	Page    string                `json:"page"`
	Frame   string                `json:"frame"`
	Layer   string                `json:"layer"`
	Kind    datalayer.MessageKind `json:"kind"`
	Event   string                `json:"event,omitempty"`
	Message json.RawMessage       `json:"message"`
	Via     datalayer.Via         `json:"via,omitempty"`
	At      string                `json:"at,omitempty"`
	Call    int                   `json:"call,omitempty"`
	Arg     *int                  `json:"arg,omitempty"`
	Stack   []stackLine           `json:"stack,omitempty"`
	Action  int                   `json:"action,omitempty"`
}

type stackLine struct {
	Func string `json:"fn"`
	URL  string `json:"url"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

type actionLine struct {
	place
	Page     string `json:"page"`
	Action   string `json:"action"`
	Selector string `json:"selector,omitempty"`
	Text     string `json:"text,omitempty"`
	Href     string `json:"href,omitempty"`
}

type hitLine struct {
	place
	Page     string          `json:"page"`
	Vendor   string          `json:"vendor"`
	ID       string          `json:"id,omitempty"`
	Event    string          `json:"event,omitempty"`
	Params   json.RawMessage `json:"params,omitempty"`
	Method   string          `json:"method"`
	URL      string          `json:"url"`
	Status   int             `json:"status"`
	Error    string          `json:"error,omitempty"`
	KeyEvent bool            `json:"keyEvent,omitempty"`
	Debug    bool            `json:"debug,omitempty"`
	Consent  string          `json:"consent,omitempty"`
	Batch    *[2]int         `json:"batch,omitempty"`
	Cause    *causeLine      `json:"cause,omitempty"`
}

type causeLine struct {
	Push     int    `json:"push"`
	By       string `json:"by"`
	Strength string `json:"strength"`
}

type containerLine struct {
	place
	ID       string          `json:"id"`
	Version  string          `json:"version,omitempty"`
	Layer    string          `json:"layer,omitempty"`
	Source   string          `json:"source"`
	SHA256   string          `json:"sha256"`
	Resource json.RawMessage `json:"resource,omitempty"`
	Export   json.RawMessage `json:"export,omitempty"`
}

type noteLine struct {
	place
	On   int    `json:"on"`
	Text string `json:"text"`
}

type markLine struct {
	place
	On   int    `json:"on"`
	Mark string `json:"mark"`
}

type screenshotLine struct {
	place
	On   int    `json:"on"`
	File string `json:"file"`
}

type gapLine struct {
	place
	Why   string `json:"why"`
	Until millis `json:"until"`
	Lost  *int   `json:"lost,omitempty"`
}

type endLine struct {
	place
	Pushes int `json:"pushes"`
	Hits   int `json:"hits"`
	Lost   int `json:"lost"`
}

// millis is a time since the session's start, in milliseconds with three
// decimals.
type millis time.Duration

func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(m).Seconds()*1e3, 'f', 3, 64), nil
}

// longest bounds the times that a file may name, so that no sum of them
// overflows.
const longest = 100 * 365 * 24 * time.Hour

func (m *millis) UnmarshalJSON(text []byte) error {
	var f float64
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	f = max(0, min(f, float64(longest/time.Millisecond)))
	*m = millis(time.Duration(f*1e3+0.5) * time.Microsecond)
	return nil
}
