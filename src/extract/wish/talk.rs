//! What is talk, and no wish: thanks, laughter, questions about the agent.
//!
//! Owns the signs of these. Must not know what is wished for.

use super::super::words::{Said, is_function, listed};
use super::ASKING;

/// Who laughs does not mean it.
const LAUGHTER: &str = "haha hahaha lol hehe lmao rofl kidding joking jk";
/// Who is somebody's own.
const PEOPLE: &str = "wife husband partner boyfriend girlfriend friend friends mother father mom mum dad parents brother sister son daughter \
    boss manager colleague coworker neighbour neighbor roommate family fiance fiancee aunt uncle cousin grandma grandmother";

/// Thanks, "no ...", laughter.
pub(super) fn is_no_wish(said: &Said<'_>) -> bool {
    let has = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    is_thanks(said)
        || said.low(0) == "nope"
        || said.low(0) == "no"
            && !said.breaks(1)
            && said.low(1) != "and"
            && !(said.low(1) == "i" && listed("want need would", said.low(2)))
        || said.low(0) == "i'll" && !matches!(said.low(1), "like" | "have")
        || has("thank thanks thankyou") && said.words.len() < 9
        || has(LAUGHTER)
        || said.text.ends_with([')', 'D', 'P'])
            && [":)", ";)", ":D", ":P", ":-)"].iter().any(|s| said.text.ends_with(s))
}

/// Is it nothing but thanks and praise: "you've been very helpful"?
pub(in super::super) fn is_thanks(said: &Said<'_>) -> bool {
    let has = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    let praises = has("thank thanks thankyou thanking youve you've great")
        && has("help helping helpful support supporting assistance service job")
        && said.words.len() < 18
        && !has(
            "need want wanted would lost but because not cannot can't how when what where can could i'm problem issue",
        );
    let short = said.words.len() <= 8
        && has("thank thanks thankyou")
        && !has("need want wanted would like lost but can could what when how where i'm can't please");
    let farewell = said.low(0) == "see" && listed("you ya u", said.low(1)) && said.words.len() <= 6;
    listed("thank thanks thankyou", said.low(0)) || praises || short || farewell
}

/// "see you later, good bye, have a nice day"
pub(super) fn is_farewell(said: &Said<'_>, from: usize) -> bool {
    let n = said.words.len();
    let parts = (from..n).any(|k| {
        listed("bye goodbye byebye", said.low(k))
            || said.has(k, &["have", "a"]) && listed("nice great good lovely wonderful", said.low(k + 2))
    });
    listed("see talk speak", said.low(from)) && listed("you ya u soon later", said.low(from + 1))
        || parts && n <= from + 6 && listed("bye goodbye good have", said.low(from))
}

/// What a customer has in hand, or somebody of theirs.
pub(super) fn is_plan(said: &Said<'_>, from: usize) -> bool {
    let n = said.words.len();
    let doing = |k: usize| {
        listed("organizing organising planning arranging hosting preparing", said.low(k))
            && listed("a an the my our to", said.low(k + 1))
            && k + 3 <= n
    };
    let who =
        |k: usize| listed("i'm im we're", said.low(k)) || said.has(k, &["i", "am"]) || said.has(k, &["we", "are"]);
    let plans = (from..n).any(|k| who(k) && (doing(k + 1) || doing(k + 2)));
    let theirs = listed("my our", said.low(from))
        && listed(PEOPLE, said.low(from + 1))
        && (from + 2..from + 4).any(|k| {
            (listed("wants needs", said.low(k)) || said.has(k, &["would", "like"]))
                && (listed("to", said.low(k + 1)) || said.has(k + 2, &["to"]))
        })
        && n >= from + 6;
    plans || theirs
}

/// "call my wife", "ask my boss first": what a customer does with their own people, and wants of nobody.
pub(super) fn is_own(said: &Said<'_>, verb: usize) -> bool {
    let k = verb + 1 + usize::from(listed("to with", said.low(verb + 1)));
    listed("call ask text phone ring email message contact talk speak check tell", said.low(verb))
        && listed("my our", said.low(k))
        && listed(PEOPLE, said.low(k + 1))
}

/// "I'm hoping the terrace is open": what is hoped is not wrong.
pub(super) fn is_hope(said: &Said<'_>, from: usize) -> bool {
    let k = from + usize::from(said.has(from, &["i", "am"]));
    listed("i'm im i we we're am", said.low(k)) && listed("hoping hope", said.low(k + 1))
}

/// Is it asked about the matter, and not about the agent or for agreement?
pub(super) fn is_question(said: &Said<'_>, from: usize) -> bool {
    let other =
        !said.text.is_ascii() && !listed(ASKING, said.low(from)) && said.words.iter().all(|w| !is_function(&w.low));
    let chat = said.low(from + 1) == "you"
        && listed("remember know think like believe mind doing there speak", said.low(from + 2))
        || said.has(from, &["how", "are", "you"])
        || said.has(from, &["is", "that", "you"])
        // "hi, is this the pharmacy?"
        || said.has(from, &["is", "this", "the"]) && said.words.len() <= from + 5
        // "how is your day?", "how's life?"
        || listed("how how's", said.low(from))
            && (from + 1..from + 4).any(|k| {
                listed("life day week weekend morning evening family", said.low(k))
                    && (said.words.len() == k + 1 || listed("going so today been", said.low(k + 1)))
            })
            && said.words.len() <= from + 7
        || said.any(&["your"]) && (from..said.words.len()).any(|k| said.has(k, &["part", "of", "the", "world"]))
        || said.low(from) == "have" && said.low(from + 2) == "ever"
        || listed("how what", said.low(from)) && said.low(from + 1) == "about";
    (listed(ASKING, said.low(from)) || other) && !chat
}

/// Is there something in it besides courtesies, numbers and yes or no?
pub(in super::super) fn is_substance(said: &Said<'_>) -> bool {
    let (mut letters, mut count) = (0, 0);
    for w in &said.words {
        if !is_function(&w.low)
            && !w.is_digits()
            && !listed("morning good evening afternoon day very there help assistance sir madam", &w.low)
        {
            letters += w.text.chars().count();
            count += 1;
        }
    }
    // scripts without spaces make one long word of a sentence
    let unspaced = said.text.chars().any(|c| matches!(c, '\u{e00}'..='\u{eff}' | '\u{2e80}'..='\u{9fff}'));
    count >= 2 && letters >= 6 || unspaced && letters >= 5
}
