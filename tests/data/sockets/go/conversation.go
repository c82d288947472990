// Serves connections at the same time and sends everything back; then asks a web server for a page. By WasmEdge's functions
// of sockets, of which package net makes listeners and connections; natively, by package net alone.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
)

const connections = 3

func main() {
	listener, port, err := listen()
	check(err)
	fmt.Println("port", port)
	lengths := make(chan int64)
	for range connections {
		connection, err := listener.Accept()
		check(err)
		go func() {
			length, err := io.Copy(connection, connection)
			check(err)
			check(connection.Close())
			lengths <- length
		}()
	}
	var total int64
	for range connections {
		total += <-lengths
	}
	fmt.Println(total, "bytes on", connections, "connections")
	check(listener.Close())

	connection, err := dial(os.Args[1])
	check(err)
	_, err = io.WriteString(connection, "GET / HTTP/1.0\r\n\r\n")
	check(err)
	page, err := io.ReadAll(connection)
	check(err)
	fmt.Println(string(page))

	var nobody net.Conn
	if nobody, err = dial("1"); err == nil {
		_, err = nobody.Write([]byte("nobody reads it"))
	}
	fmt.Println("connecting to nobody fails:", err != nil)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
