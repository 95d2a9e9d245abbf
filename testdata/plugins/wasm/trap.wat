;; Does what cannot be done.
(func (export "helm_plugin_main") (result i32) (unreachable))
