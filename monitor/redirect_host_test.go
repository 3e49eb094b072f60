package monitor

import (
	"net/url"
	"testing"
)

// A credential goes to its own origin, and along the usual way from http to
// https; each of these differs in one thing alone.
func TestSameHost(t *testing.T) {
	for to, want := range map[string]bool{
		"http://erp.example.com/x":         true,
		"http://ERP.example.com:80/":       true,
		"https://erp.example.com/":         true,
		"https://erp.example.com:443/":     true,
		"https://erp.example.com:8443/":    false,
		"http://erp.example.com:8080/":     false,
		"https://erp.example.com:80/":      false,
		"http://erp.example.com./":         false,
		"http://erp.example.com.evil.net/": false,
		"http://example.com/":              false,
	} {
		if got := sameHost(mustParse("http://erp.example.com/get-data.php"), mustParse(to)); got != want {
			t.Errorf("%s: %v", to, got)
		}
	}
	for _, c := range [][2]string{
		{"https://erp.example.com/", "http://erp.example.com/"},
		{"https://erp.example.com/", "http://erp.example.com:443/"},
		{"https://erp.example.com:8443/", "http://erp.example.com:8443/"},
		{"http://erp.example.com:8080/", "https://erp.example.com/"},
		{"https://erp.example.com:80/", "https://erp.example.com/"},
	} {
		if sameHost(mustParse(c[0]), mustParse(c[1])) {
			t.Errorf("from %s to %s", c[0], c[1])
		}
	}
}

func mustParse(raw string) *url.URL {
	u, err := url.Parse(raw)
	if err != nil {
		panic(err)
	}
	return u
}
