package ovhsoap_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// bomb is ten references to ten references and so on: 10^levels items.
func bomb(levels int) string {
	var b strings.Builder
	b.WriteString(`<ns1:popListResponse><return href="#r0"/></ns1:popListResponse>`)
	for i := range levels {
		fmt.Fprintf(&b, `<multi id="r%d">%s</multi>`, i, strings.Repeat(fmt.Sprintf(`<item href="#r%d"/>`, i+1), 10))
	}
	fmt.Fprintf(&b, `<multi id="r%d"><name>boom</name></multi>`, levels)
	return envelope(b.String())
}

// chain is references one behind the other.
func chain(length int) string {
	var b strings.Builder
	b.WriteString(`<ns1:popListResponse><return href="#r0"/></ns1:popListResponse>`)
	for i := range length {
		fmt.Fprintf(&b, `<multi id="r%d" href="#r%d"/>`, i, i+1)
	}
	fmt.Fprintf(&b, `<multi id="r%d"/>`, length)
	return envelope(b.String())
}

// deepBehindDeep is two structures of 40 levels, of which the second one ends
// in the first: each alone is within the bounds.
func deepBehindDeep() string {
	nest := func(inner string) string { return strings.Repeat("<a>", 40) + inner + strings.Repeat("</a>", 40) }
	return popListIs("<return><x id=\"one\">" + nest("") + "</x>" + nest(`<a href="#one"/>`) + "</return>")
}

func hostileAnswers() map[string]struct {
	body string
	want error
} {
	nested := func(depth int) string {
		return popListIs(strings.Repeat("<a>", depth) + strings.Repeat("</a>", depth))
	}
	return map[string]struct {
		body string
		want error
	}{
		"reference bomb":         {bomb(9), ovhsoap.ErrTooLarge},
		"bomb without text":      {strings.Replace(bomb(9), "<name>boom</name>", "<name/>", 1), ovhsoap.ErrTooLarge},
		"bomb of text":           {envelope(`<ns1:popListResponse><return>` + strings.Repeat(`<item><name href="#t"/></item>`, 20000) + `</return></ns1:popListResponse><multi id="t">` + strings.Repeat("x", 100_000) + `</multi>`), ovhsoap.ErrTooLarge},
		"circle":                 {envelope(`<ns1:popListResponse><return id="a"><item href="#a"/></return></ns1:popListResponse>`), ovhsoap.ErrProtocol},
		"circle of two":          {envelope(`<ns1:popListResponse><return href="#a"/></ns1:popListResponse><x id="a" href="#b"/><x id="b" href="#a"/>`), ovhsoap.ErrProtocol},
		"circle beside":          {envelope(`<ns1:popListResponse><return/></ns1:popListResponse><x id="a"><y href="#a"/></x>`), ovhsoap.ErrProtocol},
		"itself":                 {popListIs(`<return id="a" href="#a"/>`), ovhsoap.ErrProtocol},
		"circle behind Envelope": {strings.Replace(popListIs(`<return id="a"><item href="#a"/></return><x id="x"/>`), "<SOAP-ENV:Envelope", `<SOAP-ENV:Envelope href="#x"`, 1), ovhsoap.ErrProtocol},
		"circle behind Body":     {strings.Replace(popListIs(`<return id="a"><item href="#a"/></return><x id="x"/>`), "<SOAP-ENV:Body", `<SOAP-ENV:Body href="#x"`, 1), ovhsoap.ErrProtocol},
		"circle behind answer":   {envelope(`<ns1:popListResponse href="#x"><return id="a"><item href="#a"/></return></ns1:popListResponse><x id="x"/>`), ovhsoap.ErrProtocol},
		"circle behind Fault":    {envelope(`<SOAP-ENV:Fault href="#x"><faultcode id="a" href="#b"/><faultstring id="b" href="#a"/></SOAP-ENV:Fault><x id="x"/>`), ovhsoap.ErrProtocol},
		"bomb behind answer":     {strings.Replace(bomb(9), "<ns1:popListResponse>", `<ns1:popListResponse href="#r9">`, 1), ovhsoap.ErrProtocol},
		"reference with text":    {popListIs(`<return href="#a">x</return><x id="a"/>`), ovhsoap.ErrProtocol},
		"bomb of short names":    {strings.ReplaceAll(strings.ReplaceAll(bomb(5), "item", "i"), "name", "n"), ovhsoap.ErrTooLarge},
		"deep behind deep":       {deepBehindDeep(), ovhsoap.ErrProtocol},
		"another envelope":       {strings.ReplaceAll(popListIs("<return/>"), "SOAP-ENV:Envelope", "html"), ovhsoap.ErrProtocol},
		"to the root":            {strings.Replace(popListIs(`<return href="#e"/>`), "<SOAP-ENV:Envelope", `<SOAP-ENV:Envelope id="e"`, 1), ovhsoap.ErrProtocol},
		"to nowhere":             {popListIs(`<return href="#a"/>`), ovhsoap.ErrProtocol},
		"to elsewhere":           {popListIs(`<return href="http://elsewhere.example/"/>`), ovhsoap.ErrProtocol},
		"two of one id":          {popListIs(`<return><item id="a"/><item id="a"/><item href="#a"/></return>`), ovhsoap.ErrProtocol},
		"chain":                  {chain(5000), ovhsoap.ErrProtocol},
		"deep":                   {nested(100_000), ovhsoap.ErrProtocol},
		"many elements":          {popListIs("<return>" + strings.Repeat("<i/>", 1<<20) + "</return>"), ovhsoap.ErrTooLarge},
		"many attributes":        {popListIs("<return" + strings.Repeat(` a="b"`, 1<<20) + "/><x/"), ovhsoap.ErrProtocol},
		"document type":          {`<!DOCTYPE a [<!ENTITY b "c">]>` + popListIs("<return>&b;</return>"), ovhsoap.ErrProtocol},
		"entity":                 {popListIs("<return>&b;</return>"), ovhsoap.ErrProtocol},
		"entity without end":     {popListIs("<return>&" + strings.Repeat("a", 1000) + "</return>"), ovhsoap.ErrProtocol},
		"NUL as an entity":       {popListIs("<return><item><name>&#0;</name></item></return>"), ovhsoap.ErrProtocol},
		"instruction":            {strings.Replace(popListIs("<return/>"), "<SOAP", "<?php echo 1 ?><SOAP", 1), ovhsoap.ErrProtocol},
		"wrong function":         {envelope("<ns1:popDelResponse/>"), ovhsoap.ErrProtocol},
		"request sent back":      {envelope("<ns1:popList><session>" + sessionMark + "</session></ns1:popList>"), ovhsoap.ErrProtocol},
		"no body":                {`<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>`, ovhsoap.ErrProtocol},
		"empty body":             {envelope(""), ovhsoap.ErrProtocol},
		"not an envelope":        {"<html><body>" + sessionMark + "</body></html>", ovhsoap.ErrProtocol},
		"undeclared latin-1":     {popListIs("<return><item><name>\xE9</name></item></return>"), ovhsoap.ErrProtocol},
		"unknown charset":        {strings.Replace(popListIs("<return><x>\xE9</x></return>"), "UTF-8", "EBCDIC-FR", 1), ovhsoap.ErrProtocol},
		"truncated":              {popListIs("<return>")[:300], ovhsoap.ErrProtocol},
		"structure for array":    {popListIs("<return><name>a</name><size>1</size></return>"), ovhsoap.ErrProtocol},
		"text for array":         {popListIs("<return>" + sessionMark + "</return>"), ovhsoap.ErrProtocol},
		"text for structure":     {popListIs("<return><item>" + sessionMark + "</item></return>"), ovhsoap.ErrProtocol},
		"structure for text":     {popListIs("<return><item><name><a/></name></item></return>"), ovhsoap.ErrProtocol},
		"other structure":        {popListIs("<return><item><target>1</target></item></return>"), ovhsoap.ErrProtocol},
		"no base64":              {popListIs(`<return><item><name xsi:type="xsd:base64Binary">` + sessionMark + `</name></item></return>`), ovhsoap.ErrProtocol},
		"fault without texts":    {envelope("<SOAP-ENV:Fault/>"), ovhsoap.ErrProtocol},
	}
}

func TestAnswer_Hostile(t *testing.T) {
	for name, c := range hostileAnswers() {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { _, _ = io.WriteString(w, c.body) }}
			s, err := svc.client(t).Resume(ovhsoap.NewSecret(sessionMark))
			require.NoError(t, err)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = ovhsoap.Call[[]mailbox](t.Context(), s, "popList", "example.com")
			runtime.ReadMemStats(&after)
			assert.ErrorIs(t, err, c.want)
			assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), "hush")
			assert.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(200<<20), "bytes of memory")
			svc.answer = func(w http.ResponseWriter, _ call, _ int) {
				_, _ = io.WriteString(w, strings.ReplaceAll(c.body, "popListResponse", "popAddResponse"))
			}
			_, err = ovhsoap.Call[[]mailbox](t.Context(), s, "popAdd", "example.com")
			assert.ErrorIs(t, err, ovhsoap.ErrAmbiguous, "of a change")
		})
	}
}

// A Value takes whatever comes, so that only the bounds limit it.
func TestAnswer_BoundsWithoutAType(t *testing.T) {
	for name, says := range map[string]string{
		"reference bomb": "too large", "bomb without text": "too large", "bomb of text": "too large", "circle": "circle", "circle of two": "circle",
		"circle beside": "circle", "itself": "circle", "circle behind Envelope": "reference", "circle behind Body": "reference",
		"circle behind answer": "reference", "bomb behind answer": "reference", "chain": "deep", "deep behind deep": "deep", "bomb of short names": "too large", "deep": "deep", "many elements": "elements",
	} {
		c := hostileAnswers()[name]
		_, err := read[ovhsoap.Value](t, "popList", c.body)
		assert.ErrorIs(t, err, c.want, name)
		assert.ErrorContains(t, err, says, name)
	}
}

// A small answer can't make a large value.
func TestAnswer_SmallItemsOfLargeTypes(t *testing.T) {
	type large struct{ A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P []struct{ Name string } }
	type holder struct{ Items []*struct{ Q, R, S, T large } }
	items := popListIs("<return>" + strings.Repeat("<i/>", 250_000) + "</return>")
	_, err := read[[]large](t, "popList", items)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
	items = popListIs("<return><items>" + strings.Repeat("<i/>", 250_000) + "</items></return>")
	_, err = read[holder](t, "popList", items)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
	assert.ErrorContains(t, err, "Items: ")
}

func TestAnswer_AHundredMegabytes(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, envelope("")[:100])
		megabyte := make([]byte, 1<<20)
		for range 100 {
			if _, err := w.Write(megabyte); err != nil {
				return
			}
		}
	})
	c, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: url})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s, _ := c.Resume(ovhsoap.NewSecret(sessionMark))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = ovhsoap.Call[[]mailbox](t.Context(), s, "popList", "example.com")
	runtime.ReadMemStats(&after)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
	assert.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(96<<20), "8 MiB in a growing buffer, and what the server takes")
}

// A fault that repeats the call gives away neither session, password nor the
// passwords among the arguments.
func TestFault_RepeatsTheCall(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
		secret := regexp.MustCompile(">hush[^<]*").FindAllString(c.body, -1)
		fault(w, "soap"+secret[0][1:], "can't do "+c.body+html.UnescapeString(strings.Join(secret, " "))+" for "+passwordMark)
	}}
	client := svc.client(t)
	s, _ := client.Resume(ovhsoap.NewSecret(sessionMark))
	_, byName := ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popModifyPassword", ovhsoap.Args{"password": mailboxMark})
	_, inArray := ovhsoap.Call[ovhsoap.Void](t.Context(), s, "telephonyChangeNicModify", nil, []string{mailboxMark, passwordMark})
	_, raw := ovhsoap.CallRaw(t.Context(), s, ovhsoap.Request{Function: "domainTake", Args: []ovhsoap.Argument{{"authInfo", "string", mailboxMark}}})
	_, login := client.Login(t.Context())
	for _, err := range []error{byName, inArray, raw, login} {
		var f *ovhsoap.Fault
		require.ErrorAs(t, err, &f)
		text := fmt.Sprintf("%v %+v %#v %v %+v", err, err, f, f, *f)
		for _, mark := range []string{sessionMark, mailboxMark, passwordMark, "hush&amp;"} {
			assert.NotContains(t, text, mark)
		}
	}
}

// A name is written out with its element in a Value.
func TestAnswer_LongNamesBehindReferences(t *testing.T) {
	name := strings.Repeat("n", 100_000)
	body := envelope(`<ns1:popListResponse><return>` + strings.Repeat(`<i href="#a"/>`, 10_000) + `</return></ns1:popListResponse><x id="a"><` + name + `/></x>`)
	_, err := read[ovhsoap.Value](t, "popList", body)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
}

// A short secret that is part of a longer one does not leave the rest of that.
func TestFault_SecretWithinASecret(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
		fault(w, "soap:202", "bad hush-session-1-hush for "+c.session)
	}}
	s, _ := svc.client(t).Resume(ovhsoap.NewSecret("session-1"))
	_, err := ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popModifyPassword", ovhsoap.Args{"password": "hush-session-1-hush"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hush")
	assert.NotContains(t, err.Error(), "session-1")
}
