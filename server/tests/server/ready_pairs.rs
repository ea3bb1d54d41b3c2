//! RSA key pairs that are ready for the next who asks.

use crate::https::{get, number};
use crate::support::{Hsm, ask, directory, value, wait_for};

const GENERATE: &str = "[AOGRSA;RA10001;RB2048;BJ6;KB1;CZS;RCNONE;]";

fn ready(hsm: &Hsm) -> f64 {
    number(&get(hsm, None, "/metrics").1, "strongroom_ready_rsa_pairs")
}

#[test]
fn pairs_are_made_ready_once_somebody_has_asked_and_no_two_clients_get_the_same() {
    let home = directory();
    let hsm = Hsm::dev(home.path(), &[]);
    assert_eq!(ready(&hsm), 0.0, "nothing is made for whoever needs none");
    let mut stream = hsm.application();
    let mut public = vec![value(&ask(&mut stream, GENERATE), "RD")];
    wait_for("pairs to be ready", || ready(&hsm) >= 4.0);
    // More than were ready, so that both ways are gone.
    public.extend((0..6).map(|_| value(&ask(&mut stream, GENERATE), "RD")));
    wait_for("the place to be filled again", || ready(&hsm) >= 4.0);
    public.sort_unstable();
    public.dedup();
    assert_eq!(public.len(), 7, "each is given once");
}

#[test]
fn a_seeded_hsm_has_none_ready_so_that_its_keys_repeat() {
    let public = [(); 2].map(|()| {
        let home = directory();
        let hsm = Hsm::dev(home.path(), &["--seed", "ready"]);
        let mut stream = hsm.application();
        let public = [(); 2].map(|()| value(&ask(&mut stream, GENERATE), "RD"));
        assert_eq!(ready(&hsm), 0.0);
        public
    });
    assert_eq!(public[0], public[1]);
    assert_ne!(public[0][0], public[0][1]);
}
