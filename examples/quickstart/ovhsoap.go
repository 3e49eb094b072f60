package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// ovhsoapStory is a session of OVH's SOAP API: mailboxes, a redirection, a
// fault explained. With OVHSOAP_NIC, OVHSOAP_PASSWORD and OVHSOAP_DOMAIN in the
// environment (and OVHSOAP_URL, for another service than the vendor's) it lists
// the mailboxes of that domain and changes nothing.
func ovhsoapStory(ctx context.Context, out io.Writer) error {
	cfg, err := ovhsoap.LoadConfig()
	domain, live := os.Getenv("OVHSOAP_DOMAIN"), os.Getenv("OVHSOAP_NIC") != ""
	if live && err != nil {
		return err
	}
	if !live {
		server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
		defer server.Close()
		domain = "example.com"
		server.AddDomain(domain, ovhsoaptest.Nic)
		cfg = server.Config()
	}
	client, err := ovhsoap.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return client.Do(ctx, func(s *ovhsoap.Session) error {
		if live {
			return ovhsoapMailboxes(ctx, out, s, domain)
		}
		for _, box := range []ovhsoap.PopAddArgs{
			{Domain: domain, Pop: "compta", Password: ovhsoap.NewSecret("un-secret-5"), Description: ovhsoap.Some("Comptabilité & paie")},
			{Domain: domain, Pop: "hotel", Password: ovhsoap.NewSecret("un-secret-6"), Description: ovhsoap.Some("Hôtel de l'Étoile")},
		} {
			if err := s.PopAdd(ctx, box); err != nil {
				return err
			}
		}
		if err := ovhsoapMailboxes(ctx, out, s, domain); err != nil {
			return err
		}
		return ovhsoapRedirection(ctx, out, s, domain)
	})
}

func ovhsoapMailboxes(ctx context.Context, out io.Writer, s *ovhsoap.Session, domain string) error {
	if err := s.Login(ctx); err != nil {
		return err
	}
	line(out, "session", "%v", s)
	boxes, err := s.PopList(ctx, domain)
	for _, box := range boxes {
		line(out, "mailbox", "%-22s %s", box.Name+"@"+domain, box.Description)
	}
	return err
}

// ovhsoapRedirection adds a redirection twice: the second meets a fault.
func ovhsoapRedirection(ctx context.Context, out io.Writer, s *ovhsoap.Session, domain string) error {
	add := ovhsoap.RedirectedEmailAddArgs{Domain: domain, Redirected: "info", Target: "compta@" + domain}
	if err := s.RedirectedEmailAdd(ctx, add); err != nil {
		return err
	}
	line(out, "redirection", "%-22s to %s", "info@"+domain, add.Target)
	err := s.RedirectedEmailAdd(ctx, add)
	var fault *ovhsoap.Fault
	if !errors.As(err, &fault) {
		return fmt.Errorf("the same again: %w, want a fault", err)
	}
	line(out, "once more", "status %d, there already: %t\n  %-12s %s", fault.Status, errors.Is(err, ovhsoap.ErrConflict), "", fault.Message)
	if err := s.Logout(ctx); err != nil {
		return err
	}
	if _, err = s.PopList(ctx, domain); err == nil {
		return errors.New("a session goes on after its logout")
	}
	line(out, "logout", "a call after it: %v", err)
	return nil
}
