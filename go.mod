module github.com/hebergo/hebergo

go 1.26.0

require (
	code.dny.dev/ssrf v0.3.0
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/hooklift/gowsdl v0.5.0
	github.com/jarcoal/httpmock v1.4.2
	github.com/ovh/go-ovh v1.9.0
	github.com/shopspring/decimal v1.6.0
	github.com/stretchr/testify v1.12.1
	go.uber.org/goleak v1.3.0
	golang.org/x/text v0.43.0
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/oauth2 v0.36.0 // indirect
	gopkg.in/ini.v1 v1.67.0 // indirect
)
