package condition_test

import (
	"errors"
	"testing"

	"github.com/hebergo/hebergo/internal/condition"
)

func TestFromStatus(t *testing.T) {
	for status, want := range map[int]error{
		200: nil, 204: nil,
		302: condition.ErrProtocol,
		400: condition.ErrInvalid, 401: condition.ErrUnauthorized, 403: condition.ErrForbidden,
		404: condition.ErrNotFound, 409: condition.ErrConflict, 418: condition.ErrProtocol,
		408: condition.ErrUnavailable, 423: condition.ErrBusy, 429: condition.ErrRateLimited,
		500: condition.ErrUnavailable, 502: condition.ErrUnavailable, 599: condition.ErrUnavailable,
	} {
		if got := condition.FromStatus(status); !errors.Is(got, want) {
			t.Errorf("FromStatus(%d) = %v, want %v", status, got, want)
		}
	}
}
