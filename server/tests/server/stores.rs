//! One suite for every store.

use engine::audit::{Chains, DEVICE, Head};
use engine::record::{Record, Table};
use engine::tenant::TenantName;
use engine::{Event, Timestamp};
use server::store::file::File;
use server::store::memory::Memory;
use server::store::{Error, Store};

use crate::support::directory;

fn record(table: Table, key: &str, value: Option<&str>) -> Record {
    Record { table, key: key.into(), value: value.map(Into::into) }
}

/// What a store holds, sorted.
fn held(store: &dyn Store) -> Vec<(Table, String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let records = store.load().expect("loads").records;
    let mut held: Vec<_> = records.iter().map(|it| (it.table, text(&it.key), text(&it.value))).collect();
    held.sort();
    held
}

fn suite(store: &mut dyn Store) {
    let now = Timestamp(1_700_000_000);
    let mut chains = Chains::default();
    let bank = || TenantName::new("bank");
    let one = [Event::of_hsm(bank(), "one"), Event::of_hsm(None, "two")].map(|event| chains.link(now, &event));
    let two = [Event::of_hsm(bank(), "three")].map(|event| chains.link(now, &event));
    let log = store.log();
    assert_eq!((store.revision().expect("revision"), held(store)), (0, vec![]));

    let (first, second) = (record(Table::Keys, "a", Some("1")), record(Table::MajorKeys, "a", Some("2")));
    let revision = store.commit(0, &[&first, &second], &one).expect("commits");
    assert_eq!(revision, 1);
    assert_eq!(held(store), [(Table::MajorKeys, "a".into(), "2".into()), (Table::Keys, "a".into(), "1".into())]);

    let stale = store.commit(0, &[&record(Table::Keys, "b", Some("3"))], &one);
    assert!(matches!(stale, Err(Error::Conflict { expected: 0, found: 1 })), "{stale:?}");
    assert_eq!(held(store).len(), 2, "a refused commit leaves nothing");

    let (changed, removed) = (record(Table::MajorKeys, "a", Some("4")), record(Table::Keys, "a", None));
    assert_eq!(store.commit(1, &[&changed, &removed], &two).expect("commits"), 2);
    assert_eq!(held(store), [(Table::MajorKeys, "a".into(), "4".into())]);
    assert_eq!(store.load().expect("loads").revision, 2);

    // Later records of one commit win.
    let (put, gone) = (record(Table::Keys, "z", Some("5")), record(Table::Keys, "z", None));
    assert_eq!(store.commit(2, &[&put, &gone], &[]).expect("commits"), 3);
    assert_eq!(held(store).len(), 1);

    assert_eq!(log.entries("bank", 0, 10), Some(vec![one[0].clone(), two[0].clone()]));
    assert_eq!(log.entries("bank", 1, 10), Some(vec![two[0].clone()]));
    assert_eq!(log.entries("bank", 0, 1), Some(vec![one[0].clone()]));
    assert_eq!((log.entries("bank", 2, 10), log.entries("other", 0, 10)), (Some(vec![]), Some(vec![])));
    assert_eq!(log.entries(DEVICE, 0, 10), Some(vec![one[1].clone()]));
    assert_eq!((log.head("bank"), log.head("other")), (Some(two[0].head()), Some(Head::default())));
    assert_eq!(
        store.load().expect("loads").heads,
        [(DEVICE.to_owned(), one[1].head()), ("bank".to_owned(), two[0].head())].into()
    );
}

#[test]
fn memory() {
    suite(&mut Memory::default());
}

#[test]
fn file_also_after_opening_again() {
    let directory = directory();
    let path = directory.path().join("store");
    let mut store = File::create(&path).expect("created");
    suite(&mut store);
    assert!(matches!(File::open(&path), Err(Error::Unavailable(text)) if text.contains("another process")));
    assert!(matches!(File::create(&path), Err(Error::Unavailable(_))), "never overwritten");
    drop(store);
    let store = File::open(&path).expect("opens");
    assert_eq!(store.revision().expect("revision"), 3);
    assert_eq!(held(&store), [(Table::MajorKeys, "a".into(), "4".into())]);
    assert_eq!(store.log().head("bank").map(|head| head.number), Some(2));
}

#[test]
fn what_is_no_store_is_refused() {
    let directory = directory();
    let missing = File::open(&directory.path().join("missing"));
    assert!(matches!(missing, Err(Error::Unavailable(_))), "{missing:?}");
    let path = directory.path().join("letter");
    std::fs::write(&path, "dear store, ".repeat(1000)).expect("written");
    assert!(matches!(File::open(&path), Err(Error::Corrupt(_))));
}

#[test]
fn the_file_is_its_owner_s_alone() {
    let directory = directory();
    let path = directory.path().join("store");
    drop(File::create(&path).expect("created"));
    assert_eq!(server::private_file::open_to_others(&path).expect("mode"), 0);
}
