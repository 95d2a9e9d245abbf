//! Memory for a thread, asked for in one piece.

use std::hint::black_box;

/// What a thread gets at its start, in bytes. Only what is used of it is ever backed by memory.
const THREAD_BYTES: usize = 4 << 20;
/// The same for a whole program.
const PROGRAM_BYTES: usize = 16 << 20;

/// Has the allocator of a program ask the system for much memory at once and keep what is freed. glibc's asks for a
/// page at a time in threads, and gives a freed buffer back just to ask for it again.
pub fn prepare_program() {
    // A large buffer that is freed says to glibc that such buffers come and go. The next one it keeps.
    reserve(PROGRAM_BYTES);
    reserve(PROGRAM_BYTES);
}

/// The same for a thread that the program has started.
pub(super) fn prepare_thread() {
    reserve(THREAD_BYTES);
}

fn reserve(bytes: usize) {
    let mut buffer = Vec::<u8>::new();
    // Where there is not that much, the program may get along with less.
    if cfg!(target_env = "gnu") && buffer.try_reserve_exact(bytes).is_ok() {
        drop(black_box(buffer));
    }
}
