package velneo

import (
	"crypto/sha1"
	"encoding/hex"
	"strconv"
)

// Sign returns the signed parameter of a call: 40 lower-case hexadecimal
// digits, the SHA-1 of who, the decimal timestamp and the API key, concatenated
// as UTF-8 (vendor guide). who is the account's e-mail address for a login and
// the session id for every other call; timestamp is in Unix seconds, the same
// number as in the timestamp parameter.
//
// The fields have no separators, and neither the verb nor the action nor any
// parameter is signed: anyone who can read one call can send another with its
// signature. Only TLS protects the rest of a call. Like passwords, keep
// signatures out of logs.
func Sign(who string, timestamp int64, apiKey string) string {
	sum := sha1.Sum([]byte(who + strconv.FormatInt(timestamp, 10) + apiKey))
	return hex.EncodeToString(sum[:])
}
