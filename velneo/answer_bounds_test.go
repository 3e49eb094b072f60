package velneo_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

// inMemory is a client whose every call gets the body, without a socket.
func inMemory(t *testing.T, body string) *velneo.Client {
	t.Helper()
	return newClient(t, velneo.Config{
		URL: "http://127.0.0.1/v1", Email: "agency@example.com", APIKey: velneo.NewSecret("key"), Session: velneo.NewSecret("session-1"),
		ServerVersion: "7.12", MaxAttempts: 1,
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return canned(r, http.StatusOK, body), nil
		})},
	})
}

// item is many times as large in memory as the {} that it is decoded from.
type item struct{ A, B, C, D, E, F, G, H string }

// An answer becomes at most 16 times as large in memory as it is long, whatever
// it is made of.
func TestAnswers_MemoryIsBounded(t *testing.T) {
	const size = 1 << 20
	list := "[" + strings.Repeat("{},", size/3) + "{}]"
	for name, body := range map[string]string{
		"list in an unknown member": `{"status_code":200,"x":` + list + `}`,
		"list as the status":        `{"status_code":200,"status":` + list + `}`,
		"list as status_code":       `{"status_code":` + list + `}`,
		"list as the link":          `{"status_code":200,"url":` + list + `}`,
		"list as the message":       `{"status_code":200,"message":` + list + `}`,
		"many members":              `{"status_code":200` + strings.Repeat(`,"a":0`, size/6) + `}`,
		"many codes":                `{` + strings.Repeat(`"status_code":200,`, size/18) + `"a":0}`,
		"deep":                      `{"status_code":200,"x":` + strings.Repeat("[", size) + `}`,
		"list":                      list,
	} {
		t.Run(name, func(t *testing.T) {
			c := inMemory(t, body)
			var items struct{ X []item }
			for call, f := range map[string]func() error{
				"VServer": func() error { return failure(c.VServer(t.Context())) },
				"Backup":  func() error { return failure(c.Backup(t.Context())) },
				"PutUser": func() error {
					return failure(c.PutUser(t.Context(), velneo.User{Username: "a", Password: velneo.NewSecret("pw-1"), Group: "g"}))
				},
				"Do": func() error { return c.Do(t.Context(), "GET", "items", nil, &items) },
			} {
				t.Run(call, func(t *testing.T) {
					grown := allocated(func() {
						if err := f(); call == "Do" && name == "list in an unknown member" {
							assert.ErrorIs(t, err, velneo.ErrTooLarge)
						}
					})
					// The transport's own buffer and the recorder's are in it as well.
					assert.LessOrEqual(t, grown, uint64(16*len(body)+1<<20), fmt.Sprintf("%s: %d MiB of %d MiB", call, grown>>20, len(body)>>20))
				})
			}
		})
	}
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A change whose answer is too large to decode may have been carried out.
func TestDo_TooLargeToDecode(t *testing.T) {
	c := inMemory(t, `{"status_code":200,"x":[`+strings.Repeat("{},", 1<<20)+`{}]}`)
	var out struct{ X []item }
	err := c.Do(t.Context(), "PUT", "items", nil, &out)
	require.ErrorIs(t, err, velneo.ErrTooLarge)
	assert.ErrorIs(t, err, velneo.ErrAmbiguous)
	assert.Empty(t, out.X)
}

// A value of the caller's that already holds something is completed, as by
// encoding/json.
func TestDo_IntoAValueThatIsNotEmpty(t *testing.T) {
	out := map[string]any{"kept": "yes"}
	require.NoError(t, inMemory(t, `{"status_code":200,"n":1}`).Do(t.Context(), "GET", "items", nil, &out))
	assert.Equal(t, map[string]any{"kept": "yes", "status_code": 200.0, "n": 1.0}, out)
}

// A context that ends when the answer has come ends the decoding.
func TestVServer_ContextEndsBeforeTheDecoding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		body := `{"status_code":200,"status":"running","x":"` + strings.Repeat("x", 1<<20) + `"}`
		c := newClient(t, velneo.Config{
			URL: "http://127.0.0.1/v1", Email: "agency@example.com", APIKey: velneo.NewSecret("key"), Session: velneo.NewSecret("session-1"),
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Minute + time.Millisecond) // within the grace of a transport that is late
				return canned(r, http.StatusOK, body), nil
			})},
		})
		_, err := c.VServer(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		err = c.Stop(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
