;; Its memory is shared between threads, and it imports a function that nothing serves.
(module
  (import "env" "thread_local_counter" (func (result i32)))
  (memory (export "memory") 1 2 shared)
  (func (export "_start")))
