package wedostest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
)

// Shape is the form in which the server writes lists. WAPI has been seen to use
// all of these. Empty lists are [] in ShapeList and "" in the others.
type Shape int

// The shapes, in JSON: {"row":[{…},{…}]}, {"row":{"1":{…},"0":{…}}},
// {"row1":{…},"row2":{…}}, {"row":{"row1":{…}}} and, for one item only,
// {"row":{…}}.
const (
	ShapeList Shape = iota
	ShapeMap
	ShapeUnnested
	ShapeNumbered
	ShapeSingle
)

// object is an ordered set of members; a value is a string, an int, an object
// or a list.
type object []member

type member struct {
	name  string
	value any
}

// list is what Shape is about.
type list []object

// members writes a list called name as members of its parent.
func (l list) members(name string, shape Shape, asXML bool) object {
	var keyed object
	for i, item := range l {
		key := name + strconv.Itoa(i+1)
		if shape == ShapeMap {
			key = strconv.Itoa(len(l) - 1 - i)
		}
		keyed = append(keyed, member{key, item})
	}
	switch {
	case len(l) == 0 && (shape != ShapeList || asXML):
		return object{{name, ""}}
	case shape == ShapeUnnested:
		return keyed
	case shape == ShapeMap, shape == ShapeNumbered:
		return object{{name, keyed}}
	case shape == ShapeSingle && len(l) == 1, asXML:
		var siblings object
		for _, item := range l {
			siblings = append(siblings, member{name, item})
		}
		return siblings
	}
	items := make([]any, len(l))
	for i, item := range l {
		items[i] = item
	}
	return object{{name, items}}
}

// resolve replaces lists by the members that the shape makes of them.
func (o object) resolve(shape Shape, asXML bool) object {
	var out object
	for _, m := range o {
		switch v := m.value.(type) {
		case list:
			resolved := make(list, len(v))
			for i, item := range v {
				resolved[i] = item.resolve(shape, asXML)
			}
			out = append(out, resolved.members(m.name, shape, asXML)...)
		case object:
			out = append(out, member{m.name, v.resolve(shape, asXML)})
		default:
			out = append(out, m)
		}
	}
	return out
}

// MarshalJSON keeps the order of the members.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(m.name)
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// writeXML writes the members as elements, names that XML forbids included.
func (o object) writeXML(b *bytes.Buffer) {
	for _, m := range o {
		b.WriteString("<" + m.name + ">")
		switch v := m.value.(type) {
		case object:
			v.writeXML(b)
		case string:
			_ = xml.EscapeText(b, []byte(v))
		case int:
			b.WriteString(strconv.Itoa(v))
		}
		b.WriteString("</" + m.name + ">")
	}
}

// encode writes an answer's or a notification's document.
func encode(o object, shape Shape, asXML bool) string {
	o = o.resolve(shape, asXML)
	if asXML {
		var b bytes.Buffer
		o.writeXML(&b)
		return b.String()
	}
	raw, err := json.Marshal(o)
	if err != nil {
		return "" // strings, ints and objects always marshal
	}
	return string(raw)
}

// values is a request's data: text by path, "dns/server1/name" for a nested one.
type values map[string]string

// errNotRequest is WAPI's 2000.
var errNotRequest = errors.New("not a request")

// errNotDelivered is a webhook that did not answer 200.
var errNotDelivered = errors.New("not delivered")

// decode reads a request in either codec into flat values.
func decode(text string, asXML bool) (values, error) {
	out := values{}
	if asXML {
		d := xml.NewDecoder(bytes.NewReader([]byte(text)))
		return out, readXML(d, "", out)
	}
	var doc map[string]any
	if json.Unmarshal([]byte(text), &doc) != nil {
		return nil, errNotRequest
	}
	flatten("", doc, out)
	return out, nil
}

func flatten(path string, v any, out values) {
	switch v := v.(type) {
	case map[string]any:
		out[path] = ""
		for key, child := range v {
			flatten(join(path, key), child, out)
		}
	case []any:
		for i, child := range v {
			flatten(join(path, strconv.Itoa(i)), child, out)
		}
	case string:
		out[path] = v
	case float64:
		out[path] = strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		out[path] = strconv.FormatBool(v)
	case nil:
		out[path] = ""
	}
}

func readXML(d *xml.Decoder, path string, out values) error {
	var text []byte
	siblings := map[string]int{}
	for {
		tok, err := d.Token()
		switch tok := tok.(type) {
		case nil:
			if err == io.EOF && path == "" {
				return nil
			}
			return errNotRequest
		case xml.CharData:
			text = append(text, tok...)
		case xml.StartElement:
			name := tok.Name.Local
			if siblings[name]++; siblings[name] > 1 {
				name += strconv.Itoa(siblings[name])
			}
			if err := readXML(d, join(path, name), out); err != nil {
				return err
			}
		case xml.EndElement:
			out[path] = string(text)
			return nil
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}
