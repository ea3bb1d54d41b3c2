use super::*;

const RIGHT: &str = "274912";

fn fragment(set: u8, number: u8) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend([set; 8]);
    bytes.extend([2, 3, 5, 6]);
    bytes.extend(1_700_000_000_u64.to_be_bytes());
    bytes.extend([number, 64]);
    bytes.extend([0xA0 + number; 64]);
    bytes.extend([0; 8]);
    bytes
}

fn made(folder: &Path) -> PathBuf {
    let path = path(folder, "alice").expect("a name");
    let mut card = Card::format(&path, "Alice, FTK", RIGHT, false).expect("formatted");
    card.write(&fragment(1, 2)).expect("written");
    path
}

#[test]
fn a_card_tells_what_it_holds_and_gives_it_for_the_pin_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    assert_eq!(names(folder.path()).expect("names"), ["alice"]);
    let card = Card::insert(&path).expect("inserted");
    assert_eq!((card.label(), card.tries_left(), card.serial().len()), ("Alice, FTK", 10, 16));
    let facts: Vec<_> = card.facts().collect();
    assert_eq!((facts.len(), facts[0].number, facts[0].set), (1, 2, [1; 8]));
    assert!(matches!(card.open("274913"), Err(CardError::WrongPin { left: 9 })));
    let open = Card::insert(&path).and_then(|card| card.open(RIGHT)).expect("opened");
    assert_eq!(open.card().tries_left(), 10);
    assert_eq!(*open.fragment([1; 8]).expect("a fragment"), fragment(1, 2));
    assert!(matches!(open.fragment([2; 8]), Err(CardError::NotHere)));
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains("A2A2A2A2") && !text.contains(RIGHT), "{text}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("a file").permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn ten_wrong_pins_block_across_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    for left in (1..TRIES).rev() {
        let refused = Card::insert(&path).and_then(|card| card.open("000000"));
        assert!(matches!(refused, Err(CardError::WrongPin { left: told }) if told == left));
    }
    assert!(matches!(Card::insert(&path).and_then(|card| card.open("000000")), Err(CardError::Blocked)));
    assert!(matches!(Card::insert(&path).and_then(|card| card.open(RIGHT)), Err(CardError::Blocked)));
    drop(Card::format(&path, "", RIGHT, true).expect("formatted anew"));
    assert_eq!(Card::insert(&path).expect("inserted").facts().count(), 0);
}

#[test]
fn no_flipped_bit_is_taken_for_a_wrong_pin_or_for_a_fragment() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let whole = std::fs::read(&path).expect("bytes");
    let mut harmless = 0;
    for place in 0..whole.len() {
        let mut changed = whole.clone();
        changed[place] ^= 1 << (place % 7);
        std::fs::write(&path, &changed).expect("written");
        match Card::insert(&path) {
            Err(CardError::Damaged) => {}
            // White space, and the case of a digit, mean nothing.
            Ok(card) => {
                harmless += 1;
                assert_eq!((card.facts().count(), card.tries_left()), (1, 10));
            }
            Err(other) => panic!("byte {place}: {other}"),
        }
    }
    assert!(harmless < whole.len() / 2, "{harmless} of {}", whole.len());
    for cut in [0, 1, whole.len() / 2, whole.len() - 2] {
        std::fs::write(&path, &whole[..cut]).expect("written");
        assert!(matches!(Card::insert(&path), Err(CardError::Damaged)), "{cut} bytes");
    }
    let later = String::from_utf8(whole).expect("text").replace("\"form\": 1", "\"form\": 2");
    std::fs::write(&path, later.replace("\"label\"", "\"new\": 1, \"label\"")).expect("written");
    assert!(matches!(Card::insert(&path), Err(CardError::Form { form: 2 })));
}

#[test]
fn a_set_has_one_fragment_on_a_card() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = made(folder.path());
    let mut open = Card::insert(&path).and_then(|card| card.open(RIGHT)).expect("opened");
    assert!(matches!(open.write(&fragment(1, 1)), Err(CardError::SetPresent { number: 2 })));
    open.write(&fragment(1, 2)).expect("the same again");
    open.write(&fragment(2, 1)).expect("of another set");
    assert!(matches!(open.write(b"nothing"), Err(CardError::NoFragment)));
    assert_eq!(open.card().facts().count(), 2);
    open.forget([1; 8]).expect("forgotten");
    assert!(matches!(open.forget([1; 8]), Err(CardError::NotHere)));
    open.change_pin("a longer PIN").expect("changed");
    assert!(matches!(open.change_pin("short"), Err(CardError::Pin)));
    drop(open);
    assert!(matches!(Card::insert(&path).and_then(|card| card.open(RIGHT)), Err(CardError::WrongPin { .. })));
    let open = Card::insert(&path).and_then(|card| card.open("a longer PIN")).expect("opened");
    assert_eq!(*open.fragment([2; 8]).expect("a fragment"), fragment(2, 1));
}

#[test]
fn cards_are_not_overwritten_and_names_stay_in_their_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = made(folder.path());
    assert!(matches!(Card::format(&made, "", RIGHT, false), Err(CardError::Exists { .. })));
    for name in ["", "../alice", ".alice", "a b", "a/b"] {
        assert!(matches!(path(folder.path(), name), Err(CardError::Name { .. })), "{name}");
    }
    let missing = path(folder.path(), "bob").expect("a name");
    assert!(matches!(Card::insert(&missing), Err(CardError::Missing { .. })));
}
