package redact_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/redact"
)

const text = "open sesame"

func TestSecret_PrintsNothingWhereverItStands(t *testing.T) {
	secret := redact.New(text)
	type inner struct{ secret redact.Secret }
	values := map[string]any{
		"by itself": secret, "a pointer": &secret,
		"an unexported field": inner{secret}, "two deep": struct{ in inner }{inner{secret}},
		"a pointer to a field": &inner{secret}, "a slice": []redact.Secret{secret},
		"a map": map[string]redact.Secret{"a": secret}, "a key": map[redact.Secret]int{secret: 1},
		"an interface": struct{ v any }{secret},
	}
	for name, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%08.3f"} {
			t.Run(name+" "+verb, func(t *testing.T) {
				assertHidden(t, fmt.Sprintf(verb, value))
			})
		}
	}
}

func TestSecret_Marshals(t *testing.T) {
	secret := redact.New(text)
	asJSON, err := json.Marshal(map[redact.Secret]redact.Secret{secret: secret})
	require.NoError(t, err)
	assert.JSONEq(t, `{"REDACTED":"REDACTED"}`, string(asJSON))

	asXML, err := xml.Marshal(struct {
		XMLName  xml.Name      `xml:"a"`
		Password redact.Secret `xml:"password,attr"`
		Token    redact.Secret
	}{Password: secret, Token: secret})
	require.NoError(t, err)
	assert.Equal(t, `<a password="REDACTED"><Token>REDACTED</Token></a>`, string(asXML))

	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("login", "password", secret)
	assert.Contains(t, log.String(), "password=REDACTED")

	asJSON, err = json.Marshal(redact.ForWire(secret))
	require.NoError(t, err)
	assert.Equal(t, `"open sesame"`, string(asJSON))
}

func TestSecret_Unmarshals(t *testing.T) {
	var config struct{ Password, Absent, Null redact.Secret }
	require.NoError(t, json.Unmarshal([]byte(`{"Password":"open sesame","Null":null}`), &config))
	assert.Equal(t, text, config.Password.Reveal())
	assert.True(t, config.Absent.IsZero())
	assert.True(t, config.Null.IsZero())
	require.Error(t, json.Unmarshal([]byte(`{"Password":"REDACTED"}`), &config))
}

func TestSecret_IsAValue(t *testing.T) {
	assert.True(t, redact.New(text) == redact.New("open "+"sesame"))
	assert.False(t, redact.New(text) == redact.New("other"))
	assert.True(t, redact.New("") == redact.Secret{})
	assert.Empty(t, redact.Secret{}.Reveal())
	assert.Empty(t, redact.Secret{}.String())
}

func assertHidden(t *testing.T, printed string) {
	t.Helper()
	for _, form := range []string{text, "sesame", fmt.Sprintf("%x", text), fmt.Sprintf("%X", text), "111 112 101"} {
		assert.NotContains(t, printed, form)
	}
}
