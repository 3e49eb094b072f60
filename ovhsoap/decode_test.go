package ovhsoap_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
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
	same := func(t *testing.T, got, want any) {
		t.Helper()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%#v, want %#v", got, want)
		}
	}
	for _, server := range []string{"soaplite", "php"} {
		t.Run(server, func(t *testing.T) {
			from := func(name string) string { return recorded(t, server+"-"+name) }
			same(t, mustRead[[]box](t, "popList", from("many")), []box{accented, accented, accented})
			same(t, mustRead[[]box](t, "popList", from("one")), []box{accented})
			same(t, mustRead[[]box](t, "popList", from("none")), []box{})
			same(t, mustRead[[]box](t, "popList", from("nil")), []box{{}, {}, {}})
			same(t, mustRead[[]box](t, "popList", from("twice")), []box{accented, accented, accented})
			same(t, mustRead[[]box](t, "popList", from("digits")), []box{digits, digits, digits})
			same(t, mustRead[box](t, "popInfo", from("struct")), accented)
			same(t, mustRead[box](t, "popInfo", from("named")), accented)
			same(t, mustRead[string](t, "zoneExport", from("string")), "zoneExport é")
			same(t, mustRead[[]string](t, "domainList", from("strings")), []string{"domainList é", "domainList é", "domainList é"})
			same(t, mustRead[int](t, "domainDnsUpdate", from("int")), 7)
			same(t, mustRead[bool](t, "nicTldEligibility", from("boolean")), true)
			same(t, mustRead[ovhsoap.Void](t, "popAdd", from("void")), ovhsoap.Void{})
			nested := mustRead[struct {
				Hostname string
				Network  struct {
					Over       bool
					Interfaces []struct{ Ip string }
				}
			}](t, "dedicatedInfo", from("nested"))
			if nested.Hostname != "hostname é" || !nested.Network.Over || len(nested.Network.Interfaces) != 1 || nested.Network.Interfaces[0].Ip != "ip é" {
				t.Errorf("%+v", nested)
			}
			var f *ovhsoap.Fault
			if _, err := read[ovhsoap.Void](t, "popAdd", from("fault")); !errors.As(err, &f) || f.Status != ovhsoap.StatusExists || !strings.HasSuffix(f.Message, "existe déjà") {
				t.Errorf("%v", err)
			}
		})
	}
	var f *ovhsoap.Fault
	if _, err := read[ovhsoap.Void](t, "popAdd", recorded(t, "soaplite-latin1-fault")); !errors.As(err, &f) || !strings.HasSuffix(f.Message, "existe déjà") {
		t.Errorf("latin-1: %v", err)
	}
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
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for name, inner := range map[string]string{
		"number too large": "<i8>128</i8>", "a negative": "<u>-1</u>", "a word as a number": "<u>seven</u>",
		"a word as a bool": "<b>maybe</b>", "a word as a float": "<f>x</f>",
		"no number": "<f>NaN</f>", "no end": "<f>-INF</f>",
	} {
		if _, err := read[all](t, "popList", returns(inner)); !errors.Is(err, ovhsoap.ErrProtocol) {
			t.Errorf("%s: %v, want ErrProtocol", name, err)
		}
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
		if !errors.As(err, &e) || e.Field != "T" || !errors.Is(err, ovhsoap.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid for T", err)
		}
	}
	assert.Equal(t, "", svc.sent())
	if _, err := ovhsoap.Call[[]tree](t.Context(), s, "popList"); err != nil {
		t.Error(err)
	}
}

// Perl's false is an empty text, and an undefined number too.
func TestDecode_EmptyElements(t *testing.T) {
	got := mustRead[struct {
		B bool
		I int
	}](t, "popList", returns("<b/><i> </i>"))
	if got.B || got.I != 0 {
		t.Errorf("%+v", got)
	}
}

func TestDecode_NilAndAbsent(t *testing.T) {
	absent, isNil, nilAnswer := popListIs(""), popListIs(`<return xsi:nil="true"/>`), envelope(`<ns1:popListResponse xsi:nil="true"/>`)
	for _, body := range []string{isNil, nilAnswer} {
		if v := mustRead[string](t, "popList", body); v != "" {
			t.Errorf("%q", v)
		}
		if v := mustRead[[]string](t, "popList", body); v != nil {
			t.Errorf("%#v", v)
		}
		if v := mustRead[ovhsoap.Value](t, "popList", body); !v.Nil {
			t.Errorf("%#v", v)
		}
		if v := mustRead[*mailbox](t, "popList", body); v != nil {
			t.Errorf("%#v", v)
		}
		if _, err := read[mailbox](t, "popList", body); !errors.Is(err, ovhsoap.ErrProtocol) {
			t.Errorf("a nil structure reads as success: %v", err)
		}
	}
	for _, empty := range []string{"<return/>", `<return xsi:type="xsd:string"> </return>`, `<return href="#a"/><x id="a"/>`} {
		if v, err := read[mailbox](t, "popList", popListIs(empty)); !errors.Is(err, ovhsoap.ErrProtocol) {
			t.Errorf("an empty structure reads as success: %v, %v", v, err)
		}
		if v := mustRead[*mailbox](t, "popList", popListIs(empty)); v != nil {
			t.Errorf("%#v", v)
		}
		if v := mustRead[[]mailbox](t, "popList", popListIs(empty)); v == nil || len(v) != 0 {
			t.Errorf("%#v", v)
		}
		if v := mustRead[*string](t, "popList", popListIs(empty)); v == nil {
			t.Error("an empty text reads as none")
		}
	}
	if v := mustRead[[]string](t, "popList", absent); v == nil || len(v) != 0 {
		t.Errorf("%#v", v)
	}
	if v := mustRead[ovhsoap.Value](t, "popList", absent); !v.Nil {
		t.Errorf("%#v", v)
	}
	if v := mustRead[*string](t, "popList", absent); v != nil {
		t.Errorf("%#v", v)
	}
	for _, err := range []error{second(read[string](t, "popList", absent)), second(read[mailbox](t, "popList", absent))} {
		if !errors.Is(err, ovhsoap.ErrProtocol) {
			t.Errorf("an absent value reads as success: %v", err)
		}
	}
}

// Whatever else is in an answer, the element return is the return value.
func TestDecode_ReturnBehindOthers(t *testing.T) {
	if v := mustRead[string](t, "popList", popListIs("<cost>1</cost><return>info</return>")); v != "info" {
		t.Errorf("%q", v)
	}
}

func second[T any](_ T, err error) error { return err }

func TestDecode_Value(t *testing.T) {
	v := mustRead[ovhsoap.Value](t, "popList", recorded(t, "soaplite-twice"))
	if len(v.Members) != 3 {
		t.Fatalf("%+v", v)
	}
	for name, item := range v.All() {
		if m, ok := item.Member("size"); name != "item" || !ok || m.Text != "size é" {
			t.Errorf("%s %+v", name, item)
		}
	}
	if _, ok := v.Member("absent"); ok {
		t.Error("a member that is not there was found")
	}
}

// PHP without a WSDL sends an array with names as Map.
func TestDecode_Map(t *testing.T) {
	body := popListIs(`<return xsi:type="ns2:Map"><item><key>name</key><value>info</value></item><item><key>size</key><value href="#a"/></item></return>` +
		`<x id="a">5</x>`)
	if got := mustRead[mailbox](t, "popList", body); got != (mailbox{"info", "5"}) {
		t.Errorf("%+v", got)
	}
	if got := mustRead[ovhsoap.Value](t, "popList", body); got.Members[1].Name != "size" || got.Members[1].Text != "5" {
		t.Errorf("%+v", got)
	}
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
			if err != nil || got.Name != c.want {
				t.Errorf("%q, %v, want %q", got.Name, err, c.want)
			}
		})
	}
}

// SOAP::Lite packs bytes as they are, which a program in latin-1 has made.
func TestDecode_Base64OfLatin1(t *testing.T) {
	if got := mustRead[mailbox](t, "popList", returns(`<name xsi:type="xsd:base64Binary">6Q==
</name>`)); got.Name != "é" {
		t.Errorf("%q", got.Name)
	}
}
