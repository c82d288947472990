//! env: ["GOGC=1"]

// Makes 100 MB of small objects while it writes and reads files, the collector always at work: whatever the adapter
// keeps must survive that, and so must every object that is still in use.
package main

import (
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"runtime"
)

const (
	rounds   = 20
	perRound = 3 << 20 // bytes, not counting what Go adds
	kept     = 2_000   // objects that outlive their round
)

// A small object: it points to another, and knows what it must hold.
type object struct {
	next  *object
	bytes []byte
	seed  uint32
}

func newObject(seed uint32, next *object) *object {
	bytes := make([]byte, 16+seed%112)
	for i := range bytes {
		bytes[i] = byte(seed>>(i%4*8)) ^ byte(i)
	}
	return &object{next, bytes, seed}
}

func (object *object) check() {
	for i, found := range object.bytes {
		if found != byte(object.seed>>(i%4*8))^byte(i) {
			fail("object %d was overwritten at %d", object.seed, i)
		}
	}
}

func fail(format string, args ...any) {
	fmt.Printf(format+"\n", args...)
	os.Exit(1)
}

func must[T any](value T, err error) T {
	if err != nil {
		fail("%v", err)
	}
	return value
}

// Allocates a round's worth and writes every sixteenth object to a file. Returns the last `kept` objects as a list.
func write(name string, seed uint32) (*object, uint64) {
	file := must(os.Create(name))
	sum := fnv.New64a()
	var list *object
	objects := 0
	for size := 0; size < perRound; objects++ {
		if objects%kept == 0 {
			list = nil
		}
		seed = seed*1664525 + 1013904223
		list = newObject(seed, list)
		size += len(list.bytes)
		if objects%16 == 0 {
			must(io.MultiWriter(file, sum).Write(list.bytes))
		}
		if objects%10_000 == 0 {
			runtime.GC()
		}
	}
	fmt.Printf("%s: %d objects, %d bytes\n", name, objects, must(file.Seek(0, io.SeekEnd)))
	must(0, file.Close())
	return list, sum.Sum64()
}

// Reads the file in pieces, each a new object, and compares.
func read(name string, expected uint64) {
	file := must(os.Open(name))
	sum := fnv.New64a()
	for {
		piece := make([]byte, 4096)
		n, err := file.Read(piece)
		sum.Write(piece[:n])
		if err == io.EOF {
			break
		}
		must(0, err)
	}
	must(0, file.Close())
	if sum.Sum64() != expected {
		fail("%s holds %x instead of %x", name, sum.Sum64(), expected)
	}
	fmt.Printf("%s: %x\n", name, expected)
}

func main() {
	var lists []*object
	for round := range rounds {
		name := fmt.Sprintf("/round-%d", round%4)
		list, sum := write(name, uint32(round))
		read(name, sum)
		lists = append(lists, list)
		for _, list := range lists {
			for ; list != nil; list = list.next {
				list.check()
			}
		}
	}
	names := must(os.ReadDir("/"))
	must(0, os.Remove("/round-0"))
	fmt.Printf("%d names, then %d\n", len(names), len(must(os.ReadDir("/"))))
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	if stats.TotalAlloc < 100<<20 || stats.NumGC < 100 {
		fail("only %d bytes, %d collections", stats.TotalAlloc, stats.NumGC)
	}
}
