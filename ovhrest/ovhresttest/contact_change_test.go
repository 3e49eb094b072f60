package ovhresttest_test

import (
	"errors"
	"testing"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// mailed is the token that a holder got.
func mailed(t *testing.T, s *ovhresttest.Server, id int64, who ovhresttest.Party) ovhrest.Secret {
	t.Helper()
	address, err := s.ContactChangeMail(id, who)
	if err != nil {
		t.Fatal(err)
	}
	token, err := ovhrest.ParseContactChangeURL(address)
	if err != nil || token.TaskID != id {
		t.Fatalf("mailed %q: task %d, %v", address, token.TaskID, err)
	}
	return token.Token
}

func TestContactChangeTakesBothHolders(t *testing.T) {
	s, c := setUp(t)
	ctx := t.Context()
	ids, err := c.ChangeDomainContact(ctx, name, ovhrest.ContactChangeParams{ContactAdmin: "cd67890-ovh", ContactTech: "ef13579-ovh"})
	if err != nil || len(ids) != 2 {
		t.Fatalf("tasks %v, %v", ids, err)
	}
	first := mailed(t, s, ids[0], ovhresttest.OldOwner)
	if err := c.ResendContactChangeEmail(ctx, ids[0]); err != nil {
		t.Fatal(err)
	}
	if err := c.AcceptContactChange(ctx, ids[0], first); !errors.Is(err, ovhrest.ErrForbidden) {
		t.Errorf("the token of the first mail: %v", err)
	}
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if task, err := c.ContactChange(ctx, ids[0]); err != nil || !task.Waiting() || task.Over() {
			t.Fatalf("before both have answered: %+v, %v", task, err)
		}
		token := mailed(t, s, ids[0], who)
		if err := c.AcceptContactChange(ctx, ids[0], token); err != nil {
			t.Fatal(err)
		}
		if err := c.AcceptContactChange(ctx, ids[0], token); !errors.Is(err, ovhrest.ErrForbidden) {
			t.Errorf("a token twice: %v", err)
		}
	}
	if err := c.RefuseContactChange(ctx, ids[1], mailed(t, s, ids[1], ovhresttest.NewOwner)); err != nil {
		t.Fatal(err)
	}
	states := map[ovhrest.ContactChangeState]string{}
	for task, err := range c.ContactChanges(ctx, ovhrest.ContactChangeFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		states[task.State] = task.ToAccount
	}
	if len(states) != 2 || states[ovhrest.ContactChangeStateDone] != "cd67890-ovh" || states[ovhrest.ContactChangeStateRefused] != "ef13579-ovh" {
		t.Errorf("states %v", states)
	}
	d, err := c.Domain(ctx, name)
	if err != nil || d.ContactAdmin.ID != "cd67890-ovh" || d.ContactTech.ID != "ab12345-ovh" {
		t.Errorf("admin %s, tech %s, %v", d.ContactAdmin.ID, d.ContactTech.ID, err)
	}
	if _, err := s.ContactChangeMail(1, ovhresttest.OldOwner); err == nil {
		t.Error("a mail about no change")
	}
}
