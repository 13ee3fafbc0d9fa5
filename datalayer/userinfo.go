package datalayer

import (
	"bytes"
	"regexp"
	"strings"
)

// userInfo matches the user and password in a URL, including percent-encoded URLs
// within another.
var userInfo = regexp.MustCompile(`(?i)((?::|%3A)(?:/|\\/|%2F){2})(?:[^%&\s"'\\/?#@<>]|%3A|%25)*(?:@|%40)`)

// WithoutUserInfo returns a text without the user and password in any URL in it: they
// are credentials, and never displayed or stored.
func WithoutUserInfo(text string) string {
	if !strings.Contains(text, "@") && !strings.Contains(text, "%40") {
		return text
	}
	return userInfo.ReplaceAllString(text, "$1")
}

func stripBytes(text *[]byte) {
	if bytes.IndexByte(*text, '@') < 0 && !bytes.Contains(*text, []byte("%40")) {
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
		strip(&e.Event)
		for i := range e.Stack {
			strip(&e.Stack[i].URL, &e.Stack[i].Func)
		}
	case *Action:
		strip(&e.Text, &e.Href, &e.Selector)
	case *Hit:
		strip(&e.URL, &e.Error, &e.Event)
		stripBytes(&e.Params)
	case *ScriptError:
		strip(&e.Message, &e.URL)
	case *Gap:
		strip(&e.Why)
	case *Note:
		strip(&e.Text)
	}
}

// WithoutUserInfo returns a copy of the attachment without users and passwords in any
// URL. Data shared with a isn't modified.
func (a Attachment) WithoutUserInfo() Attachment {
	strip(&a.Detail, &a.Held)
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
