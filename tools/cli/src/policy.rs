//! The file of `--policy`, which has options as keys.

use crate::io;
use crate::seal::SealArgs;
use anyhow::{Context, Result, anyhow};
use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de};
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

pub fn read(path: &Path) -> Result<SealArgs> {
    let mut policy: SealArgs = toml::from_str(&io::read_text(path)?)
        .map_err(|error| anyhow!("{}", error.to_string().trim_end()))
        .with_context(|| format!("reading the policy {}", io::display(path)))?;
    policy.read_beside(path.parent().unwrap_or(Path::new("")))?;
    Ok(policy)
}

/// Reads the values of an option that can be given several times.
pub fn list<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| text.parse().map_err(de::Error::custom)).collect()
}

/// Reads the value of an option.
pub fn value<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(de::Error::custom)
}

/// Reads the value of an option that has few.
pub fn choice<'de, T: ValueEnum, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(deserializer)?;
    T::from_str(&text, false).map(Some).map_err(|_| {
        let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = values.map(|value| format!("`{}`", value.get_name())).collect();
        de::Error::custom(format!("it is one of {}", names.join(", ")))
    })
}
