package velneo

import (
	"context"

	"github.com/hebergo/hebergo/internal/transport"
)

// Attempt describes one request and its result, as passed to Config.OnAttempt.
// Operation is the verb, resource and action, such as "PUT vserver stop", or
// "backup download". Code is the answer's status_code, Condition the first
// condition of the error: ErrUnauthorized for an HTTP 200 with status_code 401.
// RequestID is empty, because the service has no request ids. It holds no
// secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation of a request, from the request's context,
// for use in an http.RoundTripper. It returns "" if the request is not from
// this package.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }
