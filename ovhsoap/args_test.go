package ovhsoap_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestArguments_OnTheWire(t *testing.T) {
	type label string
	text := "é"
	for name, c := range map[string]struct {
		function string
		args     []any
		want     string
	}{
		"in order":     {"popInfo", []any{"example.com", "info"}, `<domain xsi:type="xsd:string">example.com</domain><pop xsi:type="xsd:string">info</pop>`},
		"left out":     {"popInfo", []any{"example.com"}, `<domain xsi:type="xsd:string">example.com</domain>`},
		"none":         {"popInfo", nil, ``},
		"by name":      {"popInfo", []any{ovhsoap.Args{"pop": "info"}}, `<domain xsi:type="xsd:string" xsi:nil="true"/><pop xsi:type="xsd:string">info</pop>`},
		"first name":   {"popInfo", []any{ovhsoap.Args{"domain": "a"}}, `<domain xsi:type="xsd:string">a</domain>`},
		"no names":     {"popInfo", []any{ovhsoap.Args{}}, ``},
		"nil":          {"popInfo", []any{nil, (*string)(nil)}, `<domain xsi:type="xsd:string" xsi:nil="true"/><pop xsi:type="xsd:string" xsi:nil="true"/>`},
		"pointer":      {"popInfo", []any{&text}, `<domain xsi:type="xsd:string">é</domain>`},
		"named type":   {"popInfo", []any{label("a")}, `<domain xsi:type="xsd:string">a</domain>`},
		"escaped":      {"popInfo", []any{"a<b>&\"'\r\n\t]]>"}, `<domain xsi:type="xsd:string">a&lt;b&gt;&amp;"'&#13;` + "\n\t" + `]]&gt;</domain>`},
		"false":        {"telephonySmsUserSend", []any{ovhsoap.Args{"noStop": false}}, `<noStop xsi:type="xsd:boolean">false</noStop>`},
		"number":       {"accountAlertThresholdSet", []any{int64(math.MinInt32)}, `<threshold xsi:type="xsd:int">-2147483648</threshold>`},
		"array":        {"telephonySmsUserDeleteCsvAttachment", []any{ovhsoap.Args{"ids": []int{1, 2}}}, `<ids xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[2]"><item xsi:type="xsd:int">1</item><item xsi:type="xsd:int">2</item></ids>`},
		"empty array":  {"telephonySmsUserDeleteCsvAttachment", []any{ovhsoap.Args{"ids": []int{}}}, `<ids xsi:type="soapenc:Array" soapenc:arrayType="xsd:int[0]"></ids>`},
		"absent array": {"telephonySmsUserDeleteCsvAttachment", []any{nil, nil, nil, nil}, `<ids xsi:type="soapenc:Array" xsi:nil="true"/>`},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("<alive>"))
			if _, err := ovhsoap.Call[*ovhsoap.Value](t.Context(), s, c.function, c.args...); err != nil {
				t.Fatal(err)
			}
			f, _ := ovhsoap.Lookup(c.function)
			want := c.want + "</m:" + c.function + ">"
			if f.Session {
				want = `<session xsi:type="xsd:string">&lt;alive&gt;</session>` + want
			}
			assert.Contains(t, svc.last().body, want)
			assert.Equal(t, `"http://soapi.ovh.com/manager#`+c.function+`"`, svc.last().Header.Get("SOAPAction"))
		})
	}
}

func TestArguments_UnfitAreNotSent(t *testing.T) {
	for name, c := range map[string]struct {
		function string
		args     []any
		field    string
	}{
		"unknown function":     {"popLits", nil, "function"},
		"case of the function": {"poplist", nil, "function"},
		"no function":          {"", nil, "function"},
		"login":                {"login", []any{"a", "b"}, "function"},
		"logout":               {"logout", nil, "function"},
		"too many":             {"popInfo", []any{"a", "b", "c"}, "arguments"},
		"unknown name":         {"popInfo", []any{ovhsoap.Args{"nom": "x"}}, `"nom"`},
		"number for text":      {"popInfo", []any{1}, "domain"},
		"text for number":      {"accountAlertThresholdSet", []any{"1"}, "threshold"},
		"bool for number":      {"accountAlertThresholdSet", []any{true}, "threshold"},
		"float for int":        {"accountAlertThresholdSet", []any{1.5}, "threshold"},
		"too large":            {"accountAlertThresholdSet", []any{int64(math.MaxInt32 + 1)}, "threshold"},
		"too small":            {"accountAlertThresholdSet", []any{int64(math.MinInt32 - 1)}, "threshold"},
		"too large unsigned":   {"accountAlertThresholdSet", []any{uint(1 << 31)}, "threshold"},
		"text for bool":        {"telephonySmsUserSend", []any{ovhsoap.Args{"noStop": "false"}}, "noStop"},
		"text for array":       {"telephonySmsUserMultiSend", []any{ovhsoap.Args{"numberTo": "+33"}}, "numberTo"},
		"item of the array":    {"telephonySmsUserMultiSend", []any{ovhsoap.Args{"numberTo": []any{"+33", 1}}}, "numberTo"},
		"NUL":                  {"popInfo", []any{"a\x00"}, "domain"},
		"control character":    {"popInfo", []any{"a", "\x1b[1m"}, "pop"},
		"surrogate":            {"popInfo", []any{"\xed\xa0\x80"}, "domain"},
		"not UTF-8":            {"popInfo", []any{"\xff"}, "domain"},
		"no character":         {"popInfo", []any{"\uFFFE"}, "domain"},
		"structure":            {"popInfo", []any{struct{}{}}, "domain"},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			s := svc.client(t).Session()
			_, err := ovhsoap.Call[ovhsoap.Value](t.Context(), s, c.function, c.args...)
			var e *ovhsoap.Error
			require.ErrorAs(t, err, &e)
			assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
			assert.Equal(t, c.function, e.Function)
			assert.Equal(t, c.field, e.Field)
			assert.Equal(t, "", svc.sent())
		})
	}
	svc := &service{answer: friendly}
	var none context.Context
	_, err := ovhsoap.Call[ovhsoap.Void](none, svc.client(t).Session(), "popList")
	assert.ErrorIs(t, err, ovhsoap.ErrInvalid, "nil ctx")
}

func TestCallRaw(t *testing.T) {
	svc := &service{answer: friendly}
	s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	_, err := ovhsoap.CallRaw(t.Context(), s, ovhsoap.Request{Function: "popColor", Args: []ovhsoap.Argument{
		{"domain", "string", "example.com"}, {"colors", "[]string", []string{"red"}}, {"ratio", "float", 0.5},
	}})
	require.NoError(t, err)
	want := `<session xsi:type="xsd:string">alive</session><domain xsi:type="xsd:string">example.com</domain>` +
		`<colors xsi:type="soapenc:Array" soapenc:arrayType="xsd:string[1]"><item xsi:type="xsd:string">red</item></colors><ratio xsi:type="xsd:float">0.5</ratio>`
	assert.Contains(t, svc.last().body, want)
	for name, r := range map[string]ovhsoap.Request{
		"no name":       {},
		"markup":        {Function: "a/><b"},
		"prefix":        {Function: "a:b"},
		"login":         {Function: "login", NoSession: true},
		"argument name": {Function: "a", Args: []ovhsoap.Argument{{"a b", "string", ""}}},
		"argument type": {Function: "a", Args: []ovhsoap.Argument{{"a", "date", ""}}},
		"not a number":  {Function: "a", Args: []ovhsoap.Argument{{"a", "float", math.NaN()}}},
		"value":         {Function: "a", Args: []ovhsoap.Argument{{"a", "int", "1"}}},
	} {
		_, err := ovhsoap.CallRaw(t.Context(), s, r)
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid, name)
	}
	assert.Equal(t, "popColor", svc.sent())
}
