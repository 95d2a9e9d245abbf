;; Opens the file `name` of its configuration in every folder that it was given, to write and to read, and gives what is
;; in it as an error; `closed` if there is no such folder or file.
(data (i32.const 1024) "name")
(data (i32.const 1040) "closed")
(data (i32.const 1056) "written")
(func (export "helm_plugin_main") (result i32)
  (local $folder i32) (local $length i32)
  (local.set $length
    (call $fetch (call $config_get (call $block (i32.const 1024) (i32.const 4))) (i32.const 2048)))
  (local.set $folder (i32.const 3))
  (block $found
    (loop $next
      (br_if $found
        (i32.eqz
          (call $path_open (local.get $folder) (i32.const 1) (i32.const 2048) (local.get $length) (i32.const 1)
            (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 32))))
      ;; To read only.
      (br_if $found
        (i32.eqz
          (call $path_open (local.get $folder) (i32.const 1) (i32.const 2048) (local.get $length) (i32.const 0)
            (i64.const 6) (i64.const 0) (i32.const 0) (i32.const 32))))
      (local.set $folder (i32.add (local.get $folder) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $folder) (i32.const 16))))
    (call $error_set (call $block (i32.const 1040) (i32.const 6)))
    (return (i32.const 1)))
  (call $write (i32.load (i32.const 32)) (i32.const 1056) (i32.const 7))
  (drop (call $fd_seek (i32.load (i32.const 32)) (i64.const 0) (i32.const 0) (i32.const 40)))
  (call $error_set
    (call $block (i32.const 65536) (call $read (i32.load (i32.const 32)) (i32.const 65536))))
  (i32.const 1))
