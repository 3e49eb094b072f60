package ovhresttest

import "net/http"

// KeyRefusals returns a Fault for each way in which the API's gateway rejects a
// key or a signature: with an error code, and with class and message only, as
// since 2024. Each Fault matches every request.
func KeyRefusals() []Fault {
	return []Fault{
		{Status: http.StatusForbidden, Body: `{"errorCode":"INVALID_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential is not valid"}`},
		{Status: http.StatusForbidden, Body: `{"errorCode":"NOT_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential does not exist"}`},
		{Status: http.StatusForbidden, Body: `{"errorCode":"INVALID_KEY","httpCode":"403 Forbidden","message":"This application key is invalid"}`},
		{Status: http.StatusBadRequest, Body: `{"errorCode":"INVALID_SIGNATURE","httpCode":"400 Bad Request","message":"Invalid signature"}`},
		{Status: http.StatusForbidden, Body: `{"class":"Client::Forbidden","message":"This credential is not valid"}`},
		{Status: http.StatusForbidden, Body: `{"class":"Client::Forbidden","message":"This credential does not exist"}`},
		{Status: http.StatusForbidden, Body: `{"class":"Client::Forbidden","message":"This application key is invalid"}`},
		{Status: http.StatusBadRequest, Body: `{"class":"Client::BadRequest","message":"Invalid signature"}`},
	}
}

// Garbage returns faults whose responses do not come from the API: a proxy's
// pages, an object without fields, a truncated document, an empty body. Each
// Fault matches every request. The request is not carried out.
func Garbage() []Fault {
	page := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	const html = "<!DOCTYPE html><html><head><title>Log in</title></head><body>Log in</body></html>"
	return []Fault{
		{Status: http.StatusOK, Header: page, Body: html},
		{Status: http.StatusBadRequest, Header: page, Body: html},
		{Status: http.StatusForbidden, Header: page, Body: html},
		{Status: http.StatusNotFound, Header: page, Body: html},
		{Status: http.StatusOK, Body: `{}`},
		{Status: http.StatusOK, Body: `{"id":`},
		{Status: http.StatusOK, Body: " "},
	}
}
