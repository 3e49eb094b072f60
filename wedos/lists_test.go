package wedos_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// The list shapes come from recorded answers (a list), from users of
// Posh-ACME (an object keyed by numbers, in no order), from the manual (row1,
// row2 without a wrapper) and from XML (repeated siblings).
func TestLists_EveryShapeGivesEqualValues(t *testing.T) {
	want := []wedos.Row{
		{ID: "24569", TTL: 1800, Type: "MX", Data: "10 mx.example.net"},
		{ID: "157045", Name: "orig.test", TTL: 3600, Type: "TXT", Data: "a;b+c & <d> \"é\""},
	}
	for count := range 3 {
		for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
			for _, shape := range []wedostest.Shape{wedostest.ShapeList, wedostest.ShapeMap, wedostest.ShapeUnnested, wedostest.ShapeNumbered, wedostest.ShapeSingle} {
				t.Run(fmt.Sprintf("%s, shape %d, %d rows", codec, shape, count), func(t *testing.T) {
					c, fake := newPair(t, wedostest.Options{Shape: shape}, func(c *wedos.Config) { c.Codec = codec })
					fake.AddZone("example.com", want[:count]...)
					got, err := c.DNSRowsList(t.Context(), "example.com")
					require.NoError(t, err)
					assert.Len(t, got, count)
					if count > 0 {
						assert.Equal(t, want[:count], got)
					}
				})
			}
		}
	}
}

func TestLists_OddShapes(t *testing.T) {
	row := `{"ID":"7","name":"","ttl":"300","rdtype":"A","rdata":"192.0.2.1"}`
	for name, data := range map[string]string{
		"absent": ``, "null": `,"data":null`, "empty text": `,"data":""`, "empty list": `,"data":[]`,
		"row null": `,"data":{"row":null}`, "row empty": `,"data":{"row":""}`, "row []": `,"data":{"row":[]}`, "row {}": `,"data":{"row":{}}`,
		"false": `,"data":false`, "row false": `,"data":{"row":false}`,
		"one": `,"data":{"row":` + row + `}`, "numbers": `,"data":{"row":[{"ID":7,"name":"","ttl":300,"rdtype":"A","rdata":"192.0.2.1"}]}`, "key 5": `,"data":{"row":{"5":` + row + `}}`,
		"row9 bare": `,"data":{"row9":` + row + `}`, "nested list": `,"data":{"row":[[` + row + `]]}`,
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := answering(t, `{"response":{"code":"1000","result":"OK"`+data+`}}`).DNSRowsList(t.Context(), "example.com")
			require.NoError(t, err)
			if strings.Contains(data, "300") {
				assert.Equal(t, []wedos.Row{{ID: "7", TTL: 300, Type: "A", Data: "192.0.2.1"}}, rows)
			} else {
				assert.Empty(t, rows)
			}
		})
	}
}

// What is there and is not a list is not an empty one.
func TestLists_WhatIsNotAList(t *testing.T) {
	row := `{"ID":"7","name":"","ttl":"300","rdtype":"A","rdata":"192.0.2.1"}`
	for _, data := range []string{
		`{"row":"none"}`, `{"row":true}`, `{"row":7}`, `{"rows":[` + row + `]}`, `"none"`, `{"row":["x"]}`, `{"row":[` + row + `,null]}`, `{"row":[{}]}`,
		`{"row":{"a":` + row + `}}`, `[` + row + `]`, `[` + row + `,` + row + `]`, `{"row":[` + row + `,"x"]}`, `{"row1":"x"}`,
	} {
		t.Run(data, func(t *testing.T) {
			rows, err := answering(t, `{"response":{"code":"1000","result":"OK","data":`+data+`}}`).DNSRowsList(t.Context(), "example.com")
			assert.ErrorIs(t, err, wedos.ErrProtocol)
			assert.Empty(t, rows)
		})
	}
}

// A long list costs two allocations per row, and no more.
func TestLists_Allocations(t *testing.T) {
	const rows = 2000
	row := `{"ID":"1","name":"www","ttl":"300","rdtype":"A","rdata":"192.0.2.1","changed_date":"2026-05-01 12:00:00","author_comment":""},`
	body := `{"response":{"code":1000,"result":"OK","data":{"row":[` + strings.TrimSuffix(strings.Repeat(row, rows), ",") + `]}}}`
	c := newClient(t, wedos.Config{
		Login: "a", Password: wedos.NewSecret("b"), HTTPClient: always(body), Limiter: wedos.NewLimiter(wedos.LimiterConfig{Account: 1 << 20}),
	})
	allocations := testing.AllocsPerRun(5, func() {
		list, err := c.DNSRowsList(t.Context(), "example.com")
		if err != nil || len(list) != rows {
			t.Errorf("%d rows, %v", len(list), err)
		}
	})
	assert.Less(t, allocations, 2.0*rows)
}
