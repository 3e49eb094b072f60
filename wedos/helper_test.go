package wedos_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newClient makes a client and closes it when the test ends.
func newClient(t *testing.T, config wedos.Config) *wedos.Client {
	t.Helper()
	c, err := wedos.New(config)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// newPair starts a fake and a client of it.
func newPair(t *testing.T, options wedostest.Options, change func(*wedos.Config)) (*wedos.Client, *wedostest.Server) {
	t.Helper()
	fake := wedostest.NewServer(options)
	t.Cleanup(fake.Close)
	config := fake.Config()
	if change != nil {
		change(&config)
	}
	return newClient(t, config), fake
}

// xmlClient is a client of fake that speaks XML.
func xmlClient(t *testing.T, fake *wedostest.Server) *wedos.Client {
	t.Helper()
	config := fake.Config()
	config.Codec = wedos.XML
	return newClient(t, config)
}

// answering returns a client of a server that always gives the same answer.
func answering(t *testing.T, body string) *wedos.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return newClient(t, wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw"), URL: server.URL})
}

// second drops a call's value.
func second[V any](_ V, err error) error { return err }
