//! Chart and values in, text out.
