//! An address or number that the customer does not want to be used, or says is no longer theirs.
//!
//! Owns the words that say so in the clause around it. Must not know how the value was found.

use super::Listener;
use super::proposal::{Key, Proposal};
use super::words::{Gap, Said, listed};

/// How many words before a value are looked at.
const BEFORE: usize = 8;
/// What is done with an address or a number.
const USES: &str = "use uses using used write writing send sending call calling ring ringing contact contacting email emailing \
    mail mailing text texting phone phoning reach";
/// What is done to one that shall be gone.
const REMOVES: &str = "delete remove erase drop unsubscribe";

impl Listener {
    /// Takes out what shall not be used, and puts it back where the next message keeps it: "actually no, keep it".
    pub(super) fn withdraw(&mut self, said: &Said<'_>, seen: &mut Vec<Proposal>) {
        let (gone, left) = std::mem::take(seen)
            .into_iter()
            .partition(|p| matches!(p.key, Key::Email | Key::Phone) && is_withdrawn(said, p));
        *seen = left;
        let before = std::mem::replace(&mut self.withdrawn, gone);
        let short = said.words.len() < 10 && is_kept(said, 0);
        let known = |p: &Proposal| self.get(p.key.name(&self.extractor.customs)).is_some();
        if let ([one], true) = (&before[..], short && seen.is_empty())
            && !known(one)
        {
            seen.push(Proposal { at: 0, ..one.clone() });
        }
    }
}

/// "don't write to ana@old.example", "ana@old.example is not mine any more"
pub(super) fn is_withdrawn(said: &Said<'_>, p: &Proposal) -> bool {
    let at = said.text.find(&p.value).unwrap_or(p.at);
    let end = at + p.value.len();
    let Some(first) = said.words.iter().position(|w| w.start >= at) else { return false };
    let next = said.words.iter().position(|w| w.start >= end).unwrap_or(said.words.len());
    // the clause that it stands in
    let begins = (first.saturating_sub(BEFORE)..=first).rev().find(|&i| said.breaks(i)).unwrap_or(first);
    let begins = if said.breaks(first) { first } else { begins.max(first.saturating_sub(BEFORE)) };
    let clause = begins..first;
    let not = clause.clone().find(|&i| {
        listed("don't dont never stop", said.low(i))
            || said.has(i, &["do", "not"])
            || said.has(i, &["no", "longer"])
            || said.has(i, &["not", "to"])
    });
    let forbidden = not.is_some_and(|i| {
        // right behind it: "I never got the mail at" is another matter
        // and not "I don't use that anymore use ana@..."
        let anew = |k: usize| {
            listed("anymore more that it one those longer", said.low(k - 1))
                && (listed("use try take now please", said.low(k)) || listed("it's its", said.low(k)))
        };
        (i + 1..first.min(i + 3)).any(|k| listed(USES, said.low(k)))
            && !(i + 3..=first).any(anew)
            && !(i..first).any(|k| listed("hesitate", said.low(k)))
    });
    let removed = clause.clone().any(|i| listed(REMOVES, said.low(i))) && !clause.clone().any(|i| said.low(i) == "and");
    let gone = removed_before(said, first);
    let told = |i: usize| {
        let is = listed("is isn't isnt was", said.low(i));
        let not = listed("isn't isnt", said.low(i))
            || said.has(i + 1, &["not"]) && listed("my mine in", said.low(i + 2))
            || said.has(i + 1, &["no", "longer"])
            || said.has(i + 1, &["dead"]);
        is && not
    };
    (forbidden || removed || gone || !said.breaks(next) && told(next)) && !is_kept(said, next)
}

/// "... actually no, keep it": what was taken back in the words before stands.
pub(super) fn is_kept(said: &Said<'_>, from: usize) -> bool {
    (from..said.words.len()).any(|i| {
        let it = (i + 1..i + 3).any(|k| listed("it that one", said.low(k)));
        let again = || (i.saturating_sub(3)..i).any(|k| listed("no actually wait well sorry mind just", said.low(k)));
        listed("keep leave use", said.low(i))
            && it
            && again()
            && !listed("don't dont not never", said.low(i.wrapping_sub(1)))
    })
}

/// "remove his email please, per@old.example": the clause before says what shall be done to the address or number at word `first`,
/// and nothing else.
fn removed_before(said: &Said<'_>, first: usize) -> bool {
    if !said.words.get(first).is_some_and(|w| w.gap == Gap::Comma || w.gap == Gap::Colon) {
        return false;
    }
    let begins = (first.saturating_sub(BEFORE)..first).rev().find(|&i| said.breaks(i)).unwrap_or(first);
    let verb = (begins..first).find(|&i| listed(REMOVES, said.low(i)));
    let noun = "email e-mail mail address number phone mobile contact";
    let ends = (begins..first).rev().find(|&i| !listed("please too as well also now pls", said.low(i)));
    verb.is_some()
        && ends.is_some_and(|i| {
            listed(noun, said.low(i)) && verb.is_some_and(|v| i - v <= 5 && i > v && !listed("me us", said.low(v + 1)))
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{text, voice};

    #[test]
    fn what_shall_not_be_used_is_not_taken() {
        for line in [
            "C: Don't use mila@old.example any more.",
            "C: I no longer use mila@old.example",
            "C: mila@old.example is not my address any more",
            "C: mila@old.example is no longer in use",
            "C: Please do not write to mila@old.example",
            "C: Please stop sending mail to mila@old.example",
            "C: Delete mila@old.example from your list please",
            "C: Never call me on 212 555 0199 again",
            "C: Don't call 212 555 0199, that's my work",
            "C: please remove 212 555 0199 from my profile",
        ] {
            text(&[line], &[]);
        }
        for (line, email) in [
            ("C: Don't call me, write to mila@new.example", "mila@new.example"),
            ("C: I can't use my account, my email is mila@new.example", "mila@new.example"),
            ("C: please don't hesitate to write to mila@new.example", "mila@new.example"),
            ("C: I never got the confirmation mail at mila@new.example", "mila@new.example"),
            ("C: remove the old one and use mila@new.example", "mila@new.example"),
            ("C: remove the shoes from my cart, my email is mila@new.example", "mila@new.example"),
            ("C: drop me an email, mila@new.example", "mila@new.example"),
        ] {
            text(&[line], &[("email", email)]);
        }
        text(&["C: don't call 212 555 0199, actually no, keep it"], &[("phone", "212 555 0199")]);
        text(
            &["A: Is your number still 212 555 0199?", "C: no that's old. Actually no keep it"],
            &[("phone", "212 555 0199")],
        );
        text(&["C: don't call 212 555 0199", "A: OK", "C: actually no, keep it"], &[("phone", "212 555 0199")]);
        text(&["C: don't call 212 555 0199", "A: Shall I keep it?", "C: no"], &[]);
        text(&["C: don't call 212 555 0199, don't keep it"], &[]);
        for line in
            ["C: please delete tims email, tim@old.example", "C: and remove her address please: tim@old.example"]
        {
            text(&[line], &[]);
        }
        text(
            &[
                "A: Your name?",
                "C: Olaf Brandt, I replace Tim Sunde, so take him out. olaf@sund.example",
                "A: Done.",
                "C: And delete tims email, tim@sund.example",
            ],
            &[("email", "olaf@sund.example"), ("first_name", "Olaf"), ("last_name", "Brandt")],
        );
        text(
            &[
                "A: Your name and email?",
                "C: Nora Blum, partner, nblum@hart.example, please cc our clerk Ida at ida@hart.example",
            ],
            &[("email", "nblum@hart.example"), ("first_name", "Nora"), ("last_name", "Blum")],
        );
        text(&["A: Your email?", "C: mila@new.example, don't use it for ads"], &[("email", "mila@new.example")]);
        voice(
            &["A: Your number?", "C: never mind it's two one two five five five oh one nine nine"],
            &[("phone", "2125550199")],
        );
    }
}
