// Package manager is what gowsdl v0.5.0 generates from soapi.wsdl, one function
// of SoAPI in a document that gowsdl understands: for the tests and the example
// of ovhsoap.HTTPClient. Nothing in it is written by hand but this comment.
//
//	go run github.com/hooklift/gowsdl/cmd/gowsdl@v0.5.0 -o soapi.go -p manager soapi.wsdl
package manager
