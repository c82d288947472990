//! Converts names of core functions to WIT.

use wit_parser::validate_id;

/// Converts a name to kebab case, `my_function` and `myFunction` to `my-function`; none if that is impossible.
pub fn kebab(name: &str) -> Option<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut kebab = String::new();
    for (index, &char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1);
        let ends_word = before.is_some_and(|before| before.is_ascii_lowercase() || before.is_ascii_digit());
        let ends_acronym = before.is_some_and(|before| before.is_ascii_uppercase())
            && after.is_some_and(|after| after.is_ascii_lowercase());
        if char.is_ascii_uppercase() && (ends_word || ends_acronym) {
            kebab.push('-');
        }
        kebab.push(if matches!(char, '_' | '.') { '-' } else { char.to_ascii_lowercase() });
    }
    validate_id(&kebab).is_ok().then_some(kebab)
}

#[cfg(test)]
mod tests {
    use super::kebab;

    #[test]
    fn words_are_joined_by_dashes() {
        for (name, expected) in [
            ("add", Some("add")),
            ("my_function", Some("my-function")),
            ("myFunction", Some("my-function")),
            ("my-function", Some("my-function")),
            ("Vector.lengthOf", Some("vector-length-of")),
            ("toUTF8String", Some("to-utf8-string")),
            ("sha256Sum", Some("sha256-sum")),
            ("LIMIT", Some("limit")),
            ("__hidden", None),
            ("a__b", None),
            ("_ZN3foo3barEv", None),
            ("größe", None),
            ("add#2", None),
            ("", None),
        ] {
            assert_eq!(kebab(name).as_deref(), expected, "{name}");
        }
    }
}
