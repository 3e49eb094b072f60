// Command catalog writes ovhsoap/catalog.txt from the contents of SoAPI's WSDL 1.61,
// a JSON file with "operations" and "types":
//
//	go run ./ovhsoap/internal/catalog soapi-1.61.json > ovhsoap/catalog.txt
//
// A line is a function: its name, "r" for one that only reads and "-" for the
// others, the result ("-" for none), and the parameters as name:type. Behind an
// empty line follow the structures: their name and members. The types string,
// int, boolean and float are written as one letter, and [] stands before what
// an array holds.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

type wsdl struct {
	Operations map[string]struct {
		Params [][2]string `json:"params"`
		Return *string     `json:"return"`
	} `json:"operations"`
	Types map[string][][3]any `json:"types"`
}

// reads matches the functions that only read: by the name's end or a Get in it,
// and a few by their whole name. It is applied to functions that return
// something, and errs on the side of a change.
var reads = regexp.MustCompile(`(List|Info|Infos|History|Summary|Status|Details|Check|Capabilities|Get[A-Z]\w*|Get)$|` +
	`(AccessByNic|ByMasterNic|ListPaginated|Csv|CSV|CreditLeft)$|^ticketList|^telephonyList|^telephonyLineLogs(OnGroup)?$|ListCsvAttachment$|` +
	`^(dedicatedInstallBasicProgress|dedicatedRipeQuery|dedicatedRtmListBackdoor|managedServicesPartitionQuotaUsed|nic|nicTldEligibility|` +
	`ripeQuery|sqlpriveMysqlLogs|sqlpriveMysqlRamUsed|version|zoneExport)$`)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "catalog:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("want one argument, the file of the WSDL's functions and types")
	}
	raw, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var f wsdl
	if err := json.Unmarshal(raw, &f); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	f.functions(w)
	fmt.Fprintln(w)
	f.structures(w)
	return w.Flush()
}

func (f *wsdl) functions(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(f.Operations)) {
		op := f.Operations[name]
		result, mark := "-", "-"
		if op.Return != nil {
			result = f.short(*op.Return)
			if reads.MatchString(name) {
				mark = "r"
			}
		}
		fmt.Fprint(w, name, " ", mark, " ", result)
		for _, p := range op.Params {
			fmt.Fprint(w, " ", p[0], ":", f.short(p[1]))
		}
		fmt.Fprintln(w)
	}
}

func (f *wsdl) structures(w io.Writer) {
	for _, name := range slices.Sorted(maps.Keys(f.Types)) {
		if strings.HasPrefix(name, "MyArrayOf") {
			continue
		}
		fmt.Fprint(w, name)
		for _, m := range f.Types[name] {
			fmt.Fprint(w, " ", m[0], ":", f.short(m[1].(string)))
		}
		fmt.Fprintln(w)
	}
}

// short writes a type the catalog's way.
func (f *wsdl) short(name string) string {
	switch name {
	case "string", "int", "boolean", "float":
		return name[:1]
	}
	if members := f.Types[name]; strings.HasPrefix(name, "MyArrayOf") && len(members) == 1 {
		return "[]" + f.short(members[0][1].(string))
	}
	return name
}
