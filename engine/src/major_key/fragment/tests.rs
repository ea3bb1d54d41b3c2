use super::*;

const TYPES: [KeyType; 5] = [KeyType::Tdes2, KeyType::Tdes3, KeyType::Aes128, KeyType::Aes192, KeyType::Aes256];

fn random() -> Generator {
    Generator::from_seed([7; 32])
}

fn made(required: u8, total: u8, key_type: KeyType, random: &mut Generator) -> (KeyMaterial, Vec<Fragment>) {
    let key = crate::key::generate(key_type, random);
    let set = Set::new(MajorKeyKind::Ftk, key_type, (required, total), Timestamp(1000), random).expect("a set");
    let fragments = split(set, &key, random).expect("splits");
    (key, fragments)
}

fn collected<'a>(fragments: impl IntoIterator<Item = &'a Fragment>) -> Collection {
    let mut collection = Collection::default();
    fragments.into_iter().for_each(|fragment| collection.add(fragment.clone()).expect("of the set"));
    collection
}

#[test]
fn any_as_many_as_are_required_give_the_key_and_fewer_do_not() {
    let mut random = random();
    for total in FEWEST..=MOST {
        for required in FEWEST..=total {
            let key_type = TYPES[usize::from(total + required) % TYPES.len()];
            let (key, fragments) = made(required, total, key_type, &mut random);
            assert_eq!(fragments.iter().map(Fragment::number).collect::<Vec<_>>(), (1..=total).collect::<Vec<_>>());
            for chosen in 0_u32..1 << total {
                let some = fragments.iter().filter(|fragment| chosen & 1 << (fragment.number - 1) != 0);
                let have = u8::try_from(chosen.count_ones()).expect("few");
                let result = collected(some).combine();
                if have >= required {
                    assert_eq!(result, Ok(key.clone()), "{chosen:b} of {required} of {total}");
                } else if have > 0 {
                    assert_eq!(result, Err(Error::TooFew { have, required }));
                } else {
                    assert!(result.is_err());
                }
            }
        }
    }
}

#[test]
fn counts_are_two_of_two_to_nine_of_nine() {
    for (required, total) in [(1, 2), (2, 1), (3, 2), (2, 10), (0, 0), (10, 10)] {
        let set = Set::new(MajorKeyKind::Pmk, KeyType::Aes256, (required, total), Timestamp(0), &mut random());
        assert_eq!(set, Err(Error::Count), "{required} of {total}");
    }
}

#[test]
fn fragments_read_back_and_no_flipped_bit_passes() {
    let (_, fragments) = made(2, 3, KeyType::Aes256, &mut random());
    let encoded = fragments[1].encode();
    assert_eq!(Fragment::decode(&encoded), Ok(fragments[1].clone()));
    for place in 0..encoded.len() {
        for bit in 0..8 {
            let mut changed = encoded.to_vec();
            changed[place] ^= 1 << bit;
            assert_eq!(Fragment::decode(&changed), Err(Error::Damaged), "byte {place} bit {bit}");
        }
        assert_eq!(Fragment::decode(&encoded[..place]), Err(Error::Damaged));
    }
}

#[test]
fn a_later_form_is_not_misread() {
    let (_, fragments) = made(2, 3, KeyType::Aes256, &mut random());
    let mut body = fragments[0].encode().to_vec();
    body.truncate(body.len() - CHECKSUM);
    body[0] = FORM + 1;
    let checksum = Sha256::digest(&body);
    body.extend_from_slice(&checksum[..CHECKSUM]);
    assert_eq!(Fragment::decode(&body), Err(Error::Form));
}

#[test]
fn other_sets_and_the_same_card_twice_are_told_and_lose_nothing() {
    let mut random = random();
    let (key, today) = made(2, 3, KeyType::Aes256, &mut random);
    let (_, yesterday) = made(2, 3, KeyType::Aes256, &mut random);
    let mut collection = collected(&today[..1]);
    assert_eq!(collection.add(yesterday[1].clone()), Err(Error::OtherSet));
    assert_eq!(collection.add(today[0].clone()), Err(Error::Given { number: 1 }));
    collection.add(today[2].clone()).expect("another of the set");
    assert_eq!(collection.combine(), Ok(key));
}

#[test]
fn an_altered_share_with_a_right_checksum_never_gives_a_key() {
    let (_, fragments) = made(2, 3, KeyType::Aes256, &mut random());
    for place in 0..fragments[0].share.len() {
        let mut altered = fragments[0].clone();
        altered.share.expose_mut()[place] ^= 0x10;
        let altered = Fragment::decode(&altered.encode()).expect("a right checksum");
        assert_eq!(collected([&altered, &fragments[1]]).combine(), Err(Error::DoNotFit), "byte {place}");
        assert_eq!(collected([&fragments[1], &fragments[2], &altered]).combine(), Err(Error::DoNotFit), "byte {place}");
    }
}

#[test]
fn the_kind_of_key_is_bound_to_the_fragments() {
    let (_, fragments) = made(2, 2, KeyType::Aes256, &mut random());
    let renamed = fragments.iter().map(|fragment| {
        let mut fragment = fragment.clone();
        fragment.set.kind = MajorKeyKind::Pmk;
        fragment
    });
    assert_eq!(collected(&renamed.collect::<Vec<_>>()).combine(), Err(Error::DoNotFit));
}

#[test]
fn shares_are_uniform_and_depend_on_the_seed_alone() {
    let mut random = random();
    let mut counts = [0_u32; 256];
    for _ in 0..2000 {
        // One of two fragments is the secret plus a uniform coefficient, whatever the secret is.
        let set = Set::new(MajorKeyKind::Pmk, KeyType::Aes128, (2, 2), Timestamp(0), &mut random).expect("a set");
        let key = KeyMaterial::new(&[0xA5; 16]);
        for byte in split(set, &key, &mut random).expect("splits")[0].share.expose() {
            counts[usize::from(*byte)] += 1;
        }
    }
    let expected = 2000.0 * 48.0 / 256.0;
    let chi2: f64 = counts.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
    // 255 degrees of freedom: 190 to 340 holds all but some in a million; the seed makes it hold always.
    assert!((190.0..340.0).contains(&chi2), "{chi2}");
    let twice = [0, 1].map(|_| made(3, 5, KeyType::Aes192, &mut Generator::from_seed([9; 32])).1);
    assert_eq!(twice[0], twice[1]);
}

#[test]
fn fragments_are_silent() {
    let (_, fragments) = made(2, 2, KeyType::Aes128, &mut random());
    let printed = format!("{:?} {:?}", fragments, collected(&fragments));
    let share: Vec<String> = fragments[0].share.expose()[..4].iter().map(u8::to_string).collect();
    assert!(!printed.contains(&share.join(", ")), "{printed}");
}

#[test]
fn a_card_reads_what_is_public() {
    for (kind, key_type) in MajorKeyKind::ALL.iter().zip(TYPES.iter().cycle()) {
        let set = Set::new(*kind, *key_type, (2, 3), Timestamp(1_234_567_890), &mut random()).expect("a set");
        let fragments = split(set, &crate::key::generate(*key_type, &mut random()), &mut random()).expect("splits");
        let facts = protocol::fragment::Facts::read(&fragments[2].encode()).expect("facts");
        let (major_key, key_type) = (kind.selector(), key_type.wire());
        let (set, created) = (set.id, 1_234_567_890);
        assert_eq!(
            facts,
            protocol::fragment::Facts { set, required: 2, total: 3, major_key, key_type, created, number: 3 }
        );
    }
    assert_eq!(protocol::fragment::Facts::read(&[FORM; 22]), None);
}
