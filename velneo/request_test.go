package velneo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two requests that extend the same one do not change each other.
func TestRequest_WithCopies(t *testing.T) {
	base := request{}.with("a", "1").with("b", "2").with("c", "3")
	one, other := base.with("d", "one"), base.with("d", "other")
	assert.JSONEq(t, `"one"`, string(one.members[3].value))
	assert.JSONEq(t, `"other"`, string(other.members[3].value))
}

// A server that quotes a password may write it as PHP's json_encode does, as
// Python's json.dumps does, or as it is (both measured).
func TestHidden_PasswordInEveryForm(t *testing.T) {
	c := &Client{config: Config{APIKey: NewSecret("key-of-the-account")}}
	r := request{}.with("newPassword", `"ñ/😀`).with("name", "no secret")
	scrub := c.hidden(r, stamp{}).scrub
	for _, form := range []string{`"ñ/😀`, `\"\u00f1\/\ud83d\ude00`, `\"\u00f1/\ud83d\ude00`, `\u0022ñ/😀`} {
		t.Run(form, func(t *testing.T) {
			assert.Equal(t, "it was <REDACTED>", scrub("it was <"+form+">"))
		})
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
