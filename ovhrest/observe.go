package ovhrest

import (
	"context"

	"github.com/hebergo/hebergo/internal/transport"
)

// Attempt is a request and its result, as passed to Config.OnAttempt. Operation
// is the API's method and pattern, such as "GET /domain/{serviceName}", without
// IDs; for OAuth2 tokens it is "POST oauth2/token". Code is one of the
// gateway's codes that this package knows, such as INVALID_CREDENTIAL.
// Condition is the error's first condition, and RequestID the query ID. Wait is
// the time spent in the Limiter, including the requests for the API's time and
// for tokens that the request needed. An Attempt contains no secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation of a request from the request's context,
// for use in an http.RoundTripper. It returns "" for a request that was not
// made by this package.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }
