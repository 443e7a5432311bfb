//! What a customer says without the places where a secret stood: nobody needs to read that there was one.
//!
//! Owns which words go with a secret. Must not know what it was.

use std::borrow::Cow;

use super::super::mask::MASK;
use super::super::words::{Said, listed};

/// Between the clauses of a message.
const JOINTS: [&str; 9] = [". ", "! ", "? ", ", ", "; ", "\n", " and ", " or ", " but "];
/// Of how many words a clause is that names a secret and says nothing else.
const NAMED: usize = 4;
/// Between a secret's name and the secret.
const IS: &str = "is was are be its it's still isnt isn't number no";

/// What names one.
const LABELS: &str =
    "sort bank security pin password passcode cvv cvc code account routing card ssn exp expiry iban with and my";

/// The text without its secrets, and without the clauses that only tell one: "my card is ****, cvv ****".
pub(in super::super) fn hushed(text: &str) -> Cow<'_, str> {
    if !text.contains(MASK) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut joint = "";
    let mut cut = false;
    while !rest.is_empty() || !joint.is_empty() {
        let next = JOINTS.iter().filter_map(|j| rest.find(j).map(|at| (at, *j))).min_by_key(|(at, _)| *at);
        let (clause, behind, more) = match next {
            Some((at, j)) => (&rest[..at], j, &rest[at + j.len()..]),
            None => (rest, "", ""),
        };
        // "my password is **** and it says wrong"
        const BEGINS: &str = "i we i'm im i'd i've my our the a can could would please want need when what how where";
        let of_it = cut && joint == " and " && !listed(BEGINS, Said::new(clause).low(0));
        let kept = without(clause).filter(|_| !of_it);
        cut = clause.contains(MASK) || of_it;
        if let Some(kept) = kept {
            if !out.is_empty() || joint.trim().is_empty() {
                out.push_str(joint);
            }
            out.push_str(&kept);
        } else if joint.starts_with(['.', '!', '?']) && !out.is_empty() {
            out.push_str(joint.trim_end());
            out.push(' ');
        }
        (rest, joint) = (more, behind);
    }
    Cow::Owned(out.trim_end_matches([',', ';', ' ']).to_owned())
}

/// The clause without its secrets; `None` where nothing is left.
fn without(clause: &str) -> Option<Cow<'_, str>> {
    let Some(at) = clause.find(MASK) else { return Some(Cow::Borrowed(clause)) };
    let (head, tail) =
        (clause[..at].trim_end(), clause[clause.rfind(MASK).map_or(at, |end| end + MASK.len())..].trim_start());
    let said = Said::new(head);
    let n = said.words.len();
    let last = n.checked_sub(1).map_or("", |k| said.low(k));
    let behind = Said::new(tail);
    let told =
        !tail.starts_with('(') && behind.words.iter().any(|w| !listed("right please thanks ok okay yes", &w.low));
    if n == 0 || !told && n <= NAMED {
        return None;
    }
    // "i cannot log in my password is ****"
    let is = listed(IS, last) || head.ends_with([':', '=']);
    let own = (0..n).rev().take(6).find(|&k| listed("my our the their his her", said.low(k)));
    if !told && !is {
        let named = |k: usize| listed(LABELS, said.low(k)) || listed(IS, said.low(k));
        let end = (0..n).rev().find(|&k| !named(k)).map_or(0, |k| k + 1);
        let kept = said.words.get(end).map_or(head, |w| &head[..w.start]).trim_end_matches([' ', ':', '-']);
        return (end >= 2).then_some(Cow::Borrowed(kept));
    }
    if is {
        // "i forgot my code i think it's ****"
        let its =
            if listed("it's its", last) { Some(n - 1) } else { n.checked_sub(2).filter(|&k| said.low(k) == "it") };
        if let Some(mut end) = its {
            while end > 0 && listed("i think believe guess maybe and so but", said.low(end - 1)) {
                end -= 1;
            }
            let kept = head[..said.words[end].start].trim_end();
            return (end >= 2).then_some(Cow::Borrowed(kept));
        }
        // "the last four digits of my card are ****"
        let of = own.filter(|&k| k > 0 && listed("of for on to from", said.low(k - 1)));
        let own = of.and_then(|k| (0..k).rev().take(6).find(|&j| listed("my our the", said.low(j)))).or(own);
        let Some(end) = own else { return (n > 2 * NAMED).then_some(Cow::Borrowed(head)) };
        let kept = said.words.get(end).map_or(head, |w| &head[..w.start]).trim_end();
        return (Said::new(kept).words.len() >= 2).then_some(Cow::Borrowed(kept));
    }
    let joint = if tail.starts_with([',', '.', '?', '!']) { "" } else { " " };
    Some(Cow::Owned(format!("{head}{joint}{}", tail.replace(MASK, ""))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_secret() {
        for (text, want) in [
            ("my card is ****, cvv ****, can you charge it?", "can you charge it?"),
            ("i cannot get in my password is **** and it says wrong", "i cannot get in"),
            (
                "I typed my card **** wrong, the code is ****. Can you try again?",
                "I typed my card wrong. Can you try again?",
            ),
            ("My tax id is **** and my passport is ****", ""),
            ("****", ""),
            ("use my savings, routing **** account ****, under Ada Quill", "use my savings, under Ada Quill"),
            ("the code **** does not work", "the code does not work"),
            ("nothing secret, and all of it stays", "nothing secret, and all of it stays"),
        ] {
            assert_eq!(hushed(text), want, "{text}");
        }
    }
}
