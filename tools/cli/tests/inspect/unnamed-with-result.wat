;; The function without a name, of a type that no program has.
(module
  (memory (export "memory") 1)
  (func (export "") (param i32) (result i32) (local.get 0)))
