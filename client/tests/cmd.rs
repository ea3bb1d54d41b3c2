//! What `strongctl` prints, word for word. `TRYCMD=overwrite cargo test --test cmd` writes it anew.

#[test]
fn strongctl_says_what_it_said() {
    // No profile of the machine that runs this may be found.
    let cases = trycmd::TestCases::new();
    cases.env("HOME", "/nowhere").env("XDG_CONFIG_HOME", "").env("STRONGROOM_PROFILE", "").case("tests/cmd/*.trycmd");
}
