package ovhsoap_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// typedReads are the typed functions that only read, sorted out by hand. All
// the others must be sent once.
var typedReads = strings.Fields(`
	version popGetQuota popInfo popList popListByMasterNic redirectedEmailList responderEmailInfo responderEmailList
	mailingListFullInfo mailingListInfo mailingListList mailingListModeratorList mailingListSubscriberList
	emailAccessByNic emailDomainListByMasterNic emailDomainMxList emailDomainSummary emailFilterList emailGetCapabilities
	emailGetDomainCatchAll emailGetDomainMxFiltering
	domainCapabilities domainCheck domainDnsGetOvhDefault domainDnsList domainHostInfo domainHostList domainInfo domainList domainLockStatus
	domainOperationInfo domainOperationList domainWhoisObfuscatorInfo domainWhoisObfuscatorList zoneEntryList zoneExport
	nic nicInfo nicPublicInfo nicTldEligibility
	billingGetAccessByNic billingGetReferencesToExpired billingInvoiceInfo billingInvoiceList
	serviceFreedomList serviceGroupGetAllInfo serviceGroupInfo serviceGroupList serviceList serviceListPaginated
	dedicatedFailoverList dedicatedFailoverRipeGetIp dedicatedFailoverRipeList dedicatedHardRebootStatus dedicatedInfo dedicatedList
	dedicatedReverseInfo dedicatedReverseList
	telephonySmsAccountList telephonySmsBlacklistedSendersList telephonySmsCreditLeft telephonySmsGetCallBack telephonySmsGetCsvAttachment
	telephonySmsGetQuotaNotification telephonySmsGetQuotaNotificationForUser telephonySmsGetUserQuota telephonySmsGetUserQuotaForUser
	telephonySmsHistory telephonySmsHistoryCsv telephonySmsListCsvAttachment telephonySmsSenderList telephonySmsUserCreditLeft
	telephonySmsUserGetCallBack telephonySmsUserGetCsvAttachment telephonySmsUserHistory telephonySmsUserHistoryCsv telephonySmsUserList
	telephonySmsUserListCsvAttachment telephonySmsplusServiceDetails telephonySmsplusServiceList
	telephonySmsplusServiceReversableTicketsList telephonySmsplusServiceReversableTicketsSummary telephonySmsplusShortCodesList
`)

// typedMethods yields the methods of Session that are functions of SoAPI.
func typedMethods(t *testing.T, s *ovhsoap.Session, each func(function string, method reflect.Value)) {
	t.Helper()
	v := reflect.ValueOf(s)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		function := strings.ToLower(name[:1]) + name[1:]
		if _, ok := ovhsoap.Lookup(function); ok && function != "login" && function != "logout" {
			each(function, v.Method(i))
		}
	}
}

// fill gives a required argument a value, also in the structures of arguments,
// and leaves out what may be left out.
func fill(v reflect.Value) {
	if v.Type() == reflect.TypeFor[ovhsoap.Secret]() {
		v.Set(reflect.ValueOf(ovhsoap.NewSecret("x")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if strings.HasSuffix(v.Type().Name(), "Args") {
				fill(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	}
}

// invoke calls a method with ctx and the required arguments, and returns its
// error.
func invoke(ctx context.Context, method reflect.Value) error {
	in := []reflect.Value{reflect.ValueOf(&ctx).Elem()}
	for i := 1; i < method.Type().NumIn(); i++ {
		in = append(in, reflect.New(method.Type().In(i)).Elem())
		fill(in[i])
	}
	out := method.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func TestTypedCall_ReadsAreRepeatedAndChangesAreNot(t *testing.T) {
	fake := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer fake.Close()
	var arrived atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("SOAPAction"), `#login"`) {
			fake.ServeHTTP(w, r)
			return
		}
		arrived.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	client, err := ovhsoap.New(ovhsoap.Config{
		URL: server.URL, Nic: ovhsoaptest.Nic, Password: ovhsoap.NewSecret(ovhsoaptest.Password), MaxAttempts: 2, MaxRetryWait: time.Nanosecond,
	})
	require.NoError(t, err)
	defer client.Close()
	s, err := client.Login(t.Context())
	require.NoError(t, err)
	methods := 0
	typedMethods(t, s, func(function string, method reflect.Value) {
		methods++
		arrived.Store(0)
		err := invoke(t.Context(), method)
		reads := slices.Contains(typedReads, function)
		assert.Equal(t, map[bool]int32{true: 2, false: 1}[reads], arrived.Load(), "how often %s was sent", function)
		assert.Error(t, err, function)
		assert.Equal(t, !reads, errors.Is(err, ovhsoap.ErrAmbiguous), "%s: %v", function, err)
	})
	assert.Equal(t, 194, methods)
}

func TestTypedCall_RefusesBeforeSending(t *testing.T) {
	client, err := ovhsoap.New(ovhsoap.Config{URL: "http://127.0.0.1:1", Nic: "ab12345-ovh", Password: ovhsoap.NewSecret("x")})
	require.NoError(t, err)
	live, none := client.Session(), (*ovhsoap.Session)(nil)
	client.Close()
	var noContext context.Context
	typedMethods(t, live, func(function string, method reflect.Value) {
		assert.ErrorIs(t, invoke(noContext, method), ovhsoap.ErrInvalid, "%s without a context", function)
		assert.ErrorIs(t, invoke(t.Context(), method), ovhsoap.ErrClosed, "%s after Close", function)
	})
	typedMethods(t, none, func(function string, method reflect.Value) {
		assert.ErrorIs(t, invoke(t.Context(), method), ovhsoap.ErrInvalid, "%s of a nil session", function)
	})
}

func TestTypedCall_ArgumentsAreChecked(t *testing.T) {
	client, err := ovhsoap.New(ovhsoap.Config{URL: "http://127.0.0.1:1", Nic: "ab12345-ovh", Password: ovhsoap.NewSecret("x")})
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	for field, err := range map[string]error{
		"description": s.PopModifyDescription(t.Context(), ovhsoap.PopModifyDescriptionArgs{Domain: "example.com", Pop: "info", Description: "bell\a"}),
		"password":    s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("hush\x00")}),
		"domain":      s.PopDel(t.Context(), "bad\xff", "info"),
	} {
		var e *ovhsoap.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, field, e.Field)
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
		assert.NotContains(t, err.Error(), "hush")
	}
}

func TestTypedCall_SecretsDontPrint(t *testing.T) {
	const hush = "hush-4711"
	for _, v := range []any{
		ovhsoap.NewSecret(hush),
		ovhsoap.PopAddArgs{Password: ovhsoap.NewSecret(hush)},
		&ovhsoap.NicCreateArgs{Password: ovhsoap.NewSecret(hush)},
		ovhsoap.DomainInfoReturn{Authinfo: ovhsoap.NewSecret(hush)},
		ovhsoap.BillingInvoiceInfoReturn{Password: ovhsoap.NewSecret(hush)},
		ovhsoap.OrderStruct{OrderPassword: ovhsoap.NewSecret(hush), OrderUrl: ovhsoap.NewSecret(hush)},
		[]ovhsoap.TelephonySmsUserSendArgs{{Password: ovhsoap.NewSecret(hush)}},
	} {
		encoded, err := json.Marshal(v)
		require.NoError(t, err)
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		text := fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v) + string(encoded) + log.String()
		assert.NotContains(t, text, hush)
		assert.NotContains(t, text, fmt.Sprintf("%x", hush))
		assert.Contains(t, text, "REDACTED")
	}
	assert.Equal(t, hush, ovhsoap.NewSecret(hush).Reveal())
}

func TestTypedCall_SecretArgumentsArriveAndAreScrubbed(t *testing.T) {
	fake := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer fake.Close()
	fake.AddDomain("example.com", ovhsoaptest.Nic)
	client, err := ovhsoap.New(fake.Config())
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	add := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("hush-4711")}
	fake.Inject(ovhsoaptest.Fault{Function: "popAdd", Status: 202, Message: "bad password hush-4711"})
	err = s.PopAdd(t.Context(), add)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hush")
	require.NoError(t, s.PopAdd(t.Context(), add))
	password, _ := fake.MailboxPassword("example.com", "info")
	assert.Equal(t, "hush-4711", password)
	fake.Answer("domainInfo", map[string]any{"authinfo": "hush-4712"})
	info, err := s.DomainInfo(t.Context(), "example.com")
	require.NoError(t, err)
	assert.Equal(t, "hush-4712", info.Authinfo.Reveal())
}
