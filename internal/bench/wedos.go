package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/wedos"
)

const (
	wapiLogin    = "owner@example.test"
	wapiPassword = "not-a-real-secret"
)

func wedosCases() []Case {
	return []Case{
		{"wedos: one call over loopback", "net/http and encoding/json", 1.15, wedosPing, wapiPing},
		{"wedos: a list of 10,000 rows", "encoding/json into a plain struct", 1.3, wedosRows, wapiRows},
	}
}

// wapiEnvelope is the least that a hand-written client decodes.
type wapiEnvelope struct {
	Response struct {
		Code   int    `json:"code"`
		Result string `json:"result"`
		ClTRID string `json:"clTRID"`
		SvTRID string `json:"svTRID"`
		Data   struct {
			Row []struct {
				ID      string `json:"ID"`
				Name    string `json:"name"`
				TTL     string `json:"ttl"`
				Type    string `json:"rdtype"`
				Data    string `json:"rdata"`
				Changed string `json:"changed_date"`
				Comment string `json:"author_comment"`
			} `json:"row"`
		} `json:"data"`
	} `json:"response"`
}

// wapiCall is what people write with net/http: hash, form, POST, read, decode.
func wapiCall(c *http.Client, address, command string, data any) (*wapiEnvelope, error) {
	request, err := json.Marshal(map[string]any{"request": map[string]any{
		"user": wapiLogin, "auth": wedos.AuthHash(wapiLogin, wapiPassword, time.Now()), "command": command, "clTRID": "abc", "data": data,
	}})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader("request="+url.QueryEscape(string(request))))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	out := &wapiEnvelope{}
	return out, json.Unmarshal(body, out)
}

func wapiServer(b *testing.B) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"response":{"code":1000,"result":"OK","timestamp":1691419076,"svTRID":"1691419076.0616.9683.1","command":"ping"}}`)
	}))
	b.Cleanup(server.Close)
	return server
}

func wedosClient(b *testing.B, address string, hc *http.Client) *wedos.Client {
	c, err := wedos.New(wedos.Config{
		Login: wapiLogin, Password: wedos.NewSecret(wapiPassword), URL: address, HTTPClient: hc, MaxResponseBytes: 64 << 20,
		Limiter: wedos.NewLimiter(wedos.LimiterConfig{Account: 1 << 30}),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	return c
}

func wedosPing(b *testing.B) {
	c := wedosClient(b, wapiServer(b).URL, nil)
	for b.Loop() {
		if _, err := c.Ping(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}

func wapiPing(b *testing.B) {
	server, c := wapiServer(b), &http.Client{}
	defer c.CloseIdleConnections()
	for b.Loop() {
		if _, err := wapiCall(c, server.URL, "ping", nil); err != nil {
			b.Fatal(err)
		}
	}
}

// tenThousandRows answers from memory, so that the decoder is what costs.
func tenThousandRows() *http.Client {
	var rows strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&rows, `,{"ID":"%d","name":"host%d","ttl":"3600","rdtype":"TXT","rdata":"v=spf1 include:example.net ~all","changed_date":"2023-08-07 16:37:57","author_comment":""}`, 100000+i, i)
	}
	body := `{"response":{"code":1000,"result":"OK","command":"dns-rows-list","data":{"row":[` + rows.String()[1:] + `]}}}`
	return &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
	})}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func wedosRows(b *testing.B) {
	c := wedosClient(b, "http://127.0.0.1", tenThousandRows())
	for b.Loop() {
		if rows, err := c.DNSRowsList(context.Background(), "example.com"); err != nil || len(rows) != 10_000 {
			b.Fatal(len(rows), err)
		}
	}
}

func wapiRows(b *testing.B) {
	c := tenThousandRows()
	for b.Loop() {
		if out, err := wapiCall(c, "http://127.0.0.1", "dns-rows-list", nil); err != nil || len(out.Response.Data.Row) != 10_000 {
			b.Fatal(err)
		}
	}
}
