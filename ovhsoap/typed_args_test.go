package ovhsoap_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

func TestTypedCall_LeftOutOnTheWire(t *testing.T) {
	const domain, pop = `<domain xsi:type="xsd:string">example.com</domain>`, `<pop xsi:type="xsd:string">info</pop>`
	const password = `<password xsi:type="xsd:string">x</password>`
	add := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x")}
	for name, c := range map[string]struct {
		call func(context.Context, *ovhsoap.Session) error
		want string
	}{
		"trailing ones are absent": {
			func(ctx context.Context, s *ovhsoap.Session) error { return s.PopAdd(ctx, add) },
			domain + pop + password + "</m:popAdd>",
		},
		"those in the middle are nil": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				add := add
				add.Quota = ovhsoap.Some(25)
				return s.PopAdd(ctx, add)
			},
			domain + pop + password + `<description xsi:type="xsd:string" xsi:nil="true"/><nic xsi:type="xsd:string" xsi:nil="true"/>` +
				`<quota xsi:type="xsd:int">25</quota></m:popAdd>`,
		},
		"an empty one is sent": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				add := add
				add.Description, add.Quota = ovhsoap.Some(""), ovhsoap.Some(0)
				return s.PopAdd(ctx, add)
			},
			domain + pop + password + `<description xsi:type="xsd:string"></description><nic xsi:type="xsd:string" xsi:nil="true"/>` +
				`<quota xsi:type="xsd:int">0</quota></m:popAdd>`,
		},
		"a false is sent": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				return s.PopModifyPassword(ctx, ovhsoap.PopModifyPasswordArgs{
					Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x"), DoNotSendMail: ovhsoap.Some(false),
				})
			},
			domain + pop + password + `<doNotSendMail xsi:type="xsd:boolean">false</doNotSendMail></m:popModifyPassword>`,
		},
		"an empty text that clears": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				return s.PopModifyDescription(ctx, ovhsoap.PopModifyDescriptionArgs{Domain: "example.com", Pop: "info", Description: ""})
			},
			domain + pop + `<description xsi:type="xsd:string"></description></m:popModifyDescription>`,
		},
		"a nil array in the middle": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				_, err := s.TelephonySmsMultiSend(ctx, ovhsoap.TelephonySmsMultiSendArgs{
					SmsAccount: "sms-ab12345-1", NumberFrom: "+33600000000", Message: "x", NumberToCsv: ovhsoap.Some("7"),
				})
				return err
			},
			`<numberTo xsi:type="soapenc:Array" xsi:nil="true"/><message xsi:type="xsd:string">x</message>`,
		},
		"an optional secret": {
			func(ctx context.Context, s *ovhsoap.Session) error {
				_, err := s.BillingInvoiceInfo(ctx, ovhsoap.BillingInvoiceInfoArgs{Number: "FR1", Country: ovhsoap.Some("fr")})
				return err
			},
			`<password xsi:type="xsd:string" xsi:nil="true"/><country xsi:type="xsd:string">fr</country>`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			_ = c.call(t.Context(), svc.client(t).Session()) // the answer is nothing
			assert.Contains(t, svc.last().body, c.want)
		})
	}
}

func TestTypedCall_EmptyRequiredArgument(t *testing.T) {
	ctx := t.Context()
	for field, call := range map[string]func(*ovhsoap.Session) error{
		"domain": func(s *ovhsoap.Session) error { return s.PopDel(ctx, "", "info") },
		"pop":    func(s *ovhsoap.Session) error { return s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com"}) },
		"password": func(s *ovhsoap.Session) error {
			return s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info"})
		},
		"size":   func(s *ovhsoap.Session) error { return s.PopUpgradeQuota(ctx, "example.com", "info", 0) },
		"ids":    func(s *ovhsoap.Session) error { return s.TelephonySmsDeleteCsvAttachment(ctx, "sms-ab12345-1", nil) },
		"smsIds": func(s *ovhsoap.Session) error { return s.TelephonySmsDelete(ctx, "sms-ab12345-1", []int{}) },
		"zone":   func(s *ovhsoap.Session) error { return s.ZoneImport(ctx, "example.com", "") },
	} {
		t.Run(field, func(t *testing.T) {
			svc := &service{answer: friendly}
			var e *ovhsoap.Error
			require.ErrorAs(t, call(svc.client(t).Session()), &e)
			assert.ErrorIs(t, e, ovhsoap.ErrInvalid)
			assert.Equal(t, field, e.Field)
			assert.Empty(t, svc.sent())
		})
	}
}

// Every typed function refuses its required arguments one by one, and each
// field of its arguments has a comment that says what is optional.
func TestTypedCall_EveryRequiredArgument(t *testing.T) {
	svc := &service{answer: friendly}
	s := svc.client(t).Session()
	refused := 0
	typedMethods(t, s, func(function string, method reflect.Value) {
		kind := method.Type()
		for i := 1; i < kind.NumIn(); i++ {
			fields := 1
			if isArgs(kind.In(i)) {
				fields = kind.In(i).NumField()
			}
			for field := range fields {
				in := []reflect.Value{reflect.ValueOf(t.Context())}
				for j := 1; j < kind.NumIn(); j++ {
					in = append(in, reflect.New(kind.In(j)).Elem())
					fill(in[j])
				}
				emptied := in[i]
				if isArgs(kind.In(i)) {
					emptied = in[i].Field(field)
				}
				emptied.SetZero()
				before := svc.sent()
				out := method.Call(in)
				if err, _ := out[len(out)-1].Interface().(error); svc.sent() == before {
					assert.ErrorIs(t, err, ovhsoap.ErrInvalid, function)
					refused++
				}
			}
		}
	})
	t.Logf("%d required arguments", refused)
	assert.Greater(t, refused, 300)
}

func isArgs(t reflect.Type) bool { return strings.HasSuffix(t.Name(), "Args") }

func TestLocalPart_AnAddressIsRefused(t *testing.T) {
	ctx := t.Context()
	for field, call := range map[string]func(*ovhsoap.Session) error{
		"pop": func(s *ovhsoap.Session) error { return s.PopDel(ctx, "example.com", "info@example.com") },
		"ml":  func(s *ovhsoap.Session) error { return s.MailingListDel(ctx, "example.com", "news@example.com") },
		"redirected": func(s *ovhsoap.Session) error {
			return s.RedirectedEmailAdd(ctx, ovhsoap.RedirectedEmailAddArgs{Domain: "example.com", Redirected: "a@example.com", Target: "b@example.org"})
		},
		"responder": func(s *ovhsoap.Session) error { return s.ResponderEmailDel(ctx, "example.com", "a@example.com") },
	} {
		t.Run(field, func(t *testing.T) {
			svc := &service{answer: friendly}
			var e *ovhsoap.Error
			require.ErrorAs(t, call(svc.client(t).Session()), &e)
			assert.ErrorIs(t, e, ovhsoap.ErrInvalid)
			assert.Equal(t, field, e.Field)
			assert.Empty(t, svc.sent())
		})
	}
	t.Run("untyped", func(t *testing.T) {
		svc := &service{answer: friendly}
		_, err := ovhsoap.Call[ovhsoap.Void](ctx, svc.client(t).Session(), "popDel", "example.com", "info@example.com")
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
		assert.Empty(t, svc.sent())
	})
}

// A short call makes the same mailbox as PHP's, and an explicit nothing makes
// one of nothing.
func TestPopAdd_Defaults(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	add := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "short", Password: ovhsoap.NewSecret("x")}
	require.NoError(t, s.PopAdd(t.Context(), add))
	add.Pop, add.Quota, add.Nic = "none", ovhsoap.Some(0), ovhsoap.Some("")
	require.NoError(t, s.PopAdd(t.Context(), add))

	boxes, err := s.PopList(t.Context(), "example.com")
	require.NoError(t, err)
	assert.Equal(t, []ovhsoap.PopStruct{
		{Nic: "", Domain: "example.com", Name: "none", Size: "0"},
		{Nic: ovhsoaptest.Nic, Domain: "example.com", Name: "short", Size: "0"},
	}, boxes)
	for box, want := range map[string]int{"none": 0, "short": 5120} {
		quota, err := s.PopGetQuota(t.Context(), "example.com", box)
		require.NoError(t, err)
		assert.Equal(t, ovhsoap.Some(want), quota.MaxQuota)
	}
}

func TestZoneEntryDel_OneOrAll(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	del := ovhsoap.ZoneEntryDelArgs{Domain: "example.com", Fieldtype: "NS", Target: ovhsoap.Some("")}
	assert.ErrorIs(t, s.ZoneEntryDel(t.Context(), del), ovhsoap.ErrNotFound, "no record is empty")
	del.Target = ovhsoap.Opt[string]{}
	require.NoError(t, s.ZoneEntryDel(t.Context(), del))
	zone, err := s.ZoneEntryList(t.Context(), "example.com")
	require.NoError(t, err)
	assert.Empty(t, zone)
}
