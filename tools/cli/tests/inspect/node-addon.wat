;; An add-on for Node.js, as napi-rs makes it.
(module
  (import "env" "napi_create_function" (func (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "env" "napi_get_undefined" (func (param i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func (export "napi_register_wasm_v1") (param i32 i32) (result i32) i32.const 0))
