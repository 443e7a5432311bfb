//! What every validation speaks in: what is wrong, where, and how to mend it. Must not know files: a place is a path of
//! keys, and whoever read the file turns it into a line.

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Doubtful; the action can run.
    Warning,
    /// The action cannot run.
    Error,
}

impl Severity {
    /// The word used in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A step on the way to a value in a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// A key of a table.
    Key(String),
    /// An item of an array, from 0.
    Index(usize),
}

/// Something wrong or doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad.
    pub severity: Severity,
    /// A short word for tests and filters: `missing_row`, `unknown_field`, ...
    pub code: &'static str,
    /// The keys that lead to it; empty for the whole file.
    pub place: Vec<Step>,
    /// What is wrong, one sentence without a full stop.
    pub what: String,
    /// What to do about it, one sentence without a full stop.
    pub fix: String,
}

impl Problem {
    /// An error at a place written like `mapping[2].zoho`.
    pub fn error(code: &'static str, place: &str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, place: steps(place), what: what.into(), fix: fix.into() }
    }

    /// A warning at a place written like `mapping[2].zoho`.
    pub fn warning(code: &'static str, place: &str, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, what, fix) }
    }
}

fn steps(place: &str) -> Vec<Step> {
    let mut out = Vec::new();
    for part in place.split('.').filter(|p| !p.is_empty()) {
        let (key, index) = match part.split_once('[') {
            Some((key, rest)) => (key, rest.trim_end_matches(']').parse().ok()),
            None => (part, None),
        };
        out.push(Step::Key(key.to_owned()));
        out.extend(index.map(Step::Index));
    }
    out
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.what, self.fix)
    }
}

/// The closest of `known` to a misspelt `word`, where one is close enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let letters = |text: &str| text.chars().filter(|c| !c.is_numeric()).collect::<String>().to_lowercase();
    let numbered = letters(word);
    known
        .into_iter()
        // by another number a thing is another thing: `Field_1` is no slip for `Field_0`
        .filter(|k| k.eq_ignore_ascii_case(word) || letters(k) != numbered || numbered == folded)
        .map(|k| (strsim::damerau_levenshtein(&folded, &k.to_lowercase()), k))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, k)| *distance <= 1 + k.chars().count().min(word.chars().count()) / 4)
        .map(|(_, k)| k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_paths_of_keys() {
        let p = Problem::error("x", "mapping[2].zoho", "a", "b");
        assert_eq!(p.place, [Step::Key("mapping".into()), Step::Index(2), Step::Key("zoho".into())]);
        assert_eq!(p.to_string(), "a; b");
    }

    #[test]
    fn suggests_only_what_is_close() {
        let known = ["Last_Name", "First_Name", "Email"];
        assert_eq!(did_you_mean("last_nam", known), Some("Last_Name"));
        assert_eq!(did_you_mean("Emial", known), Some("Email"));
        assert_eq!(did_you_mean("Mobile", known), None);
        assert_eq!(did_you_mean("Field_0", ["Field_1", "Field_10", "Email"]), None, "another number, another field");
        assert_eq!(did_you_mean("Field1", ["Field_1"]), Some("Field_1"));
    }
}
