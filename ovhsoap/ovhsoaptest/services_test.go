package ovhsoaptest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestServices_Mailboxes(t *testing.T) {
	server, client := start(t)
	s, ctx := client.Session(), t.Context()
	box := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Description: ovhsoap.Some("Réception")}
	require.ErrorIs(t, s.PopAdd(ctx, box), ovhsoap.ErrInvalid)
	box.Password = ovhsoap.NewSecret("first")
	require.NoError(t, s.PopAdd(ctx, box))
	require.ErrorIs(t, s.PopAdd(ctx, box), ovhsoap.ErrConflict)

	info, err := s.PopInfo(ctx, "example.com", "info")
	require.NoError(t, err)
	assert.Equal(t, ovhsoap.PopStruct{Nic: "ab12345-ovh", Domain: "example.com", Name: "info", Description: "Réception", Size: "0"}, info)
	require.NoError(t, s.PopModifyDescription(ctx, ovhsoap.PopModifyDescriptionArgs{Domain: "example.com", Pop: "info", Description: "Accueil"}))
	require.NoError(t, s.PopModifyPassword(ctx, ovhsoap.PopModifyPasswordArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("second")}))
	require.NoError(t, s.PopUpgradeQuota(ctx, "example.com", "info", 9))
	quota, err := s.PopGetQuota(ctx, "example.com", "info")
	require.NoError(t, err)
	pops, err := s.PopList(ctx, "example.com")
	require.NoError(t, err)
	password, _ := server.MailboxPassword("example.com", "info")
	assert.Equal(t, ovhsoap.Some(9), quota.MaxQuota)
	assert.Equal(t, "Accueil", pops[0].Description)
	assert.Equal(t, "second", password)
	require.NoError(t, s.PopDel(ctx, "example.com", "info"))
	require.ErrorIs(t, s.PopDel(ctx, "example.com", "info"), ovhsoap.ErrNotFound)
	_, err = s.PopInfo(ctx, "example.com", "info")
	require.ErrorIs(t, err, ovhsoap.ErrNotFound)
	_, ok := server.MailboxPassword("example.com", "info")
	assert.False(t, ok, "a deleted mailbox has no password")
}

func TestServices_Redirections(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.RedirectedEmailAddArgs{Domain: "example.com", Redirected: "info", Target: "a@example.org"}
	require.NoError(t, s.RedirectedEmailAdd(ctx, add))
	require.ErrorIs(t, s.RedirectedEmailAdd(ctx, add), ovhsoap.ErrConflict)
	require.NoError(t, s.RedirectedEmailModify(ctx, ovhsoap.RedirectedEmailModifyArgs{
		Domain: "example.com", Redirected: "info", OldTarget: "a@example.org", Target: "b@example.org",
	}))
	all, err := s.RedirectedEmailList(ctx, "example.com")
	require.NoError(t, err)
	assert.Equal(t, []ovhsoap.EmailRedirectionStruct{{Local: "info", Target: "b@example.org", DnsRedirection: ovhsoap.Some(false)}}, all)
	require.ErrorIs(t, s.RedirectedEmailDel(ctx, ovhsoap.RedirectedEmailDelArgs{Domain: "example.com", Redirected: "info", Target: "a@example.org"}), ovhsoap.ErrNotFound)
	require.NoError(t, s.RedirectedEmailDel(ctx, ovhsoap.RedirectedEmailDelArgs{Domain: "example.com", Redirected: "info", Target: "b@example.org"}))
	all, err = s.RedirectedEmailList(ctx, "example.com")
	require.NoError(t, err)
	assert.Empty(t, all)
}

func TestServices_Responders(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.ResponderEmailAddArgs{Domain: "example.com", Responder: "away", Content: "De retour lundi"}
	require.NoError(t, s.ResponderEmailAdd(ctx, add))
	require.ErrorIs(t, s.ResponderEmailAdd(ctx, add), ovhsoap.ErrConflict)
	require.NoError(t, s.ResponderEmailModify(ctx, ovhsoap.ResponderEmailModifyArgs{
		Domain: "example.com", Responder: "away", Content: "À bientôt", DeliveredTo: ovhsoap.Some("a@example.org"),
	}))
	got, err := s.ResponderEmailInfo(ctx, "example.com", "away")
	require.NoError(t, err)
	assert.Equal(t, "À bientôt", got.Content)
	assert.Equal(t, ovhsoap.Some(true), got.HasAlias)
	assert.Equal(t, ovhsoap.Some(false), got.HasPop)
	require.NoError(t, s.ResponderEmailDel(ctx, "example.com", "away"))
	all, err := s.ResponderEmailList(ctx, "example.com")
	require.NoError(t, err)
	assert.Empty(t, all)
	_, err = s.ResponderEmailInfo(ctx, "example.com", "away")
	require.ErrorIs(t, err, ovhsoap.ErrNotFound)
}

func TestServices_MailingLists(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	add := ovhsoap.MailingListAddArgs{Domain: "example.com", Ml: "news", Owner: "o@example.com", Lang: ovhsoap.Some("fr"), UsersPostOnly: ovhsoap.Some(true)}
	require.NoError(t, s.MailingListAdd(ctx, add))
	require.ErrorIs(t, s.MailingListAdd(ctx, add), ovhsoap.ErrConflict)
	for _, email := range []string{"a@example.org", "b@example.org"} {
		require.NoError(t, s.MailingListSubscriberAdd(ctx, ovhsoap.MailingListSubscriberAddArgs{Domain: "example.com", Ml: "news", Email: email}))
	}
	require.ErrorIs(t, s.MailingListSubscriberAdd(ctx, ovhsoap.MailingListSubscriberAddArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}), ovhsoap.ErrConflict)
	require.NoError(t, s.MailingListModeratorAdd(ctx, ovhsoap.MailingListModeratorAddArgs{Domain: "example.com", Ml: "news", Email: "m@example.org"}))
	require.NoError(t, s.MailingListSubscriberDel(ctx, ovhsoap.MailingListSubscriberDelArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}))
	require.ErrorIs(t, s.MailingListSubscriberDel(ctx, ovhsoap.MailingListSubscriberDelArgs{Domain: "example.com", Ml: "news", Email: "a@example.org"}), ovhsoap.ErrNotFound)
	require.NoError(t, s.MailingListSubscriberListByEmail(ctx, ovhsoap.MailingListSubscriberListByEmailArgs{Domain: "example.com", Ml: "news", Email: "o@example.com"}))

	full, err := s.MailingListFullInfo(ctx, "example.com", "news")
	require.NoError(t, err)
	assert.Equal(t, ovhsoap.Some(1), full.NbSubscribers)
	assert.Equal(t, []string{"b@example.org"}, full.Subscribers)
	assert.Equal(t, []string{"m@example.org"}, full.Moderators)
	assert.Equal(t, ovhsoap.Some(true), full.UsersPostOnly)
	assert.Equal(t, ovhsoap.Some(false), full.MessageModeration)
	require.NoError(t, s.MailingListModify(ctx, ovhsoap.MailingListModifyArgs{Domain: "example.com", Ml: "news", Owner: "p@example.com", MessageModeration: ovhsoap.Some(true)}))
	info, err := s.MailingListInfo(ctx, "example.com", "news")
	require.NoError(t, err)
	assert.Equal(t, "p@example.com", info.Owner)
	assert.Equal(t, ovhsoap.Some(true), info.MessageModeration)
	assert.Equal(t, ovhsoap.Some(false), info.UsersPostOnly)
	assert.Equal(t, ovhsoap.Some(1), info.NbSubscribers)
	require.NoError(t, s.MailingListDel(ctx, "example.com", "news"))
	_, err = s.MailingListSubscriberList(ctx, "example.com", "news")
	require.ErrorIs(t, err, ovhsoap.ErrNotFound)
}

func TestServices_Zones(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	www := ovhsoap.ZoneEntryAddArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: "192.0.2.1"}
	require.NoError(t, s.ZoneEntryAdd(ctx, www))
	require.ErrorIs(t, s.ZoneEntryAdd(ctx, www), ovhsoap.ErrConflict)
	www.Target, www.Overwrite = "192.0.2.2", ovhsoap.Some(true)
	require.NoError(t, s.ZoneEntryAdd(ctx, www))
	require.NoError(t, s.ZoneEntryModify(ctx, ovhsoap.ZoneEntryModifyArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: "192.0.2.2", NewTarget: "192.0.2.3"}))
	zone, err := s.ZoneEntryList(ctx, "example.com")
	require.NoError(t, err)
	require.Len(t, zone, 3)
	assert.Equal(t, ovhsoap.ZoneStruct{Subdomain: "www", Fieldtype: "A", Target: "192.0.2.3"}, zone[2])

	text, err := s.ZoneExport(ctx, "example.com")
	require.NoError(t, err)
	require.NoError(t, s.ZoneEntryDel(ctx, ovhsoap.ZoneEntryDelArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: ovhsoap.Some("192.0.2.3")}))
	require.ErrorIs(t, s.ZoneEntryDel(ctx, ovhsoap.ZoneEntryDelArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: ovhsoap.Some("192.0.2.3")}), ovhsoap.ErrNotFound)
	require.ErrorIs(t, s.ZoneImport(ctx, "example.com", "nonsense"), ovhsoap.ErrInvalid)
	require.NoError(t, s.ZoneImport(ctx, "example.com", text))
	again, err := s.ZoneEntryList(ctx, "example.com")
	require.NoError(t, err)
	assert.Equal(t, zone, again)
}

func TestServices_Domains(t *testing.T) {
	_, client := start(t)
	s, ctx := client.Session(), t.Context()
	info, err := s.DomainInfo(ctx, "example.com")
	require.NoError(t, err)
	servers, err := s.DomainDnsList(ctx, "example.com")
	require.NoError(t, err)
	assert.Equal(t, "example.com", info.Domain)
	assert.Len(t, servers, 2)
	assert.Equal(t, servers, info.Dns)
	for _, step := range []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "locked"},
		{func() error { return s.DomainUnlock(ctx, "example.com") }, "unlocked"},
		{func() error { return s.DomainLock(ctx, "example.com") }, "locked"},
	} {
		require.NoError(t, step.do())
		got, err := s.DomainLockStatus(ctx, "example.com")
		require.NoError(t, err)
		assert.Equal(t, step.want, got)
	}
	require.NoError(t, s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x")}))
	summary, err := s.EmailDomainSummary(ctx, "example.com")
	require.NoError(t, err)
	assert.Equal(t, ovhsoap.Some(1), summary.Nbpops)
	assert.Equal(t, "ab12345-ovh", summary.MasterNic)
	nic, err := s.Nic(ctx)
	require.NoError(t, err)
	language, err := s.Language(ctx, "en")
	require.NoError(t, err)
	version, err := s.Version(ctx)
	require.NoError(t, err)
	assert.Equal(t, []string{"ab12345-ovh", "en", "1.61"}, []string{nic, language, version})
}
