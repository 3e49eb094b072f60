package velneo

import "context"

// Result is what the service says about a change that it carried out.
type Result struct {
	Message string // the service's words, secrets taken out, at most 200 bytes and an ellipsis; empty where it said nothing
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

func (a *messageAnswer) accept(scrub func(string) string) string {
	a.Message = looseText(clean(scrub, string(a.Message), maxMessage))
	return ""
}

func (a *messageAnswer) result() Result { return Result{string(a.Message)} }
