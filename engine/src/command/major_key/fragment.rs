//! Gives a fragment.

use protocol::command::major_key::fragment::{Request, Response};
use protocol::envelope::Content;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::major_key::ceremony::Work;
use crate::major_key::fragment::Fragment;

const CE: Tag = Tag::of("CE");
const EN: Tag = Tag::of("EN");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a fragment".to_owned());
        ceremonies::passwords_are_changed(context)?;
        let mut ceremony = ceremonies::find(context, self.ceremony)?.clone();
        let kind = ceremony.kind;
        let by = ceremonies::custodian(context, &ceremony.custodians())?;
        let clear = ceremonies::open(&ceremony, Content::Fragment, &self.fragment)?;
        let Work::Fragments { collection, custodians } = &mut ceremony.work else {
            return Err(Error::CeremonyConflict { tag: CE, rule: "this ceremony does not recombine cards" });
        };
        let refused = ceremonies::refused(EN);
        let fragment = Fragment::decode(&clear).map_err(&refused)?;
        let (set, number) = (*fragment.set(), fragment.number());
        if set.kind != kind {
            return Err(Error::CeremonyConflict { tag: EN, rule: "the fragment is of another kind of major key" });
        }
        if !kind.allows(set.key_type) {
            return Err(Error::MajorKeyUnsuitable { tag: EN, rule: kind.type_rule() });
        }
        collection.add(fragment).map_err(&refused)?;
        let given = collection.numbers().count();
        if given >= usize::from(set.required) {
            collection.combine().map_err(&refused)?;
        }
        custodians.push(by.clone());
        let whole = ceremony.check_value();
        let response = Response {
            number: ceremonies::count(number.into())?,
            given: ceremonies::count(given)?,
            required: ceremonies::count(set.required.into())?,
            key_check_value: whole.map(|whole| ceremonies::digits(context, set.key_type, &whole)).transpose()?,
        };
        let (name, required) = (kind.name(), set.required);
        context.note(format!("fragment {number} of the {name} by {by}, {given} of {required}"));
        ceremonies::put(context, ceremony)?;
        Ok(response)
    }
}
