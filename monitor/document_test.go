package monitor

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A peer that tells of more modules or instances than there are does not make
// a Result large, and the same ones are kept each time.
func TestLongListsAreCut(t *testing.T) {
	var names, described, instances []string
	for i := range 3 * MaxInstances {
		names = append(names, fmt.Sprintf(`"m%05d"`, i))
		described = append(described, fmt.Sprintf(`"m%05d":{}`, i))
		instances = append(instances, fmt.Sprintf(`"i%05d"`, i))
	}
	for _, list := range []string{"[" + strings.Join(names, ",") + "]", "{" + strings.Join(described, ",") + "}"} {
		d, ok := parseDocument([]byte(`{"dolibarr":{"version":"20"},"module":` + list + `}`))
		if !ok || len(d.Modules.list) != maxModules || d.Modules.list[0].Name != "m00000" || !slices.IsSortedFunc(d.Modules.list, func(a, b Module) int { return strings.Compare(a.Name, b.Name) }) ||
			d.Modules.list[maxModules-1].Name != fmt.Sprintf("m%05d", maxModules-1) {
			t.Errorf("%v: %d modules", ok, len(d.Modules.list))
		}
	}
	d, ok := parseDocument([]byte(`{"instances":[` + strings.Join(instances, ",") + `]}`))
	if !ok || len(d.Instances.byName) != MaxInstances+1 {
		t.Errorf("%v: %d instances", ok, len(d.Instances.byName))
	}
}
