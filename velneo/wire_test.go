package velneo

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDialects(t *testing.T) {
	r := request{verb: "PUT", resource: "user"}.with("name", `O'Brien "x" ñ \ /`).with("empty", "").with("sign", "a:b, {c}")
	r.members = append(r.members, member{"list", json.RawMessage(`["a",true,{"b":null,"c":1.5}]`)})
	params := r.params(stamp{"session", "s-1", 1400000000, "ab"})
	for dialect, want := range map[Dialect]string{
		StrictJSON: `{"session":"s-1","timestamp":1400000000,"signed":"ab","name":"O\u0027Brien \"x\" ñ \\ /","sign":"a:b, {c}",` +
			`"list":["a",true,{"b":null,"c":1.5}]}`,
		SingleQuoted: `{'session': 's-1', 'timestamp': 1400000000, 'signed': 'ab', 'name': 'O\u0027Brien \u0022x\u0022 ñ \\ /', 'sign': 'a:b, {c}', ` +
			`'list': ['a', true, {'b': null, 'c': 1.5}]}`,
	} {
		if got := string(dialect.write(params)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", dialect, got, want)
		}
	}
}

// A request can be extended twice without the one changing the other.
func TestWithCopies(t *testing.T) {
	base := request{}.with("a", "1").with("b", "2").with("c", "3")
	one, other := base.with("d", "one"), base.with("d", "other")
	if string(one.members[3].value) != `"one"` || string(other.members[3].value) != `"other"` {
		t.Errorf("%s %s", one.members[3].value, other.members[3].value)
	}
}

// A server that quotes a password may write it as PHP's json_encode does, as
// Python's json.dumps does, or as it is (both measured).
func TestScrubber_PasswordInEveryForm(t *testing.T) {
	c := &Client{config: Config{APIKey: NewSecret("key-of-the-account")}}
	r := request{}.with("newPassword", `"ñ/😀`).with("name", "no secret")
	scrub := c.scrubber(r, stamp{})
	for _, form := range []string{`"ñ/😀`, `\"\u00f1\/\ud83d\ude00`, `\"\u00f1/\ud83d\ude00`, `\u0022ñ/😀`} {
		assert.Equal(t, "it was <REDACTED>", scrub("it was <"+form+">"))
	}
	assert.Equal(t, "no secret", scrub("no secret"))
}

// Whatever stands under a name with "pass" is a secret, at any depth.
func TestRequest_Secrets(t *testing.T) {
	members, reason := membersOf(map[string]any{
		"password": 12345, "passwords": []any{"one", map[string]any{"old": "two"}}, "user": map[string]any{"userPass": "three", "name": "luis"}, "n": 7,
	})
	require.Empty(t, reason)
	assert.ElementsMatch(t, []string{"12345", "one", "two", "three"}, request{members: members}.secrets())
}

func TestVersions(t *testing.T) {
	for text, late := range map[string]bool{"7": false, "7.9": false, "7.11.99": false, "6.99": false, "7.12": true, "7.12.0": true, "7.12.0.17": true, "7.100": true, "8": true} {
		if v, ok := parseVersion(text); !ok || v.atLeast(instanceIDs()) != late {
			t.Errorf("%s: %v, %v", text, v, ok)
		}
	}
	for _, text := range []string{"", ".", "7.", ".7", "7..1", "-7", "+7", "7,12", "7.12 ", "7.1e1", "7.99999999999", "７.12", "0x7"} {
		if v, ok := parseVersion(text); ok {
			t.Errorf("%q: %v", text, v)
		}
	}
}

// The vectors as they are kept apart from this repository.
func TestSharedVectors(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("HEBERGO_FACTS is not set")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "velneo", "sign_vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Name, Email, Session, APIKey, Signed string
		Timestamp                            int64
		Strict                               string `json:"form_body_strict_json"`
		Single                               string `json:"form_body_single_quoted"`
	}
	if err := json.Unmarshal(raw, &vectors); err != nil || len(vectors) == 0 {
		t.Fatal(len(vectors), err)
	}
	for _, v := range vectors {
		s := stamp{"session", v.Session, v.Timestamp, Sign(v.Session+v.Email, v.Timestamp, v.APIKey)}
		if v.Email != "" {
			s.kind, s.who = "email", v.Email
		}
		if s.signed != v.Signed {
			t.Errorf("%s: %s, want %s", v.Name, s.signed, v.Signed)
		}
		verb, _, _ := strings.Cut(strings.TrimPrefix(v.Strict, "method="), "&")
		for dialect, want := range map[Dialect]string{StrictJSON: v.Strict, SingleQuoted: v.Single} {
			if got := form(verb, dialect.write(request{}.params(s))); got != want {
				t.Errorf("%s, %s:\n%s\nwant\n%s", v.Name, dialect, got, want)
			}
			if values, err := url.ParseQuery(want); err != nil || values.Encode() != want {
				t.Errorf("%s: not what url.Values makes: %v", v.Name, err)
			}
		}
	}
}
