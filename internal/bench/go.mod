module github.com/hebergo/hebergo/internal/bench

go 1.26.0

require github.com/hebergo/hebergo v0.0.0

replace github.com/hebergo/hebergo => ../../
