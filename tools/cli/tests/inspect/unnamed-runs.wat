;; Engines run the function without a name, and then nobody calls `_start`.
(module
  (memory (export "memory") 1)
  (func (export "_initialize"))
  (func (export "_start") unreachable)
  (func (export "")))
