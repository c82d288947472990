;; Valid, and no engine with components runs any of it. The problems are told beside the others.
(module
  (import "env" "f" (func $f))
  (memory (export "memory") 1)
  (tag $t)
  (func (export "_start")
    try
      throw $t
    catch $t
      call $f
    end
    try
      call $f
    delegate 0
    (memory.discard (i32.const 0) (i32.const 65536))))
