package transport

import (
	"bufio"
	"bytes"
	"math"
	"net/http"
	"strconv"
)

// framing finds the end of an HTTP/1 response in the data as it arrives. It
// parses as net/http does, and accepts only what is valid, since net/http
// refuses everything else.
type framing struct {
	method string // of the request
	stage  stage
	line   []byte // the header, or a line, as far as it was received
	left   int64  // bytes of the body or chunk not received yet
}

type stage int

const (
	header stage = iota
	sized        // a body of known length
	chunkSize
	chunk
	trailer
	endless // a body that ends with the connection
	ended   // or broken
)

// keptLine is the size of the buffer that a connection keeps for the next
// header.
const keptLine = 4 << 10

// take returns how many bytes of p belong to the response.
func (f *framing) take(p []byte) int {
	rest := p
	for len(rest) > 0 && f.stage != ended {
		switch f.stage {
		case endless:
			return len(p)
		case sized, chunk:
			rest = rest[f.skip(len(rest)):]
		default:
			rest = rest[f.readLine(rest):]
		}
	}
	return len(p) - len(rest)
}

func (f *framing) skip(n int) int {
	n = int(min(f.left, int64(n)))
	if f.left -= int64(n); f.left > 0 {
		return n
	}
	if f.stage == chunk {
		f.stage = chunkSize
	} else {
		f.stage = ended
	}
	return n
}

// readLine takes one line, or the part of it that came. How long it may be is
// net/http's to say, which reads no further.
func (f *framing) readLine(p []byte) int {
	n := bytes.IndexByte(p, '\n') + 1
	complete := n > 0
	if !complete {
		n = len(p)
	}
	f.line = append(f.line, p[:n]...)
	switch {
	case !complete:
	case f.stage == chunkSize:
		f.beginChunk()
	case !endsBlank(f.line):
	case f.stage == trailer:
		f.begin(ended, 0)
	default:
		f.begin(f.body())
	}
	return n
}

// begin moves on to the next stage.
func (f *framing) begin(next stage, left int64) {
	f.stage, f.left = next, left
	if f.line = f.line[:0]; cap(f.line) > keptLine {
		f.line = nil
	}
}

// endsBlank reports whether the last of these complete lines is empty.
func endsBlank(lines []byte) bool {
	lines = bytes.TrimSuffix(lines[:len(lines)-1], []byte("\r"))
	return len(lines) == 0 || lines[len(lines)-1] == '\n'
}

// body returns what follows the header.
func (f *framing) body() (stage, int64) {
	if next, left, ok := f.usualBody(); ok {
		return next, left
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(f.line)), &http.Request{Method: f.method}) //nolint:bodyclose // it is not read
	switch {
	case err != nil:
		return ended, 0
	case resp.StatusCode == http.StatusSwitchingProtocols:
		return endless, 0
	case resp.StatusCode < 200:
		return header, 0
	case resp.Body == http.NoBody:
		return ended, 0
	case len(resp.TransferEncoding) > 0:
		return chunkSize, 0
	case resp.ContentLength > 0:
		return sized, resp.ContentLength
	}
	return endless, 0
}

// usualBody handles the headers of nearly all responses, for which parsing by
// net/http takes some microseconds.
func (f *framing) usualBody() (next stage, left int64, ok bool) {
	status, lines, _ := bytes.Cut(f.line, []byte("\r\n"))
	if f.method == http.MethodHead || len(status) < len("HTTP/1.1 200") || !bytes.HasPrefix(status, []byte("HTTP/1.1 ")) {
		return 0, 0, false
	}
	if code := string(status[9:12]); code[0] != '2' && code[0] < '4' || code == "204" {
		return 0, 0, false
	}
	found := 0
	for line := range bytes.Lines(lines) {
		key, value, _ := bytes.Cut(line, []byte(":"))
		switch value = bytes.TrimSpace(value); {
		case line[0] == ' ' || line[0] == '\t': // goes on with the line before
			return 0, 0, false
		case bytes.EqualFold(key, []byte("Content-Length")):
			n, err := strconv.ParseInt(string(value), 10, 64)
			next, left, ok = sized, n, err == nil && n > 0 && value[0] != '+'
			found++
		case bytes.EqualFold(key, []byte("Transfer-Encoding")):
			next, left, ok = chunkSize, 0, bytes.EqualFold(value, []byte("chunked"))
			found++
		}
	}
	return next, left, ok && found == 1
}

// beginChunk parses the line before a chunk. That of the last chunk is followed
// by the trailer.
func (f *framing) beginChunk() {
	size, _, _ := bytes.Cut(bytes.TrimRight(f.line, " \t\r\n"), []byte(";"))
	n, err := strconv.ParseUint(string(size), 16, 64)
	switch {
	case err != nil || n > math.MaxInt64-2:
		f.begin(ended, 0)
	case n == 0:
		f.begin(trailer, 0)
	default:
		f.begin(chunk, int64(n)+2) // with the line's end after it
	}
}
