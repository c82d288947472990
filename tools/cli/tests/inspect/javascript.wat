;; Made for JavaScript by several tools, and for hosts that are no components.
(module
  (import "./glue_bg.js" "__wbindgen_throw" (func (param i32 i32)))
  (import "a" "b" (func (param i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "host/private" "f" (func))
  (import "rb-js-abi-host" "global-this" (func (result i32)))
  (import "canonical_abi" "resource_new" (func (param i32) (result i32)))
  (import "extism:host/env" "input_length" (func (result i64)))
  (memory (export "memory") 1)
  (func (export "_start")))
