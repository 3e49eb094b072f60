package velneo

import (
	"context"

	"github.com/hebergo/hebergo/internal/transport"
)

// Attempt is one request and what came of it, as Config.OnAttempt gets it.
// Operation is the verb, resource and action, such as "PUT vserver stop", or
// "backup download". Code is the answer's status_code, Condition the error's
// first condition: ErrUnauthorized for an HTTP 200 with status_code 401.
// RequestID is empty, because the service names no requests. It holds no
// secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation that a request is for, from the request's
// context, for an http.RoundTripper; "" for a request of somebody else.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }
