;; Several functions that could be run, each of which prints its letter.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\08\00\00\00\01\00\00\00")
  (func $print (param $letter i32)
    (i32.store8 (i32.const 8) (local.get $letter))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
  (func (export "_initialize") (call $print (i32.const 0x69)))
  (func (export "_start") (call $print (i32.const 0x73)))
  (func (export "") (call $print (i32.const 0x75)))
  (func (export "other") (call $print (i32.const 0x6f)))
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
