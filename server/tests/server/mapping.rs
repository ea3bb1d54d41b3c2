//! To whom a certificate belongs.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use server::pki::mapping::{Mapping, Owner, Refusal, fingerprint};
use server::trust::Trust;

use crate::authority::{Authority, Chain};

fn trust(house: &Authority, tenants: &[(&str, &Authority)]) -> Trust {
    let tenants: Vec<_> = tenants.iter().map(|(name, ca)| ((*name).to_owned(), vec![ca.certificate.clone()])).collect();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    Trust::new(std::slice::from_ref(&house.certificate), &tenants, &provider).expect("CAs")
}

fn is_tenant(name: &str) -> bool {
    ["bank", "shop"].contains(&name)
}

fn tenants() -> Vec<(String, Vec<[u8; 32]>)> {
    vec![("bank".into(), vec![]), ("shop".into(), vec![])]
}

#[test]
fn the_one_unit_names_the_tenant_to_the_letter() {
    let (house, mapping) = (Authority::new("house"), Mapping::new(tenants()));
    let trust = trust(&house, &[]);
    let owner = |units: &[&str]| mapping.owner(&house.client(units), &trust, is_tenant);
    assert_eq!(owner(&["bank"]), Ok(Owner::Tenant("bank".into())));
    assert_eq!(owner(&["shop"]), Ok(Owner::Tenant("shop".into())));
    assert_eq!(owner(&["administration"]), Ok(Owner::Administration));
    for unit in ["Bank", "bank ", "ban", ""] {
        assert_eq!(owner(&[unit]), Err(Refusal::NoSuchTenant(unit.into())));
    }
    assert_eq!(owner(&[]), Err(Refusal::Units(0)));
    assert_eq!(owner(&["bank", "shop"]), Err(Refusal::Units(2)));
    assert_eq!(owner(&["bank", "administration"]), Err(Refusal::Units(2)));
    let nonsense = [CertificateDer::from(b"no certificate".to_vec())];
    assert_eq!(mapping.owner(&nonsense, &trust, is_tenant), Err(Refusal::Unreadable));
}

#[test]
fn a_listed_fingerprint_comes_before_the_unit() {
    let house = Authority::new("house");
    let trust = trust(&house, &[]);
    let (bank, nobody) = (house.client(&["bank"]), house.client(&[]));
    let mut tenants = tenants();
    tenants[1].1 = vec![fingerprint(&bank[0]), fingerprint(&nobody[0])];
    let mapping = Mapping::new(tenants);
    assert_eq!(mapping.owner(&bank, &trust, is_tenant), Ok(Owner::Tenant("shop".into())));
    assert_eq!(mapping.owner(&nobody, &trust, is_tenant), Ok(Owner::Tenant("shop".into())));
    let another = house.client(&["bank"]);
    assert_eq!(mapping.owner(&another, &trust, is_tenant), Ok(Owner::Tenant("bank".into())), "another certificate");
}

#[test]
fn a_client_ca_of_its_own_leads_to_its_tenant_and_is_the_only_one_that_does() {
    let (house, bank) = (Authority::new("house"), Authority::new("bank's"));
    let (trust, mapping) = (trust(&house, &[("bank", &bank)]), Mapping::new(tenants()));
    let owner = |chain: &Chain| mapping.owner(chain, &trust, is_tenant);
    // Whatever the certificate says of itself: the tenant's CA can make nobody else's clients.
    for units in [&["bank"][..], &["shop"], &["administration"], &["nobody"], &[], &["shop", "administration"]] {
        assert_eq!(owner(&bank.client(units)), Ok(Owner::Tenant("bank".into())), "{units:?}");
    }
    assert_eq!(owner(&house.client(&["bank"])), Err(Refusal::NotFromItsCa("bank".into())));
    assert_eq!(owner(&house.client(&["shop"])), Ok(Owner::Tenant("shop".into())));
    assert_eq!(owner(&house.client(&["administration"])), Ok(Owner::Administration));
    // By the name alone nothing is gained.
    let forged = Authority::new("bank's");
    assert_eq!(owner(&forged.client(&["bank"])), Err(Refusal::Ambiguous));
    assert_eq!(owner(&Authority::new("stranger").client(&["shop"])), Err(Refusal::Ambiguous));
}

#[test]
fn a_chain_through_a_tenants_ca_is_its_own_and_one_that_two_can_claim_is_nobodys() {
    let (house, group) = (Authority::new("house"), Authority::new("group"));
    let bank = group.below("bank's");
    let mapping = Mapping::new(tenants());
    let mut chain = bank.client(&[]);
    chain.push(bank.certificate.clone());
    let owner = |tenants: &[(&str, &Authority)]| mapping.owner(&chain, &trust(&house, tenants), is_tenant);
    assert_eq!(owner(&[("shop", &group)]), Ok(Owner::Tenant("shop".into())));
    assert_eq!(owner(&[("bank", &bank)]), Ok(Owner::Tenant("bank".into())));
    assert_eq!(owner(&[("bank", &bank), ("shop", &group)]), Err(Refusal::Ambiguous));
}
