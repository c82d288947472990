;; Writes one buffer, and then two by one call: of these wasmtime's preview1 host takes only the first.
(module
  (import "wasi_snapshot_preview1" "clock_time_get" (func $time (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\20\00\00\00\06\00\00\00\26\00\00\00\06\00\00\00")
  (data (i32.const 32) "hello world\n")
  (func (export "_start")
    (drop (call $time (i32.const 0) (i64.const 0) (i32.const 64)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 72)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 72)))))
