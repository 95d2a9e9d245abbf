;; Keeps its input in a variable, forgets it here, and answers with what it finds there. Eight bytes at a time.
(data (i32.const 1024) "key")
(func (export "helm_plugin_main") (result i32)
  (local $block i64) (local $n i64)
  (local.set $block (call $alloc (call $input_length)))
  (block $done
    (loop $next
      (br_if $done (i64.gt_u (i64.add (local.get $n) (i64.const 8)) (call $input_length)))
      (call $store_u64
        (i64.add (local.get $block) (local.get $n))
        (call $input_load_u64 (local.get $n)))
      (local.set $n (i64.add (local.get $n) (i64.const 8)))
      (br $next)))
  (block $done
    (loop $next
      (br_if $done (i64.ge_u (local.get $n) (call $input_length)))
      (call $store_u8
        (i64.add (local.get $block) (local.get $n))
        (call $input_load_u8 (local.get $n)))
      (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br $next)))
  (call $log_info (call $block (i32.const 1024) (i32.const 3)))
  (call $var_set (call $block (i32.const 1024) (i32.const 3)) (local.get $block))
  (call $error_set (call $var_get (call $block (i32.const 1024) (i32.const 3))))
  (i32.const 0))
