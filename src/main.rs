//! `cox`: the command line of Coxswain.

fn main() {}
