package velneo

import (
	"context"
	"net/http"
)

// Instance is what PutInstance sends. All fields are required.
type Instance struct {
	Name         string // can't be changed once the instance exists
	Project      string // the project that the instance is created from
	Solution     string // the solution that contains the project
	FolderShared string // the shared folder that the instance is created in
}

// AppInstance identifies an application instance: by its name for servers
// before 7.12, by its id from 7.12 on.
type AppInstance struct {
	Name string
	ID   string // its format is not published; empty for a server before 7.12
}

// InstanceResult is what PutInstance returns. Its AppInstance can be used as
// Group's AddAppInstance with any version of the server.
type InstanceResult struct {
	AppInstance
	Result
}

// PutInstance adds the application instance, or changes the existing instance
// of that name, and returns its name and id. It requires an earlier
// SetCredentials (inferred). It is sent once.
func (c *Client) PutInstance(ctx context.Context, i Instance) (InstanceResult, error) {
	r := request{verb: http.MethodPut, resource: "instance"}
	for _, required := range []struct{ field, value string }{
		{"Name", i.Name}, {"Project", i.Project}, {"Solution", i.Solution}, {"FolderShared", i.FolderShared},
	} {
		if err := checkText(r.name(), required.field, required.value); err != nil {
			return InstanceResult{}, err
		}
	}
	var a instanceAnswer
	err := c.call(ctx, r.with("name", i.Name).with("project", i.Project).with("solution", i.Solution).
		with("folderShared", i.FolderShared), &a)
	if err != nil {
		return InstanceResult{}, err
	}
	return InstanceResult{AppInstance{Name: i.Name, ID: a.ID.value}, a.result()}, nil
}

type instanceAnswer struct {
	messageAnswer
	ID answerID `json:"id_instancia"`
}

func (a *instanceAnswer) accept(hide *hidden) string {
	_ = a.messageAnswer.accept(hide)
	return a.ID.checkPublic("id_instancia", maxWord, hide)
}
