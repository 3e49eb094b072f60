package ovhsoap

import (
	_ "embed"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Function is one of SoAPI's functions, as WSDL 1.61 declares it.
type Function struct {
	Name       string
	Family     string  // the name's first word: "pop", "telephony"
	Session    bool    // takes the session first; 16 functions don't
	Repeatable bool    // only reads (inferred from its name): it may be sent again after a lost answer
	Params     []Param // in order, without the session
	Result     string  // a type as in Param, or a structure's name, "[]" before it for an array; empty for nothing
}

// Param is a parameter or a member of a structure. Parameters have the type
// string, int, boolean or float, or an array of one of these: []string. A
// member may also be a structure. All of them may be nil.
type Param struct {
	Name string
	Type string
}

// String returns the declaration of the function:
// popInfo(domain string, pop string) popStruct.
func (f Function) String() string {
	var b strings.Builder
	b.WriteString(f.Name + "(")
	for i, p := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.Name + " " + p.Type)
	}
	b.WriteString(")")
	if f.Result != "" {
		b.WriteString(" " + f.Result)
	}
	return b.String()
}

// Lookup returns the function of that exact name.
func Lookup(name string) (Function, bool) {
	f, ok := catalog().functions[name]
	f.Params = slices.Clone(f.Params)
	return f, ok
}

// Functions yields all 663 functions, ordered by name.
func Functions() iter.Seq[Function] {
	return func(yield func(Function) bool) {
		for _, name := range catalog().names {
			f, _ := Lookup(name)
			if !yield(f) {
				return
			}
		}
	}
}

// Search returns the functions whose declaration contains all of the words,
// ignoring case: Search("sms send"), Search("zoneStruct").
func Search(words string) []Function {
	var found []Function
	wanted := strings.Fields(strings.ToLower(words))
	for f := range Functions() {
		text := strings.ToLower(f.String())
		if !slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(text, w) }) {
			found = append(found, f)
		}
	}
	return found
}

// Members returns the members of a structure that a Function's Result or
// another member names, or nil if there is no structure of that name.
func Members(structure string) []Param {
	return slices.Clone(catalog().structures[strings.TrimPrefix(structure, "[]")])
}

//go:embed catalog.txt
var catalogText string

type catalogTable struct {
	functions  map[string]Function
	names      []string
	structures map[string][]Param
}

// catalog reads the table at its first use. Its form is told in
// internal/catalog, which writes it.
var catalog = sync.OnceValue(func() *catalogTable {
	functions, structures, _ := strings.Cut(catalogText, "\n\n")
	t := &catalogTable{functions: map[string]Function{}, structures: map[string][]Param{}}
	for line := range strings.Lines(functions) {
		f := parseFunction(strings.Fields(line))
		t.functions[f.Name] = f
		t.names = append(t.names, f.Name)
	}
	for line := range strings.Lines(structures) {
		words := strings.Fields(line)
		t.structures[words[0]] = parseParams(words[1:])
	}
	return t
})

// parseFunction reads a line: name, mark, result, parameters.
func parseFunction(words []string) Function {
	f := Function{Name: words[0], Repeatable: words[1] == "r", Params: parseParams(words[3:])}
	f.Family = f.Name[:len(f.Name)-len(strings.TrimLeft(f.Name, "abcdefghijklmnopqrstuvwxyz"))]
	if words[2] != "-" {
		f.Result = longType(words[2])
	}
	if len(f.Params) > 0 && f.Params[0].Name == "session" {
		f.Session, f.Params = true, f.Params[1:]
	}
	return f
}

func parseParams(words []string) []Param {
	params := make([]Param, len(words))
	for i, w := range words {
		name, short, _ := strings.Cut(w, ":")
		params[i] = Param{name, longType(short)}
	}
	return params
}

// longType writes out the catalog's one-letter types.
func longType(short string) string {
	element := strings.TrimPrefix(short, "[]")
	array := short[:len(short)-len(element)]
	switch element {
	case "s":
		return array + "string"
	case "i":
		return array + "int"
	case "b":
		return array + "boolean"
	case "f":
		return array + "float"
	}
	return short
}
