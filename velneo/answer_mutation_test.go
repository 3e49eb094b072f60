package velneo_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

// kind is what a member of an answer may be, by the package's documentation.
type kind int

const (
	code      kind = iota // a whole number; 2xx is a success
	word                  // a text that must be there
	wordOrNot             // a text, or none
	id                    // a text or a number's digits that must be there
	idOrNot
	link  // an absolute URL that must be there
	loose // a message: a text, a number, or else as if it were not there
	extra // of no interest to the call
)

type field struct {
	name, good string // good is JSON
	kind       kind
}

// mutatedCall is a typed call, the answer that gets mutated and where the result
// holds each member of it.
type mutatedCall struct {
	name   string
	verb   string // of the request whose answer it is
	path   string
	change bool // it is never repeated, so what is unclear is ambiguous
	fields []field
	call   func(context.Context, *velneo.Client) (any, error)
	want   func(values map[string]string) any
}

func success(fields ...field) []field {
	return append([]field{{"status_code", "200", code}}, fields...)
}

func mutatedCalls() []mutatedCall {
	said := field{"message", `"done"`, loose}
	state := success(field{"status", `"running"`, word}, field{"vrl", `"vatp://vserver.example.com:6676"`, wordOrNot},
		field{"version", `"7.12.0"`, wordOrNot}, field{"extra", `{"a":[1]}`, extra})
	nothing := func(map[string]string) any { return nil }
	result := func(v map[string]string) any { return velneo.Result{Message: v["message"]} }
	vserver := func(v map[string]string) any {
		return velneo.VServer{Status: velneo.Status(v["status"]), VRL: v["vrl"], Version: v["version"]}
	}
	plain := func(f func(*velneo.Client, context.Context) error) func(context.Context, *velneo.Client) (any, error) {
		return func(ctx context.Context, c *velneo.Client) (any, error) { return nil, f(c, ctx) }
	}
	return []mutatedCall{
		{"Login", "POST", "session", false, success(field{"session", `"s-1"`, id}),
			func(ctx context.Context, c *velneo.Client) (any, error) { return some(c.Login(ctx)) },
			func(v map[string]string) any { return velneo.NewSecret(v["session"]) }},
		{"Logout", "DELETE", "session", true, success(said), plain((*velneo.Client).Logout), nothing},
		{"VServer", "GET", "vserver", false, state,
			func(ctx context.Context, c *velneo.Client) (any, error) { return some(c.VServer(ctx)) }, vserver},
		{"WaitForStatus", "GET", "vserver", false, state,
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.WaitForStatus(ctx, velneo.StatusRunning, velneo.WaitOptions{Interval: time.Millisecond}))
			}, func(v map[string]string) any {
				if v["status"] != "running" { // another question follows, and is answered well
					return velneo.VServer{Status: velneo.StatusRunning, Version: "7.12.0"}
				}
				return vserver(v)
			}},
		{"Start", "PUT", "vserver", true, success(said), plain((*velneo.Client).Start), nothing},
		{"Stop", "PUT", "vserver", true, success(said), plain((*velneo.Client).Stop), nothing},
		{"SetCredentials", "PUT", "vserver", true, success(said),
			plain(func(c *velneo.Client, ctx context.Context) error {
				return c.SetCredentials(ctx, "root", velneo.NewSecret("pw"))
			}), nothing},
		{"Backup", "PUT", "vserver", true, success(field{"url", `"https://backup.example.com/1?token=t"`, link}),
			func(ctx context.Context, c *velneo.Client) (any, error) { return some(c.Backup(ctx)) },
			func(v map[string]string) any { return velneo.NewSecret(v["url"]) }},
		{"PutGroup", "PUT", "group", true, success(said),
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.PutGroup(ctx, velneo.Group{Name: "g"}))
			}, result},
		{"PutGroup, asking for the version", "GET", "vserver", false, success(field{"status", `"running"`, word}, field{"version", `"7.12.0"`, word}),
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.PutGroup(ctx, velneo.Group{Name: "g", AddAppInstance: velneo.AppInstance{ID: "1", Name: "a"}}))
			}, func(v map[string]string) any {
				if strings.Trim(v["version"], "0123456789.") != "" {
					return errors.New("not a version")
				}
				return velneo.Result{}
			}},
		{"PutUser", "PUT", "user", true, success(said),
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.PutUser(ctx, velneo.User{Username: "luis", Password: velneo.NewSecret("pw-1"), Group: "g"}))
			}, result},
		{"PutFolder", "PUT", "folder", true, success(said),
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.PutFolder(ctx, velneo.Folder{Name: "f", Group: "g"}))
			}, result},
		{"PutInstance", "PUT", "instance", true, success(said, field{"id_instancia", `"instance-1"`, idOrNot}),
			func(ctx context.Context, c *velneo.Client) (any, error) {
				return some(c.PutInstance(ctx, velneo.Instance{Name: "shop", Project: "p", Solution: "s", FolderShared: "f"}))
			}, func(v map[string]string) any {
				return velneo.InstanceResult{
					AppInstance: velneo.AppInstance{Name: "shop", ID: v["id_instancia"]}, Result: velneo.Result{Message: v["message"]},
				}
			}},
	}
}

func some[T any](v T, err error) (any, error) { return v, err }

// mutants are what takes the place of a member's value. "" leaves the member
// out.
func mutants() []string {
	return []string{
		"", "null", `""`, "7", "-1", "0", "1.5", "1e3", "1e400", "99999999999999999999", "true", "false", "[]", "{}",
		`["x"]`, `[null]`, `{"value":"x"}`, `"1 000,50"`, `"1.000"`, `"unknown word"`, `"two\nlines"`, `"\u0000"`, `"\ud800"`, `"` + "\xff" + `"`,
		`"200"`, `"` + strings.Repeat("long ", 60_000) + `"`, `"https://other.example.com/2"`, `"running"`,
		"1 000,50", "1.000,50", "NaN", "TRUE", "'x'", "0x10", "0200",
	}
}

// A mutated answer of any typed call in both dialects: the result is what the
// documentation says of it, or a typed error that leaves no change in the dark.
func TestAnswers_Mutated(t *testing.T) {
	cases, values := 0, 0
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		for _, m := range mutatedCalls() {
			t.Run(fmt.Sprint(dialect, " ", m.name), func(t *testing.T) {
				good := map[string]string{}
				for _, f := range m.fields {
					good[f.name] = f.good
				}
				check := func(body string, want map[string]string, ok bool) {
					cases++
					if m.check(t, dialect, body, want, ok) {
						values++
					}
				}
				check(m.write(nil), m.values(good), true)
				for _, f := range m.fields {
					for _, mutant := range mutants() {
						changed := map[string]string{f.name: mutant}
						want, ok := m.expect(changed)
						check(m.write(changed), want, ok)
					}
					twice := strings.TrimSuffix(m.write(nil), "}") + fmt.Sprintf(",%q:", f.name)
					check(twice+f.good+"}", m.values(good), true)
					check(twice+"null}", m.values(good), true)
					check(strings.Replace(m.write(nil), f.name, strings.ToUpper(f.name), 1), m.values(good), true)
					if f.kind != loose && f.kind != extra {
						check(twice+`"another"}`, nil, false)
						check(twice+`{}}`, nil, false)
					}
				}
				whole := m.write(nil)
				for _, body := range []string{
					"", "null", "[]", "[" + whole + "]", `""`, "7", "true", whole[:len(whole)/2], whole + whole, whole + ",", "{}", `{"answer":` + whole + "}",
					"\ufeff" + whole, strings.ReplaceAll(whole, `"`, `'`), "<html>", "status_code=200", "[" + whole + "," + whole + "]",
				} {
					check(body, nil, false)
				}
			})
		}
	}
	t.Logf("%d cases: %d results as documented, %d typed errors", cases, values, cases-values)
}

// write writes the good answer with some members changed.
func (m mutatedCall) write(changed map[string]string) string {
	var members []string
	for _, f := range m.fields {
		value, ok := changed[f.name]
		if !ok {
			value = f.good
		}
		if value != "" {
			members = append(members, fmt.Sprintf("%q:%s", f.name, value))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

// values are the members' values as the result shows them.
func (m mutatedCall) values(raw map[string]string) map[string]string {
	values := map[string]string{}
	for _, f := range m.fields {
		values[f.name], _ = f.value(raw[f.name])
	}
	return values
}

// expect returns the values that an answer with a changed member must give, or
// that it must give an error.
func (m mutatedCall) expect(changed map[string]string) (map[string]string, bool) {
	if !json.Valid([]byte(m.write(changed))) {
		return nil, false
	}
	values := map[string]string{}
	for _, f := range m.fields {
		raw, ok := changed[f.name]
		if !ok {
			raw = f.good
		}
		if values[f.name], ok = f.value(raw); !ok {
			return nil, false
		}
	}
	return values, true
}

// value is what the documentation makes of a member.
func (f field) value(raw string) (value string, ok bool) {
	absent := raw == "" || raw == "null"
	isText := json.Unmarshal([]byte(raw), &value) == nil && !absent
	isNumber := !absent && strings.ContainsAny(raw[:1], "-0123456789")
	usable := isText && len(value) < 256 && !strings.ContainsAny(value, "\n\x00\ufffd")
	digits := isNumber && strings.Trim(raw, "0123456789") == ""
	switch f.kind {
	case extra:
		return "", true
	case code:
		return "", raw == "200"
	case loose:
		if isNumber {
			return raw, true
		}
		return cleaned(value), true
	case word:
		return value, usable && value != ""
	case wordOrNot:
		return value, usable || absent
	case id, idOrNot:
		if digits {
			return raw, true
		}
		return value, usable && value != "" || f.kind == idOrNot && (absent || usable)
	case link:
		return value, usable && strings.HasPrefix(value, "https://")
	}
	return "", false
}

func cleaned(text string) string {
	text = strings.NewReplacer("\n", " ", "\x00", "").Replace(text)
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return text
}

// check makes the call and reports whether it gave a value.
func (m mutatedCall) check(t *testing.T, dialect velneo.Dialect, body string, want map[string]string, ok bool) bool {
	t.Helper()
	c, requests := m.client(t, dialect, body)
	defer c.Close()
	got, err := m.call(t.Context(), c)
	if m.name == "WaitForStatus" && !ok { // it asks again
		want, ok = map[string]string{}, true
	}
	var wanted any
	if ok {
		wanted = m.want(want)
		_, refused := wanted.(error)
		ok = !refused
	}
	about := body[:min(len(body), 200)]
	if ok {
		assert.NoError(t, err, about)
		assert.Equal(t, wanted, got, about)
		return true
	}
	var e *velneo.Error
	assert.ErrorAs(t, err, &e, about)
	assert.ErrorIs(t, err, velneo.ErrProtocol, about)
	assert.Equal(t, m.change, errors.Is(err, velneo.ErrAmbiguous), about)
	assert.Less(t, len(fmt.Sprint(err)), 400, about)
	assert.Equal(t, 1, *requests, about)
	if got != nil && m.name != "Backup" { // which keeps what may be a link
		assert.Zero(t, got, about)
	}
	return false
}

// client is one whose call gets the body, and whose other requests go well. It
// counts the requests that got the body.
func (m mutatedCall) client(t *testing.T, dialect velneo.Dialect, body string) (*velneo.Client, *int) {
	t.Helper()
	requests := 0
	cfg := velneo.Config{
		URL: "http://127.0.0.1/v1", Email: "agency@example.com", APIKey: velneo.NewSecret("key-of-the-account"), Dialect: dialect, MaxAttempts: 1,
		Now: func() time.Time { return time.Unix(1400000000, 0) },
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			raw, _ := io.ReadAll(r.Body)
			form, _ := url.ParseQuery(string(raw))
			if form.Get("method") == m.verb && strings.HasSuffix(r.URL.Path, "/"+m.path) && (requests == 0 || m.name != "WaitForStatus") {
				requests++
				return canned(r, http.StatusOK, body), nil
			}
			return canned(r, http.StatusOK, `{"status_code":200,"session":"session-1","status":"running","version":"7.12.0"}`), nil
		})},
	}
	c, err := velneo.New(cfg)
	require.NoError(t, err)
	return c, &requests
}
