;; Ends as programs do, with the code that is its argument: `["3"]`.
(data (i32.const 1024) "{}")
(func (export "helm_plugin_main") (result i32)
  (drop (call $input (i32.const 65536)))
  (call $output (call $block (i32.const 1024) (i32.const 2)))
  (call $proc_exit (i32.sub (i32.load8_u (i32.const 65551)) (i32.const 48)))
  (i32.const 9))
