package probe

import "testing"

// Whatever way leads from one page to the next, each message is recorded once, in order,
// and under its page.
func TestWindowNavigation(t *testing.T) {
	const home, left = "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer home left"
	next := []string{"page t1 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next"}
	s := serve(t, map[string]string{
		"/": following("home", "", `<style>a, button { display: block; font-size: 20px }</style>
			<a id=link href="/next">link</a>
			<a id=redirect href="/moved">redirect</a>
			<a id=refresh href="/refresh">refresh</a>
			<a id=other href="{other}/next">other</a>
			<a id=hash href="#part">hash</a>
			<a id=script href="javascript:void dataLayer.push({event: 'by url'})">script</a>
			<a id=text href="javascript:'<script>dataLayer = []; dataLayer.push({event: &quot;new text&quot;})</'+'script>'">text</a>
			<form action="/next"><button id=get name=q value=1>get</button></form>
			<form action="/next" method=post><button id=post>post</button></form>`),
		"/next":    following("next", ""),
		"/moved":   "#Status: 302\n#Location: /next\n",
		"/refresh": following("refresh", "", `<meta http-equiv=refresh content="0; url=/next">`),
	})
	v := visiting(t, Options{URL: s.URL})
	for _, tt := range []struct {
		name string
		does []string
		want []string // after the first page's
	}{
		{"link", []string{"click #link", "see next"}, append([]string{`click a#link "link"`, left}, next...)},
		{"link to another site", []string{"click #other", "see next"}, []string{
			`click a#other "other"`, left, "page t1 main load localhost/next", "push localhost/next dataLayer next",
		}},
		{"link to a part", []string{"click #hash", "run dataLayer.push({event: 'after'})", "see after"}, []string{
			`click a#hash "hash"`, "page t1 main history 127.0.0.1/#part", "push 127.0.0.1/#part dataLayer after",
		}},
		{"form", []string{"click #get", "see next"}, []string{
			`click button#get "get"`, `submit html > body > form ""`, left,
			"page t1 main load 127.0.0.1/next?q=1", "push 127.0.0.1/next?q=1 dataLayer next",
		}},
		{"form with a body", []string{"click #post", "see next"}, append([]string{`click button#post "post"`, `submit html > body > form ""`, left}, next...)},
		{"location", []string{"run location = '/next'", "see next"}, append([]string{left}, next...)},
		{"location.replace", []string{"run location.replace('/next')", "see next"}, append([]string{left}, next...)},
		{"redirect", []string{"click #redirect", "see next"}, append([]string{`click a#redirect "redirect"`, left}, next...)},
		{"meta refresh", []string{"click #refresh", "see next"}, append([]string{
			`click a#refresh "refresh"`, left, "page t1 main load 127.0.0.1/refresh", "push 127.0.0.1/refresh dataLayer refresh", "push 127.0.0.1/refresh dataLayer refresh left",
		}, next...)},
		{"javascript: URL", []string{"click #script", "see by url"}, []string{`click a#script "script"`, "push 127.0.0.1/ dataLayer by url"}},
		{"javascript: URL with a text", []string{"click #text", "see new text"}, []string{
			`click a#text "text"`, left, "page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer new text",
		}},
		{"reload", []string{"run location.reload()", "see home"}, []string{left, "page t1 main reload 127.0.0.1/", home}},
		{"reload with a key", []string{"key F5", "see home"}, []string{left, "page t1 main reload 127.0.0.1/", home}},
		{"history API", []string{"run history.pushState({}, '', '/one'); dataLayer.push({event: 'one'}); history.back(); onpopstate = () => dataLayer.push({event: 'back'})", "see back"}, []string{
			"page t1 main history 127.0.0.1/one", "push 127.0.0.1/one dataLayer one",
			"page t1 main history 127.0.0.1/", "push 127.0.0.1/ dataLayer back",
		}},
		{"back and forward", []string{"click #link", "see next", "run history.back()", "see home restored", "run history.forward()", "see next restored"}, append(append([]string{`click a#link "link"`, left}, next...),
			"push 127.0.0.1/next dataLayer next left", "page t1 main bfcache 127.0.0.1/", "push 127.0.0.1/ dataLayer home restored",
			left, "page t1 main bfcache 127.0.0.1/next", "push 127.0.0.1/next dataLayer next restored")},
		{"back with a key", []string{"click #link", "see next", "key alt+Left", "see home restored"}, append(append([]string{`click a#link "link"`, left}, next...),
			"push 127.0.0.1/next dataLayer next left", "page t1 main bfcache 127.0.0.1/", "push 127.0.0.1/ dataLayer home restored")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v.begin(t, s.URL)
			v.does(append([]string{"see home"}, tt.does...)...)
			v.mustReport(append([]string{"page t1 main load 127.0.0.1/", home}, tt.want...)...)
		})
	}
}
