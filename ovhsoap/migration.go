// # Moving to package ovhrest
//
// OVHcloud's REST API does what SoAPI did for the families below, through
// package ovhrest of this module. A name on the right is a method of its
// Client, or of its Trader; a route goes through Client.Get, Post, Put and
// Delete, whose errors, retries and signatures are the same. The routes are
// those of OVHcloud's published schemas (2026); which of them replaces a
// function is our reading.
//
// What changes with the move: a list holds names or ids, and details are
// fetched one by one; a change returns a task that goes on for a while, where
// SoAPI kept the object busy; changes to a zone take effect with its refresh;
// a change of contacts waits for the mailed consent of both sides; a change of
// owner is an order.
//
//	login, logout                     RequestCredential once for each application; Logout ends its key
//	nic, nicInfo                      Me, MeContact, DomainContact
//	nicCreate, nicCreateIT            CreateAccount, CreationRules; for an owner alone CreateDomainContact
//	nicModifyInfos                    EditMe
//	nicModifyInfosIT                  EditMe
//	nicUpdate, nicUpdateIT            EditDomainContact, EditMeContact
//	nicTldEligibility                 ConfigurationRule, CheckConfigurationRule
//
//	domainList                        Domains
//	domainInfo                        Domain, ServiceInfos, AuthInfo
//	domainCapabilities                Domain, ConfigurationRule
//	domainCheck                       CreateCart, CartDomainOffers
//	domainLock                        EditDomain
//	domainUnlock                      EditDomain
//	domainLockStatus                  Domain
//	domainDnsList                     GET /domain/{serviceName}/nameServer
//	domainDnsUpdate                   POST /domain/{serviceName}/nameServers/update
//	domainHostAdd                     POST /domain/{serviceName}/glueRecord
//	domainHostDel                     DELETE /domain/{serviceName}/glueRecord/{host}
//	domainHostInfo                    GET /domain/{serviceName}/glueRecord/{host}
//	domainHostList                    GET /domain/{serviceName}/glueRecord
//	domainHostUpdate                  POST /domain/{serviceName}/glueRecord/{host}/update
//	domainOperationList               DomainTasks, MeTasks
//	domainOperationInfo               DomainTask, MeTask
//	domainOperationCancel             CancelDomainTask, CancelMeTask
//	domainOperationRelaunch           RelaunchDomainTask, RelaunchMeTask
//	domainWhoisObfuscatorInfo         ObfuscatedEmails, Optins
//	domainWhoisObfuscatorSet          EditObfuscatedEmails, EditOptins
//
//	serviceList                       ServiceIDs, ServiceInfos
//	serviceListPaginated              ServiceIDs
//	serviceModifyContact              ChangeDomainContact, AcceptContactChange
//	serviceModifyOwner                QuoteTrade, Start, Run
//	serviceModifyOwnerInfos           EditDomainContact
//	billingInvoiceList                GET /me/bill
//	billingInvoiceInfo                GET /me/bill/{billId}, GET /me/bill/{billId}/details
//
//	dnsReset                          POST /domain/zone/{zoneName}/reset
//	dnsSoaModify                      PUT /domain/zone/{zoneName}/soa
//	zoneEntryList                     GET /domain/zone/{zoneName}/record, GET /domain/zone/{zoneName}/record/{id}
//	zoneEntryAdd                      POST /domain/zone/{zoneName}/record, POST /domain/zone/{zoneName}/refresh
//	zoneEntryDel                      DELETE /domain/zone/{zoneName}/record/{id}, POST /domain/zone/{zoneName}/refresh
//	zoneEntryModify                   PUT /domain/zone/{zoneName}/record/{id}, POST /domain/zone/{zoneName}/refresh
//	zoneExport                        GET /domain/zone/{zoneName}/export
//	zoneImport                        POST /domain/zone/{zoneName}/import
//
//	popList                           GET /email/domain/{domain}/account
//	popInfo                           GET /email/domain/{domain}/account/{accountName}
//	popGetQuota                       GET /email/domain/{domain}/account/{accountName}/usage
//	popAdd                            POST /email/domain/{domain}/account
//	popDel                            DELETE /email/domain/{domain}/account/{accountName}
//	popModifyDescription              PUT /email/domain/{domain}/account/{accountName}
//	popUpgradeQuota                   PUT /email/domain/{domain}/account/{accountName}
//	popModifyPassword                 POST /email/domain/{domain}/account/{accountName}/changePassword
//	redirectedEmailList               GET /email/domain/{domain}/redirection, GET /email/domain/{domain}/redirection/{id}
//	redirectedEmailAdd                POST /email/domain/{domain}/redirection
//	redirectedEmailDel                DELETE /email/domain/{domain}/redirection/{id}
//	redirectedEmailModify             POST /email/domain/{domain}/redirection/{id}/changeRedirection
//	responderEmailList                GET /email/domain/{domain}/responder
//	responderEmailInfo                GET /email/domain/{domain}/responder/{account}
//	responderEmailAdd                 POST /email/domain/{domain}/responder
//	responderEmailModify              PUT /email/domain/{domain}/responder/{account}
//	responderEmailDel                 DELETE /email/domain/{domain}/responder/{account}
//	mailingListList                   GET /email/domain/{domain}/mailingList
//	mailingListInfo                   GET /email/domain/{domain}/mailingList/{name}
//	mailingListAdd                    POST /email/domain/{domain}/mailingList
//	mailingListModify                 PUT /email/domain/{domain}/mailingList/{name}, POST /email/domain/{domain}/mailingList/{name}/changeOptions
//	mailingListDel                    DELETE /email/domain/{domain}/mailingList/{name}
//	mailingListSubscriberList         GET /email/domain/{domain}/mailingList/{name}/subscriber
//	mailingListSubscriberAdd          POST /email/domain/{domain}/mailingList/{name}/subscriber
//	mailingListSubscriberDel          DELETE /email/domain/{domain}/mailingList/{name}/subscriber/{email}
//	mailingListModeratorList          GET /email/domain/{domain}/mailingList/{name}/moderator
//	mailingListModeratorAdd           POST /email/domain/{domain}/mailingList/{name}/moderator
//	mailingListModeratorDel           DELETE /email/domain/{domain}/mailingList/{name}/moderator/{email}
//	mailingListSubscriberListByEmail  POST /email/domain/{domain}/mailingList/{name}/sendListByEmail
//	emailDomainSummary                GET /email/domain/{domain}/summary
//	emailGetCapabilities              GET /email/domain/{domain}/quota
//	emailGetDomainMxFiltering         GET /email/domain/{domain}/dnsMXFilter
//	emailSetDomainMxFiltering         POST /email/domain/{domain}/changeDnsMXFilter
//	emailFilterList                   GET /email/domain/{domain}/account/{accountName}/filter
//	emailFilterAdd                    POST /email/domain/{domain}/account/{accountName}/filter
//	emailFilterDel                    DELETE /email/domain/{domain}/account/{accountName}/filter/{name}
//
//	dedicatedList                     GET /dedicated/server
//	dedicatedInfo                     GET /dedicated/server/{serviceName}
//	dedicatedHardRebootDo             POST /dedicated/server/{serviceName}/reboot
//	dedicatedReverseList              GET /ip/{ip}/reverse
//	dedicatedReverseInfo              GET /ip/{ip}/reverse/{ipReverse}
//	dedicatedReverseAdd               POST /ip/{ip}/reverse
//	dedicatedReverseModify            POST /ip/{ip}/reverse
//	dedicatedReverseDel               DELETE /ip/{ip}/reverse/{ipReverse}
//	dedicatedFailoverList             GET /ip
//	dedicatedFailoverUpdate           POST /ip/{ip}/move
//
//	telephonySmsAccountList           GET /sms
//	telephonySmsCreditLeft            GET /sms/{serviceName}
//	telephonySmsSend                  POST /sms/{serviceName}/jobs
//	telephonySmsMultiSend             POST /sms/{serviceName}/jobs
//	telephonySmsCancelSending         DELETE /sms/{serviceName}/jobs/{id}
//	telephonySmsHistory               GET /sms/{serviceName}/outgoing
//	telephonySmsSenderList            GET /sms/{serviceName}/senders
//	telephonySmsSenderAdd             POST /sms/{serviceName}/senders
//	telephonySmsSenderDelete          DELETE /sms/{serviceName}/senders/{sender}
//	telephonySmsSenderValidate        POST /sms/{serviceName}/senders/{sender}/validate
//	telephonySmsUserList              GET /sms/{serviceName}/users
//	telephonySmsUserAdd               POST /sms/{serviceName}/users
//	telephonySmsUserDel               DELETE /sms/{serviceName}/users/{login}
//	telephonySmsUserSend              POST /sms/{serviceName}/users/{login}/jobs
package ovhsoap
