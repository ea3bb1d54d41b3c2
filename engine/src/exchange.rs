//! Moving a key between a major key and a key exchange key.

use protocol::field::code::{MajorKeySelector, OutputForm};
use protocol::field::key::{GivenHeader, GivenKey, KeyRef, ModifierDigit, WrappedKey};
use protocol::tag::Tag;

use crate::context::Context;
use crate::error::{Error, Usages};
use crate::held::{self, Held, Purpose, Wanted};
use crate::key::derive::Kbpk;
use crate::key::key_block::{Header, Version};
use crate::key::modifier::Modifier;
use crate::key::{self, Algorithm, Attributes, Exportability, Usage, WorkingKey};
use crate::major_key::MajorKeyKind;

const AP: Tag = Tag::of("AP");
const AS: Tag = Tag::of("AS");
const AK: Tag = Tag::of("AK");
const BG: Tag = Tag::of("BG");
const BH: Tag = Tag::of("BH");
const FS: Tag = Tag::of("FS");
const OF: Tag = Tag::of("OF");

const KEK_USAGES: &[Usage] = &[Usage::K0, Usage::K1];

/// What TWKA and TWKD ask.
pub(crate) struct Export<'r> {
    pub(crate) kek: &'r KeyRef<'r>,
    pub(crate) key: &'r KeyRef<'r>,
    pub(crate) major_key: Option<MajorKeySelector>,
    pub(crate) form: Option<OutputForm>,
    pub(crate) modifier: Option<ModifierDigit>,
    pub(crate) header: Option<GivenHeader<'r>>,
}

/// What TWKM and TWKS ask.
pub(crate) struct Import<'r> {
    pub(crate) kek: &'r KeyRef<'r>,
    pub(crate) key: &'r GivenKey<'r>,
    /// Modifier of the KEK, where the key is a cryptogram under it.
    pub(crate) kek_modifier: Modifier,
    /// Modifier of the result, where that is a cryptogram.
    pub(crate) modifier: Option<ModifierDigit>,
    pub(crate) major_key: Option<MajorKeySelector>,
    pub(crate) form: Option<OutputForm>,
    pub(crate) header: Option<GivenHeader<'r>>,
}

/// Opens the key under its major key and wraps it under the KEK; gives it in clear too, for its check value.
pub(crate) fn export<'a>(context: &mut Context<'a>, ask: &Export<'_>) -> Result<(WrappedKey, Held<'a>), Error> {
    let modifier = Modifier::from(ask.modifier);
    let kek = open_kek(context, ask.kek, Purpose::Encrypt)?;
    let selector = Some(ask.major_key.unwrap_or(MajorKeySelector::Mfk));
    let form = ask.form.unwrap_or(OutputForm::KeyBlock);
    let key = match (ask.key, form) {
        (KeyRef::Cryptogram(bytes), OutputForm::Cryptogram) => {
            // A cryptogram carries no attributes: it leaves as it came, under the same modifier.
            let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
            let key = held::open_cryptogram(context, BG, bytes, modifier, usage)?;
            Held::Carried(key)
        }
        (KeyRef::Cryptogram(bytes), OutputForm::KeyBlock) => {
            let header = needed_header(ask.header, "a cryptogram has no header, and the result is a key block")?;
            allowed_by_modifier(modifier, &header)?;
            let usage = header.attributes().usage;
            let key = held::open_cryptogram(context, BG, bytes, modifier, usage)?;
            exportable(BG, header.attributes().exportability, form)?;
            Held::Carried(described(key, header)?)
        }
        (KeyRef::KeyBlock(block), _) => {
            no_header(ask.header)?;
            let key = held::open_block(context, BG, *block, selector)?;
            exportable(BG, key.attributes().exportability, form)?;
            Held::Carried(key)
        }
        (KeyRef::Slot(slot), _) => {
            no_header(ask.header)?;
            let entry = context.entry(BG, (*slot).into())?;
            exportable(BG, entry.key().attributes().exportability, form)?;
            Held::Stored(entry)
        }
    };
    let wrapped = match form {
        OutputForm::Cryptogram => {
            // Without a modifier the KEK tells no usages apart, as receivers without modifiers want it.
            if modifier != Modifier::NONE {
                stands_for(modifier, &key)?;
            }
            cryptogram_under_kek(context, &kek, modifier, &key)?
        }
        OutputForm::KeyBlock => {
            let version = version_for(&kek, &key);
            with_kbpk(&kek, |kbpk| held::as_block(context, AP, kbpk, version, &key))?
        }
    };
    Ok((wrapped, key))
}

/// Opens the key under the KEK and wraps it under the major key; gives it in clear too, for its check value.
pub(crate) fn import(context: &mut Context<'_>, ask: &Import<'_>) -> Result<(WrappedKey, WorkingKey), Error> {
    let kek = open_kek(context, ask.kek, Purpose::Decrypt)?;
    let kind: MajorKeyKind = ask.major_key.unwrap_or(MajorKeySelector::Mfk).into();
    let algorithm = context.major_key(kind)?.algorithm();
    let came_as = match ask.key {
        GivenKey::Cryptogram(_) => OutputForm::Cryptogram,
        GivenKey::KeyBlock(_) => OutputForm::KeyBlock,
    };
    let form = match (ask.form, algorithm) {
        (Some(form), _) => form,
        (None, Algorithm::Aes) => OutputForm::KeyBlock,
        (None, _) => came_as,
    };
    if form == OutputForm::Cryptogram && kind != MajorKeyKind::Mfk {
        return Err(Error::Conflict { tag: OF, rule: "cryptograms are made under the MFK only" });
    }
    let key = match ask.key {
        GivenKey::KeyBlock(block) => {
            no_header(ask.header)?;
            let key = with_kbpk(&kek, |kbpk| held::unwrap(context, BH, *block, kbpk))?;
            if form == OutputForm::Cryptogram {
                // It would leave its exportability behind, and could then leave in any form.
                exportable(BH, key.attributes().exportability, form)?;
            }
            key
        }
        GivenKey::Cryptogram(bytes) => {
            held::mfk_for_cryptograms(context, BH)?;
            wraps_cryptograms(AP, &kek)?;
            let material = held::clear_of_cryptogram(context, BH, kek.material(), ask.kek_modifier, bytes)?;
            let modifier = Modifier::from(ask.modifier);
            let usage = modifier.usages().first().copied().unwrap_or(Usage::K0);
            let key = WorkingKey::of_cryptogram(usage, material).map_err(|error| Error::Key { tag: BH, error })?;
            match form {
                OutputForm::Cryptogram => key,
                OutputForm::KeyBlock => {
                    let header = needed_header(ask.header, "BH has no header, and the result is a key block")?;
                    if ask.modifier.is_some() {
                        allowed_by_modifier(modifier, &header)?;
                    }
                    described(key, header)?
                }
            }
        }
    };
    acceptable(context, BH, &key)?;
    let wrapped = match form {
        OutputForm::Cryptogram => {
            let modifier = cryptogram_modifier(ask.modifier, &key)?;
            held::as_cryptogram(context, BG, &key, modifier)?
        }
        OutputForm::KeyBlock => {
            let major_key = context.major_key(kind)?;
            let version = major_key_version(algorithm, &key);
            held::as_block(context, FS, major_key.kbpk(), version, &key)?
        }
    };
    Ok((wrapped, key))
}

/// A key that may come in: not weak, unless the policy takes such keys.
pub(crate) fn acceptable(context: &Context<'_>, tag: Tag, key: &WorkingKey) -> Result<(), Error> {
    if context.policy()?.weak_keys {
        return Ok(());
    }
    key::parity::check(key.attributes().algorithm, key.material()).map_err(|error| Error::Key { tag, error })
}

/// The key exchange key of a request.
pub(crate) fn open_kek<'a>(context: &Context<'a>, field: &KeyRef<'_>, purpose: Purpose) -> Result<Held<'a>, Error> {
    held::open(context, AP, field, None, &Wanted { usages: KEK_USAGES, purpose, modifier: Modifier::KEK })
}

/// The key as a cryptogram under a key exchange key.
pub(crate) fn cryptogram_under_kek(
    context: &Context<'_>,
    kek: &WorkingKey,
    modifier: Modifier,
    key: &WorkingKey,
) -> Result<WrappedKey, Error> {
    if !context.policy()?.cryptograms {
        return Err(Error::Policy { tag: OF, form: "cryptograms" });
    }
    wraps_cryptograms(AP, kek)?;
    held::strong_enough(context, AP, kek.material(), key.material())?;
    held::under(BG, kek.material(), modifier, key)
}

/// The key of a cryptogram with the attributes that a header gives it. It stays what it is: one of the DES family.
pub(crate) fn described(key: WorkingKey, header: Header) -> Result<WorkingKey, Error> {
    let given = header.attributes().algorithm;
    if !matches!(given, Algorithm::Des | Algorithm::Tdes) {
        let given = given.letter();
        return Err(Error::AlgorithmRefused { tag: AK, needed: "for a cryptogram, a DES-family", given });
    }
    key.with_header(header).map_err(|error| Error::Key { tag: AK, error })
}

/// Whether the header's usage is one that the modifier stands for.
pub(crate) fn allowed_by_modifier(modifier: Modifier, header: &Header) -> Result<(), Error> {
    let needed = header.attributes().usage;
    if modifier.usages().contains(&needed) {
        return Ok(());
    }
    Err(Error::ModifierRefused { tag: AS, needed, modifier: modifier.value() })
}

fn with_kbpk<T>(kek: &Held<'_>, work: impl FnOnce(&Kbpk) -> Result<T, Error>) -> Result<T, Error> {
    match kek {
        Held::Stored(entry) => work(entry.kbpk().ok_or(Error::Key { tag: AP, error: key::Error::KbpkLength })?),
        Held::Carried(key) => work(&key.kbpk().map_err(|error| Error::Key { tag: AP, error })?),
    }
}

/// A key that wraps cryptograms: triple DES, and K0. K1 is for key blocks alone (X9.143 table 2).
fn wraps_cryptograms(tag: Tag, key: &WorkingKey) -> Result<(), Error> {
    const NEEDED: &[Usage] = &[Usage::K0];
    let Attributes { usage, algorithm, .. } = *key.attributes();
    if !NEEDED.contains(&usage) {
        return Err(Error::UsageRefused { tag, needed: Usages(NEEDED), given: usage });
    }
    if algorithm == Algorithm::Tdes {
        return Ok(());
    }
    Err(Error::AlgorithmRefused { tag, needed: "a triple DES", given: algorithm.letter() })
}

/// Whether a key of this exportability may leave in a key block, or in what binds it to its header as one does.
pub(crate) fn leaves_in_block(tag: Tag, exportability: Exportability) -> Result<(), Error> {
    exportable(tag, exportability, OutputForm::KeyBlock)
}

/// E leaves in a key block only, S in either form, N not at all.
fn exportable(tag: Tag, exportability: Exportability, form: OutputForm) -> Result<(), Error> {
    let allowed = match exportability {
        Exportability::Sensitive => true,
        Exportability::Exportable => form == OutputForm::KeyBlock,
        Exportability::NonExportable => false,
    };
    if allowed {
        return Ok(());
    }
    let form = match form {
        OutputForm::KeyBlock => "a key block",
        OutputForm::Cryptogram => "a cryptogram",
    };
    Err(Error::ExportRefused { tag, given: exportability.letter(), form })
}

fn needed_header(header: Option<GivenHeader<'_>>, rule: &'static str) -> Result<Header, Error> {
    held::template(AK, header.ok_or(Error::FieldNeeded { tag: AK, rule })?)
}

fn no_header(header: Option<GivenHeader<'_>>) -> Result<(), Error> {
    if header.is_none() {
        return Ok(());
    }
    Err(Error::Conflict { tag: AK, rule: "the key brings its own header; leave AK out" })
}

/// The version that a KEK protects: that of the key where the KEK's algorithm allows it, else D or B.
fn version_for(kek: &WorkingKey, key: &WorkingKey) -> Version {
    major_key_version(kek.attributes().algorithm, key)
}

/// The version of the block of a key under a major key of this algorithm.
pub(crate) fn major_key_version(algorithm: Algorithm, key: &WorkingKey) -> Version {
    let own = key.header().version();
    if algorithm == Algorithm::Aes {
        Version::D
    } else if own.algorithm() == Algorithm::Tdes {
        own
    } else {
        Version::B
    }
}

/// The modifier of a cryptogram made of a key that came with attributes.
fn cryptogram_modifier(given: Option<ModifierDigit>, key: &WorkingKey) -> Result<Modifier, Error> {
    let modifier = Modifier::from(given.ok_or(Error::FieldNeeded { tag: AS, rule: "the result is a cryptogram" })?);
    stands_for(modifier, key)?;
    Ok(modifier)
}

/// Whether a modifier stands for the key's usage, or has no meaning that is known: under another one the key would come
/// back as one for something else.
fn stands_for(modifier: Modifier, key: &WorkingKey) -> Result<(), Error> {
    let needed = key.attributes().usage;
    if modifier.usages().is_empty() || modifier.usages().contains(&needed) {
        return Ok(());
    }
    Err(Error::ModifierRefused { tag: AS, needed, modifier: modifier.value() })
}
