module github.com/hebergo/hebergo

go 1.26.0

require (
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/hooklift/gowsdl v0.5.0
	github.com/shopspring/decimal v1.6.0
	go.uber.org/goleak v1.3.0
	golang.org/x/text v0.43.0
)
