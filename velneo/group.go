package velneo

import (
	"context"
	"net/http"
)

// Group is what PutGroup sends. Only Name is required.
type Group struct {
	Name            string      // can't be changed once the group exists
	ManageSolutions Choice      // whether the group may manage solutions
	AddSolution     string      // the name of a solution to add to the group, which keeps its other solutions
	AddAppInstance  AppInstance // an application instance to give the group permissions for; it keeps its other permissions
}

// PutGroup adds the group, or changes the existing group of that name. It
// requires an earlier SetCredentials (inferred). It is sent once.
//
// A server before 7.12 identifies an application instance by its name, a later
// one by its id (vendor guide). PutGroup sends the one that fits
// Config.ServerVersion. If that is empty and AddAppInstance is set, it requests
// the server's version first. If the name or id that it needs is missing, it
// returns ErrInvalid and changes nothing.
func (c *Client) PutGroup(ctx context.Context, g Group) (Result, error) {
	r := request{verb: http.MethodPut, resource: "group"}
	if err := g.check(r.name()); err != nil {
		return Result{}, err
	}
	r = r.with("name", g.Name).with("manageSolutions", string(g.ManageSolutions)).with("addSolution", g.AddSolution)
	if g.AddAppInstance != (AppInstance{}) {
		instance, err := c.instanceKey(ctx, r.name(), g.AddAppInstance)
		if err != nil {
			return Result{}, err
		}
		r = r.with("addAppInstance", instance)
	}
	return c.put(ctx, r)
}

func (g Group) check(operation string) error {
	if err := checkText(operation, "Name", g.Name); err != nil {
		return err
	}
	for field, value := range map[string]string{
		"AddSolution": g.AddSolution, "AddAppInstance.Name": g.AddAppInstance.Name, "AddAppInstance.ID": g.AddAppInstance.ID,
	} {
		if err := checkOptional(operation, field, value); err != nil {
			return err
		}
	}
	return g.ManageSolutions.check(operation, "ManageSolutions")
}

// instanceKey is what the server knows the instance by.
func (c *Client) instanceKey(ctx context.Context, operation string, a AppInstance) (string, error) {
	if err := c.ready(operation, ctx); err != nil {
		return "", err
	}
	v, err := c.serverVersion(ctx)
	if err != nil {
		return "", err
	}
	field, key := "AddAppInstance.Name", a.Name
	if v.atLeast(instanceIDs()) {
		field, key = "AddAppInstance.ID", a.ID
	}
	if key == "" {
		return "", invalid(operation, field, "is empty, and the server's version wants it")
	}
	return key, nil
}

// serverVersion is the configured one, else what the server says now: it may
// have been updated since it was last asked.
func (c *Client) serverVersion(ctx context.Context) (version, error) {
	text := c.config.ServerVersion
	if text == "" {
		now, err := c.VServer(ctx)
		if err != nil {
			return nil, err
		}
		text = now.Version
	}
	v, ok := parseVersion(text)
	if !ok {
		return nil, broken(request{verb: http.MethodGet, resource: "vserver"}, 0, "the server's version "+notVersion+": set Config.ServerVersion")
	}
	return v, nil
}
