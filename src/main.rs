//! The program's entry: parse arguments, pick what to run; nothing else.

fn main() {}
