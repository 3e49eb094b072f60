package velneo_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// The answer to a backup is lost, on a new connection and on a reused one, where
// net/http repeats a GET by itself.
func TestBackup_SentOnce(t *testing.T) {
	for name, change := range map[string]func(*velneo.Config){
		"form":      nil,
		"real PUT":  func(cfg *velneo.Config) { cfg.RealVerbs = true },
		"real GET":  func(cfg *velneo.Config) { cfg.RealVerbs, cfg.BackupVerb = true, "GET" },
		"form GET":  func(cfg *velneo.Config) { cfg.BackupVerb = "GET" },
		"real POST": func(cfg *velneo.Config) { cfg.RealVerbs, cfg.BackupVerb = true, "POST" },
	} {
		for _, reused := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", reused connection ", reused), func(t *testing.T) {
				server, c := pair(t, change)
				if reused {
					for range 3 {
						_, err := c.VServer(t.Context())
						require.NoError(t, err)
					}
				}
				server.Inject(velneotest.Fault{Action: "backup", Times: 10, Lose: true})
				link, err := c.Backup(t.Context())
				require.ErrorIs(t, err, velneo.ErrAmbiguous)
				assert.Equal(t, velneo.Secret{}, link)
				sent := 0
				for _, call := range server.Calls() {
					if call.Action == "backup" {
						sent++
					}
				}
				assert.Equal(t, 1, sent)
			})
		}
	}
}

// The answer to a backup may take as long as making it.
func TestBackup_MayTakeLong(t *testing.T) {
	for duration, ok := range map[time.Duration]bool{14 * time.Minute: true, 16 * time.Minute: false} {
		t.Run(duration.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, c := bubble(t, nil, nil)
				server.Inject(velneotest.Fault{
					Action: "backup", Body: `{"status_code":200,"url":"https://backup.example.com/1"}`,
					Before: func() { time.Sleep(duration) },
				})
				link, err := c.Backup(t.Context())
				if ok {
					require.NoError(t, err)
					assert.Equal(t, velneo.NewSecret("https://backup.example.com/1"), link)
				} else {
					require.ErrorIs(t, err, velneo.ErrAmbiguous)
					assert.Equal(t, velneo.Secret{}, link)
				}
				time.Sleep(10 * time.Minute) // the server ends as well
			})
		})
	}
}

func TestBackup_AnswerWithoutALink(t *testing.T) {
	for _, body := range []string{`{"status_code":200}`, `{"status_code":200,"url":7}`} {
		t.Run(body, func(t *testing.T) {
			link, err := newClient(t, answering(t, 200, body)).Backup(t.Context())
			require.ErrorIs(t, err, velneo.ErrProtocol)
			assert.ErrorIs(t, err, velneo.ErrAmbiguous)
			assert.Equal(t, velneo.Secret{}, link)
		})
	}
}

// What is not a link may still help to find the backup.
func TestBackup_TextThatIsNotALink(t *testing.T) {
	for _, text := range []string{"/backups/1", "ftp://backup.example.com/1", "see the mail", "https://"} {
		t.Run(text, func(t *testing.T) {
			link, err := newClient(t, answering(t, 200, fmt.Sprintf(`{"status_code":200,"url":%q}`, text))).Backup(t.Context())
			require.ErrorIs(t, err, velneo.ErrProtocol)
			assert.ErrorIs(t, err, velneo.ErrAmbiguous)
			assert.Equal(t, velneo.NewSecret(text), link)
		})
	}
}
