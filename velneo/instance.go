package velneo

import (
	"context"
	"net/http"
)

// Instance is what PutInstance sends. All fields are required.
type Instance struct {
	Name         string // can't be changed once the instance exists
	Project      string // the project that the instance is made of
	Solution     string // the solution that holds the project
	FolderShared string // the shared folder that the instance is made in
}

// AppInstance names an application instance: by its name for servers before
// 7.12, by its id from 7.12 on. What PutInstance returns fits Group's
// AddAppInstance with either.
type AppInstance struct {
	Name string
	ID   string // its form is not published; empty from a server before 7.12
}

// PutInstance adds the application instance or changes the one of that name,
// and returns what the server knows it by. Needs SetCredentials before
// (inferred). It is sent once.
func (c *Client) PutInstance(ctx context.Context, i Instance) (AppInstance, error) {
	r := request{verb: http.MethodPut, resource: "instance"}
	for _, required := range []struct{ field, value string }{
		{"Name", i.Name}, {"Project", i.Project}, {"Solution", i.Solution}, {"FolderShared", i.FolderShared},
	} {
		if err := checkText(r.name(), required.field, required.value); err != nil {
			return AppInstance{}, err
		}
	}
	var a struct {
		ID looseText `json:"id_instancia"`
	}
	err := c.call(ctx, r.with("name", i.Name).with("project", i.Project).with("solution", i.Solution).
		with("folderShared", i.FolderShared), &a)
	if err != nil {
		return AppInstance{}, err
	}
	return AppInstance{Name: i.Name, ID: string(a.ID)}, nil
}
