package trade_test

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// resign signs a request for the timestamp that it carries.
func resign(r *http.Request) *http.Request {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha1.Sum([]byte(strings.Join([]string{
		ovhresttest.ApplicationSecret, ovhresttest.ConsumerKey, r.Method, r.URL.String(), string(body), r.Header.Get("X-Ovh-Timestamp"),
	}, "+")))
	r.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(sum[:]))
	return r
}
