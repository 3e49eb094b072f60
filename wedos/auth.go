package wedos

import (
	"crypto/sha1"
	"encoding/hex"
	"sync"
	"time"
	_ "time/tzdata" // Prague's hours, on machines without a zone database
)

// prague is the zone that WAPI's hours and dates are in.
var prague = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		panic("wedos: the embedded zone database lacks Europe/Prague: " + err.Error())
	}
	return loc
})

// AuthHash returns the value of a request's auth element: 40 hexadecimal
// digits, valid for the hour of at in Prague (vendor guide; the hour has two
// digits, 00 to 23). The hash can be used in place of the password within that
// hour, so keep it out of logs.
func AuthHash(login, password string, at time.Time) string {
	inner := sha1.Sum([]byte(password))
	return authHash(login, NewSecret(hex.EncodeToString(inner[:])), at)
}

func authHash(login string, passwordHash Secret, at time.Time) string {
	return hashOfHour(login, passwordHash, at.In(prague()).Format("15"))
}

func hashOfHour(login string, passwordHash Secret, hour string) string {
	outer := sha1.Sum([]byte(login + passwordHash.Reveal() + hour))
	return hex.EncodeToString(outer[:])
}

// sameHour reports whether two moments sign alike: the day is not signed.
func sameHour(a, b time.Time) bool {
	return a.In(prague()).Format("15") == b.In(prague()).Format("15")
}
