;; Answers with the value `answer` of its configuration.
(data (i32.const 1024) "answer")
(func (export "helm_plugin_main") (result i32)
  (call $output (call $config_get (call $block (i32.const 1024) (i32.const 6))))
  (i32.const 0))
