//! To whom a certificate belongs.

use rcgen::{CertificateParams, DnType, KeyPair};
use server::pki::mapping::{Mapping, Owner, Refusal, fingerprint};

fn certificate(units: &[&str]) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "a client");
    // One kind of attribute can be pushed once only, so further units go in under their number.
    for (index, unit) in units.iter().enumerate() {
        let kind = if index == 0 { DnType::OrganizationalUnitName } else { DnType::CustomDnType(vec![2, 5, 4, 11]) };
        params.distinguished_name.push(kind, *unit);
    }
    let key = KeyPair::generate().expect("a key");
    params.self_signed(&key).expect("a certificate").der().to_vec()
}

fn is_tenant(name: &str) -> bool {
    ["bank", "shop"].contains(&name)
}

fn tenants() -> Vec<(String, Vec<[u8; 32]>)> {
    vec![("bank".into(), vec![]), ("shop".into(), vec![])]
}

#[test]
fn the_one_unit_names_the_tenant_to_the_letter() {
    let mapping = Mapping::new(tenants());
    assert_eq!(mapping.owner(&certificate(&["bank"]), is_tenant), Ok(Owner::Tenant("bank".into())));
    assert_eq!(mapping.owner(&certificate(&["shop"]), is_tenant), Ok(Owner::Tenant("shop".into())));
    assert_eq!(mapping.owner(&certificate(&["administration"]), is_tenant), Ok(Owner::Administration));
    for unit in ["Bank", "bank ", "ban", ""] {
        assert_eq!(mapping.owner(&certificate(&[unit]), is_tenant), Err(Refusal::NoSuchTenant(unit.into())));
    }
    assert_eq!(mapping.owner(&certificate(&[]), is_tenant), Err(Refusal::Units(0)));
    assert_eq!(mapping.owner(&certificate(&["bank", "shop"]), is_tenant), Err(Refusal::Units(2)));
    assert_eq!(mapping.owner(&certificate(&["bank", "administration"]), is_tenant), Err(Refusal::Units(2)));
    assert_eq!(mapping.owner(b"no certificate", is_tenant), Err(Refusal::Unreadable));
}

#[test]
fn a_listed_fingerprint_comes_before_the_unit() {
    let (bank, nobody) = (certificate(&["bank"]), certificate(&[]));
    let mut tenants = tenants();
    tenants[1].1 = vec![fingerprint(&bank), fingerprint(&nobody)];
    let mapping = Mapping::new(tenants);
    assert_eq!(mapping.owner(&bank, is_tenant), Ok(Owner::Tenant("shop".into())));
    assert_eq!(mapping.owner(&nobody, is_tenant), Ok(Owner::Tenant("shop".into())));
    assert_eq!(
        mapping.owner(&certificate(&["bank"]), is_tenant),
        Ok(Owner::Tenant("bank".into())),
        "another certificate"
    );
}
