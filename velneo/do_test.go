package velneo_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestDo_ParamsAndOut(t *testing.T) {
	server, c := pair(t, nil)
	var v velneo.VServer
	require.NoError(t, c.Do(t.Context(), "GET", "vserver", nil, &v))
	assert.Equal(t, velneo.StatusRunning, v.Status)
	params := struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}{"root", `a<b>&'"\ufffd`}
	require.NoError(t, c.Do(t.Context(), "PUT", "vserver", params, nil))
	calls := server.Calls()
	assert.Equal(t, params.Password, calls[len(calls)-1].Params["password"])
	require.ErrorIs(t, c.Do(t.Context(), "DELETE", "user", map[string]any{"name": "luis"}, nil), velneo.ErrNotFound)
}

// A GET is retried, unless it asks for an action.
func TestDo_Retries(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
	for action, want := range map[string]int{"": 3, "backup": 1} {
		t.Run(action, func(t *testing.T) {
			server.Inject(velneotest.Fault{Verb: "GET", Resource: "report", Times: want, Break: true})
			params := map[string]string{}
			if action != "" {
				params["action"] = action
			}
			err := c.Do(t.Context(), "GET", "report", params, nil)
			require.ErrorIs(t, err, velneo.ErrUnavailable)
			assert.Equal(t, action != "", errors.Is(err, velneo.ErrAmbiguous))
			assert.Equal(t, want, server.Count("GET", "report", action))
		})
	}
}

func TestDo_AnswerThatDoesNotFit(t *testing.T) {
	err := newClient(t, answering(t, 200, `{"status_code":200,"n":"x"}`)).Do(t.Context(), "PUT", "x", nil, &struct{ N int }{})
	require.ErrorIs(t, err, velneo.ErrProtocol)
	assert.ErrorIs(t, err, velneo.ErrAmbiguous)
}
