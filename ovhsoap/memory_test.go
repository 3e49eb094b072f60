package ovhsoap_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// mailboxes is popList's answer as SOAP::Lite writes it: typed members, which
// take more than their texts.
func mailboxes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<item><nic xsi:type="xsd:string">ab12345-ovh</nic><domain xsi:type="xsd:string">example.com</domain>`+
			`<name xsi:type="xsd:string">box%d</name><description xsi:type="xsd:string"/><size xsi:type="xsd:int">25</size></item>`, i)
	}
	return popListIs("<return>" + b.String() + "</return>")
}

// limited is a session of a client that takes answers of limit bytes, which
// are all body.
func limited(t *testing.T, limit int64, body string) *ovhsoap.Session {
	t.Helper()
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { _, _ = io.WriteString(w, body) }}
	client, err := ovhsoap.New(ovhsoap.Config{
		Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), HTTPClient: &http.Client{Transport: svc.transport()}, MaxResponseBytes: limit,
	})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	s, err := client.Resume(ovhsoap.NewSecret("alive"))
	require.NoError(t, err)
	return s
}

func TestPopList_45000Mailboxes(t *testing.T) {
	body := mailboxes(45_000)
	for name, limit := range map[string]int64{"a little more": int64(len(body)) + 1, "exactly": int64(len(body)), "twice": 2 * int64(len(body))} {
		t.Run(name, func(t *testing.T) {
			boxes, err := limited(t, limit, body).PopList(t.Context(), "example.com")
			require.NoError(t, err)
			require.Len(t, boxes, 45_000)
			assert.Equal(t, ovhsoap.PopStruct{Nic: "ab12345-ovh", Domain: "example.com", Name: "box44999", Size: "25"}, boxes[44_999])
		})
	}
	t.Run("without a type", func(t *testing.T) {
		v, err := ovhsoap.Call[ovhsoap.Value](t.Context(), limited(t, int64(len(body)), body), "popList")
		require.NoError(t, err)
		assert.Len(t, v.Members, 45_000)
	})
	t.Run("one byte less", func(t *testing.T) {
		_, err := limited(t, int64(len(body))-1, body).PopList(t.Context(), "example.com")
		assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
	})
	t.Run("terse", func(t *testing.T) {
		short := strings.NewReplacer(` xsi:type="xsd:string"`, "", ` xsi:type="xsd:int"`, "", "ab12345-ovh", "", "example.com", "", "25", "").Replace(body)
		boxes, err := limited(t, int64(len(short)), short).PopList(t.Context(), "example.com")
		require.NoError(t, err)
		assert.Len(t, boxes, 45_000)
	})
}

// spreading are answers that grow in memory, n bytes or a little more each.
func spreading(n int) map[string]string {
	list := func(item string) string {
		return popListIs("<return>" + strings.Repeat(item, n/len(item)+1) + "</return>")
	}
	attributes := func(attribute string) string {
		return popListIs("<return" + strings.Repeat(attribute, n/len(attribute)+1) + "/>")
	}
	var ids strings.Builder
	for i := 0; ids.Len() < n; i++ {
		fmt.Fprintf(&ids, `<i id="%x"/>`, i)
	}
	latin1 := strings.Replace(list("<i>\xe9\x80</i>"), "UTF-8", "windows-1252", 1)
	return map[string]string{
		"mailboxes":          mailboxes(n / 300),
		"empty elements":     list("<i/>"),
		"short texts":        list("<i>x</i>"),
		"named items":        list("<item><name/></item>"),
		"attributes":         attributes(` a="b"`),
		"prefixed ones":      attributes(` a:b="c"`),
		"namespaces":         popListIs("<return><a><b><c" + strings.Repeat(` xmlns:a="b"`, n/12) + "/></b></a></return>"),
		"ids in one element": attributes(` id="b"`),
		"hrefs in one":       attributes(` href="#b"`),
		"ids":                envelope("<ns1:popListResponse><return href=\"#0\"/></ns1:popListResponse>" + ids.String()),
		"references":         envelope(`<ns1:popListResponse><return>` + strings.Repeat(`<i href="#a"/>`, n/14) + `</return></ns1:popListResponse><x id="a"><name>n</name></x>`),
		"references to text": envelope(`<ns1:popListResponse><return>` + strings.Repeat(`<i href="#a"/>`, n/14) + `</return></ns1:popListResponse><x id="a">` + strings.Repeat("x", 1000) + `</x>`),
		"wide characters":    latin1,
		"a text":             popListIs("<return><item><name>" + strings.Repeat("x", n) + "</name></item></return>"),
		"base64":             popListIs(`<return><item><name xsi:type="xsd:base64Binary">` + strings.Repeat("6Onp", n/4) + "</name></item></return>"),
		"entities":           popListIs("<return>" + strings.Repeat("<i>&lt;</i>", n/11) + "</return>"),
		"a fault":            envelope("<SOAP-ENV:Fault><faultcode>soap:1</faultcode><faultstring>" + strings.Repeat("&lt;", n/4) + "</faultstring></SOAP-ENV:Fault>"),
		"tags without ends":  strings.Repeat("<", n),
		"open tags":          envelope("")[:300] + strings.Repeat("<a>", n/3),
		"comments":           popListIs("<return>" + strings.Repeat("<!---->", n/7) + "</return>"),
		"maps":               popListIs(`<return xsi:type="x:Map">` + strings.Repeat("<item><key>a</key><value/></item>", n/33) + "</return>"),
	}
}

// allocated is what f takes in memory, all in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// However an answer is made, reading it takes at most 16 times its length, or a
// megabyte. What the test's own server takes is left aside.
func TestMemory_AtMost16Times(t *testing.T) {
	if testing.Short() {
		t.Skip("measures allocations, to which the race detector adds its own")
	}
	type box struct {
		Name, Size, A, B, C, D, E, F string
		List                         []struct{ Name string }
	}
	reads := map[string]func(*ovhsoap.Session) error{
		"typed":   func(s *ovhsoap.Session) error { _, err := s.PopList(t.Context(), "example.com"); return err },
		"texts":   func(s *ovhsoap.Session) error { return second(ovhsoap.Call[[]string](t.Context(), s, "popList")) },
		"value":   func(s *ovhsoap.Session) error { return second(ovhsoap.Call[ovhsoap.Value](t.Context(), s, "popList")) },
		"pointer": func(s *ovhsoap.Session) error { return second(ovhsoap.Call[[]*box](t.Context(), s, "popList")) },
		"options": func(s *ovhsoap.Session) error {
			return second(ovhsoap.Call[[]ovhsoap.Opt[box]](t.Context(), s, "popList"))
		},
	}
	worst := 0.0
	for _, n := range []int{1 << 10, 1 << 20} {
		for name, body := range spreading(n) {
			for kind, read := range reads {
				s := limited(t, 16<<20, body)
				_ = read(s) // once, for what is made once
				took := allocated(func() { _ = read(s) })
				took -= min(took, recorder(body))
				bound := max(16*len(body), 1<<20)
				assert.LessOrEqual(t, took, uint64(bound), "%s of %d bytes as %s", name, len(body), kind)
				worst = max(worst, float64(took)/float64(bound))
			}
		}
	}
	t.Logf("at most %.0f %% of the bound", 100*worst)
}

// recorder is what httptest's recorder takes to hold a body.
func recorder(body string) uint64 {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { _, _ = io.WriteString(w, body) }}
	request := func() *http.Request {
		r, _ := http.NewRequest(http.MethodPost, "http://soapi.test", strings.NewReader("<Body><m:popList>"))
		return r
	}
	return allocated(func() { _, _ = svc.transport().RoundTrip(request()) })
}
