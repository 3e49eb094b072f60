// Package condition holds the error conditions that all packages of this
// module share. Each package exports them under its own name, the way io/fs
// and os share theirs, so that wedos.ErrNotFound == ovhrest.ErrNotFound and a
// caller needs one errors.Is whatever the provider.
package condition

import (
	"errors"
	"net/http"
)

// The conditions. The texts are what a caller reads behind the operation's
// name, so they are short and say nothing of the provider.
var (
	ErrInvalid      = errors.New("invalid argument")
	ErrUnauthorized = errors.New("not authenticated")
	ErrForbidden    = errors.New("not allowed")
	ErrNotFound     = errors.New("not found")
	ErrConflict     = errors.New("conflict with the present state")
	ErrBusy         = errors.New("busy, try again later")
	ErrFailed       = errors.New("the service tried and did not do it")
	ErrRateLimited  = errors.New("rate limited")
	ErrUnavailable  = errors.New("service unavailable")
	ErrTooLarge     = errors.New("answer too large")
	ErrProtocol     = errors.New("the peer broke the protocol")
	ErrAmbiguous    = errors.New("it may have been done")
	ErrClosed       = errors.New("the client is closed")
)

// FromStatus returns the condition that an HTTP status stands for, nil for
// those below 300 and for statuses that say nothing a caller could act on.
func FromStatus(status int) error {
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return ErrInvalid
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound, http.StatusGone:
		return ErrNotFound
	case http.StatusConflict, http.StatusPreconditionFailed:
		return ErrConflict
	case http.StatusLocked:
		return ErrBusy
	case http.StatusTooManyRequests:
		return ErrRateLimited
	}
	if status >= 500 || status == http.StatusRequestTimeout {
		return ErrUnavailable
	}
	if status >= 300 {
		return ErrProtocol
	}
	return nil
}
