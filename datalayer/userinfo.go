package datalayer

import (
	"bytes"
	"regexp"
	"strings"
)

var (
	// userInfo matches the user and password in a URL, which may be percent-encoded. They
	// end at the last @ (url.spec.whatwg.org, the authority state).
	userInfo = regexp.MustCompile(`(:(?:/|\\/){2})[^&\s"'\\/?#<>]*@`)
	// encodedUserInfo matches them in a URL that is percent-encoded within another, once
	// or several times. Its characters may be, too, but for those that end a URL's authority.
	encodedUserInfo = regexp.MustCompile(`(?i)((?::|%(?:25)*3A)(?:/|\\/|%(?:25)*2F){2})(?:[^%&\s"'\\/?#<>]|%(?:25)*(?:2[1489A-E]|3[0-9ABD]|5[0-9ABDEF]|7[0-9A-E]|[4689A-F][0-9A-F]))*(?:@|%(?:25)*40)`)
)

// WithoutUserInfo returns a text without the user and password in any URL in it: they
// are credentials, and never displayed or stored.
func WithoutUserInfo(text string) string {
	if strings.Contains(text, "@") {
		text = userInfo.ReplaceAllString(text, "$1")
	}
	if strings.Contains(text, "%") && (strings.Contains(text, "@") || strings.Contains(text, "40")) {
		text = encodedUserInfo.ReplaceAllString(text, "$1")
	}
	return text
}

func stripBytes(text *[]byte) {
	if !bytes.ContainsAny(*text, "@%") {
		return
	}
	before := string(*text)
	if after := WithoutUserInfo(before); after != before {
		*text = []byte(after)
	}
}

func strip(texts ...*string) {
	for _, t := range texts {
		if s := WithoutUserInfo(*t); s != *t {
			*t = s
		}
	}
}

// StripUserInfo removes users and passwords from all URLs in an entry. Only its source
// calls it, before passing the entry on.
func StripUserInfo(e Entry) {
	switch e := e.(type) {
	case *Page:
		strip(&e.URL, &e.Referrer, &e.Title, &e.Error)
	case *Push:
		stripBytes(&e.Message)
		stripBytes(&e.Called)
		strip(&e.Event, &e.Layer)
		for i := range e.Stack {
			strip(&e.Stack[i].URL, &e.Stack[i].Func)
		}
	case *Action:
		strip(&e.Text, &e.Href, &e.Selector)
	case *Hit:
		strip(&e.URL, &e.Error, &e.Event, &e.Vendor, &e.ID, &e.Consent)
		stripBytes(&e.Params)
	case *ScriptError:
		strip(&e.Message, &e.URL)
	case *Gap:
		strip(&e.Why)
	case *LayerChange:
		strip(&e.Layer, &e.Container)
	case *Container:
		strip(&e.ID, &e.Version, &e.Layer)
		stripBytes(&e.Resource)
		stripBytes(&e.Export)
	case *GoogleTag:
		strip(&e.ID, &e.Version, &e.Layer)
		stripBytes(&e.Resource)
	case *PageValue:
		strip(&e.Variable, &e.Source)
		stripBytes(&e.Value)
	case *Note:
		strip(&e.Text)
	case *Mark:
		strip(&e.Mark)
	case *Screenshot:
		strip(&e.File)
	}
}

// WithoutUserInfo returns a copy of the attachment without users and passwords in any
// URL. Data shared with a isn't modified.
func (a Attachment) WithoutUserInfo() Attachment {
	strip(&a.Detail, &a.Held, &a.Reopens)
	frames := make([]Frame, len(a.Frames))
	for i, f := range a.Frames {
		strip(&f.URL, &f.Remark)
		frames[i] = f
	}
	if a.Frames != nil {
		a.Frames = frames
	}
	choices := make([]Choice, len(a.Choices))
	for i, c := range a.Choices {
		strip(&c.URL, &c.Title)
		choices[i] = c
	}
	if a.Choices != nil {
		a.Choices = choices
	}
	return a
}
