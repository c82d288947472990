// Words of the standard input with their counts, into a file.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
)

func main() {
	counts := map[string]int{}
	words := bufio.NewScanner(os.Stdin)
	words.Split(bufio.ScanWords)
	for words.Scan() {
		counts[words.Text()]++
	}
	all := make([]string, 0, len(counts))
	for word := range counts {
		all = append(all, word)
	}
	sort.Strings(all)
	file, err := os.Create(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer file.Close()
	for _, word := range all {
		fmt.Fprintln(file, counts[word], word)
	}
	fmt.Println(len(all), "different words are in", os.Args[1])
}
