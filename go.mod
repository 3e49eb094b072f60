module github.com/hebergo/hebergo

go 1.26.0

require (
	code.dny.dev/ssrf v0.3.0
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/shopspring/decimal v1.6.0 // indirect
	go.uber.org/goleak v1.3.0
)
