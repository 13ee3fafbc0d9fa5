package datalayer_test

import (
	"strings"
	"testing"

	"layertap/datalayer"
)

func TestWithoutUserInfo(t *testing.T) {
	for text, want := range map[string]string{
		"http://user:secret@shop.example/a": "http://shop.example/a",
		"https://secret@shop.example":       "https://shop.example",
		"https://t.example/g/collect?dl=http%3A%2F%2Fuser%3Asecret%40shop.example%2Fa&x=1": "https://t.example/g/collect?dl=http%3A%2F%2Fshop.example%2Fa&x=1",
		`{"page_location":"http://user:secret@shop.example/","n":1}`:                       `{"page_location":"http://shop.example/","n":1}`,
		`{"u":"http:\/\/user:secret@shop.example\/"}`:                                      `{"u":"http:\/\/shop.example\/"}`,
		"http://user:s@ec@ret@shop.example/a":                                              "http://shop.example/a",
		"http://user:s%c3%a9cret%7c@shop.example/":                                         "http://shop.example/",
		"https://t.example/c?u=http%3A%2F%2Fuser%3As%2540ec%C3%A9ret%7C%40shop.example%2F": "https://t.example/c?u=http%3A%2F%2Fshop.example%2F",
		"https://t.example/c?u=http%3A%2F%2Fuser%3As@ec%C3%A9ret@shop.example%2F":          "https://t.example/c?u=http%3A%2F%2Fshop.example%2F",
		"opening http://user:secret@a/ from http://user:secret@b/":                         "opening http://a/ from http://b/",
		"https://shop.example/@user?mail=a@b.example":                                      "https://shop.example/@user?mail=a@b.example",
		"mailto:a@b.example":                   "mailto:a@b.example",
		"https://user:p%40ss%24@shop.example/": "https://shop.example/",
		"https://t.example/c?u=https%253A%252F%252Fuser%253Asecret%2540shop.example%252F":  "https://t.example/c?u=https%253A%252F%252Fshop.example%252F",
		"https://t.example/c?u=https%3A%252F%252Fuser%3Asecret%40shop.example":             "https://t.example/c?u=https%3A%252F%252Fshop.example",
		"https://t.example/c?u=https%253A%252F%252Fshop.example%2526m%253Da%2540b.example": "https://t.example/c?u=https%253A%252F%252Fshop.example%2526m%253Da%2540b.example",
		`{"a":"https://shop.example","mail":"a@b.example"}`:                                `{"a":"https://shop.example","mail":"a@b.example"}`,
		"https://t.example/c?u=https%3A%2F%2Fshop.example&m=a%40b.com":                     "https://t.example/c?u=https%3A%2F%2Fshop.example&m=a%40b.com",
	} {
		if got := datalayer.WithoutUserInfo(text); got != want {
			t.Errorf("of %s is left %s, not %s", text, got, want)
		}
	}
}

// A message is stripped like any other text.
func TestStripUserInfoOfMessages(t *testing.T) {
	for _, encoded := range []string{"https://zoe:secret@shop.example", "https%3A%2F%2Fzoe%3Asecret%40shop.example", "https%253A%252F%252Fzoe%253Asecret%2540shop.example"} {
		push := &datalayer.Push{Message: []byte(`{"url":"` + encoded + `"}`), Called: []byte(`["` + encoded + `"]`)}
		datalayer.StripUserInfo(push)
		if text := string(push.Message) + string(push.Called); strings.Contains(text, "secret") {
			t.Errorf("of %s is left %s", encoded, text)
		}
	}
}
