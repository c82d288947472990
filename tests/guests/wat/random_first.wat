;; random_get as the very first call: nothing of the adapter's state exists yet, the buffer must be filled all the same.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (if (call $random_get (i32.const 64) (i32.const 32)) (then (call $proc_exit (i32.const 1))))
    ;; Exit status 2 if the 32 bytes are all zero.
    (if (i64.eqz
          (i64.or (i64.or (i64.load (i32.const 64)) (i64.load (i32.const 72)))
                  (i64.or (i64.load (i32.const 80)) (i64.load (i32.const 88)))))
      (then (call $proc_exit (i32.const 2))))))
