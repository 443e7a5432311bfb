//! Fuzzy search over names that people see and names that the API has. Must not know what is searched for.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Something that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its place in the list searched.
    pub index: usize,
    /// Which graphemes of its label matched, in order.
    pub label: Vec<u32>,
    /// Which graphemes of its other name matched, in order.
    pub name: Vec<u32>,
    score: u32,
}

impl Hit {
    /// Something listed for another reason than its letters.
    pub fn anyhow(index: usize) -> Self {
        Self { index, label: Vec::new(), name: Vec::new(), score: 0 }
    }
}

/// Those of `items` (label, other name) that have the letters of `query` in order, the best first; equally good ones, and
/// all for an empty query, in their own order. Accents and case do not count.
pub fn search<'a>(query: &str, items: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<Hit> {
    let items = items.into_iter().enumerate();
    if query.trim().is_empty() {
        return items.map(|(index, _)| Hit::anyhow(index)).collect();
    }
    let pattern = Pattern::new(query, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut matched = |text: &str| {
        let mut letters = Vec::new();
        let score = pattern.indices(Utf32Str::new(text, &mut buffer), &mut matcher, &mut letters)?;
        letters.sort_unstable();
        letters.dedup();
        Some((score, letters))
    };
    let mut hits: Vec<Hit> = items
        .filter_map(|(index, (label, name))| {
            let (in_label, in_name) = (matched(label), matched(name));
            let score = in_label.as_ref().map(|m| m.0).max(in_name.as_ref().map(|m| m.0))?;
            let letters = |m: Option<(u32, Vec<u32>)>| m.map(|m| m.1).unwrap_or_default();
            Some(Hit { index, label: letters(in_label), name: letters(in_name), score })
        })
        .collect();
    hits.sort_by_key(|h| std::cmp::Reverse(h.score));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_tell_their_letters() {
        let items = [("Created Time", "Created_Time"), ("Mailing City", "Mailing_City"), ("Teléfono", "Phone")];
        let hits = search("cit", items);
        assert_eq!(hits[0].index, 1);
        assert_eq!(hits[0].label, [8, 9, 10]);
        assert_eq!(search("telefono", items)[0].index, 2);
        assert_eq!(search("phone", items)[0].label, Vec::<u32>::new());
        assert_eq!(search(" ", items).len(), 3);
        assert!(search("zzz", items).is_empty());
    }
}
