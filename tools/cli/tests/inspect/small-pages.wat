;; A memory of the custom-page-sizes proposal.
(module
  (memory (export "memory") 512 (pagesize 1))
  (func (export "_start")))
