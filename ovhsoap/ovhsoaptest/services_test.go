package ovhsoaptest_test

import (
	"slices"
	"testing"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestMailboxes(t *testing.T) {
	server, client := start(t)
	s, ctx := client.Session(), t.Context()
	box := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Description: ovhsoap.Some("Réception")}
	want(t, s.PopAdd(ctx, box), ovhsoap.ErrInvalid)
	box.Password = ovhsoap.NewSecret("first")
	must(t, s.PopAdd(ctx, box))
	want(t, s.PopAdd(ctx, box), ovhsoap.ErrConflict)

	info, err := s.PopInfo(ctx, "example.com", "info")
	must(t, err)
	if info != (ovhsoap.PopStruct{Nic: "ab12345-ovh", Domain: "example.com", Name: "info", Description: "Réception", Size: "0"}) {
		t.Errorf("got %+v", info)
	}
	must(t, s.PopModifyDescription(ctx, ovhsoap.PopModifyDescriptionArgs{Domain: "example.com", Pop: "info", Description: "Accueil"}))
	must(t, s.PopModifyPassword(ctx, ovhsoap.PopModifyPasswordArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("second")}))
	must(t, s.PopUpgradeQuota(ctx, "example.com", "info", 9))
	quota, err := s.PopGetQuota(ctx, "example.com", "info")
	must(t, err)
	pops, err := s.PopList(ctx, "example.com")
	must(t, err)
	password, _ := server.MailboxPassword("example.com", "info")
	if quota.MaxQuota.Or(0) != 9 || pops[0].Description != "Accueil" || password != "second" {
		t.Errorf("got %+v, %+v, %q", quota, pops, password)
	}
	must(t, s.PopDel(ctx, "example.com", "info"))
	want(t, s.PopDel(ctx, "example.com", "info"), ovhsoap.ErrNotFound)
	_, err = s.PopInfo(ctx, "example.com", "info")
	want(t, err, ovhsoap.ErrNotFound)
	if _, ok := server.MailboxPassword("example.com", "info"); ok {
		t.Error("the password outlived its mailbox")
	}
}

func TestRedirections(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.RedirectedEmailAddArgs{Domain: "example.com", Redirected: "info", Target: "a@example.org"}
	must(t, s.RedirectedEmailAdd(ctx, add))
	want(t, s.RedirectedEmailAdd(ctx, add), ovhsoap.ErrConflict)
	must(t, s.RedirectedEmailModify(ctx, ovhsoap.RedirectedEmailModifyArgs{
		Domain: "example.com", Redirected: "info", OldTarget: "a@example.org", Target: "b@example.org",
	}))
	all, err := s.RedirectedEmailList(ctx, "example.com")
	must(t, err)
	if !slices.Equal(all, []ovhsoap.EmailRedirectionStruct{{Local: "info", Target: "b@example.org", DnsRedirection: ovhsoap.Some(false)}}) {
		t.Errorf("got %+v", all)
	}
	want(t, s.RedirectedEmailDel(ctx, ovhsoap.RedirectedEmailDelArgs{Domain: "example.com", Redirected: "info", Target: "a@example.org"}), ovhsoap.ErrNotFound)
	must(t, s.RedirectedEmailDel(ctx, ovhsoap.RedirectedEmailDelArgs{Domain: "example.com", Redirected: "info", Target: "b@example.org"}))
	all, err = s.RedirectedEmailList(ctx, "example.com")
	must(t, err)
	if len(all) != 0 {
		t.Errorf("got %+v", all)
	}
}

func TestResponders(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.ResponderEmailAddArgs{Domain: "example.com", Responder: "away", Content: "De retour lundi"}
	must(t, s.ResponderEmailAdd(ctx, add))
	want(t, s.ResponderEmailAdd(ctx, add), ovhsoap.ErrConflict)
	must(t, s.ResponderEmailModify(ctx, ovhsoap.ResponderEmailModifyArgs{
		Domain: "example.com", Responder: "away", Content: "À bientôt", DeliveredTo: ovhsoap.Some("a@example.org"),
	}))
	got, err := s.ResponderEmailInfo(ctx, "example.com", "away")
	must(t, err)
	if got.Content != "À bientôt" || !got.HasAlias.Or(false) || got.HasPop.Or(true) {
		t.Errorf("got %+v", got)
	}
	must(t, s.ResponderEmailDel(ctx, "example.com", "away"))
	all, err := s.ResponderEmailList(ctx, "example.com")
	must(t, err)
	if len(all) != 0 {
		t.Errorf("got %+v", all)
	}
	_, err = s.ResponderEmailInfo(ctx, "example.com", "away")
	want(t, err, ovhsoap.ErrNotFound)
}

func TestMailingLists(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.MailingListAddArgs{Domain: "example.com", Ml: "news", Owner: "o@example.com", Lang: ovhsoap.Some("fr"), UsersPostOnly: ovhsoap.Some(true)}
	must(t, s.MailingListAdd(ctx, add))
	want(t, s.MailingListAdd(ctx, add), ovhsoap.ErrConflict)
	for _, email := range []string{"a@example.org", "b@example.org"} {
		must(t, s.MailingListSubscriberAdd(ctx, ovhsoap.MailingListSubscriberAddArgs{Domain: "example.com", Ml: "news", Email: email}))
	}
	want(t, s.MailingListSubscriberAdd(ctx, ovhsoap.MailingListSubscriberAddArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}), ovhsoap.ErrConflict)
	must(t, s.MailingListModeratorAdd(ctx, ovhsoap.MailingListModeratorAddArgs{Domain: "example.com", Ml: "news", Email: "m@example.org"}))
	must(t, s.MailingListSubscriberDel(ctx, ovhsoap.MailingListSubscriberDelArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}))
	want(t, s.MailingListSubscriberDel(ctx, ovhsoap.MailingListSubscriberDelArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}), ovhsoap.ErrNotFound)
	must(t, s.MailingListSubscriberListByEmail(ctx, ovhsoap.MailingListSubscriberListByEmailArgs{Domain: "example.com", Ml: "news", Email: "o@example.com"}))

	full, err := s.MailingListFullInfo(ctx, "example.com", "news")
	must(t, err)
	if full.NbSubscribers.Or(0) != 1 || !slices.Equal(full.Subscribers, []string{"b@example.org"}) ||
		!slices.Equal(full.Moderators, []string{"m@example.org"}) || !full.UsersPostOnly.Or(false) || full.MessageModeration.Or(true) {
		t.Errorf("got %+v", full)
	}
	must(t, s.MailingListModify(ctx, ovhsoap.MailingListModifyArgs{Domain: "example.com", Ml: "news", Owner: "p@example.com", MessageModeration: ovhsoap.Some(true)}))
	info, err := s.MailingListInfo(ctx, "example.com", "news")
	must(t, err)
	if info.Owner != "p@example.com" || !info.MessageModeration.Or(false) || info.UsersPostOnly.Or(true) || info.NbSubscribers.Or(0) != 1 {
		t.Errorf("got %+v", info)
	}
	must(t, s.MailingListDel(ctx, "example.com", "news"))
	_, err = s.MailingListSubscriberList(ctx, "example.com", "news")
	want(t, err, ovhsoap.ErrNotFound)
}

func TestZones(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	www := ovhsoap.ZoneEntryAddArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: "192.0.2.1"}
	must(t, s.ZoneEntryAdd(ctx, www))
	want(t, s.ZoneEntryAdd(ctx, www), ovhsoap.ErrConflict)
	www.Target, www.Overwrite = "192.0.2.2", ovhsoap.Some(true)
	must(t, s.ZoneEntryAdd(ctx, www))
	must(t, s.ZoneEntryModify(ctx, ovhsoap.ZoneEntryModifyArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: "192.0.2.2", NewTarget: "192.0.2.3"}))
	zone, err := s.ZoneEntryList(ctx, "example.com")
	must(t, err)
	if len(zone) != 3 || zone[2] != (ovhsoap.ZoneStruct{Subdomain: "www", Fieldtype: "A", Target: "192.0.2.3"}) {
		t.Errorf("got %+v", zone)
	}

	text, err := s.ZoneExport(ctx, "example.com")
	must(t, err)
	must(t, s.ZoneEntryDel(ctx, ovhsoap.ZoneEntryDelArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: ovhsoap.Some("192.0.2.3")}))
	want(t, s.ZoneEntryDel(ctx, ovhsoap.ZoneEntryDelArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: ovhsoap.Some("192.0.2.3")}), ovhsoap.ErrNotFound)
	want(t, s.ZoneImport(ctx, "example.com", "nonsense"), ovhsoap.ErrInvalid)
	must(t, s.ZoneImport(ctx, "example.com", text))
	again, err := s.ZoneEntryList(ctx, "example.com")
	must(t, err)
	if !slices.Equal(again, zone) {
		t.Errorf("got %+v, want %+v", again, zone)
	}
}

func TestDomains(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	info, err := s.DomainInfo(ctx, "example.com")
	must(t, err)
	servers, err := s.DomainDnsList(ctx, "example.com")
	must(t, err)
	if info.Domain != "example.com" || len(servers) != 2 || !slices.Equal(info.Dns, servers) {
		t.Errorf("got %+v and %+v", info, servers)
	}
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "locked"},
		{func() error { return s.DomainUnlock(ctx, "example.com") }, "unlocked"},
		{func() error { return s.DomainLock(ctx, "example.com") }, "locked"},
	} {
		must(t, step.do())
		if got, err := s.DomainLockStatus(ctx, "example.com"); err != nil || got != step.want {
			t.Errorf("got %q, %v; want %q", got, err, step.want)
		}
	}
	must(t, s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x")}))
	summary, err := s.EmailDomainSummary(ctx, "example.com")
	must(t, err)
	if summary.Nbpops.Or(0) != 1 || summary.MasterNic != "ab12345-ovh" {
		t.Errorf("got %+v", summary)
	}
	nic, err := s.Nic(ctx)
	must(t, err)
	language, err := s.Language(ctx, "en")
	must(t, err)
	version, err := s.Version(ctx)
	must(t, err)
	if nic != "ab12345-ovh" || language != "en" || version != "1.61" {
		t.Errorf("got %q, %q, %q", nic, language, version)
	}
}
