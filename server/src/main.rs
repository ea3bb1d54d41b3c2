//! strongroom
fn main() {}
