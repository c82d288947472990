;; Functions that some runtimes add to preview1, and one that is declared wrongly.
(module
  (import "wasi_snapshot_preview1" "fd_dup" (func (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_status" (func (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func (param i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")))
