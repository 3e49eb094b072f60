package velneo_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestError_HoldsTheServicesMessage(t *testing.T) {
	_, c := pair(t, nil)
	_, err := c.PutUser(t.Context(), velneo.User{Username: "luis", Password: velneo.NewSecret("pw"), Group: "agents"})
	var e *velneo.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "PUT user", e.Operation)
	assert.Equal(t, 403, e.Status)
	assert.Equal(t, "no credentials for the vServer", e.Message)
	assert.EqualError(t, err, "velneo: PUT user: no credentials for the vServer (code 403)")
}

func TestError_TextsOfReads(t *testing.T) {
	for body, want := range map[string]string{
		`{"status_code":403}`:                          "velneo: GET vserver: Forbidden (code 403)",
		`{"status_code":403,"message":42}`:             "velneo: GET vserver: 42 (code 403)",
		`{"status_code":403,"message":{"a":1}}`:        "velneo: GET vserver: Forbidden (code 403)",
		`{"status_code":403,"message":"a\r\n\u0000b"}`: "velneo: GET vserver: a   b (code 403)",
		`<html>`: "velneo: GET vserver: the answer is not the service's JSON",
	} {
		t.Run(body, func(t *testing.T) {
			_, err := newClient(t, answering(t, 200, body)).VServer(t.Context())
			assert.EqualError(t, err, want)
		})
	}
	_, err := newClient(t, answering(t, 200, `{"status_code":299,"status":"running"}`)).VServer(t.Context())
	assert.NoError(t, err, "each 2xx is a success")
}

func TestError_TextsOfChanges(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxAttempts = 1 })
	for want, fault := range map[string]velneotest.Fault{
		"velneo: PUT vserver start: HTTP 502 Bad Gateway; it may have been done":                           {Status: 502},
		"velneo: PUT vserver start: redirect refused (HTTP 307 Temporary Redirect); it may have been done": {Status: 307},
		"velneo: PUT vserver start: connection lost before the answer was complete; it may have been done": {Break: true},
		"velneo: PUT vserver start: Service Unavailable (code 503); it may have been done":                 {Code: 503},
		"velneo: PUT vserver start: the answer lacks status_code; it may have been done":                   {Body: "{}"},
		"velneo: PUT vserver start: status_code is not an HTTP status (code 1000); it may have been done":  {Code: 1000},
	} {
		t.Run(want, func(t *testing.T) {
			fault.Action = "start"
			server.Inject(fault)
			assert.EqualError(t, c.Start(t.Context()), want)
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.EqualError(t, c.Start(ctx), "velneo: PUT vserver start: context canceled")
}

func TestError_RetryAfter(t *testing.T) {
	server, c := pair(t, nil)
	for name, fault := range map[string]velneotest.Fault{
		"HTML": {Status: 503, Body: "<html>"}, "status_code": {Status: 429, Code: 429}, "download": {Status: 503, Resource: "backup"},
	} {
		t.Run(name, func(t *testing.T) {
			fault.Header = http.Header{"Retry-After": {"999"}}
			server.Inject(fault)
			_, err := c.VServer(t.Context())
			if fault.Resource == "backup" {
				_, err = c.DownloadBackup(t.Context(), server.BackupLink(), t.TempDir()+"/b", nil)
			}
			var e *velneo.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, 999*time.Second, e.RetryAfter)
		})
	}
}
