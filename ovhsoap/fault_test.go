package ovhsoap_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// conditions are all that a fault may match.
var conditions = []error{
	ovhsoap.ErrInvalid, ovhsoap.ErrUnauthorized, ovhsoap.ErrForbidden, ovhsoap.ErrNotFound, ovhsoap.ErrConflict, ovhsoap.ErrBusy,
	ovhsoap.ErrRateLimited, ovhsoap.ErrUnavailable, ovhsoap.ErrTooLarge, ovhsoap.ErrProtocol, ovhsoap.ErrAmbiguous, ovhsoap.ErrClosed,
	ovhsoap.ErrSession, ovhsoap.ErrTooManySessions, ovhsoap.ErrQuota, ovhsoap.ErrUnsupported, ovhsoap.ErrNoEffect,
}

// A changing call meets every status of the vendor's table.
func TestFault_Conditions(t *testing.T) {
	for code, want := range map[string][]error{
		"soap:201": {ovhsoap.ErrInvalid}, "soap:202": {ovhsoap.ErrInvalid}, "soap:203": {ovhsoap.ErrInvalid}, "soap:299": {ovhsoap.ErrInvalid},
		"soap:210": {ovhsoap.ErrNotFound}, "soap:510": {ovhsoap.ErrNotFound},
		"soap:211": {ovhsoap.ErrConflict}, "soap:213": {ovhsoap.ErrConflict}, "soap:241": {ovhsoap.ErrConflict}, "soap:701": {ovhsoap.ErrConflict},
		"soap:212": {ovhsoap.ErrNoEffect}, "soap:705": {ovhsoap.ErrNoEffect},
		"soap:214": {ovhsoap.ErrAmbiguous},
		"soap:220": {ovhsoap.ErrBusy}, "soap:240": {ovhsoap.ErrBusy}, "soap:704": {ovhsoap.ErrBusy}, "soap:706": {ovhsoap.ErrBusy},
		"soap:230": {ovhsoap.ErrUnsupported}, "soap:250": {ovhsoap.ErrUnsupported}, "soap:702": {ovhsoap.ErrUnsupported},
		"soap:100": {ovhsoap.ErrAmbiguous}, "soap:150": {ovhsoap.ErrAmbiguous}, // a warning: it was done
		"soap:350": {ovhsoap.ErrAmbiguous}, "soap:888": {ovhsoap.ErrAmbiguous}, // not in the table
		"soap:506": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous}, // the service's own parameter
		"soap:260": {ovhsoap.ErrAmbiguous}, "soap:266": {ovhsoap.ErrAmbiguous}, "soap:777": {ovhsoap.ErrAmbiguous}, "soap:601": {ovhsoap.ErrAmbiguous},
		"soap:267": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous}, "soap:280": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous},
		"soap:281": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous}, "soap:503": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous},
		"soap:301": {ovhsoap.ErrUnauthorized, ovhsoap.ErrSession}, "soap:303": {ovhsoap.ErrUnauthorized, ovhsoap.ErrSession},
		"soap:304": {ovhsoap.ErrUnauthorized, ovhsoap.ErrTooManySessions}, "soap:310": {ovhsoap.ErrUnauthorized}, "soap:320": {ovhsoap.ErrRateLimited},
		"soap:401": {ovhsoap.ErrForbidden}, "soap:403": {ovhsoap.ErrForbidden}, "soap:451": {ovhsoap.ErrQuota},
		"soap:Client": nil, "SOAP-ENV:Client.Authentication": nil, "soap:Server": {ovhsoap.ErrUnavailable, ovhsoap.ErrAmbiguous}, "what?": {ovhsoap.ErrAmbiguous}, "": {ovhsoap.ErrAmbiguous},
		"211": {ovhsoap.ErrConflict}, "soap:-211": {ovhsoap.ErrAmbiguous}, "soap:99999": {ovhsoap.ErrAmbiguous},
	} {
		t.Run(code, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
				if c.function == "login" {
					friendly(w, c, n)
					return
				}
				fault(w, code, "the reason")
			}}
			s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
			err := popDel(t.Context(), s)
			for _, c := range conditions {
				assert.Equal(t, slices.Contains(want, c), errors.Is(err, c), "%v: Is(%v)", err, c)
			}
			var e *ovhsoap.Error
			var f *ovhsoap.Fault
			require.ErrorAs(t, err, &e)
			require.ErrorAs(t, err, &f)
			assert.Same(t, e.Fault, f)
			assert.Equal(t, "popDel", f.Function)
			assert.Equal(t, "the reason", f.Message)
			assert.Equal(t, 1, svc.count("popDel"), "a resumed session gets no new login")
			_, err = ovhsoap.Call[ovhsoap.Value](t.Context(), s, "popList")
			assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous, "of a call that only reads")
		})
	}
}

// A password that looks like a status hides from the texts alone.
func TestFault_StatusInsideASecret(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "soap:211", `no "211"`) }}
	s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	_, err := ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popModifyPassword", ovhsoap.Args{"password": "211"})
	require.ErrorIs(t, err, ovhsoap.ErrConflict)
	assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	assert.NotContains(t, err.Error(), "211")
}

func TestFault_Texts(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
		fault(w, "soap:Client", "A mailing list task is still in progress\n\x7f<for> list")
	}}
	s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	err := popDel(t.Context(), s)
	const want = "ovhsoap: popDel: A mailing list task is still in progress  <for> list (code soap:Client)"
	require.EqualError(t, err, want)
	assert.ErrorIs(t, err, ovhsoap.ErrBusy)
	assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	var f *ovhsoap.Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, []string{want, want}, []string{f.Error(), f.GoString()})
}

func TestFault_LongTextIsCut(t *testing.T) {
	long := strings.Repeat("é", 100_000)
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "soap:"+long, long) }}
	s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	var f *ovhsoap.Fault
	err := popDel(t.Context(), s)
	require.ErrorAs(t, err, &f)
	assert.LessOrEqual(t, len(f.Message), 1010)
	assert.LessOrEqual(t, len(f.Code), 100)
	assert.LessOrEqual(t, len(err.Error()), 1300)
}

// A fault counts whatever the status, and a status without one as itself.
func TestFault_WithAnyHTTPStatus(t *testing.T) {
	for status, want := range map[int]error{200: ovhsoap.ErrConflict, 400: ovhsoap.ErrConflict, 500: ovhsoap.ErrConflict, 503: ovhsoap.ErrConflict} {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
			w.WriteHeader(status)
			fault(w, "soap:211", "exists")
		}}
		s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		assert.ErrorIs(t, popDel(t.Context(), s), want, status)
		assert.Equal(t, "popDel", svc.sent(), status)
	}
	for status, want := range map[int]error{401: ovhsoap.ErrUnauthorized, 403: ovhsoap.ErrForbidden, 404: ovhsoap.ErrNotFound, 429: ovhsoap.ErrRateLimited, 500: ovhsoap.ErrUnavailable} {
		svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
			w.WriteHeader(status)
			result(w, c.function, "")
		}}
		s, _ := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		err := popDel(t.Context(), s)
		assert.ErrorIs(t, err, want, status)
		assert.Equal(t, status >= 500, errors.Is(err, ovhsoap.ErrAmbiguous), status)
	}
}
