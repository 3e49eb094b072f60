package velneo

// Choice is yes, no or unset. An unset choice is not sent: the server keeps the
// current value, or uses its default, which the vendor guide does not document.
type Choice string

// The values of a Choice.
const (
	Unset Choice = "" // not sent
	Yes   Choice = "yes"
	No    Choice = "no"
)

func (c Choice) check(operation, field string) error {
	if c != Unset && c != Yes && c != No {
		return invalid(operation, field, "is not Yes, No or Unset")
	}
	return nil
}
