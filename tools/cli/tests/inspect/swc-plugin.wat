;; A plug-in for SWC.
(module
  (import "env" "__set_transform_result" (func (param i32 i32)))
  (import "env" "__emit_diagnostics" (func (param i32 i32)))
  (memory (export "memory") 2)
  (func (export "__transform_plugin_process_impl") (param i32 i32 i32 i32) (result i32) i32.const 0))
