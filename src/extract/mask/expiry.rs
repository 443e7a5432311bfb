//! When a card expires, told behind a word that says so or as the answer to that question.
//!
//! Owns how such a month is written and said. Must not know whether a card was spoken of: what else expires is no secret.

use super::super::number::run_at;
use super::super::words::{Said, listed};

/// How many words may stand between "expires" and the month.
const REACH: usize = 6;
const MONTHS: &str = "january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept \
    oct nov dec";

/// Does a word that says when something expires begin at word `i`? Gives how many words it is.
pub(in super::super) fn label_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let low = said.low(i);
    if listed("exp expiry expires expire expiring expiration expired expiries exp.date expdate", low) {
        return Some(1);
    }
    let until = listed("until till thru through to til", said.low(i + 1));
    (listed("valid good", low) && until).then_some(2)
}

/// The word behind the month that is told within a few words behind word `i`, and the word it begins with.
pub(super) fn behind(said: &Said<'_>, i: usize) -> Option<(usize, usize)> {
    const BETWEEN: &str =
        "is it's its on in at of the end date month year my was will be by card it that's for um uh code";
    for k in i..said.words.len().min(i + REACH) {
        if let Some(end) = month_at(said, k) {
            return Some((k, end));
        }
        if !listed(BETWEEN, said.low(k)) {
            return None;
        }
    }
    None
}

/// The word behind a month of a year that begins at word `i`: "09/27", "0927", "September 2027", "oh nine twenty seven".
pub(super) fn month_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let year = |digits: &str| match digits.len() {
        2 => digits.parse().is_ok_and(|y: u32| (15..60).contains(&y)),
        4 => digits.starts_with("20"),
        _ => false,
    };
    let of = |k: usize| k + usize::from(listed("of slash the oblique stroke dash over", said.low(k)));
    if listed(MONTHS, said.low(i)) {
        return run_at(said, of(i + 1)).filter(|r| year(&r.digits)).map(|r| r.end);
    }
    let month = |digits: &str| digits.len() <= 2 && digits.parse().is_ok_and(|m: u32| (1..=12).contains(&m));
    let run = run_at(said, i)?;
    let split = |at: usize| {
        let (head, rest) = (run.digits.get(..at), run.digits.get(at..));
        head.is_some_and(month) && rest.is_some_and(year)
    };
    if split(1) || split(2) {
        return Some(run.end);
    }
    if !month(&run.digits) {
        return None;
    }
    let slash = said.words.get(run.end).is_some_and(|w| said.text[run.to..w.start].trim() == "/");
    let next = if slash { run.end } else { of(run.end) };
    (slash || next > run.end).then(|| run_at(said, next)).flatten().filter(|r| year(&r.digits)).map(|r| r.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_written_and_said() {
        for text in
            ["09/27", "9/2027", "0927", "09 27", "oh nine twenty seven", "nine of twenty seven", "Sep 2027", "12-28"]
        {
            let said = Said::new(text);
            assert_eq!(month_at(&said, 0), Some(said.words.len()), "{text}");
        }
        for text in ["27/09", "2027", "445566", "May I", "9 people", "13/27"] {
            assert_eq!(month_at(&Said::new(text), 0), None, "{text}");
        }
    }
}
