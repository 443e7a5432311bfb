//! What is talk, and no wish: thanks, laughter, questions about the agent.
//!
//! Owns the signs of these. Must not know what is wished for.

use super::super::words::{Said, is_function, listed};
use super::ASKING;

/// Who laughs does not mean it.
const LAUGHTER: &str = "haha hahaha lol hehe lmao rofl kidding joking jk";
/// Thanks, "no ...", laughter.
pub(super) fn is_no_wish(said: &Said<'_>) -> bool {
    let has = |list: &str| said.words.iter().any(|w| listed(list, &w.low));
    is_thanks(said)
        || said.low(0) == "nope"
        || said.low(0) == "no" && !said.breaks(1) && said.low(1) != "and"
        || said.low(0) == "i'll" && !matches!(said.low(1), "like" | "have")
        || has("thank thanks thankyou") && said.words.len() < 9
        || has(LAUGHTER)
        || said.text.ends_with([')', 'D', 'P'])
            && [":)", ";)", ":D", ":P", ":-)"].iter().any(|s| said.text.ends_with(s))
}

/// Is it nothing but thanks and praise: "you've been very helpful"?
pub(in super::super) fn is_thanks(said: &Said<'_>) -> bool {
    let has = |list: &str| said.words.iter().any(|w| listed(list, &w.low));
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

/// Is it asked about the matter, and not about the agent or for agreement?
pub(super) fn is_question(said: &Said<'_>, from: usize) -> bool {
    let other =
        !said.text.is_ascii() && !listed(ASKING, said.low(from)) && said.words.iter().all(|w| !is_function(&w.low));
    let chat = said.low(from + 1) == "you"
        && listed("remember know think like believe mind doing there", said.low(from + 2))
        || said.has(from, &["how", "are", "you"])
        || said.has(from, &["is", "that", "you"])
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
