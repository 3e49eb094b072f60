package transport

import (
	"os"
	"strings"
)

// Variable is what a package's LoadConfig takes from the environment.
type Variable struct {
	Name string
	Into *string
}

// LoadEnv reads variables, all of which must be set: NAME itself, or NAME_FILE,
// which names a file that holds the value, as container platforms hand out
// secrets. White space around a file's value is left out. The error is a
// *FieldError that names the variable, or its file, and no value.
func LoadEnv(variables ...Variable) error {
	for _, v := range variables {
		value, err := lookup(v.Name)
		if err != nil {
			return err
		}
		*v.Into = value
	}
	return nil
}

func lookup(name string) (string, error) {
	if value := os.Getenv(name); value != "" {
		return value, nil
	}
	path := os.Getenv(name + "_FILE")
	if path == "" {
		return "", &FieldError{name, "is not set, and neither is " + name + "_FILE"}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", &FieldError{name + "_FILE", "can't be read: " + err.Error()}
	}
	value := strings.TrimSpace(string(raw))
	if value == "" {
		return "", &FieldError{name + "_FILE", "names a file that is empty"}
	}
	return value, nil
}
