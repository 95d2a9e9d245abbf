;; A post-renderer: writes TWO where ONE is in what it was asked, and answers with that. The rest of the question does no
;; harm in an answer.
(func (export "helm_plugin_main") (result i32)
  (local $n i32) (local $end i32)
  (local.set $end (i32.add (i32.const 65536) (call $input (i32.const 65536))))
  (local.set $n (i32.const 65536))
  (block $done
    (loop $next
      (br_if $done (i32.ge_u (local.get $n) (local.get $end)))
      (if (i32.eq (i32.and (i32.load (local.get $n)) (i32.const 0xffffff)) (i32.const 0x454e4f))   ;; ONE
        (then
          (i32.store8 (local.get $n) (i32.const 0x54))
          (i32.store8 offset=1 (local.get $n) (i32.const 0x57))
          (i32.store8 offset=2 (local.get $n) (i32.const 0x4f))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $next)))
  (call $output (call $block (i32.const 65536) (i32.sub (local.get $end) (i32.const 65536))))
  (i32.const 0))
