//! Passwords behind and before their label, and as the bare answer.
//!
//! Owns which words a password is of. Must not know of numbers.

use super::super::number::run_at;
use super::super::words::{Gap, is_function, listed};
use super::token::{has_capital_within, is_address, is_odd, token_end, token_first};
use super::{IS, Look, PHRASE, PURPOSES, REACH, REACH_ON, SETS, STATES, phrase};

impl Look<'_, '_> {
    /// A password that ends with word `last`, or with the one before "that": "Regen31, that is my password"
    pub(super) fn password_before(&mut self, last: usize, link: &str) {
        let said = self.said;
        let this = listed("that this it which", said.low(last));
        let ends = [Some(last), last.checked_sub(1).filter(|_| this)];
        for end in ends.into_iter().flatten() {
            let first = token_first(said, end);
            if is_odd(said, first) && !is_address(said, first) {
                self.hide(first, end + 1, token_end(said.text, said.words[end].end));
                self.passwords_before(first);
                return;
            }
            if let Some(first) = phrase::before_label(said, end, link) {
                self.hide(first, end + 1, token_end(said.text, said.words[end].end));
                return;
            }
        }
    }

    /// Does the word stand behind "is", a colon, "to", so that it is the password?
    pub(super) fn is_linked(&self, i: usize, found: bool) -> bool {
        let said = self.said;
        let w = &said.words[i];
        // "user/pass: mira/Regen!77"
        let first_of_two = said.text[w.end..].starts_with('/');
        let states = listed(STATES, &w.low) && !is_odd(said, i) && !phrase::is_long(said, i);
        if i == 0 || first_of_two || states {
            return false;
        }
        let odd = is_odd(said, i) || has_capital_within(w.text);
        if is_function(&w.low) && !odd && w.low != "correct" {
            return false;
        }
        let before = said.low(i - 1);
        // "it does not work, they are ..." is of people
        if i >= 2 && before == "are" && listed("they we you", said.low(i - 2)) {
            return false;
        }
        let sets = || found || (i.saturating_sub(REACH)..i).any(|k| listed(SETS, said.low(k)));
        let alone = said.breaks(i + 1) || listed("please thanks thank and or not pls now instead", said.low(i + 1));
        match before {
            "to" => sets() && !listed(PURPOSES, &w.low) && (odd || alone || phrase::ends_clause(said, i, found)),
            "from" => sets() && (odd || phrase::is_changed_from(said, i)),
            "or" if found && alone => true,
            "maybe" | "perhaps" if found && i > 1 && said.low(i - 2) == "or" => {
                alone || phrase::ends_clause(said, i, true)
            }
            "as" | "or" | "not" | "now" | "into" | "with" | "try" | "tried" => sets() && odd,
            _ => listed(IS, before) || w.gap == Gap::Colon,
        }
    }

    /// "change it to MyDogRex99", where a password was spoken of.
    pub(super) fn is_new(&self, i: usize) -> bool {
        let said = self.said;
        let Some(w) = said.words.get(i).filter(|_| i >= 2) else { return false };
        let odd = is_odd(said, i) && !is_address(said, i) || has_capital_within(w.text);
        let plain = !is_function(&w.low) && !listed(PURPOSES, &w.low) && !listed(STATES, &w.low);
        let ends = said.breaks(i + 1) || listed("please thanks and pls", said.low(i + 1));
        let to_it =
            said.has(i - 2, &["it", "to"]) || said.has(i - 2, &["it", "as"]) || said.has(i - 2, &["make", "it"]);
        let one_is = i >= 3 && said.low(i - 2) == "one" && listed(IS, said.low(i - 1));
        let tried =
            listed("try tried use used entered typed enter type was wrote put", said.low(i - 1)) || to_it || one_is;
        tried && odd || to_it && plain && ends
    }

    /// Hides a password that begins at word `i`, of several words where it is told in so many; gives the word behind it.
    pub(super) fn hide_word(&mut self, i: usize, linked: bool) -> usize {
        const SIGNS: &str = "capital uppercase lowercase big small exclamation mark dash hyphen underscore hash dollar sign star at dot \
            question percent ampersand point all caps";
        let said = self.said;
        let single =
            |k: usize| said.low(k).chars().count() == 1 || run_at(said, k).is_some() || listed(SIGNS, said.low(k));
        let mut end = i + 1;
        // "is capital w a s s e r eight eight"
        let spelled = single(i) || single(i + 1) && !is_odd(said, i);
        // twelve words and more
        let long = (i.saturating_sub(3)..i).any(|k| listed("phrase passphrase mnemonic", said.low(k)));
        while linked && end < said.words.len() && end - i < PHRASE && said.words[end].gap == Gap::Space {
            let one = said.low(end) == "one" && phrase::is_number(said, end - 1);
            let stops = listed("please pls now and but it is", said.low(end));
            let thanks = !long && (is_function(said.low(end)) || listed("thanks thank", said.low(end)));
            let plain = one || !stops && !thanks;
            let goes_on = if spelled { single(end) } else { plain && (long || end - i < 4) && !is_odd(said, i) };
            if !goes_on {
                break;
            }
            end += 1;
        }
        let to = token_end(said.text, said.words[end - 1].end);
        self.hide(i, end, to);
        while said.words.get(end).is_some_and(|w| w.start < to) {
            end += 1;
        }
        self.word_end = Some(end);
        if let Some(live) = &mut self.live {
            (live.left, live.found) = (REACH_ON + end - i, true);
        }
        end
    }

    /// "Keller, and it's Biscuit": what comes last, where something else was asked for before it.
    fn answer_behind(&mut self) {
        const MOST: usize = 3;
        let said = self.said;
        let n = said.words.len();
        let is = (1..n).rev().find(|&k| listed("it's its", said.low(k)));
        let Some(is) = is.filter(|&k| said.breaks(k) || said.low(k - 1) == "and" && said.breaks(k - 1)) else { return };
        let words = is + 1..n;
        let told = words.clone().all(|k| said.words[k].is_alphabetic() && !is_function(said.low(k)));
        if (1..=MOST).contains(&words.len()) && told && !listed(STATES, said.low(is + 1)) && !is_address(said, is + 1) {
            self.hide(is + 1, n, token_end(said.text, said.words[n - 1].end));
        }
    }

    /// "nils / Wasser!88" where the agent asked for the password: what is odd in it; else all of a short answer.
    pub(super) fn bare_answer(&mut self, direct: bool) {
        const FILLERS: &str = "it it's its is my the password passcode sure ok okay yes yeah um uh well so hi hello that's that would be i think \
            of course here";
        const NONE: &str = "yes no not don't dont can't cannot why what how sorry forgot forgotten remember sure wait moment second hold sec \
            thanks thank done hmm never know idea have would rather nothing none you your help i i'm";
        let said = self.said;
        self.answer_behind();
        if !self.out.places.is_empty() {
            return;
        }
        // of a long message its beginning answers
        let whole = said.words.len() <= 40;
        let odd: Vec<usize> = (0..if whole { said.words.len() } else { 12 })
            .filter(|&k| is_odd(said, k) && !is_address(said, k))
            .collect();
        for &k in &odd {
            self.hide(k, k + 1, token_end(said.text, said.words[k].end));
        }
        let from = (0..said.words.len()).find(|&k| !listed(FILLERS, said.low(k))).unwrap_or(said.words.len());
        let end = (from + 1..said.words.len()).find(|&k| said.breaks(k)).unwrap_or(said.words.len());
        let left = end.saturating_sub(from);
        let refused = said.words[from.min(end)..end].iter().any(|w| listed(NONE, &w.low)) || said.text.contains('?');
        if odd.is_empty() && direct && (1..=4).contains(&left) && !refused && !is_address(said, from) {
            self.hide(from, end, token_end(said.text, said.words[end - 1].end));
        }
    }
}
