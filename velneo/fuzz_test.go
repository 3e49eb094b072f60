package velneo

import (
	"encoding/json"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Whatever the service answers, a call ends with a value or a typed error that
// does not repeat a secret.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"status_code":200,"status":"running"}`, `{"status_code":403,"message":"no"}`, `{"status_code":"200"}`, `{}`, `null`, `[`,
		`{"status_code":1e400}`, `{"message":{"a":1}}`, "\xff", `{"status_code":403,"message":"hush"}`,
	} {
		f.Add(200, []byte(seed))
	}
	f.Add(502, []byte("<html>"))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		r := request{verb: "PUT", resource: "user"}.with("password", "hush")
		c := &Client{config: Config{APIKey: NewSecret("key")}}
		err := judge(t.Context(), r, &transport.Response{Status: status, Body: body}, c.hidden(r, stamp{}))
		if err == nil {
			err = reply{body, c.hidden(r, stamp{})}.decode(t.Context(), r, &vserverAnswer{})
		}
		var e *Error
		if err != nil {
			require.ErrorAs(t, err, &e)
			require.NotContains(t, err.Error(), "hush")
		}
	})
}

// Both dialects bring any text through json.Unmarshal, the single-quoted one
// after a server turned its quotes, and neither holds a bare quote that is the
// other's.
func FuzzDialects(f *testing.F) {
	for _, seed := range []string{`O'Brien "x" ñ`, `\`, `\u0027`, `\"`, "a: b, c", "\u2028<&>", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		params := request{members: []member{{"a", quote(text)}, {"b", quote("end")}}}.params(stamp{"session", text, 1, "s"})
		strict := string(StrictJSON.write(params))
		turned := strings.ReplaceAll(string(SingleQuoted.write(params)), `'`, `"`)
		for _, written := range []string{strict, turned, strings.ReplaceAll(strict, `'`, `"`)} {
			var got map[string]any
			require.NoError(t, json.Unmarshal([]byte(written), &got), written)
			want := map[string]any{"session": text, "timestamp": 1.0, "signed": "s", "a": text, "b": "end"}
			require.Equal(t, want, got)
		}
	})
}

// What is accepted is a range within its total.
func FuzzContentRange(f *testing.F) {
	for _, seed := range []string{"bytes 0-9/10", "bytes */10", "bytes 5-4/10", "bytes 0-9/*", "bytes -1-9/10", "BYTES 1-1/2", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		first, last, total, ok := parseContentRange(value)
		if ok {
			require.GreaterOrEqual(t, first, int64(0))
			require.LessOrEqual(t, first, last)
			require.Less(t, last, total)
		}
	})
}

// What is accepted stays below the home, on any system.
func FuzzFolderPath(f *testing.F) {
	for _, seed := range []string{"clients/client1", "../x", `a\..\b`, "C:x", "a/.. /b", "a//b", "/a", "a/..."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, p string) {
		if badPath(p) != "" {
			return
		}
		require.Equal(t, path.Clean(p), p)
		require.False(t, path.IsAbs(p))
		require.False(t, strings.ContainsAny(p, "\\\x00\n"))
		first, _, _ := strings.Cut(p, "/")
		require.NotEmpty(t, strings.Trim(first, ". "))
	})
}

func FuzzParams(f *testing.F) {
	f.Add(`{"a":1,"b":{"c":[]}}`)
	f.Add(`[]`)
	f.Add(`{"a":1,"a":2}`)
	f.Fuzz(func(t *testing.T, text string) {
		if !json.Valid([]byte(text)) {
			return
		}
		members, reason := membersOf(json.RawMessage(text))
		if !strings.Contains(text, `\ufffd`) && !strings.Contains(text, redact.Redacted) {
			require.Equal(t, strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{"), reason == "", reason)
		}
		if reason == "" {
			require.True(t, json.Valid(request{members: members}.params(stamp{"session", "s", 1, "x"})))
		}
	})
}
