//! Reading the keys of a TOML table with checked types. Every mistake is remembered, none ends the reading. Must not know
//! which keys a file has, nor how a place becomes a line.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::problem::{Problem, Severity, Step, did_you_mean};
use crate::domain::text::{is_blank, one_line};

/// The code of a problem that is shown by its key.
pub(super) const UNKNOWN_KEY: &str = "unknown_key";

/// In characters.
const LONGEST_SENTENCE: usize = 300;

/// A table of the file and the way to it.
pub struct Section<'a> {
    pub table: &'a DeTable<'a>,
    pub place: Vec<Step>,
}

impl Section<'_> {
    pub fn at(&self, key: &str) -> Vec<Step> {
        let mut place = self.place.clone();
        place.push(Step::Key(key.to_owned()));
        place
    }
}

/// Reads keys and remembers what was wrong with them.
#[derive(Default)]
pub struct Reader {
    /// What was wrong so far.
    pub problems: Vec<Problem>,
    /// There is no file, so nothing in it is missing.
    pub missing_file: bool,
}

impl Reader {
    pub fn complain(&mut self, code: &'static str, place: Vec<Step>, what: impl Into<String>, fix: impl Into<String>) {
        // words of the file may stand in the sentences: of any length, and with anything in them
        let clean = |text: String| one_line(&text).chars().take(LONGEST_SENTENCE).collect::<String>();
        self.problems.push(Problem { place, ..Problem::error(code, "", clean(what.into()), clean(fix.into())) });
    }

    /// As [`Reader::complain`], of what works all the same.
    pub fn doubt(&mut self, code: &'static str, place: Vec<Step>, what: impl Into<String>, fix: impl Into<String>) {
        self.complain(code, place, what, fix);
        if let Some(problem) = self.problems.last_mut() {
            problem.severity = Severity::Warning;
        }
    }

    /// Complains of every key of the section that is not one of these.
    pub fn known(&mut self, section: &Section<'_>, keys: &[&'static str]) {
        for key in in_file_order(section.table).map(|(k, _)| k) {
            if keys.contains(&key) {
                continue;
            }
            let fix = match did_you_mean(key, keys.iter().copied()) {
                Some(k) => format!("did you mean `{k}`?"),
                None => format!("known here are {}", keys.join(", ")),
            };
            self.complain(UNKNOWN_KEY, section.at(key), format!("unknown key `{key}`"), fix);
        }
    }

    /// The same where some keys would be secrets: those stand in no file that is made to be shown around; `fix` says where
    /// instead.
    pub fn known_without_secrets(
        &mut self,
        section: &Section<'_>,
        keys: &[&'static str],
        secrets: &[&'static str],
        fix: &str,
    ) {
        let found: Vec<&'static str> = secrets.iter().copied().filter(|key| section.table.contains_key(*key)).collect();
        for key in &found {
            let what =
                format!("`{key}` is a secret and does not belong in this file, which is made to be shown around");
            self.complain("secret_in_file", section.at(key), what, fix);
        }
        self.known(section, &[keys, &found].concat());
    }

    /// A text; `None` where missing or not a text.
    pub fn text(&mut self, section: &Section<'_>, key: &'static str) -> Option<String> {
        let value = section.table.get(key)?.get_ref();
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(section.at(key), key, value, "write text in quotes");
        }
        text
    }

    /// A text that must be there and not blank, with line breaks as `\n` and without outer white space; empty where it is
    /// not. `example` is what to write.
    pub fn required(&mut self, section: &Section<'_>, key: &'static str, example: &str) -> String {
        let text = self.text(section, key).map(|t| tidy(&t));
        if self.missing_file {
            return String::new();
        }
        let fix = || format!("write {key} = {example}");
        match section.table.get(key) {
            None => self.complain("missing_key", section.at(key), format!("`{key}` is missing"), fix()),
            Some(_) if text.as_deref().is_some_and(is_blank) => {
                self.complain("blank", section.at(key), format!("`{key}` is blank"), fix());
            }
            Some(_) => {}
        }
        text.unwrap_or_default()
    }

    pub fn flag(&mut self, section: &Section<'_>, key: &'static str, default: bool) -> bool {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return default };
        value.as_bool().unwrap_or_else(|| {
            self.wrong_type(section.at(key), key, value, "write true or false");
            default
        })
    }

    /// One of a list of words; the default where missing or wrong.
    pub fn choice<T: Default + Copy>(&mut self, section: &Section<'_>, key: &'static str, words: &[(&str, T)]) -> T {
        let Some(text) = self.text(section, key) else { return T::default() };
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == text) {
            return *value;
        }
        let listed = words.iter().map(|(w, _)| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
        let fix = match did_you_mean(&text, words.iter().map(|(w, _)| *w)) {
            Some(w) => format!("did you mean \"{w}\"? (allowed: {listed})"),
            None => format!("allowed: {listed}"),
        };
        self.complain("unknown_word", section.at(key), format!("`{key}` is \"{text}\""), fix);
        T::default()
    }

    /// A table; `None` where missing or not a table.
    pub fn table<'a>(&mut self, section: &Section<'a>, key: &'static str, fix: &str) -> Option<Section<'a>> {
        let value = section.table.get(key)?.get_ref();
        match value.as_table() {
            Some(table) => Some(Section { table, place: section.at(key) }),
            None => {
                self.wrong_type(section.at(key), key, value, fix);
                None
            }
        }
    }

    /// The tables of a `[[key]]`; those that are none are empty tables, so that places keep their numbers.
    pub fn tables<'a>(&mut self, section: &Section<'a>, key: &'static str, empty: &'a DeTable<'a>) -> Vec<Section<'a>> {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_type(section.at(key), key, value, &format!("write [[{key}]], a table for each"));
            return Vec::new();
        };
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let mut place = section.at(key);
            place.push(Step::Index(i));
            if !item.get_ref().is_table() {
                self.wrong_type(place.clone(), &format!("{key}[{i}]"), item.get_ref(), &format!("write [[{key}]]"));
            }
            out.push(Section { table: item.get_ref().as_table().unwrap_or(empty), place });
        }
        out
    }

    /// The texts of an array.
    pub fn texts(&mut self, section: &Section<'_>, key: &'static str) -> Vec<String> {
        let Some(value) = section.table.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let Some(items) = value.as_array() else {
            self.wrong_type(section.at(key), key, value, "write a list of texts: [\"...\", \"...\"]");
            return Vec::new();
        };
        let mut texts = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item.get_ref().as_str() {
                Some(text) => texts.push(text.to_owned()),
                None => {
                    let mut place = section.at(key);
                    place.push(Step::Index(i));
                    self.wrong_type(place, &format!("{key}[{i}]"), item.get_ref(), "write text in quotes");
                }
            }
        }
        texts
    }

    pub fn wrong_type(&mut self, place: Vec<Step>, key: &str, value: &DeValue<'_>, fix: &str) {
        let kind = match value {
            DeValue::Integer(_) => "an integer",
            DeValue::Array(_) => "an array",
            DeValue::String(_) => "a string",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Table(_) => "a table",
        };
        self.complain("wrong_type", place, format!("`{key}` is {kind}"), fix);
    }
}

/// A table's keys and values in the order of the file.
pub(super) fn in_file_order<'a>(table: &'a DeTable<'a>) -> impl Iterator<Item = (&'a str, &'a DeValue<'a>)> {
    let mut entries: Vec<(Range<usize>, &str, &DeValue<'_>)> =
        table.iter().map(|(k, v)| (k.span(), k.get_ref().as_ref(), v.get_ref())).collect();
    entries.sort_by_key(|(span, ..)| span.start);
    entries.into_iter().map(|(_, k, v)| (k, v))
}

/// Line breaks as `\n`, no outer white space: how a text of the file is compared and shown.
pub(super) fn tidy(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}
