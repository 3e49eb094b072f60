package ovhrest

import (
	"context"

	"github.com/hebergo/hebergo/internal/transport"
)

// Attempt is one request and what came of it, as Config.OnAttempt gets it.
// Operation is the API's method and pattern, such as "GET /domain/{serviceName}",
// without ids; the token of OAuth2 is "POST oauth2/token". Code is one of the
// gateway's codes that this package knows, such as INVALID_CREDENTIAL, Condition
// the error's first condition, RequestID the query ID. Wait is the time spent in
// the Limiter, with the queries for the API's time and for tokens that the request
// needed. It holds no secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation that a request is for, from the request's
// context, for an http.RoundTripper; "" for a request of somebody else.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }
