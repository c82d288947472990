;; Grows its memory by hand and takes what it gets for a heap of its own, as Go and AssemblyScript do: whatever the adapter
;; keeps in the same memory must not lie there. Every byte from the first page's end up is set, preview1 is called in
;; between, and every byte must still be there.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "still here\n")
  (func $print
    (i32.store (i32.const 16) (i32.const 64))
    (i32.store (i32.const 20) (i32.const 11))
    (if (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))
      (then (call $proc_exit (i32.const 1)))))
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
          (if (i32.ne (i32.load (local.get $from)) (i32.const 0x5a5a5a5a)) (then (call $proc_exit (i32.const 2))))
          (local.set $from (i32.add (local.get $from) (i32.const 4)))
          (br $more)))))
  (func (export "_start")
    (local $first i32) (local $second i32)
    (local.set $first (i32.mul (memory.grow (i32.const 4)) (i32.const 65536)))
    (call $print)
    (call $fill (local.get $first) (i32.add (local.get $first) (i32.const 262144)))
    (call $print)
    (drop (call $environ_sizes_get (i32.const 0) (i32.const 4)))
    (local.set $second (i32.mul (memory.grow (i32.const 4)) (i32.const 65536)))
    (call $fill (local.get $second) (i32.add (local.get $second) (i32.const 262144)))
    (call $print)
    (call $check (local.get $first) (i32.add (local.get $first) (i32.const 262144)))
    (call $check (local.get $second) (i32.add (local.get $second) (i32.const 262144)))))
