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

// The recorded vectors: see testdata/README.md.
func TestSign_RecordedVectors(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("testdata", "sign_vectors.json"))
	require.NoError(t, err)
	var vectors []struct {
		Name, Email, Session, APIKey, Signed string
		Timestamp                            int64
		Strict                               string `json:"form_body_strict_json"`
		Single                               string `json:"form_body_single_quoted"`
	}
	require.NoError(t, json.Unmarshal(raw, &vectors))
	require.NotEmpty(t, vectors)
	for _, v := range vectors {
		t.Run(v.Name, func(t *testing.T) {
			s := stamp{"session", v.Session, v.Timestamp, Sign(v.Session+v.Email, v.Timestamp, v.APIKey)}
			if v.Email != "" {
				s.kind, s.who = "email", v.Email
			}
			assert.Equal(t, v.Signed, s.signed)
			verb, _, _ := strings.Cut(strings.TrimPrefix(v.Strict, "method="), "&")
			for dialect, want := range map[Dialect]string{StrictJSON: v.Strict, SingleQuoted: v.Single} {
				t.Run(string(dialect), func(t *testing.T) {
					assert.Equal(t, want, form(verb, dialect.write(request{}.params(s))), dialect)
					values, err := url.ParseQuery(want)
					require.NoError(t, err)
					assert.Equal(t, want, values.Encode(), "what url.Values makes")
				})
			}
		})
	}
}
