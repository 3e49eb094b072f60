package velneo

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDialect_Write(t *testing.T) {
	r := request{verb: "PUT", resource: "user"}.with("name", `O'Brien "x" ñ \ /`).with("empty", "").with("sign", "a:b, {c}")
	r.members = append(r.members, member{"list", json.RawMessage(`["a",true,{"b":null,"c":1.5}]`)})
	params := r.params(stamp{"session", "s-1", 1400000000, "ab"})
	for dialect, want := range map[Dialect]string{
		StrictJSON: `{"session":"s-1","timestamp":1400000000,"signed":"ab","name":"O\u0027Brien \"x\" ñ \\ /","sign":"a:b, {c}",` +
			`"list":["a",true,{"b":null,"c":1.5}]}`,
		SingleQuoted: `{'session': 's-1', 'timestamp': 1400000000, 'signed': 'ab', 'name': 'O\u0027Brien \u0022x\u0022 ñ \\ /', 'sign': 'a:b, {c}', ` +
			`'list': ['a', true, {'b': null, 'c': 1.5}]}`,
	} {
		t.Run(string(dialect), func(t *testing.T) {
			assert.Equal(t, want, string(dialect.write(params)))
		})
	}
}
