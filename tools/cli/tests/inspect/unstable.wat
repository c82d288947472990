;; Functions of snapshot 0, functions that it has with another type, and functions that only preview1 has.
(module
  (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_unstable" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")))
