//! Gives a component.

use protocol::command::major_key::component::{Request, Response};
use protocol::envelope::Content;
use protocol::field::code::Yes;
use protocol::tag::Tag;

use crate::ceremonies;
use crate::command::Execute;
use crate::context::Context;
use crate::error::Error;
use crate::key::{self, KeyMaterial, check_value};
use crate::major_key::ceremony::{ComponentFault, Work};

const AE: Tag = Tag::of("AE");
const CE: Tag = Tag::of("CE");
const EN: Tag = Tag::of("EN");

impl Execute for Request {
    fn execute(&self, context: &mut Context<'_>) -> Result<Response, Error> {
        context.note("a component".to_owned());
        ceremonies::passwords_are_changed(context)?;
        let mut ceremony = ceremonies::find(context, self.ceremony)?.clone();
        let kind = ceremony.kind.name();
        let by = ceremonies::custodian(context, &ceremony.custodians())?;
        let clear = ceremonies::open(&ceremony, Content::Component, &self.component)?;
        let Work::Components(components) = &mut ceremony.work else {
            return Err(Error::CeremonyConflict { tag: CE, rule: "this ceremony is not one of components" });
        };
        let component = KeyMaterial::new(&clear);
        let (key_type, total) = (components.key_type, components.total);
        let value = check_value::check_value(key_type.algorithm(), None, &component);
        // Refused for what it is, even where it is not to be taken yet.
        components.add(by.clone(), component).map_err(fault)?;
        if let Some(given) = &self.check_value
            && !ceremonies::agrees(&value, given)
        {
            return Err(Error::CheckValueWrong { tag: AE });
        }
        let is_taken = self.check_value.is_some();
        let given = components.given.len() - usize::from(!is_taken);
        let whole = if is_taken { ceremony.check_value() } else { None };
        let response = Response {
            check_value: ceremonies::digits(context, key_type, &value)?,
            taken: is_taken.then_some(Yes::Yes),
            given: ceremonies::count(given)?,
            total: ceremonies::count(total.into())?,
            key_check_value: whole.map(|whole| ceremonies::digits(context, key_type, &whole)).transpose()?,
        };
        if is_taken {
            context.note(format!(
                "component {given} of {total} of the {kind} by {by}, check value {}",
                response.check_value
            ));
            ceremonies::put(context, ceremony)?;
        }
        Ok(response)
    }
}

fn fault(fault: ComponentFault) -> Error {
    match fault {
        ComponentFault::Length => {
            Error::Field { tag: EN, rule: "the component has another length than the key is to have" }
        }
        ComponentFault::Zeros => Error::Key { tag: EN, error: key::Error::Weak },
        ComponentFault::Complete => Error::CeremonyConflict { tag: CE, rule: "all components are there" },
        ComponentFault::Identity => {
            Error::ComponentGiven { tag: CE, rule: "this identity has given a component; another one gives the next" }
        }
        ComponentFault::Again => Error::ComponentGiven { tag: EN, rule: "this component was given before" },
        ComponentFault::Weak => Error::Key { tag: EN, error: key::Error::Weak },
    }
}
