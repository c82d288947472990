;; Makes a directory after the other in its first directory, without an end.
(module
  (import "wasi_snapshot_preview1" "path_create_directory" (func $mkdir (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 32) "aaaa")
  (func (export "_start")
    (local $at i32)
    (loop $more
      (drop (call $mkdir (i32.const 3) (i32.const 32) (i32.const 4)))
      ;; The next name, in letters from `a` to `p`.
      (local.set $at (i32.const 32))
      (loop $carry
        (i32.store8 (local.get $at) (i32.add (i32.load8_u (local.get $at)) (i32.const 1)))
        (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 113)) (then
          (i32.store8 (local.get $at) (i32.const 97))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br_if $carry (i32.lt_u (local.get $at) (i32.const 36))))))
      (br $more))))
