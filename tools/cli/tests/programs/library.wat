;; A library without WIT.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "add_up") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))
