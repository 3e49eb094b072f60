module github.com/hebergo/hebergo/examples

go 1.26.0

require github.com/hebergo/hebergo v0.0.0

replace github.com/hebergo/hebergo => ../
