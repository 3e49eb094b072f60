package wedos_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
)

// Every answer in testdata goes through a whole client: each decodes, and a
// typed call returns its values.
func TestRecordings(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.*.*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(paths), 25)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			body := string(raw)
			switch {
			case strings.Contains(path, ".notify."):
				n, err := wedos.ParseNotification(body)
				require.NoError(t, err)
				assert.NotEmpty(t, n.Command)
				assert.NotEmpty(t, n.ID)
				return
			case strings.Contains(path, ".data."):
				body = `{"response":{"code":1000,"result":"OK","command":"dns-domains-list","data":` + body + `}}`
			}
			decodes(t, strings.ReplaceAll(body, "clTRID", "was"), commandIn(body)) // its id can't be ours
		})
	}
}

func decodes(t *testing.T, body, command string) {
	a, err := answering(t, body).Call(t.Context(), command, nil)
	require.NotNil(t, a)
	assert.GreaterOrEqual(t, a.Code, wedos.CodeOK)
	assert.NotEmpty(t, a.Result)
	assert.Equal(t, a.Code < 2000, err == nil, "%v", err)
	if strings.Contains(body, `"ttl":"TTL"`) || strings.Contains(body, `"amount":"amount"`) { // words where values belong
		assert.ErrorIs(t, words(t.Context())[command](answering(t, body)), wedos.ErrProtocol)
		return
	}
	if typed := recorded[command]; typed != nil {
		typed(t, answering(t, body))
	}
}

// words are the typed calls whose samples in the manual have no values.
func words(ctx context.Context) map[string]func(*wedos.Client) error {
	return map[string]func(*wedos.Client) error{
		"account-list": func(c *wedos.Client) error { return second(c.AccountList(ctx, time.Unix(1, 0), time.Unix(2, 0))) },
		"dns-row-detail": func(c *wedos.Client) error {
			return second(c.DNSRowDetail(ctx, "example.com", "904", wedos.DNSRowDetailOptions{}))
		},
	}
}

// recorded checks for each typed command that the values of a sample arrive.
var recorded = map[string]func(*testing.T, *wedos.Client){
	"ping": func(t *testing.T, c *wedos.Client) { assert.NoError(t, second(c.Ping(t.Context()))) },
	"poll-req": func(t *testing.T, c *wedos.Client) {
		n, err := c.PollReq(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"2691", "1286957032.2043.21543"}, []string{n.ID, n.SvTRID})
		assert.True(t, n.Final())
	},
	"poll-ack": func(t *testing.T, c *wedos.Client) { assert.NoError(t, c.PollAck(t.Context(), "1")) },
	"ping-async": func(t *testing.T, c *wedos.Client) {
		a, err := c.PingAsync(t.Context())
		require.NoError(t, err)
		assert.Equal(t, wedos.CodePending, a.Code)
	},
	"credit-info": func(t *testing.T, c *wedos.Client) {
		credit, err := c.CreditInfo(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"988296.84", "CZK"}, []string{credit.Amount.String(), credit.Currency})
	},
	"account-list": func(t *testing.T, c *wedos.Client) {
		moves, err := c.AccountList(t.Context(), time.Unix(1, 0), time.Unix(2, 0))
		require.NoError(t, err)
		require.Len(t, moves, 2)
		assert.Equal(t, []string{"3068", "3121"}, []string{moves[0].ID, moves[1].ID})
		assert.Equal(t, "-110", moves[1].Amount.String())
		assert.Equal(t, "2013-03-21 16:10:04", moves[1].CreatedDate.Format(time.DateTime))
	},
	"domains-list": func(t *testing.T, c *wedos.Client) {
		list, err := c.DomainsList(t.Context(), wedos.DomainsListOptions{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		for _, d := range list {
			assert.NotEmpty(t, d.Name)
			assert.NotEmpty(t, d.Status)
		}
	},
	"domain-check": func(t *testing.T, c *wedos.Client) {
		check, err := c.DomainCheck(t.Context(), "example.cz")
		require.NoError(t, err)
		assert.False(t, check.Available)
		assert.EqualValues(t, 3201, check.Code)
	},
	"domain-transfer-check": func(t *testing.T, c *wedos.Client) {
		assert.ErrorIs(t, second(c.DomainTransferCheck(t.Context(), "example.cz")), wedos.ErrUnavailable)
	},
	"domain-renew": func(t *testing.T, c *wedos.Client) {
		renewed, err := c.DomainRenew(t.Context(), "example.cz", 1, wedos.DomainRenewOptions{})
		require.NoError(t, err)
		assert.Equal(t, "2014-10-12", renewed.Expiration.Format(time.DateOnly))
	},
	"nsset-transfer": func(t *testing.T, c *wedos.Client) {
		assert.ErrorIs(t, second(c.NSSETTransfer(t.Context(), "cz", "X", wedos.NewSecret("pw"))), wedos.ErrConflict)
	},
	"dns-domains-list": func(t *testing.T, c *wedos.Client) {
		zones, err := c.DNSDomainsList(t.Context())
		require.NoError(t, err)
		require.NotEmpty(t, zones)
		assert.NotEmpty(t, zones[0].Name)
		assert.NotEmpty(t, zones[0].Status)
	},
	"dns-domain-info": func(t *testing.T, c *wedos.Client) {
		info, err := c.DNSDomainInfo(t.Context(), "example.com")
		require.NoError(t, err)
		assert.Equal(t, []string{"ns.wedos.net", "ns.wedos.cz", "ns.wedos.eu", "ns.wedos.com"}, info.Nameservers)
		assert.EqualValues(t, 2010112405, info.Serial)
		assert.True(t, info.AutoCommit)
		assert.True(t, info.CommitDate.IsZero())
	},
	"dns-domain-axfr-run": func(t *testing.T, c *wedos.Client) {
		run, err := c.DNSDomainAXFRRun(t.Context(), "example.com")
		require.NoError(t, err)
		assert.Equal(t, "2010-12-01 09:22:10", run.NextRun.Format(time.DateTime))
	},
	"dns-domain-commit": func(t *testing.T, c *wedos.Client) {
		assert.NoError(t, second(c.DNSDomainCommit(t.Context(), "example.com")))
	},
	"dns-rows-list": func(t *testing.T, c *wedos.Client) {
		rows, err := c.DNSRowsList(t.Context(), "example.com")
		require.NoError(t, err)
		require.Greater(t, len(rows), 1)
		assert.Equal(t, "2014-07-01 18:01:26", rows[0].Changed.Format(time.DateTime))
		rows[0].Changed = time.Time{}
		assert.Equal(t, wedos.Row{ID: "24569", TTL: 1800, Type: "MX", Data: "10 mx.mail.example"}, rows[0])
	},
	"dns-row-detail": func(t *testing.T, c *wedos.Client) {
		row, err := c.DNSRowDetail(t.Context(), "example.com", "904", wedos.DNSRowDetailOptions{})
		require.NoError(t, err)
		assert.Equal(t, []string{"904", "1 mail.example"}, []string{row.ID, row.Data})
	},
}

func commandIn(body string) string {
	for _, marks := range [][2]string{{"<command>", "<"}, {`"command":"`, `"`}} {
		if _, rest, ok := strings.Cut(body, marks[0]); ok {
			name, _, _ := strings.Cut(rest, marks[1])
			return name
		}
	}
	return "ping"
}
