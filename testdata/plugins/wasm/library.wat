;; Has to be begun before it is called, as compilers of reactors have it.
(data (i32.const 1024) "not begun")
(data (i32.const 1040) "begun    ")
(global $at (mut i32) (i32.const 1024))
(func (export "_initialize") (global.set $at (i32.const 1040)))
(func (export "__wasm_call_ctors") (unreachable))
(func (export "other_main") (result i64)
  (call $error_set (call $block (global.get $at) (i32.const 9)))
  (i64.const 0))
