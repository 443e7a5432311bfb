//! What the agent asks about a wish and the customer answers in a few words: a day, a time, how many, which one.
//!
//! Owns such questions and where in an answer the words stand that count. Must not know the wish. Who a customer is and how
//! they are reached is no such thing, nor what only the customer may know.

use super::wish::past_noise;
use super::words::{Gap, Said, Word, is_function, listed};

/// What sort of words answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    When,
    Which,
}

/// A question of the agent's about the customer's wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    label: String,
    kind: Kind,
}

/// What was answered: "day: Friday".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub label: String,
    pub words: String,
    kind: Kind,
}

/// What is asked of a person, and never of a wish.
const PERSONAL: &str = "name names birth birthday dob born account pin password maiden pet security ssn email mail phone mobile \
    contact username zip postcode address id code card cvv authenticate verify \
    company firm employer organisation organization website";
/// Nouns that a question about something else has.
const NOT_ASKED: &str = "question problem problems issue issues way else order orders item items option options error reason \
    symptoms details information number kind type sort thing help";
const WEEKDAYS: &str =
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun weekend";
const MONTHS: &str = "january february march april june july august september october november december jan feb apr jun jul aug sep \
    sept oct nov dec";
const RELATIVE: &str = "today tomorrow tonight noon midnight";
const PARTS: &str = "morning afternoon evening night";
/// Between the parts of one date or time.
const BETWEEN: &str = "on at the of to through thru until till and or in from - this next around by week";
const COUNTS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
    eighteen nineteen twenty thirty forty fifty hundred";
/// How many words an answer that names something may have.
const MOST_WORDS: usize = 5;

/// Is it asked who the customer is or where, or whether something was heard right?
pub(super) fn is_personal(said: &Said<'_>) -> bool {
    const MORE: &str = "street house city town spell spelling correct right dot confirm repeat";
    let digits = said.text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 5
        || said.text.contains('@')
        || said.words.iter().any(|w| listed(PERSONAL, &w.low) && w.low != "contact" || listed(MORE, &w.low))
}

/// What the agent asks about the wish; `None` for all other questions.
pub(super) fn question(said: &Said<'_>) -> Option<Question> {
    if said.words.iter().any(|w| listed(PERSONAL, &w.low)) {
        return None;
    }
    let n = said.words.len();
    let question = |label: &str, kind| Some(Question { label: label.to_owned(), kind });
    for i in 0..n {
        let next = said.low(i + 1);
        match said.low(i) {
            "how" if next == "many" => {
                return match said.low(i + 2) {
                    "" | "more" | "times" | "of" => None,
                    noun => question(noun, Kind::Count),
                };
            }
            "what" | "which" => {
                let mut k = i + 1;
                if listed("type kind sort", said.low(k)) && said.low(k + 1) == "of" {
                    k += 2;
                }
                let noun = said.low(k);
                if listed("time day date dates month", noun) {
                    return question(noun, Kind::When);
                }
                let asks =
                    (k + 1..n.min(k + 4)).any(|j| listed("would do are should shall did is can will", said.low(j)));
                // "And which course?"
                let asks = asks || i < 3 && k + 1 == n && said.text.contains('?');
                if asks && !noun.is_empty() && !is_function(noun) && !listed(NOT_ASKED, noun) {
                    return question(noun, Kind::Which);
                }
                if listed("is's is are", next) || next == "is" {
                    let noun = (i + 2..n.min(i + 6)).find(|&k| {
                        listed("size colour color model make brand plan budget destination occasion", said.low(k))
                    });
                    if let Some(k) = noun {
                        return question(said.low(k), Kind::Which);
                    }
                }
            }
            "when" if i < 3 => return question("when", Kind::When),
            "where" if i < 3 => {
                let from = said.any(&["from", "departing", "leaving"]);
                let to = said.any(&["go", "going", "travel", "travelling", "traveling", "fly", "flying"]);
                return if from || to { question(if from { "from" } else { "to" }, Kind::Which) } else { None };
            }
            _ => {}
        }
    }
    None
}

/// The words of the customer's that answer the question.
pub(super) fn answer(said: &Said<'_>, question: &Question) -> Option<Answer> {
    if said.text.contains('?') && said.words.len() > 3 {
        return None;
    }
    let words = match question.kind {
        Kind::Count => count(said),
        Kind::When => when(said).or_else(|| hour(said)),
        Kind::Which => which(said).filter(|words| !words.eq_ignore_ascii_case(&question.label) && !is_a_day(words)),
    }?;
    Some(Answer { label: question.label.clone(), words, kind: question.kind })
}

/// "how about Sunday instead?", "try 13th through 15th": another day or time, given unasked.
///
/// `known`: one was given before, so that "9pm?" alone is another.
pub(super) fn instead(said: &Said<'_>, known: bool) -> Option<Answer> {
    let cue = (0..said.words.len()).any(|i| {
        listed("try instead rather reschedule", said.low(i))
            || listed("how what", said.low(i)) && said.low(i + 1) == "about"
            || said.low(i) == "change" && said.low(i + 1) == "it"
    });
    // "8 pm, if not, try 9 pm": the second choice is not the first
    let second = said.has(0, &["if", "not"]) || said.low(0) == "otherwise";
    if second {
        return None;
    }
    let alone = known && said.words.len() <= 3;
    if !(cue || alone) || said.words.len() > 24 {
        return None;
    }
    offered(said).filter(|a| cue || a.words.len() * 2 >= said.text.len())
}

/// "and the amount is 1500"
pub(super) fn amount(said: &Said<'_>) -> Option<Answer> {
    let at = (0..said.words.len().min(40)).find(|&k| said.low(k) == "amount")?;
    let k = (at + 1..at + 4).find(|&k| said.words.get(k).is_some_and(Word::is_digits))?;
    let between = (at + 1..k).all(|j| listed("is was of to be", said.low(j)));
    let words = said.text[said.words[k].start..].split_whitespace().next()?.trim_end_matches(['.', ',', '!']);
    let figure = words.len() <= 9 && words.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    (between && figure).then(|| Answer { label: "amount".to_owned(), words: words.to_owned(), kind: Kind::Count })
}

/// The day or time that the agent offers.
pub(super) fn offered(said: &Said<'_>) -> Option<Answer> {
    when(said).map(|words| Answer { label: "when".to_owned(), words, kind: Kind::When })
}

impl Answer {
    /// A day or a time.
    pub(super) fn is_when(&self) -> bool {
        self.kind == Kind::When
    }

    /// Does it say what day, and not only what time?
    fn has_day(&self) -> bool {
        let said = Said::new(&self.words);
        (0..said.words.len()).any(|k| !is_clock(&said, k) && is_day(&said, k))
    }

    /// Does this one, given later, take its place?
    pub(super) fn gives_way(&self, to: &Self) -> bool {
        self.label == to.label || self.is_when() && to.label == "when" && (!self.has_day() || to.has_day())
    }

    /// A number of people and the like.
    pub(super) fn is_count(&self) -> bool {
        self.kind == Kind::Count
    }
}

/// "Wednesday", where a venue was asked for.
fn is_a_day(words: &str) -> bool {
    let said = Said::new(words);
    !said.words.is_empty() && said.words.iter().all(|w| listed(WEEKDAYS, &w.low) || listed(RELATIVE, &w.low))
}

/// "just the two of us", "probably around 15"
fn count(said: &Said<'_>) -> Option<String> {
    let number = |k: usize| {
        let w = &said.words[k];
        w.is_digits() && w.text.len() <= 3 || listed(COUNTS, &w.low) && !(w.low == "one" && said.low(k + 1) == "of")
    };
    let k = (0..said.words.len().min(30)).find(|&k| number(k) && !is_clock(said, k))?;
    let low = said.low(k + 1);
    // "between 10 and 15", "twenty two"
    let to = listed("or to and -", low) && k + 2 < said.words.len() && number(k + 2) && !said.breaks(k + 2);
    let two = k + 1 < said.words.len() && number(k + 1) && !said.breaks(k + 1);
    let end = if to { k + 2 } else { k + usize::from(two) };
    (!is_clock(said, end)).then(|| said.text[said.words[k].start..said.words[end].end].to_owned())
}

/// A time of day at word `k`: "7pm", "7" before "pm", "noon".
fn is_clock(said: &Said<'_>, k: usize) -> bool {
    let low = said.low(k);
    let digits = low.trim_end_matches("am").trim_end_matches("pm");
    let short = |d: &str| !d.is_empty() && d.len() <= 2 && d.bytes().all(|b| b.is_ascii_digit());
    let minutes = said.words.get(k + 1).is_some_and(|w| matches!(w.gap, Gap::Colon | Gap::Tight) && w.low.len() >= 2)
        && said.words.get(k + 1).is_some_and(|w| short(w.low.trim_end_matches("am").trim_end_matches("pm")));
    digits.len() < low.len() && short(digits)
        || short(low) && listed("am pm o'clock a.m p.m", said.low(k + 1))
        || short(low) && minutes && said.text[said.words[k].end..].starts_with(':')
        || listed("noon midnight", low)
        || listed("am pm o'clock", low) && k > 0 && short(said.low(k - 1))
}

/// A bare number where a time was asked for: "at 4", "12".
fn hour(said: &Said<'_>) -> Option<String> {
    let k = (0..said.words.len().min(8)).find(|&k| said.words[k].is_digits() && said.words[k].text.len() <= 2)?;
    let fits = said.words.len() <= 3 || listed("at around about by", said.low(k.wrapping_sub(1)));
    fits.then(|| said.words[k].text.to_owned())
}

fn is_short_number(said: &Said<'_>, k: usize) -> bool {
    said.words.get(k).is_some_and(|w| w.is_digits() && w.text.len() <= 2)
}

/// A day, or a part of one, at word `k`: "Friday", "May" and "15th" of "May 15th", the "3" of "the 3-23rd".
fn is_day(said: &Said<'_>, k: usize) -> bool {
    let ordinal = |low: &str| {
        let number = low.trim_end_matches(char::is_alphabetic);
        matches!(&low[number.len()..], "st" | "nd" | "rd" | "th")
            && !number.is_empty()
            && number.len() <= 2
            && number.bytes().all(|b| b.is_ascii_digit())
    };
    let month = |low: &str| listed(MONTHS, low) || low == "may";
    let (before, low, after) = (if k > 0 { said.low(k - 1) } else { "" }, said.low(k), said.low(k + 1));
    listed(WEEKDAYS, low)
        || listed(MONTHS, low)
        || listed(RELATIVE, low)
        || ordinal(low)
        || low == "may" && (ordinal(after) || is_short_number(said, k + 1) || ordinal(before))
        || is_short_number(said, k) && (month(before) || month(after) || ordinal(after))
        || listed(PARTS, low) && listed(WEEKDAYS, before)
}

/// The days and times that are said, as far as they stand together.
fn when(said: &Said<'_>) -> Option<String> {
    let n = said.words.len().min(40);
    let part = |k: usize| {
        is_day(said, k)
            || is_clock(said, k)
            || k > 0 && is_clock(said, k - 1) && said.words[k].gap == Gap::Colon
            || k > 0 && said.low(k - 1) == "at" && is_short_number(said, k)
    };
    let first = (0..n).find(|&k| part(k))?;
    let mut last = first;
    let mut k = first + 1;
    while k < n && k - last <= 3 && said.words[k].gap != Gap::Stop {
        if part(k) {
            last = k;
        } else if !listed(BETWEEN, said.low(k)) {
            break;
        }
        k += 1;
    }
    let from =
        if first > 0 && listed("next this after before around", said.low(first - 1)) { first - 1 } else { first };
    let mut words = said.text[said.words[from].start..said.words[last].end].to_owned();
    // "arrive on the 2nd and stay until the 29th"
    let until = (last + 1..n).find(|&k| listed("until till through", said.low(k)) && (k + 1..n.min(k + 3)).any(part));
    if let Some(u) = until {
        let end = (u + 1..n.min(u + 3)).find(|&k| part(k)).unwrap_or(u);
        words.push(' ');
        words.push_str(&said.text[said.words[u].start..said.words[end].end]);
    }
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A name or a few words, and no sentence.
fn which(said: &Said<'_>) -> Option<String> {
    if listed("no not none nope", said.low(0)) {
        return None;
    }
    let mut from = past_noise(said);
    // "I wonder if it is nice" names nothing
    if listed("i we", said.low(from)) && !listed("would like want prefer need", said.low(from + 1)) {
        return None;
    }
    while listed(
        "at to from in the a an it's its in i'd i like would want prefer maybe just let's try go with for please",
        said.low(from),
    ) {
        from += 1;
    }
    let mut to = from;
    while to < said.words.len()
        && (to == from || !said.breaks(to))
        && !listed("please for on at if thanks instead i", said.low(to))
    {
        to += 1;
    }
    let fits = to > from
        && to - from <= MOST_WORDS
        && (from..to).all(|k| !is_function(said.low(k)) || listed("and of the", said.low(k)))
        && !listed("don't no not none nothing any anything whatever yes wait hold sorry", said.low(from))
        && !said.words[from..to].iter().any(|w| w.text.bytes().filter(u8::is_ascii_digit).count() > 3);
    fits.then(|| said.text[said.words[from].start..said.words[to - 1].end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(asked: &str, text: &str) -> Option<String> {
        let question = question(&Said::new(asked))?;
        answer(&Said::new(text), &question).map(|a| format!("{}: {}", a.label, a.words))
    }

    #[test]
    fn answers_in_a_few_words() {
        for (asked, said, want) in [
            ("For how many people should the table be?", "Just the two of us. I will not pay much!", "people: two"),
            ("How many guests?", "I invited some friends, so probably around 15.", "guests: 15"),
            ("At what time should it start?", "I guess around 7pm should be enough", "time: around 7pm"),
            ("For what time?", "7:30 pm please", "time: 7:30 pm"),
            ("What time would you like?", "at 4", "time: 4"),
            ("On what day would you like the viewing?", "Saturday at 2pm if possible.", "day: Saturday at 2pm"),
            (
                "When are you arriving?",
                "I shall arrive on the 2nd and stay until the 29th.",
                "when: 2nd until the 29th",
            ),
            ("When would you like to stay?", "from May 15th to May 20th", "when: May 15th to May 20th"),
            ("Which restaurant would you like?", "The Blue Door, for my wife", "restaurant: Blue Door"),
            ("What size would you like?", "large please", "size: large"),
            ("Where are you departing from?", "Lyon", "from: Lyon"),
            ("What type of food do you want?", "Indian food", "food: Indian food"),
        ] {
            assert_eq!(answered(asked, said).as_deref(), Some(want), "{asked} {said}");
        }
    }

    #[test]
    fn what_answers_nothing() {
        for (asked, said) in [
            ("What is your account number?", "12"),
            ("What was the name of your first pet?", "Rex"),
            ("When were you born?", "12 May 1980"),
            ("Which restaurant would you like?", "I don't know yet, you choose"),
            ("Which restaurant would you like?", "What would you recommend for us?"),
            ("How many people?", "At 7pm we will know"),
            ("What seems to be the problem?", "black screen"),
            ("Anything else?", "Saturday"),
            ("What drinks should be served?", "No drinks"),
        ] {
            assert_eq!(answered(asked, said), None, "{asked} {said}");
        }
    }

    #[test]
    fn another_day_or_time() {
        let other = |text: &str| instead(&Said::new(text), false).map(|a| a.words);
        assert_eq!(other("Oh no. How about Sunday instead?").as_deref(), Some("Sunday"));
        assert_eq!(other("let's try 13th through 15th then").as_deref(), Some("13th through 15th"));
        assert_eq!(other("what about 6pm then").as_deref(), Some("6pm"));
        assert_eq!(other("I was there on Sunday"), None);
        assert_eq!(other("how about you?"), None);
        assert_eq!(other("9pm?"), None);
        assert_eq!(instead(&Said::new("9pm???"), true).map(|a| a.words).as_deref(), Some("9pm"));
        let answer = |label: &str, words: &str| Answer { label: label.into(), words: words.into(), kind: Kind::When };
        let gives_way = |old: &str, new: &str| answer("day", old).gives_way(&answer("when", new));
        assert!(gives_way("Saturday at 1pm", "Sunday") && gives_way("1pm", "Sunday") && gives_way("1pm", "2pm"));
        assert!(!gives_way("Saturday", "2pm"));
    }
}
