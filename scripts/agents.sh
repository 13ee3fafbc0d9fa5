#!/bin/sh
# Tests layertap mcp with the inspector of the Model Context Protocol, a client that isn't of
# the library that the server is written with. It is installed in a temporary directory.
set -eu

cd "$(dirname "$0")/.."
command -v npm >/dev/null 2>&1 || { echo 'layertap: npm is needed: install Node.js and try again' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${GO:-go} build -o "$work/layertap" .
(cd "$work" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund @modelcontextprotocol/inspector@0.15.0)

cat >"$work/visit.session.jsonl" <<'RECORDING'
{"type":"session","format":1,"id":"01K","tool":"layertap 0.1.0","started":"2026-11-23T09:00:00.000Z","url":"https://shop.example/"}
{"type":"page","seq":1,"t":0.000,"page":"p1","target":"t1","frame":"main","url":"https://shop.example/","cause":"load"}
{"type":"push","seq":2,"t":1523.100,"page":"p1","frame":"main","layer":"dataLayer","kind":"object","event":"widget_opend","message":{"event":"widget_opend"}}
{"type":"end","seq":3,"t":9000.000,"pushes":1,"hits":0,"lost":0}
RECORDING

ask() { "$work/node_modules/.bin/mcp-inspector" --cli "$work/layertap" mcp --allow-actions "$@"; }

# has TEXT: the last answer has TEXT in it.
has() {
	grep -qF -e "$1" "$work/answer" || { echo "there is no $1 in:" >&2; cat "$work/answer" >&2; exit 1; }
}

ask --method tools/list >"$work/answer"
for tool in attach_tab check_recording choose_tab close_recording coverage diff_recordings end_capture explain_triggers go_to \
	infer_plan list_findings list_messages open_page open_recording push_message read_message recording_status reload state_at wait_for_event; do
	has "\"name\": \"$tool\""
done
echo 'ok: the tools are listed'

# call TEXT TOOL ARGUMENTS: the tool's answer has TEXT in it.
call() {
	want=$1 tool=$2
	shift 2
	ask --method tools/call --tool-name "$tool" "$@" >"$work/answer"
	has "$want"
	echo "ok: $tool $*"
}
call '\"errors\":1' open_recording --tool-arg "path=$work/visit.session.jsonl"
call 'isn'\''t open' read_message --tool-arg recording=r1 --tool-arg seq=2
call 'url must begin with http' open_page --tool-arg url=file:///etc/passwd
call 'no such file' open_recording --tool-arg path=none.session.jsonl
# Each of the other tools answers, of a recording that isn't open, that it isn't.
for tool in close_recording list_messages list_findings coverage check_recording wait_for_event recording_status end_capture reload; do
	call 'isn'\''t open' "$tool" --tool-arg recording=r9
done
for tool in state_at explain_triggers; do
	call 'isn'\''t open' "$tool" --tool-arg recording=r9 --tool-arg seq=2
done
call 'isn'\''t open' diff_recordings --tool-arg before=r8 --tool-arg after=r9
call 'validating /properties/recordings' infer_plan --tool-arg recordings=r9 # this client passes no lists
call 'isn'\''t open' choose_tab --tool-arg recording=r9 --tool-arg id=t1
call 'isn'\''t open' go_to --tool-arg recording=r9 --tool-arg url=https://shop.example/
call 'isn'\''t open' push_message --tool-arg recording=r9 --tool-arg message=shop_seen
call 'attaching to ' attach_tab --tool-arg where=127.0.0.1:1
