//! The contracts keep to the frame.

use super::*;

#[test]
fn contracts_keep_to_the_frame() {
    for command in Command::ALL {
        let spec = command.spec();
        assert_eq!(Command::parse(*spec.name.as_bytes().first_chunk().expect("four bytes")), Some(*command));
        assert!(!spec.summary().is_empty(), "{} has no text", spec.name);
        for side in [spec.request, spec.response] {
            for (index, field) in side.iter().enumerate() {
                assert!(
                    field.tag != Tag::ECHO && field.tag != Tag::COMMAND,
                    "{}: AO and AG are the frame's",
                    spec.name
                );
                assert!(side[..index].iter().all(|other| other.tag != field.tag), "{}: {} twice", spec.name, field.tag);
            }
        }
    }
}
