package ovhsoaptest

import (
	"maps"
	"slices"
)

type mailingList struct {
	info    record
	members map[string][]string // moderators and subscribers
}

// The two kinds of members, by the name that mailingListFullInfo gives them.
const (
	moderators  = "moderators"
	subscribers = "subscribers"
)

// list finds the mailing list that the call names.
func (c *call) list() (*mailingList, *fault) {
	if l := c.domain.lists[c.text("ml")]; l != nil {
		return l, nil
	}
	return nil, missing(c.address("ml"))
}

// settings are what mailingListAdd and mailingListModify take alike.
func (c *call) settings() record {
	return record{
		"domain": c.domain.name, "ml": c.text("ml"), "owner": c.text("owner"), "lang": c.text("lang"), "replyto": c.text("replyto"),
		"message_moderation": c.flag("message_moderation"), "users_post_only": c.flag("users_post_only"),
		"subscription_moderation": c.flag("subscription_moderation"),
	}
}

// record is the list as mailingListInfo and mailingListList give it.
func (l *mailingList) record() record {
	r := maps.Clone(l.info)
	r["nbSubscribers"] = len(l.members[subscribers])
	return r
}

func mailingListAdd(c *call) (any, *fault) {
	name := c.text("ml")
	switch {
	case name == "":
		return nil, lacking("ml")
	case c.text("owner") == "":
		return nil, lacking("owner")
	case c.domain.lists[name] != nil:
		return nil, present(c.address("ml"))
	}
	c.domain.lists[name] = &mailingList{c.settings(), map[string][]string{}}
	return nil, nil
}

func mailingListDel(c *call) (any, *fault) {
	_, fault := c.list()
	delete(c.domain.lists, c.text("ml"))
	return nil, fault
}

func mailingListInfo(c *call) (any, *fault) {
	l, fault := c.list()
	if fault != nil {
		return nil, fault
	}
	return l.record(), nil
}

func mailingListFullInfo(c *call) (any, *fault) {
	l, fault := c.list()
	if fault != nil {
		return nil, fault
	}
	full := l.record()
	for _, kind := range []string{moderators, subscribers} {
		full[kind] = l.members[kind]
	}
	return full, nil
}

func mailingListList(c *call) (any, *fault) {
	all := []record{}
	for _, l := range byName(c.domain.lists) {
		all = append(all, l.record())
	}
	return all, nil
}

func mailingListModify(c *call) (any, *fault) {
	l, fault := c.list()
	if fault == nil {
		l.info = c.settings()
	}
	return nil, fault
}

// onMembers makes the function that does what do says with a list's members
// of one kind.
func onMembers(kind string, do func(members []string, email string) ([]string, any, *fault)) service {
	return func(c *call) (any, *fault) {
		l, fault := c.list()
		if fault != nil {
			return nil, fault
		}
		members, result, fault := do(l.members[kind], c.text("email"))
		if fault == nil {
			l.members[kind] = members
		}
		return result, fault
	}
}

func addMember(members []string, email string) ([]string, any, *fault) {
	if slices.Contains(members, email) {
		return nil, nil, present(email)
	}
	return append(members, email), nil, nil
}

func delMember(members []string, email string) ([]string, any, *fault) {
	i := slices.Index(members, email)
	if i < 0 {
		return nil, nil, missing(email)
	}
	return slices.Delete(members, i, i+1), nil, nil
}

// listMembers is mailingListSubscriberListByEmail as well, which returns
// nothing (WSDL): its list goes by mail.
func listMembers(members []string, _ string) ([]string, any, *fault) { return members, members, nil }
