;; Gives what it was asked as an error.
(func (export "helm_plugin_main") (result i32)
  (call $error_set (call $block (i32.const 65536) (call $input (i32.const 65536))))
  (i32.const 7))
