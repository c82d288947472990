;; Position-independent code that wants a dynamic linker.
(module
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global i32))
  (import "env" "__indirect_function_table" (table 0 funcref))
  (import "GOT.mem" "errno" (global (mut i32))))
