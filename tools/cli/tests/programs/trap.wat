;; Traps, two calls deep.
(module
  (func $inner unreachable)
  (func $outer (export "_start") (call $inner)))
