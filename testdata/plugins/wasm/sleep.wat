;; Waits for an hour, in a function of the host.
(func (export "helm_plugin_main") (result i32)
  (i64.store (i32.const 1024) (i64.const 1))                   ;; its name
  (i64.store (i32.const 1032) (i64.const 0))                   ;; a clock
  (i32.store (i32.const 1040) (i32.const 1))                   ;; that never goes back
  (i64.store (i32.const 1048) (i64.const 3600000000000))
  (i64.store (i32.const 1056) (i64.const 0))
  (i64.store (i32.const 1064) (i64.const 0))
  (drop (call $poll_oneoff (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 4096)))
  (i32.const 0))
