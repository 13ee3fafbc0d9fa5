package datalayer

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Title returns the message's event, or what the message is instead: "(gtag)".
func (p *Push) Title() string {
	if p.Event != "" {
		return p.Event
	}
	return "(" + string(p.Kind) + ")"
}

// Value returns what was pushed. Sources only return well-formed messages; a malformed
// one is returned as a [Threw] with the error.
func (p *Push) Value() Value {
	v, err := Decode(p.Message)
	if err != nil {
		return Value{Kind: Threw, Text: err.Error()}
	}
	return v
}

// ByHandURL is the script URL in the stack of messages that the user pushed.
const ByHandURL = "layertap-by-hand"

// ByHand reports whether the user pushed the message, not the page.
func (p *Push) ByHand() bool {
	return slices.ContainsFunc(p.Stack, func(f StackFrame) bool { return f.URL == ByHandURL })
}

// Path returns the part of the page's URL that is the same on all sites it is tested
// on.
func (p *Page) Path() string {
	u, err := url.Parse(p.URL)
	if err != nil || u.Path == "" {
		return "/"
	}
	return u.Path
}

// Origin returns the origin of the page's URL: "https://shop.example"; empty if it has
// none.
func (p *Page) Origin() string {
	u, err := url.Parse(p.URL)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// OnSite returns what follows the origin in a URL, and whether the URL has that origin.
func OnSite(address, origin string) (string, bool) {
	rest, ok := strings.CutPrefix(address, origin)
	return rest, ok && origin != "" && (rest == "" || strings.ContainsRune("/?#", rune(rest[0])))
}

// Confidence returns the certainty of the cause as a word for users: "certain",
// "likely" or "low confidence", which is "weak" in session files.
func (c *HitCause) Confidence() string {
	if c.Strength == "weak" {
		return "low confidence"
	}
	return c.Strength
}

// Member returns the path of a key of the object at a path: "ecommerce.items".
func Member(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// Item returns the path of an element of the array at a path: "ecommerce.items[0]".
func Item(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

// Sentence describes the change: `data layer "dataLayer" was replaced`.
func (c *LayerChange) Sentence() string {
	layer := "data layer \"" + c.Layer + "\""
	switch c.What {
	case LayerFound:
		return layer + " was found; no container uses it so far"
	case LayerReplaced:
		return layer + " was replaced"
	case LayerTaken:
		if c.Container == "" {
			return layer + " is used by a container"
		}
		if IsGoogleTag(c.Container) {
			return layer + " is used by Google tag " + c.Container
		}
		return layer + " is used by container " + c.Container
	case LayerBypassed:
		return layer + " was bypassed: its push no longer reaches the container"
	case LayerOverridden:
		return layer + " has a push of the page's own, which may keep messages"
	case LayerLexical:
		return layer + " is declared with let or const, so no container can see it"
	case LayerLookalike:
		return "\"" + c.Layer + "\" looks like a data layer, but has another name"
	case LayerWorker:
		return layer + " is in a worker"
	case LayerObject:
		return layer + " is an object, so it isn't recorded; watch an array in it with --layer " + c.Layer + ".NAME"
	}
	return layer + ": " + string(c.What)
}

// longestValue is the number of bytes of a value in a sentence.
const longestValue = 200

// Sentence describes the value: `JS - is mobile was read from the page: true`.
func (v *PageValue) Sentence() string {
	value := string(v.Value)
	if decoded, err := Decode(v.Value); err == nil && decoded.Kind == Undefined {
		value = "undefined"
	}
	if len(value) > longestValue {
		value = strings.ToValidUTF8(value[:longestValue], "") + "…"
	}
	return v.Variable + " was read from the page: " + value
}

// Sentence describes the error and its location: "script error: x is not defined
// (https://shop.example/a.js:3:7)".
func (e *ScriptError) Sentence() string {
	sentence := "script error: " + e.Message
	if e.URL == "" {
		return sentence
	}
	return sentence + " (" + e.Location() + ")"
}

// Sentence names the tab: "tab t2 was closed".
func (c *TabClosed) Sentence() string {
	return "tab " + c.Target + " was closed"
}

// Location returns where the error happened, "https://shop.example/a.js:3:7", as far as
// it is known.
func (e *ScriptError) Location() string {
	if e.Line < 1 {
		return e.URL
	}
	return e.URL + ":" + strconv.Itoa(e.Line) + ":" + strconv.Itoa(e.Col)
}

// Remark returns why a page couldn't be opened, how it was opened, and the status if
// that is an error; empty if it was loaded normally.
func (p *Page) Remark() string {
	if p.Error != "" {
		return "couldn't be opened: " + p.Error
	}
	remark := p.Cause.Words()
	if p.Status != 0 {
		if remark != "" {
			remark += ", "
		}
		remark += "the server responded with " + strconv.Itoa(p.Status)
	}
	return remark
}

// Words describes how a page was opened; empty if it was loaded normally.
func (c Cause) Words() string {
	switch c {
	case CauseHistory:
		return "URL changed"
	case CauseReload:
		return "reloaded"
	case CauseBFCache:
		return "back or forward"
	case CauseAttach:
		return "was already open"
	case CausePrerender:
		return "prerendered"
	}
	return ""
}

// IsGoogleTag reports whether an ID is that of a Google tag, not of a container of Google
// Tag Manager. See https://support.google.com/tagmanager/answer/12326985.
func IsGoogleTag(id string) bool {
	kind, _, ok := strings.Cut(id, "-")
	return ok && slices.Contains(googleTagKinds, kind)
}

// googleTagKinds are what the IDs of Google tags begin with: Google tag, Google Analytics,
// Google Ads, Floodlight and Merchant Center.
var googleTagKinds = []string{"GT", "G", "AW", "DC", "MC"}
