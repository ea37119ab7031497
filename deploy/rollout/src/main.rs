//! `rollout`.

fn main() {}
