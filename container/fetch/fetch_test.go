package fetch

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestContainer(t *testing.T) {
	script := `var data = {"resource":{"version":"3","macros":[{"function":"__e"}],"tags":[{"function":"__html","vtp_html":"x","tag_id":1}],"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"}],"rules":[[["if",0],["add",0]]]},"runtime":[]}; /* GTM-ABC1234 */ (function(){ google_tag_manager; })()`
	mux := http.NewServeMux()
	mux.HandleFunc("/gtm.js", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(script)) })
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<script>GTM-ABC1234</script>")) })
	tag := strings.ReplaceAll(script, "GTM-ABC1234", "G-ABC1234567")
	tag = strings.Replace(tag, "(function(){", `(function(){ x = "G-ABC1234567";`, 1)
	mux.HandleFunc("/gtag/js", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(tag)) })
	mux.HandleFunc("/gtag", func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(`<script async src="https://www.googletagmanager.com/gtag/js?id=G-ABC1234567"></script>`))
	})
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("<p>nothing</p>")) })
	server := httptest.NewServer(mux)
	defer server.Close()
	defer func(container, tag string) { scripts, tags = container, tag }(scripts, tags)
	scripts, tags = server.URL+"/gtm.js?id=", server.URL+"/gtag/js?id="
	for path, wrong := range map[string]string{
		"/gtm.js": "", "/page": "", "/gtag": "", "/gtag/js": "", "/plain": "names no Google Tag Manager container", "/none": "404",
	} {
		c, err := Container(t.Context(), server.URL+path)
		switch {
		case wrong == "" && (err != nil || len(c.Tags) != 1):
			t.Errorf("%s: %v, %v", path, c, err)
		case wrong != "" && (err == nil || !strings.Contains(err.Error(), wrong)):
			t.Errorf("%s: %v", path, err)
		}
	}
}
