//! What counts as blank, and how text is brought onto one line. Must not know fields or files.

/// Nothing a reader would see: empty, white space, zero-width marks and control characters only.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_zero_width(c))
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// `None` for a blank text, else the text without outer white space.
pub fn non_blank(text: &str) -> Option<&str> {
    if is_blank(text) { None } else { Some(text.trim()) }
}

/// An email address as two of them are compared: trimmed, lower case.
pub fn email_key(address: &str) -> String {
    address.trim().to_lowercase()
}

/// One line: each run of line breaks, tabs and the spaces around them becomes one space; other control characters go.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut broken = false;
    for c in text.trim().chars() {
        if matches!(c, '\n' | '\r' | '\t' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
            while out.ends_with(' ') {
                out.pop();
            }
            broken = true;
        } else if c.is_control() || (broken && c == ' ') {
        } else {
            if std::mem::take(&mut broken) && !out.is_empty() {
                out.push(' ');
            }
            out.push(c);
        }
    }
    out
}

/// Several lines: line breaks and tabs stay, other control characters go.
pub fn lines(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t')).collect()
}

/// The one door for text of customers and of Zoho on its way to a terminal: controls, escapes and bidirectional marks come
/// out as symbols or as a name, so that none is obeyed; line breaks and tabs as symbols too.
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || is_directional(c)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            // the Unicode block "Control Pictures" has one for each C0 control
            '\0'..='\u{1F}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7F}' => out.push('\u{2421}'),
            c if c.is_control() || is_directional(c) => {
                out.push_str("<U+");
                out.push_str(&format!("{:04X}>", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.into()
}

fn is_directional(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_is_what_nobody_sees() {
        for s in ["", " \t\n", "\u{200B}\u{FEFF}", "\u{0}\u{1b}"] {
            assert!(is_blank(s), "{s:?}");
        }
        assert!(!is_blank(" . "));
        assert_eq!(non_blank("  a b "), Some("a b"));
    }

    #[test]
    fn nothing_visible_is_obeyed() {
        assert_eq!(visible("plain é 日本 👩‍👧"), "plain é 日本 👩‍👧");
        assert_eq!(visible("a\x1b[31m\nb\u{9b}2J\u{202e}c\x7f"), "a␛[31m␊b<U+009B>2J<U+202E>c␡");
    }

    #[test]
    fn one_line_joins_and_cleans() {
        assert_eq!(one_line(" a  b \r\n\t c\u{1b}[31m\nd "), "a  b c[31m d");
        assert_eq!(lines(" a\r\n\tb\u{7} "), "a\r\n\tb");
    }
}
