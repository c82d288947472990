;; A library with more exports than are named.
(module
  (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
  (memory (export "memory") 1 100)
  (global (export "g") i32 (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  (func (export "a")) (func (export "b")) (func (export "c")) (func (export "d")) (func (export "e"))
  (func (export "f")) (func (export "h")) (func (export "i")) (func (export "j")))
