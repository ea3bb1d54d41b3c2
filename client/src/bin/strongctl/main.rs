//! `strongctl`
fn main() {}
