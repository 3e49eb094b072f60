module github.com/hebergo/hebergo/examples

go 1.26.0

require github.com/hebergo/hebergo v0.0.0

require (
	code.dny.dev/ssrf v0.3.0 // indirect
	github.com/cenkalti/backoff/v5 v5.0.3 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
)

replace github.com/hebergo/hebergo => ../
