// Package ovhresttest is a fake of the part of the OVHcloud API that an owner
// change and a contact change need, for tests without an account: a real server
// on the loopback interface, with state.
//
//	server := ovhresttest.NewServer(ovhresttest.Options{})
//	defer server.Close()
//	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
//	client, err := ovhrest.New(server.Config())
//
// It is as strict as the service. Signatures and timestamps are checked. A cart
// has to be assigned before its checkout, cannot be changed after it, and
// expires. A second OWNER_CONTACT makes the checkout fail. An order has the
// items of its cart, twice if the cart has them twice. A check of the rules
// with a read-only field is rejected, and so is a call that the rules of the
// consumer key don't cover. Fields of a contact that owns a domain are
// read-only where the update rule says so.
//
// The clock stands still until Advance is called, unless Options.Now is set:
// orders are delivered, tasks run, and mails and carts expire on the server's
// own clock. Answer answers the mails of the holders. Inject makes single
// requests fail: rejected, delayed, or carried out with the response lost.
// KeyRefusals and Garbage return faults for rejected keys and for responses
// that do not come from the API. SetOrderStatus, SetTask, RemoveTask, SetOwner,
// SetRules and Domain.Stalled put an order, a task or a key into a state that
// otherwise only the service causes. Ledger returns what was actually done,
// however often it was requested.
//
// The routes and formats are those of the published schemas and guides (no
// recording of a real owner change is public). The following is inferred: the
// texts of most errors, the delays, and that a signed cart is listed before it
// is assigned (Options.HideUnassigned reverses that).
package ovhresttest
