package wedos

import (
	"net/netip"
	"reflect"
	"strings"
)

// TTL bounds of a DNS row in seconds, as other clients' authors report them;
// WAPI itself answers 2315 and 2317.
const (
	MinTTL = 300
	MaxTTL = 172800
)

// checkDomain refuses what can't be a domain name. Names in Unicode pass: it
// is WAPI's to know which it supports.
func checkDomain(command, field, name string) error {
	switch {
	case name == "":
		return invalid(command, field, "is empty")
	case len(name) > 253:
		return invalid(command, field, "is longer than 253 bytes")
	case !strings.Contains(name, "."):
		return invalid(command, field, "has no dot")
	case strings.ContainsAny(name, " /\\:@?#%&<>\"'"):
		return invalid(command, field, "has a character that no domain name has")
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return invalid(command, field, "has an empty part or one longer than 63 bytes")
		}
	}
	return checkText(command, field, name)
}

// checkWord refuses an empty or many-lined value.
func checkWord(command, field, value string) error {
	if value == "" {
		return invalid(command, field, "is empty")
	}
	return checkText(command, field, value)
}

// checkRowID knows that WAPI's ids are decimal numbers (recorded).
func checkRowID(command, id string) error {
	if id == "" || len(id) > 20 || strings.Trim(id, "0123456789") != "" {
		return invalid(command, "row_id", "is not a row ID")
	}
	return nil
}

func checkTTL(command string, ttl int) error {
	if ttl < MinTTL || ttl > MaxTTL {
		return invalid(command, "ttl", "must be between 300 and 172800")
	}
	return nil
}

// checkRowName refuses absolute names: WAPI takes them for relative ones in
// silence, and makes www.example.com.example.com of them (recorded).
func checkRowName(command, domain, name string) error {
	lower, zone := strings.ToLower(name), strings.ToLower(domain)
	switch {
	case lower == zone, strings.HasSuffix(lower, "."+zone), strings.HasSuffix(name, "."):
		return invalid(command, "name", "is absolute; it must be relative to the domain, \"\" for the domain itself")
	case len(name) > 253, strings.Contains(name, " "):
		return invalid(command, "name", "is not a host name")
	}
	return checkText(command, "name", name)
}

func checkRowType(command, rdtype string) error {
	if rdtype == "" || len(rdtype) > 16 || strings.Trim(rdtype, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return invalid(command, "type", "is not a record type in capital letters")
	}
	return nil
}

func checkPeriod(command string, years int) error {
	if years < 1 || years > 100 {
		return invalid(command, "period", "is not a number of years")
	}
	return nil
}

func checkIP(command, field, ip string) error {
	if _, err := netip.ParseAddr(ip); err != nil {
		return invalid(command, field, "is not an IP address")
	}
	return nil
}

func checkTLD(command, tld string) error {
	if tld == "" || len(tld) > 63 || strings.ContainsAny(tld, " ./\\") {
		return invalid(command, "tld", "is not a top level domain without its dot")
	}
	return checkText(command, "tld", tld)
}

// checkTexts is checkText for all fields of a struct of strings; nil is fine.
func checkTexts[T Contact | Rules](command string, texts *T) error {
	if texts == nil {
		return nil
	}
	v := reflect.ValueOf(texts).Elem()
	for _, f := range fieldsOf(v.Type()) {
		if err := checkText(command, f.name, v.Field(f.index).String()); err != nil {
			return err
		}
	}
	return nil
}
