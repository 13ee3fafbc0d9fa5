// Package visit defines the flags that set up a visit, what is recorded of them, and
// the presets in the settings.
package visit

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // not all systems have the time zones

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/probe"
	"layertap/probe/visit"
)

// Flags are the names of the flags, in the order in which they are recorded.
var Flags = []string{
	"headless", "profile", "viewport", "mobile", "user-agent", "lang", "timezone", "geolocation", "incognito", "devtools",
	"cookie", "header", "auth-file", "block", "ignore-certificate-errors", "chrome-flag",
}

// secret are the flags whose values are not recorded: for a cookie or a header only the
// name is, for a login nothing.
var secret = []string{"cookie", "header", "auth-file"}

// Add adds the flags, which set o when they are given. ReadFile reads a file that a
// flag names.
func Add(flags *pflag.FlagSet, o *probe.Options, readFile func(string) ([]byte, error)) {
	v := &o.Visit
	flags.BoolVar(&o.Headless, "headless", false, "run Chrome without a window")
	flags.StringVar(&o.Profile, "profile", "", "use the Chrome profile `NAME`, which keeps logins and consent")
	flags.Var(&parsed{read: readSize(&v.Viewport)}, "viewport", "the `SIZE` of the page, for example 1280x720")
	flags.Var(&parsed{read: readDevice(&v.Device)}, "mobile", "look like a `DEVICE`, for example \"Pixel 7\"")
	flags.StringVar(&v.UserAgent, "user-agent", "", "the user agent `TEXT` that Chrome sends")
	flags.Var(&parsed{read: readLanguage(&v.Language)}, "lang", "the visitor's `LANGUAGE`, for example de-DE")
	flags.Var(&parsed{read: readZone(&v.TimeZone)}, "timezone", "the visitor's time `ZONE`, for example Europe/Berlin")
	flags.Var(&parsed{read: readPosition(&v.Position)}, "geolocation", "the visitor's `POSITION`, for example 52.52,13.405")
	flags.BoolVar(&v.Incognito, "incognito", false, "open an incognito window")
	flags.BoolVar(&v.DevTools, "devtools", false, "open DevTools beside each tab")
	flags.Var(&parsed{read: readPair(&v.Cookies, "=", "NAME=VALUE", "consent=all"), many: true}, "cookie", "give the site a cookie `NAME=VALUE` (repeatable)")
	flags.Var(&parsed{read: readPair(&v.Headers, ":", "NAME: VALUE", "X-Staging: 1"), many: true}, "header", "send the site a header `'NAME: VALUE'` (repeatable)")
	flags.Var(&parsed{read: readLogin(&v.Login, readFile)}, "auth-file", "log in to the site with the USER:PASSWORD in `FILE`")
	flags.Var(&parsed{read: readHost(&v.Block), many: true}, "block", "block all requests to `HOST` and the hosts below it (repeatable)")
	flags.BoolVar(&v.IgnoreCertificateErrors, "ignore-certificate-errors", false, "open sites with a certificate that isn't valid, such as staging sites")
	flags.StringArrayVar(&v.Flags, "chrome-flag", nil, "start Chrome with this `FLAG` as well (repeatable)")
}

// Setup returns how a visit was set up, as it is recorded: the flags that were given,
// without secrets.
func Setup(flags *pflag.FlagSet) []string {
	var all []string
	for _, name := range Flags {
		f := flags.Lookup(name)
		if !f.Changed || name == "auth-file" {
			continue
		}
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if slices.Contains(secret, name) {
				value = value[:max(0, strings.IndexAny(value, "=:"))]
			}
			flag := "--" + name + "=" + value
			if f.NoOptDefVal == value { // it is written without a value
				flag = "--" + name
			}
			all = append(all, datalayer.WithoutUserInfo(flag))
		}
	}
	return all
}

// Preset is a named setup of a visit: the values of flags by name.
type Preset map[string]Values

// Use sets the flags of the preset that were not given.
func (p Preset) Use(flags *pflag.FlagSet) error {
	for _, name := range Flags {
		if flags.Changed(name) {
			continue
		}
		for _, value := range p[name] {
			if err := flags.Set(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// Check returns an error if a key isn't a flag of a visit.
func (p Preset) Check() error {
	for name := range p {
		if !slices.Contains(Flags, name) {
			return fmt.Errorf("unknown setting %q: must be one of %s", name, strings.Join(Flags, ", "))
		}
	}
	return nil
}

// Values is one value or several.
type Values []string

// UnmarshalYAML reads one value or a list of them.
func (v *Values) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode((*[]string)(v))
	}
	var one string
	if err := node.Decode(&one); err != nil {
		return err
	}
	*v = Values{one}
	return nil
}

// MarshalYAML writes them in the form in which they are read.
func (v Values) MarshalYAML() (any, error) {
	if len(v) == 1 {
		return v[0], nil
	}
	return []string(v), nil
}

// parsed is the value of a flag that is parsed when it is set.
type parsed struct {
	typed []string
	many  bool
	read  func(string) error
}

func (p *parsed) String() string { return strings.Join(p.typed, " ") }

// Type returns the type shown in help.
func (p *parsed) Type() string { return "string" }

func (p *parsed) Set(typed string) error {
	if err := p.read(typed); err != nil {
		return err
	}
	if !p.many {
		p.typed = nil
	}
	p.typed = append(p.typed, typed)
	return nil
}

// Append adds a value.
func (p *parsed) Append(typed string) error { return p.Set(typed) }

// Replace returns an error: values can't be replaced.
func (p *parsed) Replace([]string) error { return errors.New("cannot be replaced") }

// GetSlice returns the values.
func (p *parsed) GetSlice() []string { return p.typed }

func readDevice(device *string) func(string) error {
	return func(typed string) error {
		for _, name := range visit.Devices() {
			if strings.EqualFold(name, typed) {
				*device = name
				return nil
			}
		}
		return fmt.Errorf("must be one of %s", strings.Join(visit.Devices(), ", "))
	}
}

// language matches a tag such as de-DE or zh-Hant-TW (RFC 5646, 2.1).
var language = regexp.MustCompile(`^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)

func readLanguage(tag *string) func(string) error {
	return func(typed string) error {
		if !language.MatchString(typed) {
			return errors.New("must be a language, such as de or de-DE")
		}
		*tag = typed
		return nil
	}
}

func readZone(zone *string) func(string) error {
	return func(typed string) error {
		if _, err := time.LoadLocation(typed); err != nil || typed == "" || typed == "Local" {
			return errors.New("must be a time zone, such as Europe/Berlin or UTC")
		}
		*zone = typed
		return nil
	}
}

// maxViewport is larger than any screen.
const maxViewport = 10_000

func readSize(size *visit.Size) func(string) error {
	return func(typed string) error {
		width, height, _ := strings.Cut(strings.ToLower(typed), "x")
		w, err := strconv.Atoi(width)
		h, err2 := strconv.Atoi(height)
		if err != nil || err2 != nil || w <= 0 || h <= 0 || w > maxViewport || h > maxViewport {
			return errors.New("must be WIDTHxHEIGHT in pixels, such as 1280x720")
		}
		*size = visit.Size{Width: w, Height: h}
		return nil
	}
}

func readPosition(at **visit.Position) func(string) error {
	return func(typed string) error {
		north, east, _ := strings.Cut(typed, ",")
		latitude, err := strconv.ParseFloat(strings.TrimSpace(north), 64)
		longitude, err2 := strconv.ParseFloat(strings.TrimSpace(east), 64)
		if err != nil || err2 != nil || !(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180) {
			return errors.New("must be LATITUDE,LONGITUDE in degrees, such as 52.52,13.405")
		}
		*at = &visit.Position{Latitude: latitude, Longitude: longitude}
		return nil
	}
}

// readPair returns a function that parses a name and a value. Its errors don't contain
// the value, which may be a secret.
func readPair(pairs *[]visit.Pair, sign, form, example string) func(string) error {
	return func(typed string) error {
		name, value, found := strings.Cut(typed, sign)
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || name == "" || strings.ContainsFunc(name, notInToken) || strings.ContainsAny(value, "\r\n\x00") {
			return fmt.Errorf("must be %s, such as %s", form, example)
		}
		*pairs = append(*pairs, visit.Pair{Name: name, Value: value})
		return nil
	}
}

// notInToken reports whether a character isn't allowed in the names of cookies and
// headers (RFC 9110, section 5.6.2).
func notInToken(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

func readHost(hosts *[]string) func(string) error {
	return func(typed string) error {
		host := strings.TrimPrefix(typed, "*.")
		if host == "" || strings.ContainsAny(host, "/:@*?#() \t\r\n") {
			return errors.New("must be a host, such as www.google-analytics.com")
		}
		*hosts = append(*hosts, strings.ToLower(host))
		return nil
	}
}

func readLogin(login **url.Userinfo, readFile func(string) ([]byte, error)) func(string) error {
	return func(name string) error {
		text, err := readFile(name)
		if err != nil {
			return err
		}
		line, _, _ := strings.Cut(string(text), "\n")
		user, password, found := strings.Cut(strings.TrimRight(line, "\r"), ":")
		if !found || user == "" {
			return errors.New("its first line must be USER:PASSWORD")
		}
		*login = url.UserPassword(user, password)
		return nil
	}
}
