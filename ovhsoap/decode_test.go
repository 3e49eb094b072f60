package ovhsoap_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// read decodes a whole answer into a T as the answer of function.
func read[T any](t *testing.T, function, body string) (T, error) {
	t.Helper()
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
		if strings.Contains(body, "Fault>") {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, body)
	}}
	s, err := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	require.NoError(t, err)
	return ovhsoap.Call[T](t.Context(), s, function)
}

func mustRead[T any](t *testing.T, function, body string) T {
	t.Helper()
	v, err := read[T](t, function, body)
	require.NoError(t, err)
	return v
}

// recorded is an answer of a real server: see testdata/README.md.
func recorded(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".xml"))
	require.NoError(t, err)
	return string(raw)
}

func TestDecode_RecordedAnswers(t *testing.T) {
	type box struct{ Nic, Domain, Name, Description, Size string }
	accented := box{"nic é", "domain é", "name é", "description é", "size é"}
	digits := box{"0042", "0042", "0042", "0042", "0042"}
	for _, server := range []string{"soaplite", "php"} {
		t.Run(server, func(t *testing.T) {
			from := func(name string) string { return recorded(t, server+"-"+name) }
			assert.Equal(t, []box{accented, accented, accented}, mustRead[[]box](t, "popList", from("many")))
			assert.Equal(t, []box{accented}, mustRead[[]box](t, "popList", from("one")))
			assert.Equal(t, []box{}, mustRead[[]box](t, "popList", from("none")))
			assert.Equal(t, []box{{}, {}, {}}, mustRead[[]box](t, "popList", from("nil")))
			assert.Equal(t, []box{accented, accented, accented}, mustRead[[]box](t, "popList", from("twice")))
			assert.Equal(t, []box{digits, digits, digits}, mustRead[[]box](t, "popList", from("digits")))
			assert.Equal(t, accented, mustRead[box](t, "popInfo", from("struct")))
			assert.Equal(t, accented, mustRead[box](t, "popInfo", from("named")))
			assert.Equal(t, "zoneExport é", mustRead[string](t, "zoneExport", from("string")))
			assert.Equal(t, []string{"domainList é", "domainList é", "domainList é"}, mustRead[[]string](t, "domainList", from("strings")))
			assert.Equal(t, 7, mustRead[int](t, "domainDnsUpdate", from("int")))
			assert.Equal(t, true, mustRead[bool](t, "nicTldEligibility", from("boolean")))
			assert.Equal(t, ovhsoap.Void{}, mustRead[ovhsoap.Void](t, "popAdd", from("void")))
			nested := mustRead[struct {
				Hostname string
				Network  struct {
					Over       bool
					Interfaces []struct{ Ip string }
				}
			}](t, "dedicatedInfo", from("nested"))
			assert.Equal(t, "hostname é", nested.Hostname)
			assert.True(t, nested.Network.Over)
			require.Len(t, nested.Network.Interfaces, 1)
			assert.Equal(t, "ip é", nested.Network.Interfaces[0].Ip)
			var f *ovhsoap.Fault
			_, err := read[ovhsoap.Void](t, "popAdd", from("fault"))
			require.ErrorAs(t, err, &f)
			assert.Equal(t, ovhsoap.StatusExists, f.Status)
			assert.True(t, strings.HasSuffix(f.Message, "existe déjà"), f.Message)
		})
	}
	var f *ovhsoap.Fault
	_, err := read[ovhsoap.Void](t, "popAdd", recorded(t, "soaplite-latin1-fault"))
	require.ErrorAs(t, err, &f)
	assert.True(t, strings.HasSuffix(f.Message, "existe déjà"), f.Message)
}

func returns(inner string) string { return popListIs("<return>" + inner + "</return>") }

func TestDecode_GoTypes(t *testing.T) {
	type all struct {
		S     string
		B     bool
		I8    int8
		U     uint16
		F     float32
		Bytes []byte
		P     *int
		Nil   *int
		Tags  []string `soap:"tag-list"`
		Named string   `soap:"name"`
		Skip  string   `soap:"-"`
		_     string
		Void  *ovhsoap.Void
	}
	seven := 7
	got := mustRead[all](t, "popList", returns(`<s> a&amp;b&#13;<![CDATA[<c>]]></s><b>TRUE</b><i8>-128</i8><u> 65535 </u><f>1.5e2</f><bytes xsi:type="SOAP-ENC:base64">aGk=</bytes>`+
		`<p>7</p><nil xsi:nil="1"/><tag-list><x>1</x><x/></tag-list><name/><Skip>x</Skip><inner>x</inner><extra>new</extra><void/>`))
	want := all{S: " a&b\r<c>", B: true, I8: -128, U: 65535, F: 150, Bytes: []byte("hi"), P: &seven, Tags: []string{"1", ""}, Void: &ovhsoap.Void{}}
	assert.Equal(t, want, got)
	for name, inner := range map[string]string{
		"number too large": "<i8>128</i8>", "a negative": "<u>-1</u>", "a word as a number": "<u>seven</u>",
		"a word as a bool": "<b>maybe</b>", "a word as a float": "<f>x</f>",
		"no number": "<f>NaN</f>", "no end": "<f>-INF</f>",
	} {
		assert.ErrorIs(t, second(read[all](t, "popList", returns(inner))), ovhsoap.ErrProtocol, name)
	}
}

func TestCall_TypesThatHoldNoAnswer(t *testing.T) {
	type tree struct {
		Name  string
		Below []tree
		_     chan int
	}
	svc := &service{answer: friendly}
	s := svc.client(t).Session()
	for _, err := range []error{
		second(ovhsoap.Call[map[string]string](t.Context(), s, "popList")),
		second(ovhsoap.Call[any](t.Context(), s, "popList")),
		second(ovhsoap.Call[[]*struct{ A [2]int }](t.Context(), s, "popList")),
		second(ovhsoap.Call[struct{ F func() }](t.Context(), s, "popDel")),
	} {
		var e *ovhsoap.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, "T", e.Field)
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
	}
	assert.Equal(t, "", svc.sent())
	assert.NoError(t, second(ovhsoap.Call[[]tree](t.Context(), s, "popList")))
}

// Perl's false is an empty text, and an undefined number too.
func TestDecode_EmptyElements(t *testing.T) {
	got := mustRead[struct {
		B bool
		I int
	}](t, "popList", returns("<b/><i> </i>"))
	assert.Zero(t, got)
}

func TestDecode_NilAndAbsent(t *testing.T) {
	absent, isNil, nilAnswer := popListIs(""), popListIs(`<return xsi:nil="true"/>`), envelope(`<ns1:popListResponse xsi:nil="true"/>`)
	for _, body := range []string{isNil, nilAnswer} {
		assert.Equal(t, "", mustRead[string](t, "popList", body))
		assert.Nil(t, mustRead[[]string](t, "popList", body))
		assert.True(t, mustRead[ovhsoap.Value](t, "popList", body).Nil)
		assert.Nil(t, mustRead[*mailbox](t, "popList", body))
		assert.ErrorIs(t, second(read[mailbox](t, "popList", body)), ovhsoap.ErrProtocol, "a nil structure")
	}
	for _, empty := range []string{"<return/>", `<return xsi:type="xsd:string"> </return>`, `<return href="#a"/><x id="a"/>`} {
		assert.ErrorIs(t, second(read[mailbox](t, "popList", popListIs(empty))), ovhsoap.ErrProtocol, "an empty structure")
		assert.Nil(t, mustRead[*mailbox](t, "popList", popListIs(empty)))
		assert.Equal(t, []mailbox{}, mustRead[[]mailbox](t, "popList", popListIs(empty)))
		assert.NotNil(t, mustRead[*string](t, "popList", popListIs(empty)), "an empty text is a value")
	}
	assert.Equal(t, []string{}, mustRead[[]string](t, "popList", absent))
	assert.True(t, mustRead[ovhsoap.Value](t, "popList", absent).Nil)
	assert.Nil(t, mustRead[*string](t, "popList", absent))
	assert.ErrorIs(t, second(read[string](t, "popList", absent)), ovhsoap.ErrProtocol)
	assert.ErrorIs(t, second(read[mailbox](t, "popList", absent)), ovhsoap.ErrProtocol)
}

// Whatever else is in an answer, the element return is the return value.
func TestDecode_ReturnBehindOthers(t *testing.T) {
	assert.Equal(t, "info", mustRead[string](t, "popList", popListIs("<cost>1</cost><return>info</return>")))
}

func second[T any](_ T, err error) error { return err }

func TestDecode_Value(t *testing.T) {
	v := mustRead[ovhsoap.Value](t, "popList", recorded(t, "soaplite-twice"))
	require.Len(t, v.Members, 3)
	for name, item := range v.All() {
		assert.Equal(t, "item", name)
		m, ok := item.Member("size")
		assert.True(t, ok)
		assert.Equal(t, "size é", m.Text)
	}
	_, ok := v.Member("absent")
	assert.False(t, ok)
}

// PHP without a WSDL sends an array with names as Map.
func TestDecode_Map(t *testing.T) {
	body := popListIs(`<return xsi:type="ns2:Map"><item><key>name</key><value>info</value></item><item><key>size</key><value href="#a"/></item></return>` +
		`<x id="a">5</x>`)
	assert.Equal(t, mailbox{"info", "5"}, mustRead[mailbox](t, "popList", body))
	got := mustRead[ovhsoap.Value](t, "popList", body)
	assert.Equal(t, ovhsoap.Value{Name: "size", Text: "5"}, got.Members[1])
}

func TestDecode_Charsets(t *testing.T) {
	const text = "é€"
	utf16 := func(order func(hi, lo byte) []byte) string {
		var b bytes.Buffer
		for _, r := range "\uFEFF" + strings.Replace(returns("<name>"+text+"</name>"), "UTF-8", "UTF-16", 1) {
			b.Write(order(byte(r>>8), byte(r)))
		}
		return b.String()
	}
	in := func(charset, name string) string {
		return strings.Replace(returns("<name>"+name+"</name>"), "UTF-8", charset, 1)
	}
	for name, c := range map[string]struct{ body, contentType, want string }{
		"declared latin-1":          {in("ISO-8859-1", "\xE9"), "", "é"},
		"declared in single quotes": {strings.ReplaceAll(in("iso-8859-1", "\xE9"), `"iso-8859-1"`, `'iso-8859-1'`), "", "é"},
		"latin-9":                   {in("ISO-8859-15", "\xE9\xA4"), "", text},
		"windows":                   {in("windows-1252", "\xE9\x80"), "", text},
		"by header":                 {in("UTF-8", "\xE9"), `text/xml; charset="ISO-8859-1"`, "é"},
		"header goes first":         {in("windows-1250", "\xE8"), "text/xml; charset=iso-8859-1", "è"},
		"header claims UTF-8":       {in("ISO-8859-1", "\xE9"), "text/xml; charset=utf-8", "é"},
		"header beyond reading":     {in("UTF-8", text), "text/xml; charset", text},
		"UTF-8 with a mark":         {"\uFEFF" + in("UTF-8", text), "text/xml; charset=iso-8859-1", text},
		"UTF-16 big end first":      {utf16(func(hi, lo byte) []byte { return []byte{hi, lo} }), "", text},
		"UTF-16 little end first":   {utf16(func(hi, lo byte) []byte { return []byte{lo, hi} }), "", text},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
				w.Header()["Content-Type"] = []string{c.contentType}
				_, _ = io.WriteString(w, c.body)
			}}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
			got, err := ovhsoap.Call[mailbox](t.Context(), s, "popList")
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Name)
		})
	}
}

// SOAP::Lite packs bytes as they are, which a program in latin-1 has made.
func TestDecode_Base64OfLatin1(t *testing.T) {
	got := mustRead[mailbox](t, "popList", returns("<name xsi:type=\"xsd:base64Binary\">6Q==\n</name>"))
	assert.Equal(t, "é", got.Name)
}
