package main

import "net"

func listen() (net.Listener, int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	return listener, listener.Addr().(*net.TCPAddr).Port, nil
}

func dial(port string) (net.Conn, error) {
	return net.Dial("tcp4", "127.0.0.1:"+port)
}
