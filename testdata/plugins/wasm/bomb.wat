;; Takes all memory that it can have, of its own and of the host's, and says how much that was: pages, and blocks of 1 MiB.
(data (i32.const 1024) "000000 pages, 000000 blocks")
(func $digits (param $at i32) (param $number i32)
  (local $n i32)
  (local.set $n (i32.const 6))
  (loop $next
    (local.set $n (i32.sub (local.get $n) (i32.const 1)))
    (i32.store8
      (i32.add (local.get $at) (local.get $n))
      (i32.add (i32.const 48) (i32.rem_u (local.get $number) (i32.const 10))))
    (local.set $number (i32.div_u (local.get $number) (i32.const 10)))
    (br_if $next (local.get $n))))
(func (export "helm_plugin_main") (result i32)
  (local $blocks i32) (local $report i64)
  (local.set $report (call $alloc (i64.const 27)))
  (loop $more
    (br_if $more (i32.ne (i32.const -1) (memory.grow (i32.const 1)))))
  (block $full
    (loop $more
      (br_if $full (i64.eqz (call $alloc (i64.const 1048576))))
      (local.set $blocks (i32.add (local.get $blocks) (i32.const 1)))
      (br $more)))
  (call $digits (i32.const 1024) (memory.size))
  (call $digits (i32.const 1038) (local.get $blocks))
  (local.set $blocks (i32.const 0))
  (loop $next
    (call $store_u8
      (i64.add (local.get $report) (i64.extend_i32_u (local.get $blocks)))
      (i32.load8_u (i32.add (i32.const 1024) (local.get $blocks))))
    (local.set $blocks (i32.add (local.get $blocks) (i32.const 1)))
    (br_if $next (i32.lt_u (local.get $blocks) (i32.const 27))))
  (call $error_set (local.get $report))
  (i32.const 1))
