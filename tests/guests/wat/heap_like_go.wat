;; Takes the end of memory at its start for the beginning of its heap, and what memory.grow adds for the heap's going on
;; there without a gap, as Go does. The adapter's state must not be in it.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fd_fdstat_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 4)
  (data (i32.const 64) "still here\n")
  (func $print
    (i32.store (i32.const 16) (i32.const 64))
    (i32.store (i32.const 20) (i32.const 11))
    (if (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))
      (then (call $proc_exit (i32.const 1))))
    ;; The descriptor table is intact: stdout is of unknown type, as a stream that is no terminal.
    (if (call $fd_fdstat_get (i32.const 1) (i32.const 128)) (then (call $proc_exit (i32.const 2))))
    (if (call $environ_sizes_get (i32.const 0) (i32.const 4)) (then (call $proc_exit (i32.const 3)))))
  (func $fill (param $from i32) (param $to i32)
    (loop $more
      (if (i32.lt_u (local.get $from) (local.get $to))
        (then
          (i32.store (local.get $from) (i32.const 0x5a5a5a5a))
          (local.set $from (i32.add (local.get $from) (i32.const 4)))
          (br $more)))))
  (func $check (param $from i32) (param $to i32)
    (loop $more
      (if (i32.lt_u (local.get $from) (local.get $to))
        (then
          (if (i32.ne (i32.load (local.get $from)) (i32.const 0x5a5a5a5a)) (then (call $proc_exit (i32.const 4))))
          (local.set $from (i32.add (local.get $from) (i32.const 4)))
          (br $more)))))
  (func $size (result i32) (i32.mul (memory.size) (i32.const 65536)))
  (func (export "_start")
    (local $heap i32) (local $end i32)
    (local.set $heap (call $size))
    (local.set $end (local.get $heap))
    (call $print)
    ;; Four times four pages, each taken to follow the last.
    (loop $again
      (if (i32.eq (memory.grow (i32.const 4)) (i32.const -1)) (then unreachable))
      (call $fill (local.get $end) (i32.add (local.get $end) (i32.const 262144)))
      (local.set $end (i32.add (local.get $end) (i32.const 262144)))
      (call $print)
      (br_if $again (i32.lt_u (local.get $end) (i32.add (local.get $heap) (i32.const 1048576)))))
    (call $check (local.get $heap) (local.get $end)))
)
