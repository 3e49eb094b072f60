package wedos_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// An IPv6 caller is redirected to WEDOS's web page before WAPI reads what it
// asks: the error says what to do, and nothing was done.
func TestRedirectToTheWebPage(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	for range 2 {
		fake.Inject(wedostest.Fault{Redirect: true})
	}
	_, err := c.DomainCreate(t.Context(), wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"})
	assert.ErrorIs(t, err, wedos.ErrProtocol)
	assert.NotErrorIs(t, err, wedos.ErrAmbiguous)
	assert.ErrorContains(t, err, "Config.IPv4Only")
	_, ok := fake.Domain("new.example")
	assert.False(t, ok)
	_, err = c.Ping(t.Context())
	assert.ErrorContains(t, err, "Config.IPv4Only")
}

// A redirect to anywhere else proves nothing.
func TestRedirectElsewhereIsAmbiguous(t *testing.T) {
	for _, location := range []string{"https://login.example/", "https://wedos.com.example/", "", "https://wedos.example/wapi/json", "https://proxy.example/404.html", "https://wedos.com/login", "/404.html"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		}))
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), URL: server.URL})
		require.NoError(t, err)
		assert.ErrorIs(t, second(c.PingAsync(t.Context())), wedos.ErrAmbiguous, location)
		c.Close()
		server.Close()
	}
}

// An answer that is not WAPI's says which check failed.
func TestNotWAPI_SaysWhichCheckFailed(t *testing.T) {
	for body, want := range map[string]string{
		`{"response":{"code":1000,"clTRID":"other","command":"ping"}}`: `clTRID "other", want "mine"`,
		`{"response":{"code":1000,"command":"domain-create"}}`:         `command "domain-create", want "ping"`,
		`{"response":{"code":"ok"}}`:                                   `code "ok"`,
		`{"response":{"code":999}}`:                                    `code "999"`,
		`{"response":{}}`:                                              "no code",
		`{"answer":{"code":1000}}`:                                     "no response element",
		`{"response":`:                                                 "neither JSON nor XML",
		`<html><body>Hello</body></html>`:                              "no response element",
		`{"response":{"code":1000,"test":"1"}}`:                        "it answers a test",
	} {
		_, err := answering(t, body).With(wedos.CallOptions{ClTRID: "mine"}).Ping(t.Context())
		assert.ErrorIs(t, err, wedos.ErrProtocol, body)
		assert.ErrorContains(t, err, want, body)
	}
	_, err := answering(t, `{"response":{"code":1000,"clTRID":"`+strings.Repeat("x", 5000)+`\u001b[2J"}}`).Ping(t.Context())
	assert.Less(t, len(err.Error()), 300)
	assert.NotContains(t, err.Error(), "\x1b")
}

// What is still to come shows in the type, and is not an empty success.
func TestPendingAnswers(t *testing.T) {
	c := answering(t, `{"response":{"code":1001,"result":"Request pending","svTRID":"1.2.3"}}`)
	contact, err := c.ContactCreate(t.Context(), "com", wedos.Contact{})
	require.NoError(t, err)
	set, err := c.NSSETCreate(t.Context(), "cz", "N", []wedos.Nameserver{{Name: "ns.example.net"}}, wedos.NSSETOptions{})
	require.NoError(t, err)
	renewed, err := c.DomainRenew(t.Context(), "example.com", 1, wedos.DomainRenewOptions{})
	require.NoError(t, err)
	created, err := c.DomainCreate(t.Context(), wedos.NewDomain{Name: "example.com", Period: 1, Owner: "X"})
	require.NoError(t, err)
	for _, a := range []wedos.Answer{contact.Answer, set.Answer, renewed.Answer, created.Answer} {
		pending, ok := a.Pending()
		assert.True(t, ok)
		assert.Equal(t, "1.2.3", pending.SvTRID)
	}
	assert.Nil(t, created.Credit)
	// A command that reads has nothing that is still to come.
	for name, err := range map[string]error{
		"list": second(c.DNSRowsList(t.Context(), "example.com")), "check": second(c.ContactCheck(t.Context(), "cz", "C")), "ping": second(c.Ping(t.Context())),
	} {
		assert.ErrorIs(t, err, wedos.ErrProtocol, name)
	}
}

// OK without what was promised: it was done all the same, as far as WAPI says.
func TestEmptySuccessIsAmbiguous(t *testing.T) {
	c := answering(t, `{"response":{"code":1000,"result":"OK"}}`)
	for name, err := range map[string]error{
		"domain-renew":   second(c.DomainRenew(t.Context(), "example.com", 1, wedos.DomainRenewOptions{})),
		"domain-create":  second(c.DomainCreate(t.Context(), wedos.NewDomain{Name: "example.com", Period: 1, Owner: "X"})),
		"contact-create": second(c.ContactCreate(t.Context(), "cz", wedos.Contact{})),
	} {
		assert.ErrorIs(t, err, wedos.ErrProtocol, name)
		assert.ErrorIs(t, err, wedos.ErrAmbiguous, name)
		assert.ErrorContains(t, err, "is missing", name)
	}
}

func TestAnswerDecode_Kinds(t *testing.T) {
	c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"i8":"-7","u16":"65535","f":"1.5","b":"0","d":"12.30","t":"2026-05-01","ip":"192.0.2.1","sub":{"x":"y"},"gone":null,"list":["1","2"],"pw":"hush"}}}`)
	a, err := c.Call(t.Context(), "some-command", nil)
	require.NoError(t, err)
	type sub struct {
		X string `wapi:"x"`
	}
	type all struct {
		I8   int8             `wapi:"i8"`
		U16  uint16           `wapi:"u16"`
		F    float64          `wapi:"f"`
		B    *bool            `wapi:"b"`
		D    *decimal.Decimal `wapi:"d"`
		T    time.Time        `wapi:"t"`
		IP   netip.Addr       `wapi:"ip"`
		Sub  *sub             `wapi:"sub"`
		Gone *sub             `wapi:"gone"`
		List []int            `wapi:"list"`
		PW   wedos.Secret     `wapi:"pw"`
	}
	var got all
	require.NoError(t, a.Decode(&got))
	no, sum := false, decimal.RequireFromString("12.30")
	prague, err := time.LoadLocation("Europe/Prague")
	require.NoError(t, err)
	assert.Equal(t, all{-7, 65535, 1.5, &no, &sum, time.Date(2026, 5, 1, 0, 0, 0, 0, prague), netip.MustParseAddr("192.0.2.1"), &sub{"y"}, nil, []int{1, 2}, wedos.NewSecret("hush")}, got)
	for name, into := range map[string]any{
		"map": &struct {
			X map[string]string `wapi:"x"`
		}{}, "channel": &struct {
			X chan int `wapi:"x"`
		}{}, "interface": &struct {
			X any `wapi:"x"`
		}{}, "list of lists": &struct {
			X [][]string `wapi:"x"`
		}{}, "within": &struct {
			S []struct {
				X complex128 `wapi:"x"`
			} `wapi:"s"`
		}{}, "no struct": new(string), "no pointer": all{}, "nil": (*all)(nil),
	} {
		assert.ErrorIs(t, a.Decode(into), wedos.ErrInvalid, name)
	}
	for name, into := range map[string]any{
		"overflow": &struct {
			X int8 `wapi:"u16"`
		}{}, "not a number": &struct {
			X int `wapi:"ip"`
		}{}, "negative": &struct {
			X uint `wapi:"i8"`
		}{}, "an object": &struct {
			X string `wapi:"sub"`
		}{}, "missing": &struct {
			X string `wapi:"gone,required"`
		}{},
	} {
		assert.ErrorIs(t, a.Decode(into), wedos.ErrProtocol, name)
	}
}

// An answer unfolds to at most 16 times its length, in either format, and to a
// mebibyte where it is short. What would take more is refused.
func TestAnswers_MemoryIsBounded(t *testing.T) {
	const size = 4 << 20
	fill := func(begin, item, end string) string {
		return begin + strings.Repeat(item, (size-len(begin)-len(end))/len(item)) + end
	}
	jsonOf := func(item, last string) string {
		return fill(`{"response":{"code":1000,"result":"OK","data":{"row":[`, item, last+`]}}}`)
	}
	xmlOf := func(item string) string {
		return fill("<response><code>1000</code><result>OK</result><data>", item, "</data></response>")
	}
	row := `{"ID":"24569","name":"www","ttl":"1800","rdtype":"A","rdata":"192.0.2.1","changed_date":"2026-01-02 03:04:05","author_comment":""},`
	xmlRow := `<row><ID>24569</ID><name>www</name><ttl>1800</ttl><rdtype>A</rdtype><rdata>192.0.2.1</rdata><changed_date></changed_date><author_comment/></row>`
	for name, c := range map[string]struct {
		body string
		fine bool
	}{
		"JSON rows":                {jsonOf(row, strings.TrimSuffix(row, ",")), true},
		"JSON empty objects":       {jsonOf("{},", "{}"), false},
		"JSON numbers":             {jsonOf("0,", "0"), false},
		"JSON lists":               {jsonOf("[[]],", "[]"), false},
		"JSON escapes":             {jsonOf(`"\n",`, `""`), false},
		"JSON keys":                {fill(`{"response":{"code":1000,"data":{`, `"a":0,`, `"b":0}}}`), false},
		"XML rows":                 {xmlOf(xmlRow), true},
		"XML empty rows":           {xmlOf("<row/>"), false},
		"XML references":           {xmlOf("<a>&lt;</a>"), false},
		"XML sections":             {xmlOf("<![CDATA[a]]>b"), false},
		"XML attributes of a tag":  {fill("<response ", `a="" `, "><code>1000</code></response>"), true},
		"XML attributes of many":   {xmlOf(`<row a="" b="" c="" d="" e="" f="" g="" h=""/>`), false},
		"XML namespaces of a tag":  {fill("<response ", `xmlns:a="b" `, "><code>1000</code></response>"), true},
		"XML, deep and many":       {xmlOf("<a><a><a><a></a></a></a></a>"), false},
		"XML, text between":        {xmlOf("<a/>x"), false},
		"XML, one long text":       {fill("<response><code>1000</code><result>", "x", "</result></response>"), true},
		"JSON, one long text":      {fill(`{"response":{"code":1000,"result":"`, "x", `"}}`), true},
		"JSON, one long escape":    {fill(`{"response":{"code":1000,"result":"`, `\n`, `"}}`), true},
		"JSON, not UTF-8, in one":  {fill(`{"response":{"code":1000,"result":"`, "\xff", `"}}`), true},
		"JSON, a row of many keys": {fill(`{"response":{"code":1000,"data":{"row":[{`, `"a":"",`, `"b":""}]}}}`), false},
	} {
		t.Run(name, func(t *testing.T) {
			defer debug.SetGCPercent(debug.SetGCPercent(-1))
			peer := &mutating{strings.Repeat(" ", len(c.body)-len(`{"response":{"code":1000}}`)) + `{"response":{"code":1000}}`}
			client, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), HTTPClient: &http.Client{Transport: peer}})
			require.NoError(t, err)
			times := func() (used float64, rows int, err error) {
				var before, after runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&before)
				list, err := client.DNSRowsList(t.Context(), "example.com")
				runtime.ReadMemStats(&after)
				return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(c.body)), len(list), err
			}
			base, _, err := times() // of an answer as long that unfolds to nothing
			require.NoError(t, err)
			peer.body = "nonsense"
			_, _, _ = times() // makes what a client makes once
			peer.body = c.body
			used, rows, err := times()
			t.Logf("%.1f times its %d bytes, with all garbage; %d rows, %v", used-base, len(c.body), rows, err)
			assert.Less(t, used-base, 16.0+2) // what is in use at once is less: the bound is on that
			if !c.fine {
				assert.Error(t, err)
			} else if strings.Contains(name, "rows") {
				assert.NoError(t, err)
				assert.Greater(t, rows, 20_000)
			}
		})
	}
}

// Lists of the shortest items that WAPI writes pass at any length.
func TestAnswers_LongListsPass(t *testing.T) {
	list := func(codec wedos.Codec, name string, item map[string]any) string {
		one := write(codec, item)
		if codec == wedos.XML {
			one = "<" + name + ">" + one + "</" + name + ">"
			return "<response><code>1000</code><data>" + strings.Repeat(one, 6_000_000/len(one)) + "</data></response>"
		}
		return `{"response":{"code":1000,"data":{"` + name + `":[` + strings.Repeat(one+",", 6_000_000/len(one)) + one + `]}}}`
	}
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		peer := &mutating{}
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), Codec: codec, HTTPClient: &http.Client{Transport: peer}})
		require.NoError(t, err)
		peer.body = list(codec, "domain", object("name", "a.cz", "status", "active"))
		domains, err := c.DomainsList(t.Context(), wedos.DomainsListOptions{})
		require.NoError(t, err, codec)
		peer.body = list(codec, "domain", object("name", "a.cz", "type", "primary", "status", "active"))
		zones, err := c.DNSDomainsList(t.Context())
		require.NoError(t, err, codec)
		peer.body = list(codec, "row", object("ID", "1", "name", "", "ttl", "300", "rdtype", "A", "rdata", "1.1.1.1", "changed_date", "", "author_comment", ""))
		rows, err := c.DNSRowsList(t.Context(), "a.cz")
		require.NoError(t, err, codec)
		t.Logf("%s: %d domains, %d zones, %d rows", codec, len(domains), len(zones), len(rows))
	}
}

// Somebody's struct around what holds a secret prints none of it.
func TestSecretsInForeignStructs(t *testing.T) {
	config := wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("hush-password")}
	c, err := wedos.New(config)
	require.NoError(t, err)
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret("hush-hush-hush-hush"), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle})
	require.NoError(t, err)
	a, err := answering(t, `{"response":{"code":1000,"result":"OK","data":{"auth_info":"hush-data"}}}`).Call(t.Context(), "some-command", nil)
	require.NoError(t, err)
	_, failed := answering(t, "nonsense").DomainTransfer(t.Context(), wedos.Transfer{Name: "example.com", AuthInfo: wedos.NewSecret("hush-auth")})
	mine := struct {
		config   wedos.Config
		client   wedos.Client
		hook     wedos.Webhook
		transfer wedos.Transfer
		answer   wedos.Answer
		failed   error
	}{config, *c, *hook, wedos.Transfer{AuthInfo: wedos.NewSecret("hush-auth")}, *a, failed}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%q"} {
		shown := fmt.Sprintf(verb, mine)
		for _, secret := range []string{"hush", fmt.Sprintf("%x", "hush"), strings.Trim(fmt.Sprint([]byte("hush")), "[]")} {
			if at := strings.Index(shown, secret); at >= 0 {
				t.Errorf("%s: %s", verb, shown[max(at-60, 0):min(at+60, len(shown))])
			}
		}
	}
	raw, err := json.Marshal(map[wedos.Secret]any{wedos.NewSecret("hush"): mine.transfer})
	require.NoError(t, err)
	assert.NotContains(t, string(raw), "hush")
}

// A key that WAPI writes in parts is one text, and not several.
func TestDomainInfo_KeysInParts(t *testing.T) {
	for body, want := range map[string][]string{
		`["257 3 13 abc"]`: {"257 3 13 abc"}, `"257 3 13 abc"`: {"257 3 13 abc"}, `null`: nil, `[]`: nil,
		`[{"flags":"257","protocol":"3","alg":"13","key":"abc"},{"flags":"256","protocol":"3","alg":"13","key":"def"}]`: {"257 3 13 abc", "256 3 13 def"},
	} {
		d, err := answering(t, `{"response":{"code":1000,"result":"OK","data":{"domain":{"name":"example.cz","status":"active","dnssec_keys":`+body+`}}}}`).DomainInfo(t.Context(), "example.cz")
		require.NoError(t, err, body)
		assert.Equal(t, want, d.DNSSECKeys, body)
	}
}
