// Package ovhresttest is a fake of the part of the OVHcloud API that an owner
// change and a contact change need, for tests without an account: a real server
// on the loopback interface, with state.
//
//	server := ovhresttest.NewServer(ovhresttest.Options{})
//	defer server.Close()
//	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
//	client, err := ovhrest.New(server.Config())
//
// It is as strict as the service: signatures and timestamps are checked, a
// cart has to be assigned before its checkout, a second OWNER_CONTACT makes
// the checkout fail, a cart can't be changed after its checkout, a check of the
// rules with a read-only field is refused, and so is a call that the key's rules
// don't cover, carts expire, an order has what its cart has, twice if the cart has
// it twice, and fields of a contact that owns a domain are read-only where the
// update rule says so.
//
// Time stands still until Advance, unless Options.Now is set: orders are
// delivered, tasks run, mails and carts expire on the server's own clock. Holders answer their mails with
// Answer. Inject makes single requests fail: refused, delayed, or done with
// the answer lost; KeyRefusals and Garbage are the refusals of a key and the
// answers that are not the API's. SetOrderStatus, SetTask, RemoveTask, SetOwner,
// SetRules and Domain.Stalled let an order, a task or a key be in a state that
// the service gets into by itself. Ledger returns what was in fact done, however
// often it was asked for.
//
// The routes and shapes are those of the published schemas and guides (no
// recording of a real owner change is public). What is inferred: the texts of
// most refusals, the delays, and that a signed cart is listed before it is
// assigned (Options.HideUnassigned reverses that).
package ovhresttest
