;; Takes all of memory above its static data for its heap at its start, and after growing all up to the new end, as TinyGo
;; does. The adapter's state must not be in it.
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
  (func $end (result i32) (i32.mul (memory.size) (i32.const 65536)))
  (func (export "_start")
    (local $from i32) (local $to i32)
    (local.set $from (i32.const 65536))
    (local.set $to (call $end))
    (call $print)
    (call $fill (local.get $from) (local.get $to))
    (call $print)
    (drop (memory.grow (i32.const 4)))
    (call $fill (local.get $to) (call $end))
    (call $print)
    (call $check (local.get $from) (call $end)))
)
