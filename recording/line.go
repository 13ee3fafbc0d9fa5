package recording

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// The lines of a session file. The fields are in the order of the keys.

type headerLine struct {
	Type    string `json:"type"`
	Format  int    `json:"format"`
	ID      string `json:"id"`
	Tool    string `json:"tool"`
	Started string `json:"started"`
	Browser string `json:"browser"`
	URL     string `json:"url"`
	Redact  string `json:"redact,omitzero"`

	Setup []string `json:"setup,omitzero"`
}

// place comes first on all other lines.
type place struct {
	Type string `json:"type"`
	Seq  int    `json:"seq"`
	T    millis `json:"t"`
}

func (p place) at() datalayer.Place { return datalayer.Place{Seq: p.Seq, T: time.Duration(p.T)} }

type pageLine struct {
	place    `json:",inline"`
	Page     string          `json:"page"`
	Target   string          `json:"target"`
	Frame    string          `json:"frame"`
	Parent   string          `json:"parent,omitzero"`
	URL      string          `json:"url"`
	Referrer string          `json:"referrer,omitzero"`
	Title    string          `json:"title,omitzero"`
	Cause    datalayer.Cause `json:"cause"`
	Opener   string          `json:"opener,omitzero"`

	Worker datalayer.Worker `json:"worker,omitzero"`
	Error  string           `json:"error,omitzero"`
	Status int              `json:"status,omitzero"`

	UserAgent string `json:"userAgent,omitzero"`
	Language  string `json:"language,omitzero"`
}

type pushLine struct {
	place    `json:",inline"`
	Page     string                `json:"page"`
	Frame    string                `json:"frame"`
	Layer    string                `json:"layer"`
	Kind     datalayer.MessageKind `json:"kind"`
	Event    string                `json:"event,omitzero"`
	Message  jsontext.Value        `json:"message"`
	Called   jsontext.Value        `json:"called,omitzero"`
	Landed   *bool                 `json:"landed,omitzero"`
	Received *bool                 `json:"received,omitzero"`
	Via      datalayer.Via         `json:"via,omitzero"`
	At       string                `json:"at,omitzero"`
	Call     int32                 `json:"call,omitzero"`
	Arg      *int32                `json:"arg,omitzero"`
	Stack    []stackLine           `json:"stack,omitzero"`
	Action   int                   `json:"action,omitzero"`
	Of       int                   `json:"of,omitzero"`
}

type layerLine struct {
	place     `json:",inline"`
	Page      string               `json:"page"`
	Frame     string               `json:"frame"`
	Layer     string               `json:"layer"`
	What      datalayer.LayerEvent `json:"what"`
	Container string               `json:"container,omitzero"`
}

type closedLine struct {
	place  `json:",inline"`
	Page   string `json:"page"`
	Target string `json:"target"`
}

type errorLine struct {
	place   `json:",inline"`
	Page    string `json:"page"`
	Frame   string `json:"frame"`
	Message string `json:"message"`
	URL     string `json:"url,omitzero"`
	Line    int    `json:"line,omitzero"`
	Col     int    `json:"col,omitzero"`
}

type stackLine struct {
	Func string `json:"fn"`
	URL  string `json:"url"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

type actionLine struct {
	place    `json:",inline"`
	Page     string `json:"page"`
	Action   string `json:"action"`
	Selector string `json:"selector,omitzero"`
	Text     string `json:"text,omitzero"`
	Href     string `json:"href,omitzero"`
}

type hitLine struct {
	place    `json:",inline"`
	Page     string         `json:"page"`
	Vendor   string         `json:"vendor"`
	ID       string         `json:"id,omitzero"`
	Event    string         `json:"event,omitzero"`
	Params   jsontext.Value `json:"params,omitzero"`
	Method   string         `json:"method"`
	URL      string         `json:"url"`
	Status   int            `json:"status"`
	Error    string         `json:"error,omitzero"`
	KeyEvent bool           `json:"keyEvent,omitzero"`
	Debug    bool           `json:"debug,omitzero"`
	Consent  string         `json:"consent,omitzero"`
	Batch    *[2]int        `json:"batch,omitzero"`
	During   []int          `json:"during,omitzero"`
	Cause    *causeLine     `json:"cause,omitzero"`
}

type causeLine struct {
	Push     int    `json:"push"`
	By       string `json:"by"`
	Strength string `json:"strength"`
	Tag      string `json:"tag,omitzero"`
}

type containerLine struct {
	place    `json:",inline"`
	ID       string         `json:"id"`
	Version  string         `json:"version,omitzero"`
	Layer    string         `json:"layer,omitzero"`
	Source   string         `json:"source"`
	SHA256   string         `json:"sha256"`
	Resource jsontext.Value `json:"resource,omitzero"`
	Export   jsontext.Value `json:"export,omitzero"`
}

type googleTagLine struct {
	place    `json:",inline"`
	ID       string         `json:"id"`
	Version  string         `json:"version,omitzero"`
	Layer    string         `json:"layer,omitzero"`
	SHA256   string         `json:"sha256"`
	Resource jsontext.Value `json:"resource"`
}

type valueLine struct {
	place    `json:",inline"`
	Page     string         `json:"page"`
	Variable string         `json:"variable"`
	Source   string         `json:"source"`
	Value    jsontext.Value `json:"value"`
}

type noteLine struct {
	place `json:",inline"`
	On    int    `json:"on"`
	Text  string `json:"text"`
}

type markLine struct {
	place `json:",inline"`
	On    int    `json:"on"`
	Mark  string `json:"mark"`
}

type screenshotLine struct {
	place `json:",inline"`
	On    int    `json:"on"`
	File  string `json:"file"`
}

type gapLine struct {
	place `json:",inline"`
	Why   string `json:"why"`
	Until millis `json:"until"`
	Lost  *int   `json:"lost,omitzero"`
}

type endLine struct {
	place  `json:",inline"`
	Pushes int `json:"pushes"`
	Hits   int `json:"hits"`
	Lost   int `json:"lost"`
}

// millis is a time since the session's start. Its JSON is milliseconds with three
// decimals.
type millis time.Duration

func (m millis) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(m).Seconds()*1e3, 'f', 3, 64), nil
}

// longest is the maximum time in a file, so that sums don't overflow.
const longest = 100 * 365 * 24 * time.Hour

func (m *millis) UnmarshalJSON(text []byte) error {
	var f float64
	if err := json.Unmarshal(text, &f); err != nil {
		return err
	}
	*m = millisOf(f)
	return nil
}

// millisOf converts a number of milliseconds, up to the maximum in a file.
func millisOf(f float64) millis {
	f = max(0, min(f, float64(longest/time.Millisecond)))
	return millis(time.Duration(f*1e3+0.5) * time.Microsecond)
}
