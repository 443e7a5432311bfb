//! Where the customer stands to what was said before: it is over, it is taken, it is taken back, it does not suit.
//!
//! Owns the signs of these. Must not know the matters.

use super::alike::shares;
use super::answers;
use super::number::run_at;
use super::retell::retold;
use super::wish::past_noise;
use super::words::{Said, is_function, listed};
use crate::domain::conversation::Role;

/// Signs that it is over.
pub(super) const SOLVED: &str = "solved resolved fixed sorted";

/// Does the customer say that it is over? "yes problem solved", "it works now"
pub(super) fn is_settled(said: &Said<'_>) -> bool {
    let has = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    let n = said.words.len();
    let works = said.words.windows(2).any(|w| w[0].low.starts_with("work") && w[1].low == "now");
    // "now it is working fine", "your solution works for me"
    let fine = (0..n)
        .any(|k| listed("working works", said.low(k)) && listed("fine well great perfectly again", said.low(k + 1)));
    let helped = n <= 12
        && (1..n).any(|k| {
            listed("works worked helped", said.low(k)) && listed("solution fix trick tip advice", said.low(k - 1))
        });
    let works = works || helped || fine && has("now again after");
    let solved = has(SOLVED) && has("problem issue it it's that's is got been");
    // "she had it, all good!"
    let good = said.words.len() <= 8
        && (0..said.words.len()).any(|k| said.has(k, &["all", "good"]) || said.has(k, &["that", "worked"]))
        && !has("is are was looks sounds that's thanks thank everything");
    // "found it, thanks!"
    let found = said.words.len() <= 6
        && (said.has(0, &["found", "it"])
            || said.has(1, &["found", "it"]) && listed("i we just oh ok ah", said.low(0)))
        // "found it cheaper elsewhere" gives a reason
        && !has("cheaper elsewhere better another somewhere online too confusing hard difficult");
    (works || solved || good || found)
        && !has("not isn't yet if when until can could will would to")
        && !said.text.contains('?')
}

/// "No no, with breakfast please": does what was told as done not stand?
pub(super) fn objects(said: &Said<'_>, told: &str) -> bool {
    let from = (0..said.words.len()).find(|&k| !listed("no nope wait sorry but oh", said.low(k))).unwrap_or(0);
    let no = (0..from).any(|k| listed("no nope wait", said.low(k)));
    let polite =
        listed("thanks thank problem worries that's thats need", said.low(from)) || said.any(&["thanks", "thank"]);
    no && !polite && said.words.len() <= 12 && !said.text.contains('?') && shares(told, said)
}

/// "the amount is wrong, we ordered 40": not "I was wrong", nor what somebody thinks.
pub(super) fn is_complaint(said: &Said<'_>) -> bool {
    let own =
        said.any(&["think", "thought", "guess", "maybe"]) || (0..said.words.len()).any(|k| said.has(k, &["i", "was"]));
    said.any(&["wrong", "incorrect", "mistake"]) && !own
}

/// "doesn't work", "I can't make it": what was said of a day holds no more.
pub(super) fn disputes(said: &Said<'_>) -> bool {
    let not = said.any(&["doesn't", "dont", "don't", "can't", "cannot", "won't", "not", "no"]);
    // "eleven would be better", where ten was offered
    let better = said.words.len() <= 8
        && (0..said.words.len()).any(|k| {
            said.has(k, &["would", "be", "better"])
                || said.low(k + 1) == "better" && listed("works suits is", said.low(k))
        })
        && ((0..said.words.len()).any(|k| run_at(said, k).is_some()) || answers::offered(said).is_some());
    better
        || not && said.any(&["work", "works", "make", "good", "possible", "suit"]) && answers::offered(said).is_some()
}

/// What the customer will do, told of them: "come by tomorrow", "think about it".
pub(super) fn plan(said: &Said<'_>) -> Option<String> {
    const NO_PLANS: &str = "have take like be wait hold check chek look need get see try just be do go send give tell let use choose pick prefer bet say \
        admit pass stop love enjoy keep guess wear never ever definitely always surely appreciate want miss play start not pay proceed order confirm";
    let verb = |k: usize| {
        let low = said.low(k);
        !low.is_empty() && !listed(NO_PLANS, low) && !is_function(low) && !low.ends_with("ed")
    };
    let n = said.words.len();
    let will = |k: usize| match said.low(k) {
        "i'll" | "ill" | "we'll" => verb(k + 1).then_some(k + 1),
        // "let me talk to my boss and get back to you"
        "let" if said.low(k + 1) == "me" => (listed("check talk speak discuss think ask", said.low(k + 2))
            && listed("with to about over my it", said.low(k + 3)))
        .then_some(k + 2),
        "i" | "we" => (said.low(k + 1) == "will" && verb(k + 2)).then_some(k + 2),
        "will" => {
            ((k == 0 || said.breaks(k)) && listed("decide call write come think", said.low(k + 1))).then_some(k + 1)
        }
        _ => None,
    };
    let from = (0..n).find_map(will).filter(|_| n >= 3 && !said.text.contains('?'))?;
    if (0..from).any(|k| listed("if when unless until once so that", said.low(k))) {
        return None;
    }
    let back = |k: usize| said.low(k) == "and" && listed("get come let call", said.low(k + 1));
    let ends =
        |k: usize| said.breaks(k) || back(k) || listed("thanks thank so if but because then please", said.low(k));
    let mut end = (from + 1..n).find(|&k| ends(k)).unwrap_or(n);
    while end > from + 1 && listed("you u and sir madam now", said.low(end - 1)) {
        end -= 1;
    }
    let told = retold(&Said::new(&said.text[..said.words[end - 1].end]), from, Role::Customer);
    let enough = end >= from + 2 || listed("call write come decide think visit return", said.low(from));
    let clear = !said.words[from..end].iter().any(|w| listed("you u your", &w.low));
    (clear && enough).then_some(told)
}

/// "ok I'll take it", "Deal."
pub(super) fn accepts(said: &Said<'_>) -> bool {
    let takes = |k: usize| {
        listed("i'll we'll ill", said.low(k))
            && (said.has(k + 1, &["take", "it"])
                || said.has(k + 1, &["take", "that"])
                || said.has(k + 1, &["take", "them"]))
    };
    !said.text.contains('?') && (said.low(0) == "deal" && said.words.len() <= 3 || (0..said.words.len()).any(takes))
}

/// "no thanks", "nah, that's too much"
pub(super) fn declines(said: &Said<'_>) -> bool {
    let from = usize::from(listed("um uh hm hmm well oh", said.low(0)));
    // "I'd rather not", "not interested", "I'll pass"
    let politely = (0..said.words.len()).any(|k| {
        said.has(k, &["rather", "not"]) && said.breaks(k + 2)
            || said.has(k, &["not", "interested"])
            || listed("i'll ill", said.low(k)) && said.low(k + 1) == "pass" && said.breaks(k + 2)
    });
    if politely && said.words.len() <= 12 {
        return true;
    }
    // "no, the other one instead" takes something, "no, I don't want it instead" does not
    let takes = said.any(&["instead"]) && !said.any(&["don't", "dont"]);
    let wavers = said.any(&["problem", "problems", "worries", "wait", "rather", "idea", "clue"]);
    listed("no nope nah", said.low(from)) && !takes && !wavers
}

/// Does the agent offer something with a question? "Would you like to upgrade?"
pub(super) fn proposes(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let offers = (0..n).any(|k| {
        said.has(k, &["would", "you", "like"])
            || said.has(k, &["do", "you", "want"])
            || k == 0 && said.has(k, &["want", "me", "to"])
            || said.has(k, &["you", "be", "interested"])
            || said.has(k, &["are", "you", "interested"])
            || listed("shall should", said.low(k)) && listed("i we", said.low(k + 1))
    });
    // whether one goes on with what one does is no offer
    let on = said.any(&["continue", "playing", "proceed"]);
    let on = on
        || (0..n).any(|k| {
            said.has(k, &["any", "more"]) || said.has(k, &["try", "again"]) || said.has(k, &["more", "detailed"])
        });
    // "shall I write to you when it is back?"
    let when = (0..n).any(|k| said.low(k) == "when" && !listed("it it's they they're we", said.low(k + 1)));
    offers && !on && n <= 24 && !when && !said.any(&["or", "what", "which", "where", "how", "else"])
}

/// Is a day or time put to the customer in a question? "Would Friday at nine work?"
pub(super) fn puts_day(said: &Said<'_>) -> bool {
    let past =
        said.any(&["was", "were", "did", "since", "born", "birth", "ordered", "or", "until", "not", "had", "bought"]);
    !past && said.words.len() <= 16 && answers::offered(said).is_some()
}

/// "Yes please", "perfect", and nothing against it.
pub(super) fn agrees(said: &Said<'_>) -> bool {
    let from = usize::from(listed("well oh um uh ah", said.low(0)));
    let thats = listed("that's thats that", said.low(from))
        && listed("great perfect works", said.low(from + 1))
        && said.words.len() <= from + 5;
    let go = (said.has(from, &["do", "it"]) || said.has(from, &["go", "ahead"])) && said.words.len() <= from + 3;
    (listed("yes yeah yep sure ok okay perfect great please excellent absolutely definitely sounds", said.low(from))
        || thats
        || go)
        && !said.text.contains('?')
        && !said.any(&["no", "not", "but", "instead", "don't"])
}

/// Is it asked for, and not only told? "I'd like to know what it costs", "can you send it"
pub(super) fn is_plea(text: &str) -> bool {
    const ASKS: &str =
        "can could may would will do does is are what when where who why how which please help know ask tell find";
    let first = |said: &Said<'_>| listed(ASKS, said.low(past_noise(said)));
    let said = Said::new(text);
    text.contains(['?', '\u{ff1f}', '\u{61f}'])
        || first(&said)
        || !(0..said.words.len()).any(|k| {
            listed("i we i'd we'd", said.low(k)) && listed("want need would like wanted also", said.low(k + 1))
        })
        || said.any(&["know", "ask", "please"])
}

/// "never mind", "forget it": what was wished for last is taken back.
pub(super) fn lets_be(said: &Said<'_>) -> bool {
    let n = said.words.len();
    (0..n).any(|k| {
        said.low(k) == "nevermind"
            || said.has(k, &["never", "mind"])
            || said.has(k, &["forget", "it"])
            || said.has(k, &["forget", "that"])
            || said.has(k, &["scratch", "that"])
            || said.has(k, &["leave", "it"]) && k + 2 == n
    }) && n <= 6
        && starts_over(said).is_none()
        || keeps(said)
}

/// "actually I'll keep them", "on second thought, keep it", "I changed my mind": what was to be done with it is not.
fn keeps(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let it = |k: usize| listed("it them that", said.low(k)) && said.breaks(k + 1);
    let turns = said.any(&["actually", "hmm", "wait"])
        || (0..n).any(|k| said.low(k) == "second" && listed("thought thoughts", said.low(k + 1)));
    let kept = (0..n).any(|k| listed("keep leave", said.low(k)) && it(k + 1));
    let own = (0..n).any(|k| listed("i'll ill we'll", said.low(k)) && said.low(k + 1) == "keep" && it(k + 2));
    let mind = (0..n).any(|k| said.has(k, &["changed", "my", "mind"]) && said.breaks(k + 3));
    let asks = said.text.contains('?') || said.any(&["if", "can", "could", "want", "like", "please", "just", "but"]);
    n <= 10 && !asks && (kept && turns || own || mind && n <= 6)
}

/// "never mind, just order the soup": what was wished for is taken back, and from this word on something else is wanted.
pub(super) fn starts_over(said: &Said<'_>) -> Option<usize> {
    let n = said.words.len();
    let start = past_noise(said).min(4);
    let goes_on = |k: usize| {
        start > 0
            && k < n
            && (said.breaks(k) || said.low(k) == "and")
            && (k..k + 3).any(|j| listed("just instead rather", said.low(j)))
    };
    let head = match said.low(start) {
        "nevermind" => 1,
        "never" if said.low(start + 1) == "mind" => 2,
        "forget" | "scratch" if listed("it that", said.low(start + 1)) => 2,
        // "actually no, leave it, just change the colour"
        "leave" | "keep" if listed("it that", said.low(start + 1)) && goes_on(start + 2) => 2,
        "leave" | "keep" if listed("the my", said.low(start + 1)) && goes_on(start + 3) => 3,
        "i" if said.has(start + 1, &["changed", "my", "mind"]) && said.breaks(start + 4) => 4,
        _ => 0,
    };
    // "never mind the delay" takes nothing back
    let thing = listed("the my about what how if", said.low(start + head)) && !said.breaks(start + head);
    let head = if thing { 0 } else { head };
    let cancel = (start..n.min(start + head + 7))
        .find(|&k| said.low(k) == "cancel" && listed("all everything", said.low(k + 1)));
    let mut k = match cancel {
        Some(c) => (c + 2..n.min(c + 5)).find(|&k| said.low(k) == "and")?,
        None if head > 0 => start + head,
        None => return None,
    };
    while listed("and just then instead but", said.low(k)) {
        k += 1;
    }
    (k + 2 <= n && (cancel.is_none() || listed("just instead", said.low(k - 1)))).then_some(k)
}

/// What a sentence says is not wanted: the "airport" of "to the station, not the airport".
pub(super) fn denied<'a>(said: &'a Said<'_>) -> Option<&'a str> {
    let at = (1..said.words.len()).find(|&k| said.low(k) == "not" && said.breaks(k))?;
    let mut k = at + 1;
    while listed("to the a an my in at for on", said.low(k)) {
        k += 1;
    }
    let last = k + 1 >= said.words.len() || said.breaks(k + 1);
    (last && !is_function(said.low(k)) && k < said.words.len()).then(|| said.low(k))
}
