;; Imports of modules for other hosts, and of those for preview1's relatives.
(module
  (import "wasi_ephemeral_nn" "load" (func (param i32 i32 i32 i32 i32) (result i32)))
  (import "wasix_32v1" "proc_fork" (func (param i32 i32) (result i32)))
  (import "wbg" "__wbindgen_throw" (func (param i32 i32)))
  (import "gojs" "runtime.wasmExit" (func (param i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func (result i32)))
  (import "__main_module__" "_start" (func))
  (import "plugin" "answer" (func (result i32)))
  (memory (export "memory") 2)
  (func (export "_start")))
