// Command apigate keeps the exported API of each public package as a text file
// in the folder api, so that a change of it is seen in a review:
//
//	go run ./internal/apigate                # what differs; exit code 1 if anything does
//	go run ./internal/apigate -write         # accept it
//	go run ./internal/apigate -since v0.1.0  # what has been broken since; exit code 1 if anything was
//
// A file has one line an exported thing, sorted. A line that goes away breaks
// somebody's program; one that comes breaks nobody's, unless it is a method of
// an interface that others implement.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/hebergo/hebergo/internal/tree"
)

func main() {
	write := flag.Bool("write", false, "write the files anew")
	since := flag.String("since", "", "tell what breaks programs written for this `tag`")
	flag.Parse()
	ok, err := run(*write, *since)
	if err != nil {
		fmt.Fprintln(os.Stderr, "apigate:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

// run reports whether all is as it should be.
func run(write bool, since string) (bool, error) {
	root, err := tree.Root()
	if err != nil {
		return false, err
	}
	api, err := current(root)
	if err != nil {
		return false, err
	}
	switch {
	case write:
		return true, api.write(root)
	case since != "":
		return gone(root, since, api)
	}
	kept, err := read(root)
	if err != nil {
		return false, err
	}
	changes := compare(kept, api)
	if len(changes) == 0 {
		return true, nil
	}
	printChanges(changes)
	fmt.Println("accept with: go run ./internal/apigate -write")
	return false, nil
}

func printChanges(changes []change) {
	for _, c := range changes {
		fmt.Println(c)
	}
}

// gone prints what breaks programs that were written for the API of a commit.
func gone(root, commit string, api api) (bool, error) {
	then, err := readAt(root, commit)
	if err != nil {
		return false, err
	}
	if len(then) == 0 {
		fmt.Println("no API files at", commit)
		return true, nil
	}
	var lost []change
	for _, c := range compare(then, api) {
		if c.breaks(then) {
			lost = append(lost, c)
		}
	}
	printChanges(lost)
	return len(lost) == 0, nil
}
