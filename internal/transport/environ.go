package transport

import (
	"os"
	"strings"
)

// Variable is an environment variable that LoadConfig of a package reads.
type Variable struct {
	Name string
	Into *string
}

// LoadEnv reads variables, all of which must be set: either NAME itself, or
// NAME_FILE, the name of a file that holds the value, as container platforms
// provide secrets. Leading and trailing white space of the contents is removed.
// The error is a *FieldError that names the variable, or its file, and contains
// no value.
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
