//! How somebody is reached, left out of what is told: it stands in its own fields.
//!
//! Owns where that begins and ends within a wish. Must not know what is wished for.

use super::super::number::run_at;
use super::super::words::{Said, listed};

/// How somebody is reached stands in its own fields: no email address, no number to call, written or said aloud.
pub(super) fn without_reach(text: &str) -> String {
    let mut out = text.to_owned();
    for _ in 0..4 {
        match without_one(&out) {
            Some(shorter) => out = shorter,
            None => break,
        }
    }
    out
}

fn without_one(text: &str) -> Option<String> {
    const LEADS: &str = "to at is on for from email e-mail mail number phone via under my their the its it's by address name mobile in her his was old new one";
    let said = Said::new(text);
    let n = said.words.len();
    let chunk = |k: usize| {
        let start = text[..said.words[k].start].rfind(char::is_whitespace).map_or(0, |i| i + 1);
        let end = text[said.words[k].end..].find(char::is_whitespace).map_or(text.len(), |i| said.words[k].end + i);
        (start, end)
    };
    for k in 0..n.min(120) {
        let (start, end) = chunk(k);
        let mail = text[start..end].find('@').is_some_and(|at| text[start + at..end].contains('.'));
        let (from, to) = if mail {
            (start, end)
        } else if said.low(k) == "at" && k > 0 && (k + 2..k + 7).any(|j| said.low(j) == "dot") {
            let mut first = k - 1;
            while first > 1 && listed("dot underscore dash hyphen plus", said.low(first - 1)) {
                first -= 2;
            }
            let dot = (k + 2..k + 7).find(|&j| said.low(j) == "dot").unwrap_or(k);
            let mut last = dot + 1;
            while last + 2 < n && said.low(last + 1) == "dot"
                || said.words.get(last + 1).is_some_and(|w| w.low.len() == 1 && w.low != "i")
            {
                last += if said.low(last + 1) == "dot" { 2 } else { 1 };
            }
            (said.words[first].start, said.words[last.min(n - 1)].end)
        } else {
            let called =
                (k.saturating_sub(4)..k).any(|j| listed("order booking invoice ticket claim reference", said.low(j)));
            match run_at(&said, k).filter(|r| r.digits.len() >= 7 && !called && r.end > k) {
                Some(run) => (said.words[k].start, run.to.max(said.words[run.end - 1].end)),
                None => continue,
            }
        };
        let mut head = text[..from].trim_end_matches([' ', ',', '-', '(', '<', '+', ':', '/']);
        // "my email is x", but "the address to x"
        let mut leads = false;
        while let Some((rest, last)) = head.rsplit_once(' ') {
            let last = last.to_lowercase();
            if leads && listed("address number email e-mail mail name phone mobile", &last) {
                break;
            }
            leads |= listed("to at on from via", &last);
            if !(listed(LEADS, &last) || last == "plus") || rest.split_whitespace().count() < 2 {
                break;
            }
            head = rest.trim_end_matches([' ', ',', '-']);
        }
        let tail = text.get(to..).unwrap_or_default().trim_start_matches(['>', ')', ' ']);
        // "to this one and not to that one" stays as it is
        let more = tail.split_whitespace().count();
        let last = head.rsplit(' ').next().unwrap_or_default();
        if listed("not and or", last) || more > 0 && !(tail.starts_with([',', '.', ';']) && more >= 3) {
            continue;
        }
        let joined = if head.is_empty() { String::new() } else { format!("{head}{tail}") };
        return Some(joined).filter(|j| j.len() < text.len());
    }
    None
}
