;; Removes the file `in.txt` from its first directory; exits with the error number.
(module
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 32) "in.txt")
  (func (export "_start") (call $proc_exit (call $unlink (i32.const 3) (i32.const 32) (i32.const 6)))))
