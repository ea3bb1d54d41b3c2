//! strongctl
fn main() {}
