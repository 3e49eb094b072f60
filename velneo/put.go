package velneo

import "context"

// Result is the result of a change.
type Result struct {
	Message string // the service's message without secrets, at most 200 bytes; empty if there was none
}

// put makes a call whose answer may hold a message (vendor guide).
func (c *Client) put(ctx context.Context, r request) (Result, error) {
	var a messageAnswer
	if err := c.call(ctx, r, &a); err != nil {
		return Result{}, err
	}
	return a.result(), nil
}

type messageAnswer struct {
	Message looseText `json:"message"`
}

func (a *messageAnswer) accept(hide *hidden) string {
	a.Message = looseText(hide.line(string(a.Message), maxMessage))
	return ""
}

func (a *messageAnswer) result() Result { return Result{string(a.Message)} }
