//! A value fitted to a Zoho field, or the reason it cannot be. Must not know rows, rules or contacts.

use unicode_segmentation::UnicodeSegmentation;

use super::field::{PickListValue, TextKind, ZohoField};
use super::run::Reason;
use super::text::{email_key, is_blank, lines, one_line};

/// A value as it would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// What is sent.
    pub text: String,
    /// Another spelling that Zoho may hold for the same thing: a picklist's actual value.
    pub alias: Option<String>,
}

impl Fitted {
    /// Zoho's `current` value already says this.
    pub fn stands_in(&self, field: &ZohoField, current: &str) -> bool {
        match field.text_kind() {
            Some(TextKind::Email) => email_key(&self.text) == email_key(current),
            _ => self.text == current || self.alias.as_deref() == Some(current),
        }
    }
}

/// A value written earlier still stands in the field: `current` says the same as `written`.
pub fn still_stands(field: &ZohoField, written: &str, current: &str) -> bool {
    let alias = field.pick_list.iter().find(|o| o.display == written).map(|o| o.actual.clone());
    Fitted { text: written.to_owned(), alias }.stands_in(field, current)
}

/// Fits a value that is not too long or else refused.
///
/// # Errors
/// The reason to leave the field out.
pub fn fit(field: &ZohoField, value: &str) -> Result<Fitted, Reason> {
    fitted(field, value, |text, limit| if text.chars().count() > limit { Err(Reason::TooLong) } else { Ok(text) })
}

/// Fits a summary: one too long is cut to the field's length at a grapheme and ends in an ellipsis.
///
/// # Errors
/// The reason to leave the field out.
pub fn fit_summary(field: &ZohoField, value: &str) -> Result<Fitted, Reason> {
    let rich = field.text_kind() == Some(TextKind::RichText);
    fitted(field, value, |text, limit| Ok(if rich { cut_escaped(&text, limit) } else { cut(&text, limit) }))
}

fn fitted(
    field: &ZohoField,
    value: &str,
    limited: impl Fn(String, usize) -> Result<String, Reason>,
) -> Result<Fitted, Reason> {
    let kind = field.text_kind().ok_or(Reason::NoValue)?;
    let clean = match kind {
        TextKind::Textarea | TextKind::RichText => lines(value),
        _ => one_line(value),
    };
    if is_blank(&clean) {
        return Err(Reason::NoValue);
    }
    let text = match kind {
        TextKind::Picklist => return option(&field.pick_list, &clean),
        TextKind::RichText => escape_html(&clean),
        _ => clean,
    };
    match kind {
        TextKind::Email if !is_email(&text) => return Err(Reason::InvalidEmail),
        TextKind::Phone if !is_phone(&text) => return Err(Reason::InvalidPhone),
        TextKind::Website if !is_website(&text) => return Err(Reason::InvalidUrl),
        _ => {}
    }
    let limit = field.length.map_or(usize::MAX, |l| l as usize);
    Ok(Fitted { text: limited(text, limit)?, alias: None })
}

fn option(options: &[PickListValue], value: &str) -> Result<Fitted, Reason> {
    let wanted = value.to_lowercase();
    let open = || options.iter().filter(|o| o.used && o.display != "-None-" && o.actual != "-None-");
    open()
        .find(|o| o.display.to_lowercase() == wanted)
        .or_else(|| open().find(|o| o.actual.to_lowercase() == wanted))
        .map(|o| Fitted { text: o.display.clone(), alias: Some(o.actual.clone()) })
        .ok_or(Reason::NotInPicklist)
}

/// An address that mail could be sent to: RFC 5321 and 6531 syntax, with a domain of two labels or more.
pub fn is_email(text: &str) -> bool {
    let options = email_address::Options::default().without_display_text().without_domain_literal().with_required_tld();
    !text.contains(char::is_whitespace) && email_address::EmailAddress::parse_with_options(text, options).is_ok()
}

/// A number somebody could be called on: digits and the usual punctuation, 5 to 20 digits.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let usual = |c: char| c.is_ascii_digit() || " +()-./#*,;\u{A0}\u{2010}\u{2011}\u{2013}".contains(c);
    (5..=20).contains(&digits) && text.chars().all(usual)
}

/// An http(s) address, or a host with at least one dot and what may follow it.
pub fn is_website(text: &str) -> bool {
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    !text.contains(char::is_whitespace)
        && url::Url::parse(&with_scheme).is_ok_and(|u| {
            // without a name before the host: that is an email address, or a trap
            matches!(u.scheme(), "http" | "https")
                && u.username().is_empty()
                && u.domain().is_some_and(|d| d.split('.').filter(|label| !label.is_empty()).count() >= 2)
        })
}

fn escape(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        c => out.push(c),
    }
}

fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| escape(c, &mut out));
    out
}

/// At most `limit` characters, cut at a grapheme, the cut marked by an ellipsis.
fn cut(text: &str, limit: usize) -> String {
    cut_pieces(text, text.graphemes(true), limit)
}

/// The same for escaped text: an entity such as `&amp;` is never cut in two.
fn cut_escaped(text: &str, limit: usize) -> String {
    let mut pieces: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.graphemes(true).next() {
        let length = if rest.starts_with('&') { rest.find(';').map_or(first.len(), |i| i + 1) } else { first.len() };
        let (piece, after) = rest.split_at(length);
        pieces.push(piece);
        rest = after;
    }
    cut_pieces(text, pieces, limit)
}

fn cut_pieces<'a>(text: &str, pieces: impl IntoIterator<Item = &'a str>, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut length = 1; // the ellipsis
    for piece in pieces {
        length += piece.chars().count();
        if length > limit {
            break;
        }
        out.push_str(piece);
    }
    out.truncate(out.trim_end().len());
    if limit > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::field::samples::{field, picklist};
    use super::*;

    fn text(f: &ZohoField, v: &str) -> Result<String, Reason> {
        fit(f, v).map(|x| x.text)
    }

    #[test]
    fn by_type() {
        let line = field("First_Name", "text", 5);
        let area = field("Description", "textarea", 12);
        let email = field("Email", "email", 30);
        let phone = field("Phone", "phone", 30);
        let site = field("Site", "website", 450);
        let cases: [(&ZohoField, &str, Result<&str, Reason>); 23] = [
            (&line, " A\r\n b ", Ok("A b")),
            (&line, "abcdef", Err(Reason::TooLong)),
            (&line, "日本語の人", Ok("日本語の人")),
            (&line, "\u{1b}\u{7}", Err(Reason::NoValue)),
            (&area, " a\r\n\tb ", Ok("a\r\n\tb")),
            (&email, " Ana.Ruiz@Example.com ", Ok("Ana.Ruiz@Example.com")),
            (&email, "o'brien@example.com", Ok("o'brien@example.com")),
            (&email, "ana@example", Err(Reason::InvalidEmail)),
            (&email, "ana@@example.com", Err(Reason::InvalidEmail)),
            (&email, "Ana <ana@example.com>", Err(Reason::InvalidEmail)),
            (&email, "jürgen@bücher.example", Ok("jürgen@bücher.example")),
            (&email, "a-very-long-local-part@example.com", Err(Reason::TooLong)),
            (&phone, "+34 (600) 123-456", Ok("+34 (600) 123-456")),
            (&phone, "call me", Err(Reason::InvalidPhone)),
            (&phone, "12", Err(Reason::InvalidPhone)),
            (&phone, "123456789012345678901", Err(Reason::InvalidPhone)),
            (&site, "example.com/a?b=c", Ok("example.com/a?b=c")),
            (&site, "https://example.com", Ok("https://example.com")),
            (&site, "javascript:alert(1)", Err(Reason::InvalidUrl)),
            (&site, "ftp://example.com", Err(Reason::InvalidUrl)),
            (&site, "my site", Err(Reason::InvalidUrl)),
            (&site, "localhost", Err(Reason::InvalidUrl)),
            (&site, "ana@example.com", Err(Reason::InvalidUrl)),
        ];
        for (f, v, want) in cases {
            assert_eq!(text(f, v), want.map(str::to_owned), "{} {v:?}", f.api_name);
        }
    }

    #[test]
    fn a_list_takes_open_options_by_display_then_actual() {
        let mut f = picklist("Plan", &["-None-", "Basic", "Gold", "Old"]);
        f.pick_list[2].actual = "plan_gold".into();
        f.pick_list[3].used = false;
        assert_eq!(text(&f, "bAsic"), Ok("Basic".into()));
        assert_eq!(text(&f, "PLAN_GOLD"), Ok("Gold".into()));
        for v in ["-none-", "Old", "Silver"] {
            assert_eq!(text(&f, v), Err(Reason::NotInPicklist), "{v}");
        }
        let gold = fit(&f, "gold").unwrap();
        assert!(gold.stands_in(&f, "plan_gold") && gold.stands_in(&f, "Gold") && !gold.stands_in(&f, "gold"));
    }

    #[test]
    fn an_email_stands_in_any_case() {
        let f = field("Email", "email", 100);
        assert!(fit(&f, "Ana@Example.com").unwrap().stands_in(&f, " ana@example.COM "));
    }

    #[test]
    fn a_summary_is_cut_at_a_grapheme_after_escaping() {
        let cut = |f: &ZohoField, v| fit_summary(f, v).unwrap().text;
        assert_eq!(cut(&field("D", "textarea", 5), "abcdefg"), "abcd…");
        assert_eq!(cut(&field("D", "textarea", 7), "abcdefg"), "abcdefg");
        assert_eq!(cut(&field("D", "textarea", 4), "ab👩‍👩‍👧d"), "ab…", "a family of five characters is not split");
        let rich = ZohoField { rich_text: true, ..field("N", "textarea", 8) };
        assert_eq!(cut(&rich, "a<b"), "a&lt;b");
        assert_eq!(cut(&rich, "ab<c>d"), "ab&lt;c…");
        assert_eq!(cut(&rich, "abcd<e>"), "abcd…", "an entity is not split");
        assert_eq!(fit(&rich, "<b>&"), Err(Reason::TooLong));
    }
}
