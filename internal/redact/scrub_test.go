package redact_test

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/internal/redact"
)

func TestScrub_Spellings(t *testing.T) {
	const secret = `p"&'</ é€ß+%\s`
	asJSON, _ := json.Marshal(secret)
	latin1 := func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			b.WriteRune(rune(s[i]))
		}
		return b.String()
	}
	for name, spelled := range map[string]string{
		"plain":                     secret,
		"query":                     url.QueryEscape(secret),
		"query, lower case":         strings.ToLower(url.QueryEscape(secret)),
		"path":                      url.PathEscape(secret),
		"Go's HTML":                 html.EscapeString(secret),
		"PHP's HTML":                strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#039;", "<", "&lt;").Replace(secret),
		"JSON":                      string(asJSON[1 : len(asJSON)-1]),
		"JSON, upper case":          strings.ReplaceAll(string(asJSON[1:len(asJSON)-1]), `\u003c`, `\u003C`),
		"PHP's JSON":                strings.NewReplacer(`\`, `\\`, `"`, `\"`, "/", `\/`, "é", `\u00e9`, "€", `\u20AC`, "ß", `\u00df`).Replace(secret),
		"read as Latin-1":           latin1(secret),
		"read as Latin-1, as HTML":  html.EscapeString(latin1(secret)),
		"read as Latin-1, percent":  url.QueryEscape(latin1(secret)),
		"sent as Latin-1":           strings.NewReplacer("é", "\xe9", "ß", "\xdf").Replace(secret),
		"percent twice":             url.QueryEscape(url.QueryEscape(secret)),
		"entities twice":            html.EscapeString(html.EscapeString(secret)),
		"characters that were lost": strings.NewReplacer("é", "?", "€", "\ufffd", "ß", "\ufffd\ufffd").Replace(secret),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "before REDACTED, after", redact.Scrub("before "+spelled+", after", secret))
		})
	}
}

func TestScrub_CutSecret(t *testing.T) {
	const secret = "0123456789abcdef0123456789abcdef"
	assert.Equal(t, "hash=REDACTED", redact.Scrub("hash="+secret[:31], secret))
	assert.Equal(t, "hash=REDACTED…", redact.Scrub("hash="+secret[:12]+"…", secret))
	assert.Equal(t, "hash=0123456789a", redact.Scrub("hash=0123456789a", secret))
}

func TestScrub_ShortSecretsLeaveWordsAlone(t *testing.T) {
	for text, want := range map[string]string{
		"a bad parameter: password": "a bad parameter: password",
		`password "a" is wrong`:     `password "REDACTED" is wrong`,
		"password=a&login=x":        "password=REDACTED&login=x",
		"the password is &quot;a<":  "the password is &quot;REDACTED<",
		"password: a":               "password: REDACTED",
		"/always/=all":              "/always/=all",
		"<password>a</password>":    "<password>REDACTED</password>",
		"a":                         "REDACTED",
	} {
		t.Run(text, func(t *testing.T) {
			assert.Equal(t, want, redact.Scrub(text, "a"))
		})
	}
}

func TestScrub_LongestFirst(t *testing.T) {
	assert.Equal(t, "REDACTED and REDACTED", redact.Scrub("secret-longer and secret", "secret", "", "secret-longer"))
	assert.Equal(t, "nothing", redact.Scrub("nothing"))
}

func TestScrub_SecretsThatBeginAlike(t *testing.T) {
	const one, other = "correct horse <battery> staple", "correct horse <b> short"
	assert.Equal(t, "REDACTED and REDACTED", redact.Scrub(other+" and "+one, one, other))
}

func TestScrubber_LineScrubsBeforeItCuts(t *testing.T) {
	s := redact.NewScrubber("line one\nline\x00two")
	assert.Equal(t, "said REDACTED", s.Line("said line one\nline\x00two", 40))
	assert.Equal(t, "REDACTED and…", s.Line("line one\nline\x00two and more", 12))
}

func TestClean(t *testing.T) {
	assert.Equal(t, "a b ?", redact.Clean("\ta\nb \xff\n", 10))
	assert.Equal(t, "é…", redact.Clean("éé", 3))
}

func FuzzScrub(f *testing.F) {
	f.Add("some text", "secret", byte(1))
	f.Add("\xff&#", "\xff\"é", byte(4))
	f.Fuzz(func(t *testing.T, before, secret string, spelling byte) {
		if len([]rune(secret)) < 4 || strings.Contains("REDACTED", secret) {
			return
		}
		forms := []func(string) string{
			func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString,
			func(s string) string { return strings.ToLower(url.QueryEscape(s)) },
		}
		if strings.ToLower(secret) != secret {
			forms = forms[:4]
		}
		spelled := forms[int(spelling)%len(forms)](secret)
		got := redact.Scrub(before+spelled+" end", secret)
		if strings.Contains(got, secret) && !strings.Contains(" end REDACTED end", secret) {
			t.Errorf("%q holds %q", got, secret)
		}
	})
}
