package velneo

import (
	"slices"
	"strconv"
	"strings"
)

// version is the version of a vServer, part by part: 7.9 comes before 7.12.
type version []int

// instanceIDs is the first version that names an application instance by its
// id (vendor guide).
func instanceIDs() version { return version{7, 12} }

const notVersion = `is not a version such as "7.12.0"`

func parseVersion(s string) (v version, ok bool) {
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, false
		}
		v = append(v, int(n))
	}
	return v, true
}

func (v version) atLeast(other version) bool { return slices.Compare(v, other) >= 0 }
