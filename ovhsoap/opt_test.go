package ovhsoap_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestOpt(t *testing.T) {
	some, none := ovhsoap.Some(0), ovhsoap.Opt[int]{}
	v, ok := some.Value()
	assert.True(t, ok)
	assert.Zero(t, v)
	assert.False(t, some.IsZero())
	assert.Equal(t, 0, some.Or(7))
	_, ok = none.Value()
	assert.False(t, ok)
	assert.True(t, none.IsZero())
	assert.Equal(t, 7, none.Or(7))
	assert.Equal(t, "0 0  nil", fmt.Sprintf("%v %#v %v %#v", some, some, none, none))
	assert.NotEqual(t, some, none)
}

func TestOpt_JSON(t *testing.T) {
	type box struct {
		Quota ovhsoap.Opt[int]    `json:"quota"`
		Text  ovhsoap.Opt[string] `json:"text,omitzero"`
	}
	for text, want := range map[string]box{
		`{"quota":null}`:            {},
		`{"quota":0}`:               {Quota: ovhsoap.Some(0)},
		`{"quota":25,"text":""}`:    {Quota: ovhsoap.Some(25), Text: ovhsoap.Some("")},
		`{"quota":null,"text":"a"}`: {Text: ovhsoap.Some("a")},
	} {
		t.Run(text, func(t *testing.T) {
			var got box
			require.NoError(t, json.Unmarshal([]byte(text), &got))
			assert.Equal(t, want, got)
			back, err := json.Marshal(got)
			require.NoError(t, err)
			assert.JSONEq(t, text, string(back))
		})
	}
	assert.Error(t, json.Unmarshal([]byte(`{"quota":"x"}`), new(box)))
}

func TestOpt_AsAnArgument(t *testing.T) {
	svc := &service{answer: friendly}
	s := svc.client(t).Session()
	_, err := ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popDel", ovhsoap.Opt[string]{}, ovhsoap.Some("info"))
	require.NoError(t, err)
	assert.Contains(t, svc.last().body, `<domain xsi:type="xsd:string" xsi:nil="true"/><pop xsi:type="xsd:string">info</pop>`)
}
