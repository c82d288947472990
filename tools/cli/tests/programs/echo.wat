;; Accepts one connection on descriptor 3, and sends back everything that it gets. Neither descriptor blocks, so it polls.
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_recv" (func $recv (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_send" (func $send (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  ;; 0: the connection. 4: a number of bytes or events. 8: flags. 16: address and length of a buffer. 32: the state of a
  ;; descriptor. 64: a subscription. 128: an event.
  (func $check (param $errno i32)
    (if (local.get $errno) (then (call $exit (local.get $errno)))))
  ;; Waits if a call would have blocked, and returns whether it is to be called again.
  (func $again (param $errno i32) (param $fd i32) (param $kind i32) (result i32)
    (if (i32.ne (local.get $errno) (i32.const 6))
      (then (call $check (local.get $errno)) (return (i32.const 0))))
    (i32.store8 (i32.const 72) (local.get $kind))
    (i32.store (i32.const 80) (local.get $fd))
    (call $check (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 4)))
    (if (i32.ne (i32.load (i32.const 4)) (i32.const 1)) (then (call $exit (i32.const 102))))
    (call $check (i32.load16_u (i32.const 136)))
    (i32.const 1))
  (func (export "_start")
    (call $check (call $fdstat (i32.const 3) (i32.const 32)))
    ;; A listener is a stream, 6, that does not block, 4.
    (if (i32.ne (i32.load8_u (i32.const 32)) (i32.const 6)) (then (call $exit (i32.const 100))))
    (if (i32.ne (i32.load16_u (i32.const 34)) (i32.const 4)) (then (call $exit (i32.const 103))))
    (loop $retry
      (br_if $retry
        (call $again (call $accept (i32.const 3) (i32.const 4) (i32.const 0)) (i32.const 3) (i32.const 1))))
    (loop $more
      (i32.store (i32.const 16) (i32.const 4096))
      (i32.store (i32.const 20) (i32.const 8192))
      (br_if $more
        (call $again
          (call $recv (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 8))
          (i32.load (i32.const 0))
          (i32.const 1)))
      (if (i32.load (i32.const 4))
        (then
          (call $send_all (i32.load (i32.const 4)))
          (br $more))))
    ;; A buffer outside of the memory is an error.
    (i32.store (i32.const 20) (i32.const 0x7fffffff))
    (if (i32.ne (call $recv (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 8)) (i32.const 21))
      (then (call $exit (i32.const 101))))
    (call $check (call $close (i32.load (i32.const 0))))
    (call $check (call $close (i32.const 3))))
  (func $send_all (param $len i32)
    (loop $rest
      (i32.store (i32.const 20) (local.get $len))
      (br_if $rest
        (call $again
          (call $send (i32.load (i32.const 0)) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 4))
          (i32.load (i32.const 0))
          (i32.const 2)))
      (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.load (i32.const 4))))
      (local.set $len (i32.sub (local.get $len) (i32.load (i32.const 4))))
      (br_if $rest (local.get $len)))))
