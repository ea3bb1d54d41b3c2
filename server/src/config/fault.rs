//! `[[fault]]`: faults that are made on purpose from the start. Each ends by itself.

use protocol::command::behaviour::add_fault::Request;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Value;

/// One fault, as ZFAD adds it.
#[derive(Clone, Debug)]
pub struct Fault(pub Request);

impl<'de> Deserialize<'de> for Fault {
    /// By the keys that all faults are written with; the file of `strongctl fault play` has the same.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let table = toml::Table::deserialize(deserializer)?;
        let settings: Result<Vec<(&str, String)>, D::Error> = table
            .iter()
            .map(|(key, value)| match value {
                Value::String(text) => Ok((key.as_str(), text.clone())),
                Value::Integer(number) => Ok((key.as_str(), number.to_string())),
                Value::Float(number) => Ok((key.as_str(), number.to_string())),
                Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
                    Err(D::Error::custom(format!("{key}: a text or a number is needed")))
                }
            })
            .collect();
        let settings = settings?;
        let settings = settings.iter().map(|(key, value)| (*key, value.as_str()));
        Request::from_settings(settings).map(Self).map_err(D::Error::custom)
    }
}
