//! Whether a run that was just made is one of those searched for: as the log's index finds it, without asking the index.

use nucleo_matcher::chars::normalize;

/// Whether every word of `search` stands in `text` or begins what stands there, case and accents not counted. A word with
/// signs in it (`ana@example`) is its parts, one after the other. No words at all are in every text; signs alone in none.
pub fn found(search: &str, text: &str) -> bool {
    let mut said = Vec::new();
    parts(text, &mut said);
    let (mut sought, mut any, mut signs) = (Vec::new(), false, false);
    for word in search.split_whitespace() {
        parts(word, &mut sought);
        let Some((last, first)) = sought.split_last() else {
            signs = true;
            continue;
        };
        any = true;
        let stands = |at: &[String]| at[..first.len()] == *first && at[first.len()].starts_with(last.as_str());
        if !said.windows(sought.len()).any(stands) {
            return false;
        }
    }
    any || !signs
}

/// What a text is found by: its stretches of letters and digits, without case and accents, with spaces between.
pub fn folded(text: &str) -> String {
    let mut out = Vec::new();
    parts(text, &mut out);
    out.join(" ")
}

/// The stretches of letters and digits of a text, folded.
fn parts(text: &str, out: &mut Vec<String>) {
    out.clear();
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    out.extend(words.map(|w| w.chars().flat_map(char::to_lowercase).map(normalize).collect()));
}
