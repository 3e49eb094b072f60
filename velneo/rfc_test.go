package velneo_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

// bridge is an RFCInvoker made of a function.
type bridge func(velneo.RFCCall) ([]byte, error)

func (b bridge) InvokeRFC(_ context.Context, call velneo.RFCCall) ([]byte, error) { return b(call) }

func rfcClient(t *testing.T) *velneo.Client {
	t.Helper()
	return newClient(t, velneo.Config{
		Email: "agency@example.com", APIKey: velneo.NewSecret("key"), Session: velneo.NewSecret("s-1"), Now: func() time.Time { return time.Unix(1400000000, 0) },
	})
}

func TestRFCCall_Content(t *testing.T) {
	call, err := rfcClient(t).RFCCall(t.Context(), "PUT", "group", struct {
		Name            string `json:"name"`
		ManageSolutions string `json:"manageSolutions"`
	}{"l'équipe", "yes"})
	want := velneo.RFCCall{
		Server: "vatp://cloudapi.velneo.com", Instance: "cloudapi_1", User: "cloudapi", Password: "cloudapi",
		Function: "group", Verb: "PUT",
		Params: velneo.NewSecret(`{"session":"s-1","timestamp":1400000000,"signed":"` + velneo.Sign("s-1", 1400000000, "key") +
			`","name":"l\u0027équipe","managesolutions":"yes"}`),
	}
	require.NoError(t, err)
	assert.Equal(t, want.Params.Reveal(), call.Params.Reveal())
	assert.Equal(t, want, call)
}

// Only a login has an email of its own; elsewhere it is an ordinary parameter.
func TestRFCCall_EmailIsAnOrdinaryParameter(t *testing.T) {
	call, err := rfcClient(t).RFCCall(t.Context(), "PUT", "user", map[string]string{"email": "luis@example.com"})
	require.NoError(t, err)
	assert.True(t, strings.HasSuffix(call.Params.Reveal(), `,"email":"luis@example.com"}`), call.Params.Reveal())
}

func TestInvokeRFC_DecodesTheAnswer(t *testing.T) {
	var v velneo.VServer
	err := rfcClient(t).InvokeRFC(t.Context(), bridge(func(call velneo.RFCCall) ([]byte, error) {
		assert.Equal(t, "vserver", call.Function)
		assert.Equal(t, "GET", call.Verb)
		return []byte(`{"status_code":200,"status":"stopped"}`), nil
	}), "GET", "vserver", nil, &v)
	require.NoError(t, err)
	assert.Equal(t, velneo.VServer{Status: velneo.StatusStopped}, v)
}

func TestInvokeRFC_Failures(t *testing.T) {
	broken := errors.New("the bridge is down")
	for name, failing := range map[string]struct {
		answer string
		err    error
		want   error
	}{
		"bridge":   {"", broken, broken},
		"context":  {"", context.Canceled, context.Canceled},
		"no entry": {"", fmt.Errorf("the bridge: %w", velneo.ErrUnauthorized), velneo.ErrUnauthorized},
		"refused":  {`{"status_code":403,"message":"no"}`, nil, velneo.ErrForbidden},
		"nonsense": {`<html>`, nil, velneo.ErrProtocol},
		"nothing":  {"", nil, velneo.ErrProtocol},
	} {
		for verb, changing := range map[string]bool{"GET": false, "PUT": true} {
			t.Run(name+", "+verb, func(t *testing.T) {
				calls := 0
				err := rfcClient(t).InvokeRFC(t.Context(), bridge(func(velneo.RFCCall) ([]byte, error) {
					calls++
					return []byte(failing.answer), failing.err
				}), verb, "vserver", nil, nil)
				require.ErrorIs(t, err, failing.want)
				assert.Equal(t, 1, calls)
				assert.Equal(t, changing && name != "refused", errors.Is(err, velneo.ErrAmbiguous), err)
			})
		}
	}
}

// A 401 costs one login, over HTTPS, and one more call.
func TestInvokeRFC_OneNewLogin(t *testing.T) {
	server, c := pair(t, nil)
	old, err := c.Login(t.Context())
	require.NoError(t, err)
	server.EndSession()
	calls := 0
	err = c.InvokeRFC(t.Context(), bridge(func(call velneo.RFCCall) ([]byte, error) {
		calls++
		if strings.Contains(call.Params.Reveal(), old.Reveal()) {
			return []byte(`{"status_code":401}`), nil
		}
		return []byte(`{"status_code":200}`), nil
	}), "GET", "vserver", nil, nil)
	require.NoError(t, err)
	assert.Equal(t, 2, calls)
	assert.Equal(t, 2, server.Logins())
}

// A bridge's error may repeat the call.
func TestInvokeRFC_ErrorShowsNoSecret(t *testing.T) {
	err := rfcClient(t).InvokeRFC(t.Context(), bridge(func(call velneo.RFCCall) ([]byte, error) {
		return nil, fmt.Errorf("can't pass on %s", call.Params.Reveal())
	}), "PUT", "user", map[string]string{"password": "hush"}, nil)
	for _, secret := range []string{"s-1", "hush", velneo.Sign("s-1", 1400000000, "key")} {
		assert.NotContains(t, err.Error(), secret)
	}
}

// What a bridge returns may be printed by way of Unwrap, and still be found.
func TestInvokeRFC_CauseIsScrubbed(t *testing.T) {
	down := errors.New("the bridge is down")
	err := rfcClient(t).InvokeRFC(t.Context(), bridge(func(call velneo.RFCCall) ([]byte, error) {
		return nil, fmt.Errorf("%w: can't pass on %s", down, call.Params.Reveal())
	}), "PUT", "user", map[string]string{"password": "hush"}, nil)
	require.ErrorIs(t, err, down)
	for e := err; e != nil; e = errors.Unwrap(e) {
		text := fmt.Sprintf("%v %+v %#v", e, e, e)
		assert.NotContains(t, text, "hush")
		assert.NotContains(t, text, velneo.Sign("s-1", 1400000000, "key"))
	}
}

func TestInvokeRFC_AnswerIsBounded(t *testing.T) {
	err := rfcClient(t).InvokeRFC(t.Context(), bridge(func(velneo.RFCCall) ([]byte, error) {
		return bytes.Repeat([]byte(" "), 9<<20), nil
	}), "PUT", "user", nil, nil)
	require.ErrorIs(t, err, velneo.ErrTooLarge)
	assert.ErrorIs(t, err, velneo.ErrAmbiguous)
}

// An invoker that does not listen to its context is left behind.
func TestInvokeRFC_InvokerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, release := rfcClient(t), make(chan struct{})
		defer close(release)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := c.InvokeRFC(ctx, bridge(func(velneo.RFCCall) ([]byte, error) { <-release; return nil, nil }), "PUT", "user", nil, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, velneo.ErrAmbiguous)
	})
}

func TestInvokeRFC_InvokerThatPanics(t *testing.T) {
	c := rfcClient(t)
	assert.PanicsWithValue(t, "no bridge", func() {
		_ = c.InvokeRFC(t.Context(), bridge(func(velneo.RFCCall) ([]byte, error) { panic("no bridge") }), "PUT", "user", nil, nil)
	})
}
