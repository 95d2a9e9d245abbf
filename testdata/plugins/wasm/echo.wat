;; Answers with what it was asked.
(func (export "helm_plugin_main") (result i32)
  (call $output (call $block (i32.const 65536) (call $input (i32.const 65536))))
  (i32.const 0))
