;; What all plugins here begin with: Extism's host functions, those of WASI, and texts from one memory to the other.
(import "extism:host/env" "input_length" (func $input_length (result i64)))
(import "extism:host/env" "input_load_u8" (func $input_load_u8 (param i64) (result i32)))
(import "extism:host/env" "input_load_u64" (func $input_load_u64 (param i64) (result i64)))
(import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
(import "extism:host/env" "free" (func $free (param i64)))
(import "extism:host/env" "length" (func $length (param i64) (result i64)))
(import "extism:host/env" "load_u8" (func $load_u8 (param i64) (result i32)))
(import "extism:host/env" "store_u8" (func $store_u8 (param i64 i32)))
(import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
(import "extism:host/env" "store_u64" (func $store_u64 (param i64 i64)))
(import "extism:host/env" "output_set" (func $output_set (param i64 i64)))
(import "extism:host/env" "error_set" (func $error_set (param i64)))
(import "extism:host/env" "config_get" (func $config_get (param i64) (result i64)))
(import "extism:host/env" "var_get" (func $var_get (param i64) (result i64)))
(import "extism:host/env" "var_set" (func $var_set (param i64 i64)))
(import "extism:host/env" "http_request" (func $http_request (param i64 i64) (result i64)))
(import "extism:host/env" "http_status_code" (func $http_status_code (result i32)))
(import "extism:host/env" "http_headers" (func $http_headers (result i64)))
(import "extism:host/env" "log_info" (func $log_info (param i64)))
(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "path_open"
  (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
(memory (export "memory") 16)

;; A block of the host with bytes of this memory.
(func $block (param $at i32) (param $length i32) (result i64)
  (local $block i64) (local $n i32)
  (local.set $block (call $alloc (i64.extend_i32_u (local.get $length))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $n) (local.get $length)))
      (call $store_u8
        (i64.add (local.get $block) (i64.extend_i32_u (local.get $n)))
        (i32.load8_u (i32.add (local.get $at) (local.get $n))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $next)))
  (local.get $block))

;; Bytes of a block of the host, copied here. Returns how many they are.
(func $fetch (param $block i64) (param $at i32) (result i32)
  (local $length i32) (local $n i32)
  (local.set $length (i32.wrap_i64 (call $length (local.get $block))))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $n) (local.get $length)))
      (i32.store8
        (i32.add (local.get $at) (local.get $n))
        (call $load_u8 (i64.add (local.get $block) (i64.extend_i32_u (local.get $n)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $next)))
  (local.get $length))

;; The input, copied to an address.
(func $input (param $at i32) (result i32)
  (local $length i64) (local $n i64)
  (local.set $length (call $input_length))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (local.get $n) (local.get $length)))
      (i32.store8
        (i32.add (local.get $at) (i32.wrap_i64 (local.get $n)))
        (call $input_load_u8 (local.get $n)))
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br $next)))
  (i32.wrap_i64 (local.get $length)))

(func $output (param $block i64)
  (call $output_set (local.get $block) (call $length (local.get $block))))

;; Writes bytes to a file of WASI: 1 is standard output.
(func $write (param $file i32) (param $at i32) (param $length i32)
  (i32.store (i32.const 16) (local.get $at))
  (i32.store (i32.const 20) (local.get $length))
  (drop (call $fd_write (local.get $file) (i32.const 16) (i32.const 1) (i32.const 24))))

;; Reads bytes of a file of WASI to an address. Returns how many they are.
(func $read (param $file i32) (param $at i32) (result i32)
  (i32.store (i32.const 16) (local.get $at))
  (i32.store (i32.const 20) (i32.const 65536))
  (drop (call $fd_read (local.get $file) (i32.const 16) (i32.const 1) (i32.const 24)))
  (i32.load (i32.const 24)))
