//! Formats names from files for messages and reports.
//!
//! The names in a module can be any text. Printed verbatim, a name could forge a line of the tool's output or send
//! control codes to a terminal, so such characters are escaped.

use std::borrow::Cow;

/// Escapes characters that are not visible text: controls, ends of lines, and the marks that change the direction of
/// writing.
///
/// ```
/// use wasi_adapt::names::escaped;
///
/// assert_eq!(escaped("fd_write"), "fd_write");
/// assert_eq!(escaped("f\nerror: \u{1b}[31m"), "f\\nerror: \\u{1b}[31m");
/// ```
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hostile) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hostile(c) { plain.extend(c.escape_default()) } else { plain.push(c) }
    }
    plain.into()
}

/// Formats a name for lists: escaped, and `""` if it is empty.
pub fn shown(name: &str) -> Cow<'_, str> {
    if name.is_empty() { "\"\"".into() } else { escaped(name) }
}

/// Formats a name for sentences: escaped, in backticks, and `""` if it is empty.
///
/// ```
/// use wasi_adapt::names::quoted;
///
/// assert_eq!([quoted("fd_write"), quoted("")], ["`fd_write`", "\"\""]);
/// ```
pub fn quoted(name: &str) -> String {
    if name.is_empty() { "\"\"".into() } else { format!("`{}`", escaped(name)) }
}

/// Returns whether a character is not visible text: controls, and the Unicode characters that end lines (category Zl
/// and Zp) or have the property [Bidi_Control](https://www.unicode.org/reports/tr9/#Bidirectional_Character_Types).
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_stays_and_all_else_is_escaped() {
        for plain in ["", "wasi:io/poll@0.2.0#f", "naïve größe", "日本 \u{1f980}", r"back\slash `tick`"] {
            assert!(matches!(escaped(plain), Cow::Borrowed(same) if same == plain));
        }
        let hostile =
            "\0\t\r\n\u{1b}\u{7f}\u{85}\u{9b}\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2066}\u{2069}";
        for c in hostile.chars() {
            let text = escaped(&c.to_string()).into_owned();
            assert!(text.starts_with('\\') && text.is_ascii() && !text.contains(is_hostile), "{text:?}");
        }
    }
}
