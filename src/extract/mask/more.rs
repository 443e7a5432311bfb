//! More secrets of the sort that was told: another try, a correction, the next piece of a number.
//!
//! Owns which words lead from one secret to the next. Must not know what the first one looked like but how long it was.

use super::super::number::{Run, run_at};
use super::super::words::{is_common, is_first_name, is_function, listed};
use super::{Before, CARD_PART, Kind, Look, account, is_address, is_odd, token_end};

/// How many digits a code has that is sent.
const CODE: std::ops::RangeInclusive<usize> = 4..=8;
/// From how many on it is more than a house's or a year.
const CODE_LONG: usize = 6;
/// How many digits a number has that somebody is known by: told once more it is another person's, or the whole of it.
const PERSONAL: usize = 9;
/// Words between two passwords: "and before that", "or maybe".
const BETWEEN: &str = "and or then also before after that it it's was is maybe even the one sometimes";
/// How many of them at most.
const APART: usize = 5;
/// Before what somebody puts right.
const CORRECTS: &str = "or sorry mean meant no wait actually not correction maybe rather neither nor one oder ou";
/// Before a code that came anew.
const COMES: &str = "is it's its one's says said say got get gets now shows show entered enter typed type first then try tried new received used";
/// What has a number that is no secret.
const OTHERS: &str = "room flat apartment apt unit suite floor house street road building table seat gate \
    number amount year price total sum balance bill";
/// Beside digits that are the whole of a message.
const BESIDE: &str = "it it's its is and then yes yeah okay ok uh um sure so the next last";

impl Look<'_, '_> {
    /// Is the run of digits at word `i` another secret of those that were told, or the next piece of one?
    pub(super) fn is_more(&self, i: usize, run: &Run, before: Before) -> bool {
        let (said, n) = (self.said, run.digits.len());
        let told = |k: usize, list: &'static str| (i.saturating_sub(k)..i).any(|k| listed(list, said.low(k)));
        if account::is_of_other(said, i) || self.is_account(i) || told(5, OTHERS) || self.is_ending(i) && n <= CARD_PART
        {
            return false;
        }
        // "4821, no wait, 4812", "was it 4812"; "my wife's 321549876"
        let last = self.digits.or(before.digits).filter(|_| before.asked.is_none_or(|k| k == Kind::Digits));
        // "account no 4812" is no correction
        let corrects = (i.saturating_sub(4)..i).any(|k| {
            let names =
                said.low(k) == "no" && k > 0 && !said.breaks(k) && !listed("wait sorry oh uh um", said.low(k - 1));
            listed(CORRECTS, said.low(k)) && !(names && k + 1 == i && !said.breaks(i))
        });
        // "for the blue card it is 1122, for the red one 3344"
        let each = told(5, "for and") && listed("one card account other second is it's", said.low(i.wrapping_sub(1)));
        let again = last == Some(n) && (corrects || each || i >= 2 && said.has(i - 2, &["it", "to"]));
        let anothers = (i.saturating_sub(2)..i).any(|k| said.low(k).len() > 4 && said.low(k).ends_with("'s"));
        let whole = self.digits.is_some()
            && (n == PERSONAL && told(4, "full whole complete entire")
                || anothers && (n == PERSONAL || n >= CODE_LONG && last == Some(n)));
        // "the new one is 551907", where a code was spoken of
        let year = n == 4 && (run.digits.starts_with("19") || run.digits.starts_with("20"));
        let coded = before.code || self.out.label == Some(Kind::Digits);
        let anew = coded && CODE.contains(&n) && !year && told(2, COMES) && self.ends_number(run);
        // "I've sent another." "551907"
        let anew = anew || before.code && before.answers && CODE.contains(&n) && !year && self.is_all(i, run);
        let of_card = before.card >= CARD_PART && n == CARD_PART && self.is_all(i, run);
        let piece = before.asked == Some(Kind::Digits)
            && before.direct
            && before.given < PERSONAL
            && n + before.given <= PERSONAL
            && self.is_all(i, run);
        again || whole || anew || of_card || piece
    }

    /// Is the message nothing but these digits?
    fn is_all(&self, i: usize, run: &Run) -> bool {
        let said = self.said;
        i <= 3 && (0..i).chain(run.end..said.words.len()).all(|k| listed(BESIDE, said.low(k)))
    }

    /// Is word `i` a password because the words before it end with one: "Regen31 and Hagel32", "tried bluebird or wagtail"?
    pub(super) fn follows_password(&self, i: usize) -> bool {
        let said = self.said;
        let Some(end) = self.word_end.filter(|&end| end <= i && i - end <= APART) else { return false };
        let led = (end..i).all(|k| listed(BETWEEN, said.low(k))) && (end < i || said.breaks(i));
        if !led || is_address(said, i) {
            return false;
        }
        if is_odd(said, i) {
            return end < i || said.text[said.words[i - 1].end..said.words[i].start].contains(',');
        }
        let low = said.low(i);
        let linked = i > end && listed("and or", said.low(i - 1)) && self.tries;
        let plain = !is_common(low) && !is_first_name(low) && !is_function(low) && said.words[i].is_alphabetic();
        linked && plain && said.breaks(i + 1)
    }

    /// The passwords in a row before the one that begins at word `first`: "Regen31, Hagel32 and".
    pub(super) fn passwords_before(&mut self, first: usize) {
        let said = self.said;
        let mut at = first;
        while at > 0 {
            let linked = listed("and or", said.low(at - 1));
            let last = if linked { at.checked_sub(2) } else { Some(at - 1).filter(|_| said.breaks(at)) };
            let odd = |k: usize| is_odd(said, k) && !is_address(said, k) && run_at(said, k).is_none_or(|r| r.end > k);
            // "my username is mira44 and"
            let name = |k: usize| k > 0 && listed("is username user login account id", said.low(k - 1));
            let Some(last) = last.filter(|&k| odd(k) && !name(k)) else { return };
            self.hide(last, last + 1, token_end(said.text, said.words[last].end));
            at = last;
        }
    }
}
