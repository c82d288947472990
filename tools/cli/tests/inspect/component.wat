;; No core module.
(component
  (import "wasi:cli/exit@0.2.0" (instance))
  (core module (import "env" "not-shown" (func)))
  (component (import "not-shown" (func)))
  (instance $empty)
  (export "wasi:cli/run@0.2.0" (instance $empty)))
