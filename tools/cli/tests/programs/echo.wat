;; Accepts one connection on descriptor 3, and sends what it gets back until the peer has said all.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_recv" (func $recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  ;; 0: the connection. 4: the number of bytes. 8: flags. 16: a buffer's address and length. 32: the state of a descriptor.
  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $exit (local.get $errno)))))
  (func (export "_start")
    (call $check (call $fdstat (i32.const 3) (i32.const 32)))
    ;; A listener is a stream, 6.
    (if (i32.ne (i32.load8_u (i32.const 32)) (i32.const 6)) (then (call $exit (i32.const 100))))
    (call $check (call $accept (i32.const 3) (i32.const 0) (i32.const 0)))
    (i32.store (i32.const 16) (i32.const 4096))
    (loop $more
      (i32.store (i32.const 20) (i32.const 8192))
      (call $check
        (call $recv (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 8)))
      (if (i32.load (i32.const 4))
        (then
          (i32.store (i32.const 20) (i32.load (i32.const 4)))
          (call $check (call $send (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4)))
          (br $more))))
    ;; A buffer that is not all in memory is no buffer.
    (i32.store (i32.const 20) (i32.const 0x7fffffff))
    (if (i32.ne (call $recv (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 8)) (i32.const 21))
      (then (call $exit (i32.const 101))))
    (call $check (call $close (i32.load (i32.const 0))))
    (call $check (call $close (i32.const 3)))))
