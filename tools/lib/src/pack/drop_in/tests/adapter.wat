;; An adapter of the shape of the real one, which does little: the tests of the packer fill in the rest.
(module
  (import "wasi_adapt" "state" (func $state (result i32)))
  (import "wasi_adapt" "set_state" (func $set_state (param i32)))
  (import "wasi_adapt" "set_stack_pointer" (func $set_stack_pointer (param i32)))
  (import "wasi_adapt" "main_realloc" (func $main_realloc (param i32 i32 i32 i32) (result i32)))
  (import "wasi_adapt" "has_filesystem" (func $has_filesystem (result i32)))
  (import "wasi_adapt" "has_exit" (func $has_exit (result i32)))
  (import "wasi_adapt" "exact_exit_codes" (func $exact_exit_codes (result i32)))
  (import "wasi:cli/stdoutVERSION" "get-stdout" (func $get_stdout (result i32)))
  (import "wasi:cli/exitVERSION" "exit" (func $exit (param i32)))
  (import "wasi:cli/exitVERSION" "exit-with-code" (func $exit_with_code (param i32)))
  (import "wasi:clocks/monotonic-clockVERSION" "now" (func $now (result i64)))
  (import "wasi:random/randomVERSION" "get-random-bytes" (func $get_random_bytes (param i64 i32)))
  (import "wasi:filesystem/preopensVERSION" "get-directories" (func $get_directories (param i32)))
  (import "wasi:io/streamsVERSION" "[method]output-stream.blocking-write-and-flush"
    (func $blocking_write_and_flush (param i32 i32 i32 i32)))
  (import "__main_module__" "_start" (func $_start))
  (import "env" "memory" (memory 0))
  ;; EXTRA
  (global $__stack_pointer (mut i32) (i32.const 0))
  (global (export "__heap_base") i32 (i32.const 0))

  (func $setup (export "setup") (local $block i32)
    ;; SETUP
    (local.set $block (call $main_realloc (i32.const 0) (i32.const 0) (i32.const 8) (i32.const 65536)))
    (call $set_stack_pointer (i32.add (local.get $block) (i32.const 8192)))
    (call $set_state (i32.add (local.get $block) (i32.const 8192))))

  (func (export "cabi_import_realloc") (param i32 i32 i32 i32) (result i32)
    (call $state))

  (func (export "run") (result i32)
    (call $_start)
    (i32.const 0))

  (func (export "fd_write") (param $fd i32) (param $iovs i32) (param $count i32) (param $written i32) (result i32)
    (local $frame i32)
    (global.set $__stack_pointer (local.tee $frame (i32.sub (global.get $__stack_pointer) (i32.const 16))))
    (if (i32.eqz (local.get $frame)) (then unreachable))
    (call $blocking_write_and_flush
      (call $get_stdout) (i32.load (local.get $iovs)) (i32.load offset=4 (local.get $iovs)) (local.get $frame))
    (i32.store (local.get $written) (i32.load offset=4 (local.get $iovs)))
    (global.set $__stack_pointer (i32.add (local.get $frame) (i32.const 16)))
    (i32.const 0))

  (func (export "fd_prestat_get") (param i32 i32) (result i32)
    (if (call $has_filesystem) (then (call $get_directories (call $state))))
    (i32.const 8))

  (func (export "proc_exit") (param $code i32)
    (if (call $has_exit)
      (then
        (if (call $exact_exit_codes)
          (then (call $exit_with_code (local.get $code)))
          (else (call $exit (i32.ne (local.get $code) (i32.const 0)))))))
    unreachable)

  (func (export "random_get") (param i32 i32) (result i32)
    (call $get_random_bytes (i64.extend_i32_u (local.get 1)) (local.get 0))
    (i32.const 0))

  (func (export "clock_time_get") (param i32 i64 i32) (result i32)
    (i64.store (local.get 2) (call $now))
    (i32.const 0))

  (func (export "sched_yield") (result i32)
    (i32.const 0))

  ;; FUNCTIONS
)
