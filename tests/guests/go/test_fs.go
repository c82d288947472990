// Has Go's `testing/fstest` test the file system in the fixture's directory `sub`, and in one that it makes, if it may.
package main

import (
	"fmt"
	"os"
	"testing/fstest"
)

func test(directory string, expected ...string) {
	if err := fstest.TestFS(os.DirFS(directory), expected...); err != nil {
		fmt.Println(directory, "is not what it should be:", err)
		os.Exit(1)
	}
	fmt.Println(directory, "is what it should be")
}

func main() {
	test("/sub", "a-longer-name.txt", "b", "deep/leaf.txt", "inner.txt")
	if err := os.MkdirAll("/made/one/two", 0o777); err != nil {
		fmt.Println(err)
		return
	}
	files := []string{"empty", "one/file", "one/two/large", "ä b"}
	for at, file := range files {
		if err := os.WriteFile("/made/"+file, make([]byte, at*at*10_000), 0o666); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	test("/made", files...)
}
