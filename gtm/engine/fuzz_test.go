package engine_test

import (
	"testing"

	"layertap/gtm/engine"
	"layertap/gtm/parse"

	"layertap/datalayer"
	"layertap/gtm"
)

// exercise evaluates a page's first messages in the container.
func exercise(t *testing.T, c *gtm.Container) {
	t.Helper()
	e := engine.New(c)
	e.Open(page)
	for i, text := range []string{
		`{"event":"gtm.js","gtm.start":1}`, `{"a":{"b":[1,{"c":null}]},"v":"x"}`,
		`{"event":"widget_opened","gtm.elementUrl":"https://a.test/?q=1","v":{"$":"undefined"},"gtm.triggers":"1_2"}`,
	} {
		push, v := message(i+1, text)
		e.Push(page, push, v)
		if _, ok := e.Explain(push); !ok {
			t.Fatal("not explained")
		}
	}
	e.Unused()
	if entry := c.Entry("dataLayer"); len(entry.Resource)+len(entry.Export) > 0 {
		if _, err := engine.New().Load(entry); err != nil {
			t.Fatalf("a container that was read is not read again: %v", err)
		}
	}
}

// resource is a small published container.
const resource = `{"version":"7","macros":[{"function":"__e"},{"function":"__v","vtp_name":"a.b","vtp_dataLayerVersion":2}],` +
	`"tags":[{"function":"__html","once_per_event":true,"vtp_html":["template","\u003Cscript>",["escape",["macro",1],8,16],"\u003C/script>"],"tag_id":3}],` +
	`"predicates":[{"function":"_re","arg0":["macro",0],"arg1":"^widget_"},{"function":"_eq","arg0":["macro",1],"arg1":"x"}],` +
	`"rules":[[["if",0],["unless",1],["add",0]]]}`

func FuzzReadPublished(f *testing.F) {
	f.Add([]byte(resource))
	f.Add([]byte(`var data={resource:{macros:[{function:'__remm',vtp_map:['list',['map','key','(a)','value','$1']],vtp_input:['macro',0]}],predicates:[],rules:[[['if',9],['add',9]]]}}`))
	f.Add([]byte(`{"resource":{"macros":[{"function":"__u","vtp_component":"QUERY","vtp_queryKey":"q","vtp_customUrlSource":["macro",1]},{"function":"__smm","vtp_input":["macro",1],"vtp_map":["list"]}],"tags":[{"function":"__x","setup_tags":["list",["tag",0,1]]}],"predicates":[{"function":"_css","arg0":["macro",0],"arg1":["template",["macro",1]],"any_of":true}],"rules":[[["if",0],["add",0]]]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := parse.Container(text); err == nil {
			exercise(t, c)
		}
		parse.Find(text)
	})
}

func FuzzReadExport(f *testing.F) {
	for _, name := range []string{"rules__setup_chain_and_blocked_setup", "var__regex_table_remm", "rules__consent_default_before_gtm"} {
		f.Add(read(f, "../testdata/oracle", name, "export.json"))
	}
	live, err := parse.Container([]byte(resource))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := parse.Container(text)
		if err != nil {
			return
		}
		exercise(t, c)
		exercise(t, parse.WithNames(live, c))
	})
}

// For any messages, the state computed from a checkpoint equals the one computed from
// the start.
func FuzzMessages(f *testing.F) {
	f.Add(`{"a.b":1,"event":"x","_clear":true}`, `["l.push",{"a":[1]}]`, `["set",{"a":{"$":"undefined"}}]`, uint8(3))
	f.Add(`{"l":[1,{"$":"hole"},{"$":"cycle","path":"$"}]}`, `["event","x",{"p":1}]`, `{"$":"function","name":""}`, uint8(9))
	f.Fuzz(func(t *testing.T, first, second, third string, kinds uint8) {
		b := newBench(t, wired)
		all := []datalayer.MessageKind{datalayer.KindObject, datalayer.KindGtag, datalayer.KindCommand, datalayer.KindFunction, datalayer.KindOther}
		for i, text := range []string{first, second, third} {
			if _, err := datalayer.Decode([]byte(text)); err != nil {
				return
			}
			b.send(page, all[(int(kinds)+i)%len(all)], datalayer.ViaPush, text)
		}
		for _, push := range b.pushes {
			state, ok := b.engine.State(push)
			if !ok {
				t.Fatal("no state")
			}
			explained, _ := b.engine.Explain(push)
			if string(datalayer.Encode(nil, explained.State.V2)) != string(datalayer.Encode(nil, state.V2)) {
				t.Fatalf("%s: two states", push.Message)
			}
		}
	})
}
