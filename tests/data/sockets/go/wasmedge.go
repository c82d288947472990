package main

import (
	"net"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

//go:wasmimport wasi_snapshot_preview1 sock_open
func sockOpen(family, kind uint32, fd *int32) uint32

//go:wasmimport wasi_snapshot_preview1 sock_bind
func sockBind(fd int32, address unsafe.Pointer, port uint32) uint32

//go:wasmimport wasi_snapshot_preview1 sock_listen
func sockListen(fd int32, backlog uint32) uint32

//go:wasmimport wasi_snapshot_preview1 sock_connect
func sockConnect(fd int32, address unsafe.Pointer, port uint32) uint32

//go:wasmimport wasi_snapshot_preview1 sock_getlocaladdr
func sockLocal(fd int32, address unsafe.Pointer, port *uint32) uint32

const (
	inet4  = 1
	stream = 2
)

// An address begins with its family.
type address [128]byte

var localhost = address{inet4, 0, 127, 0, 0, 1}

// The place of an address, by 32-bit numbers.
type place struct{ start, length uint32 }

func (address *address) place() unsafe.Pointer {
	return unsafe.Pointer(&place{uint32(uintptr(unsafe.Pointer(address))), uint32(len(address))})
}

func failure(errno uint32) error {
	if errno == 0 {
		return nil
	}
	return syscall.Errno(errno)
}

// open returns a socket that does not block, for package net waits by itself.
func open() (fd int32, err error) {
	if err = failure(sockOpen(inet4, stream, &fd)); err == nil {
		err = syscall.SetNonblock(int(fd), true)
	}
	return fd, err
}

func listen() (net.Listener, int, error) {
	fd, err := open()
	if err != nil {
		return nil, 0, err
	}
	if err := failure(sockBind(fd, localhost.place(), 0)); err != nil {
		return nil, 0, err
	}
	if err := failure(sockListen(fd, 128)); err != nil {
		return nil, 0, err
	}
	var local address
	var port uint32
	if err := failure(sockLocal(fd, local.place(), &port)); err != nil {
		return nil, 0, err
	}
	listener, err := net.FileListener(os.NewFile(uintptr(fd), "listener"))
	return listener, int(port), err
}

func dial(port string) (net.Conn, error) {
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, err
	}
	fd, err := open()
	if err != nil {
		return nil, err
	}
	// The first write waits for the connection.
	if err := failure(sockConnect(fd, localhost.place(), uint32(number))); err != nil && err != syscall.EINPROGRESS {
		return nil, err
	}
	return net.FileConn(os.NewFile(uintptr(fd), "connection"))
}
