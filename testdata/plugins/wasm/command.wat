;; A command: writes what it was asked, its environment, and what comes in. Ends with the number of its argument, if that
;; is one digit: `["3"]`.
(data (i32.const 1024) "\n{}")
(func (export "helm_plugin_main") (result i32)
  (local $length i32) (local $digit i32)
  (local.set $length (call $input (i32.const 65536)))
  (call $write (i32.const 1) (i32.const 65536) (local.get $length))
  (call $write (i32.const 1) (i32.const 1024) (i32.const 1))
  (drop (call $environ_sizes_get (i32.const 32) (i32.const 36)))
  (drop (call $environ_get (i32.const 131072) (i32.const 196608)))
  (call $write (i32.const 1) (i32.const 196608) (i32.load (i32.const 36)))
  (call $write (i32.const 1) (i32.const 1024) (i32.const 1))
  (call $write (i32.const 1) (i32.const 262144) (call $read (i32.const 0) (i32.const 262144)))
  (call $write (i32.const 2) (i32.const 65536) (local.get $length))
  (call $write (i32.const 2) (i32.const 1024) (i32.const 1))
  (call $output (call $block (i32.const 1025) (i32.const 2)))
  ;; The input is {"extraArgs":["3"]}.
  (local.set $digit (i32.sub (i32.load8_u (i32.add (i32.const 65536) (i32.const 15))) (i32.const 48)))
  (select (local.get $digit) (i32.const 0) (i32.eq (local.get $length) (i32.const 19))))
