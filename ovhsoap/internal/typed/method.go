package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"path"
	"strings"
)

//go:embed arguments.txt
var arguments string

// most is how many arguments a method takes one by one; more come in a
// structure.
const most = 4

// argument is a line of arguments.txt.
type argument struct {
	function   string // a pattern
	name       string
	optional   bool
	mayBeEmpty bool
	source     string // where it is known from that it is optional
	text       string
}

func readArguments(text string) ([]argument, error) {
	var all []argument
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		words := strings.SplitN(line, " ", 3)
		if len(words) < 3 {
			return nil, fmt.Errorf("arguments.txt: a line without a text: %s", line)
		}
		a := argument{function: words[0], text: words[2]}
		a.name = strings.TrimRight(words[1], "?~")
		a.optional, a.mayBeEmpty = strings.HasSuffix(words[1], "?"), strings.HasSuffix(words[1], "~")
		if a.optional {
			a.source, a.text, _ = strings.Cut(a.text, ": ")
		}
		if a.optional && a.source != "PHP" && a.source != "inferred" {
			return nil, fmt.Errorf("arguments.txt: optional without a source: %s", line)
		}
		all = append(all, a)
	}
	return all, nil
}

// argument finds the line for a function's parameter.
func (t *catalogTable) argument(function, name string) (argument, error) {
	for _, a := range t.arguments {
		if fits, _ := path.Match(a.function, function); fits && a.name == name {
			return a, nil
		}
	}
	return argument{}, fmt.Errorf("arguments.txt has no line for %s %s", function, name)
}

// method is a typed function as it is written.
type method struct {
	*catalogTable
	declaration
	name       string
	text       string
	mayBeEmpty bool // its result, a text

	arguments []argument // one for each of params
}

func (m *method) goName() string { return goName(m.name) }

// prepare takes the session from the parameters and finds the arguments' lines.
func (m *method) prepare() error {
	if len(m.params) > 0 && m.params[0].name == "session" {
		m.params = m.params[1:]
	}
	for _, p := range m.params {
		a, err := m.argument(m.name, p.name)
		if err != nil {
			return err
		}
		m.arguments = append(m.arguments, a)
	}
	return nil
}

func (m *method) write(b *bytes.Buffer) error {
	if err := m.prepare(); err != nil {
		return err
	}
	signature, values := "ctx context.Context", m.values("")
	switch {
	case m.takesStructure():
		m.writeArgs(b)
		signature, values = signature+", args "+m.goName()+"Args", m.values("args.")
	case len(m.params) > 0:
		signature += ", " + m.signature()
	}
	result, call := "error", "run("
	switch {
	case m.result != "-" && m.mayBeEmpty:
		result, call = "(string, error)", "text("
	case m.result != "-":
		result, call = "("+goType(m.result)+", error)", "ask["+goType(m.result)+"]("
	}
	all := append([]string{"ctx", "s", fmt.Sprintf("%q", m.name)}, values...)
	fmt.Fprintf(b, "\n%sfunc (s *Session) %s(%s) %s {\n\treturn %s%s)\n}\n", comment(m.doc()), m.goName(), signature, result, call, wrap(all))
	return nil
}

func (m *method) doc() string {
	text := m.goName() + " " + m.text + ". "
	if m.mayBeEmpty {
		text += "The text may be empty. "
	}
	if m.repeatable {
		return text + "It only reads and may be repeated."
	}
	return text + "It changes something and is sent once."
}

// takesStructure reports whether the arguments are too many, may be left out, or
// are easily swapped: three of one type in a row.
func (m *method) takesStructure() bool {
	row := 0
	for i, a := range m.arguments {
		if i == 0 || m.argumentType(i) != m.argumentType(i-1) {
			row = 0
		}
		if row++; a.optional || row == 3 {
			return true
		}
	}
	return len(m.params) > most
}

// argumentType is a parameter's Go type. An array and a secret are left out by
// their zero values.
func (m *method) argumentType(i int) string {
	plain := plainType(m.params[i])
	if m.arguments[i].optional && plain != "Secret" && !strings.HasPrefix(plain, "[]") {
		return "Opt[" + plain + "]"
	}
	return plain
}

// signature lists the parameters as Go does, a type once behind its names.
func (m *method) signature() string {
	var b strings.Builder
	for i, p := range m.params {
		b.WriteString(localName(p.name))
		switch {
		case i+1 == len(m.params):
			b.WriteString(" " + m.argumentType(i))
		case m.argumentType(i) == m.argumentType(i+1):
			b.WriteString(", ")
		default:
			b.WriteString(" " + m.argumentType(i) + ", ")
		}
	}
	return b.String()
}

// values are the arguments as the call takes them. What may be empty, or left
// out without an Opt, says so; all else is refused where it is empty.
func (m *method) values(prefix string) []string {
	all := make([]string, len(m.params))
	for i, p := range m.params {
		all[i] = localName(p.name)
		if prefix != "" {
			all[i] = prefix + goName(p.name)
		}
		kind, a := m.argumentType(i), m.arguments[i]
		switch {
		case a.mayBeEmpty && kind != "bool":
			all[i] = "empty(" + all[i] + ")"
		case a.optional && kind == "Secret":
			all[i] = "secret(" + all[i] + ")"
		case a.optional && strings.HasPrefix(kind, "[]"):
			all[i] = "list(" + all[i] + ")"
		}
	}
	return all
}

// writeArgs writes the structure of the arguments, each with its comment.
func (m *method) writeArgs(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n// %[1]sArgs are the arguments of %[1]s.\ntype %[1]sArgs struct {\n", m.goName())
	for i, p := range m.params {
		a := m.arguments[i]
		text := a.text
		if a.optional {
			text = "optional (" + a.source + "): " + text
		}
		fmt.Fprintf(b, "\t%s %s%s // %s\n", goName(p.name), m.argumentType(i), tag(p.name), text)
	}
	b.WriteString("}\n")
}
