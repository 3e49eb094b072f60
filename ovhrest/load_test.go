package ovhrest

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func writeFile(t *testing.T, name, text string) error {
	t.Helper()
	return os.WriteFile(name, []byte(text), 0o600)
}

// clean leaves go-ovh nothing to find but what the test writes.
func clean(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"ENDPOINT", "APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN"} {
		t.Setenv("OVH_"+name, "")
	}
}

func TestLoadConfig(t *testing.T) {
	clean(t)
	if err := writeFile(t, "ovh.conf", "[default]\nendpoint=ovh-ca\n[ovh-ca]\napplication_key=ak\napplication_secret=as\nconsumer_key=ck\n"); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Endpoint != "ovh-ca" || cfg.AppKey != "ak" || cfg.AppSecret != NewSecret("as") || cfg.ConsumerKey != NewSecret("ck") || cfg.URL != "" {
		t.Error("not what the file says")
	}
	if _, err := New(cfg); err != nil {
		t.Error(err)
	}
	t.Setenv("OVH_CONSUMER_KEY", "from-environment")
	if cfg, err = LoadConfig("ovh-ca"); err != nil || cfg.ConsumerKey != NewSecret("from-environment") {
		t.Errorf("the environment does not win: %v", err)
	}
}

func TestLoadConfigOfAnAddress(t *testing.T) {
	clean(t)
	t.Setenv("OVH_ACCESS_TOKEN", "token")
	cfg, err := LoadConfig("https://api.example.com/1.0")
	if err != nil || cfg.URL != "https://api.example.com/1.0" || cfg.Endpoint != "" || cfg.AccessToken != NewSecret("token") {
		t.Errorf("%v %q", err, cfg.URL)
	}
}

func TestLoadConfigFails(t *testing.T) {
	for name, file := range map[string]string{
		"nothing there":   "",
		"two kinds":       "[ovh-eu]\naccess_token=hush\nclient_id=hush\nclient_secret=hush\n",
		"half a key":      "[ovh-eu]\napplication_key=hush\n",
		"not an ini file": "[ovh-eu]\nhush hush hush\n",
		"cut":             "[ovh-eu\napplication_secret=hush",
	} {
		t.Run(name, func(t *testing.T) {
			clean(t)
			if err := writeFile(t, "ovh.conf", file); err != nil {
				t.Fatal(err)
			}
			_, err := LoadConfig("ovh-eu")
			if !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%v, want ErrInvalid and nothing of the file", err)
			}
		})
	}
}
