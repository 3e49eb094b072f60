package velneo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// The message of a success is returned, made safe to show: on one line, not
// endless, and without the call's secrets however they are written.
func TestPut_MessageOfASuccess(t *testing.T) {
	const password = `correct "horse"`
	user := velneo.User{Username: "luis", Password: velneo.NewSecret(password), Group: "agents"}
	for message, want := range map[string]string{
		`"created"`:                           "created",
		`"two\r\nlines\u0000"`:                "two  lines",
		`42`:                                  "42",
		`null`:                                "",
		`{"a":1}`:                             "",
		fmt.Sprintf("%q", "set to "+password): "set to REDACTED",
		`"set to correct+%22horse%22 &quot; correct &quot;horse&quot;"`:    "set to REDACTED &quot; REDACTED",
		fmt.Sprintf("%q", strings.Repeat("x", 190)+" "+password+" is set"): strings.Repeat("x", 190) + " REDACTED …",
		fmt.Sprintf("%q", strings.Repeat("y", 1000)):                       strings.Repeat("y", 200) + "…",
	} {
		t.Run(message[:min(len(message), 40)], func(t *testing.T) {
			got, err := newClient(t, answering(t, 200, `{"status_code":200,"message":`+message+`}`)).PutUser(t.Context(), user)
			require.NoError(t, err)
			assert.Equal(t, velneo.Result{Message: want}, got)
		})
	}
}

// A result that repeats a secret of the call is refused: a caller may print it.
func TestResults_RepeatNoSecret(t *testing.T) {
	c := newClient(t, answering(t, 200, fmt.Sprintf(`{"status_code":200,"status":"running","vrl":"vatp://%s","id_instancia":"%s"}`, velneotest.APIKey, velneotest.APIKey)))
	_, err := c.VServer(t.Context())
	require.ErrorIs(t, err, velneo.ErrProtocol)
	assert.NotContains(t, err.Error(), velneotest.APIKey)
	_, err = c.PutInstance(t.Context(), velneo.Instance{Name: "a", Project: "b", Solution: "c", FolderShared: "d"})
	require.ErrorIs(t, err, velneo.ErrProtocol)
	assert.ErrorIs(t, err, velneo.ErrAmbiguous)
}
