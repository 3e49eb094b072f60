package velneo

import (
	"crypto/sha1"
	"encoding/hex"
	"strconv"
)

// Sign returns the signed parameter of a call: 40 lower-case hexadecimal
// digits, the SHA-1 of who, the decimal timestamp and the API key, written
// behind one another as UTF-8 (vendor guide). who is the account's e-mail
// address at login and the session id from then on; timestamp is in Unix
// seconds, the same number as in the timestamp parameter.
//
// The fields have no separators, and neither the verb nor the action nor any
// parameter is signed: whoever reads one call can send another with it. Only
// TLS protects what is asked, so keep a signature out of logs as you would a
// password.
func Sign(who string, timestamp int64, apiKey string) string {
	sum := sha1.Sum([]byte(who + strconv.FormatInt(timestamp, 10) + apiKey))
	return hex.EncodeToString(sum[:])
}
