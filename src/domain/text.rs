//! What counts as blank, what nobody sees of a text, and how text is brought onto one line. Must not know fields or files.

/// Nothing a reader would see: empty, white space, zero-width marks and control characters only.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control() || is_zero_width(c))
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that are there and leave no mark: two names that differ in them alone look the same. Those that join letters
/// and emoji are none where there is something to join.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'
            | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
    )
}

/// Without what nobody sees: escape sequences as wholes, controls but line breaks and tabs, marks of direction, characters
/// that leave no mark.
pub fn seen(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '\u{1b}' => after_escape(after),
            '\u{9b}' => after_parameters(after),
            _ => after,
        };
        let joins = matches!(c, '\u{200C}' | '\u{200D}');
        let foreign = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
        let joined = !joins || foreign(out.chars().next_back()) && after.chars().next().is_none_or(|c| !c.is_ascii());
        let kept = matches!(c, '\n' | '\r' | '\t') || !c.is_control() && !is_directional(c) && !is_unseen(c);
        if kept && joined {
            out.push(c);
        }
    }
    out
}

/// What follows an escape sequence, after its first character.
fn after_escape(text: &str) -> &str {
    match text.chars().next() {
        Some('[') => after_parameters(&text[1..]),
        // a string for the terminal, up to its end; without one it is none
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let end = text.find(['\u{7}', '\u{9c}', '\u{1b}', '\n']);
            let end = end.filter(|end| !text[*end..].starts_with('\n'));
            end.map_or(&text[1..], |end| text[end..].trim_start_matches(['\u{7}', '\u{9c}']))
        }
        // the end of such a string, and the other short ones
        Some(c) if ('\u{20}'..='\u{7e}').contains(&c) => {
            let rest = text.trim_start_matches(|c| ('\u{20}'..='\u{2f}').contains(&c));
            rest.strip_prefix(|c| ('\u{30}'..='\u{7e}').contains(&c)).unwrap_or(rest)
        }
        _ => text,
    }
}

/// What follows the parameters of a sequence and the character that ends it.
fn after_parameters(text: &str) -> &str {
    let end = text.find(|c: char| !('\u{20}'..='\u{3f}').contains(&c)).unwrap_or(text.len());
    match text[end..].chars().next() {
        Some(c) if ('\u{40}'..='\u{7e}').contains(&c) => &text[end + 1..],
        _ => &text[end..],
    }
}

/// How many characters a name has at most, to be read in lists.
pub const LONGEST_NAME: usize = 100;

/// What is wrong with a name that people are to tell from others, and what to do.
pub fn name_trouble(name: &str) -> Option<(String, &'static str)> {
    if let Some(c) = name.chars().find(|c| is_unseen(*c) || is_directional(*c) || c.is_control()) {
        let what = format!("\"{}\" holds a character that nobody sees (U+{:04X})", visible(&seen(name)), u32::from(c));
        return Some((what, "type it anew without"));
    }
    let long = name.chars().count();
    let what = || (format!("it has {long} characters of {LONGEST_NAME}"), "shorten it: lists would cut it");
    (long > LONGEST_NAME).then(what)
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
    fn what_nobody_sees_goes_as_a_whole() {
        assert_eq!(seen("a\u{1b}[31m\u{9b}2Jb\r\nc\u{202e}\td"), "ab\r\nc\td");
        assert_eq!(seen("\u{1b}]0;title\u{7}x\u{1b}]8;;http://a\u{1b}\\y\u{1b}(Bz\u{1b}"), "xyz");
        assert_eq!(seen("\u{1b}]never ended"), "never ended", "nothing is taken for a string that does not end");
        assert_eq!(seen("Sa\u{200B}ve\u{AD} it\u{FEFF}\u{E0041}"), "Save it");
        assert_eq!(
            seen("Sa\u{200D}ve 👩\u{200D}👧 می\u{200C}خواهم"),
            "Save 👩\u{200D}👧 می\u{200C}خواهم",
            "what joins stays where it joins"
        );
    }

    #[test]
    fn a_name_can_be_told_from_others() {
        assert_eq!(name_trouble("Save contact to Zoho 👩‍👧"), None);
        let (what, _) = name_trouble("Sa\u{200B}ve").unwrap();
        assert_eq!(what, "\"Save\" holds a character that nobody sees (U+200B)");
        assert!(name_trouble("a\u{1b}[31mb").is_some());
        assert_eq!(name_trouble(&"n".repeat(101)).unwrap().0, "it has 101 characters of 100");
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
