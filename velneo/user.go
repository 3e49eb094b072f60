package velneo

import (
	"context"
	"net/http"
)

// User is what PutUser sends. Username, Password and Group are required. It
// prints as REDACTED.
type User struct {
	Username     string // can't be changed once the user exists
	Password     Secret // set with every call
	FullName     string
	Group        string // the group to put the user into
	IsSupervisor Choice // whether the user is a supervisor of the server
}

// PutUser adds the user, or changes the existing user of that name. It requires
// an earlier SetCredentials (inferred). It is sent once.
func (c *Client) PutUser(ctx context.Context, u User) (Result, error) {
	r := request{verb: http.MethodPut, resource: "user"}
	if err := u.check(r.name()); err != nil {
		return Result{}, err
	}
	return c.put(ctx, r.with("username", u.Username).with("password", u.Password.Reveal()).with("fullname", u.FullName).
		with("group", u.Group).with("isSupervisor", string(u.IsSupervisor)))
}

func (u User) check(operation string) error {
	for _, required := range []struct{ field, value string }{
		{"Username", u.Username}, {"Password", u.Password.Reveal()}, {"Group", u.Group},
	} {
		if err := checkText(operation, required.field, required.value); err != nil {
			return err
		}
	}
	if err := checkOptional(operation, "FullName", u.FullName); err != nil {
		return err
	}
	return u.IsSupervisor.check(operation, "IsSupervisor")
}
