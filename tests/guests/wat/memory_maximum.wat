;; A memory that may not grow.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1 1)
  (data (i32.const 0) "\10\00\00\00\06\00\00\00" "\00\00\00\00\00\00\00\00" "hello\0a")
  (func (export "_start")
    (i32.store (i32.const 0) (i32.const 16))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 64)) (then unreachable))
    ;; It cannot grow (else exit status 1), and has the size that it says (else exit status 2).
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (call $proc_exit (i32.const 1))))
    (if (i32.ne (memory.size) (i32.const 1)) (then (call $proc_exit (i32.const 2))))))
