//! What the customer decides on: another plan, one of several options, a language to be served in.
//!
//! Owns the words by which something is wanted, left open or only asked about. Must not know how a value looks (`shape`).

use super::proposal::is_foreign;
use super::words::{Gap, Said, is_function, listed};

/// The names of languages, in English and in themselves.
pub(super) const LANGUAGES: &str = "english spanish french german italian portuguese dutch polish russian ukrainian turkish arabic hebrew hindi \
    urdu bengali punjabi tamil telugu marathi gujarati kannada malayalam chinese mandarin cantonese japanese korean vietnamese thai \
    indonesian malay tagalog filipino swahili persian farsi greek romanian hungarian czech slovak slovenian croatian serbian \
    bosnian bulgarian danish swedish norwegian finnish icelandic estonian latvian lithuanian irish welsh catalan basque galician \
    afrikaans zulu xhosa sotho tswana yoruba igbo hausa amharic somali tigrinya shona maltese macedonian flemish maori pashto \
    dari kurdish uzbek kyrgyz tajik lao albanian armenian georgian azerbaijani kazakh nepali sinhala khmer burmese mongolian español espanol français \
    francais deutsch italiano português portugues nederlands polski русский українська türkçe العربية עברית हिन्दी 中文 日本語 한국어";
/// What one does who wants another one.
const WANTS: &str = "upgrade upgrading switch switching move moving change changing downgrade downgrading put sign take choose pick go \
    going get want need keep prefer stay start subscribe order book buy try";
/// What is said of a thing and is not its name.
const SAYS_LITTLE: &str = "new old same other another different right wrong best better cheaper cheapest bigger smaller larger higher lower next \
    current whole first second third last this that these those next monthly yearly annual good free few more less any some whole payment data \
    phone great great nice special own usual normal regular big small cheap expensive";

/// Where the name begins that stands before the word at `i`, of something that is wanted: "switch to the gold plan".
pub(super) fn wanted(said: &Said<'_>, i: usize) -> Option<usize> {
    let from = (i.saturating_sub(3)..i).rev().take_while(|&k| {
        !is_function(said.low(k)) && !said.breaks(k + 1) && !listed(WANTS, said.low(k)) && said.words[k].is_alphabetic()
    });
    let from = from.last()?;
    let before = |k: usize| if k > 0 && !said.breaks(k) { said.low(k - 1) } else { "" };
    let mut at = from;
    if listed("the your a an our", before(at)) {
        at -= 1;
    } else if !listed("to on with for", before(at)) {
        return None;
    }
    let start = (0..at).rev().take(10).take_while(|&k| k + 1 == at || !said.breaks(k + 1)).last()?;
    let link = listed("to on with for into", before(at));
    if listed("from than of", before(at)) || (from..i).any(|k| listed(SAYS_LITTLE, said.low(k))) {
        return None;
    }
    let verb = (start..at).rev().find(|&k| listed(WANTS, said.low(k)))?;
    // "want the ...", "switch (from ...) to the ...", "put me on the ..."
    let moves = listed(
        "upgrade upgrading switch switching move moving change changing downgrade downgrading put sign go going stay subscribe",
        said.low(verb),
    );
    let near = at - verb <= 2 || moves && link;
    let denies = (verb.saturating_sub(3)..at).any(|k| {
        listed("don't dont not never can't won't wouldn't didn't cancel if isn't without instead", said.low(k))
    });
    (near && (!moves || link) && !denies).then_some(from)
}

/// The language that the customer asks for: "I prefer Spanish", "in Spanish please", "anyone who speaks Arabic?"
pub(super) fn spoken(said: &Said<'_>) -> Option<usize> {
    (0..said.words.len()).rev().find(|&k| {
        if k == 0 || !listed(LANGUAGES, said.low(k)) || said.breaks(k) || is_open(said, k) || is_foreign(said, k) {
            return false;
        }
        let near = |n: usize, list: &'static str| (k.saturating_sub(n)..k).any(|i| listed(list, said.low(i)));
        if near(6, "don't dont not no didn't doesn't without can't cannot") {
            return false;
        }
        let (before, then) = (said.low(k - 1), said.low(k + 1));
        let person =
            near(6, "someone somebody anyone anybody colleague agent operator person advisor representative staff you");
        // "English is fine"
        let suits = then == "is" && listed("fine ok okay better best good easier great", said.low(k + 2));
        suits && !listed("my your his her their our", before) && !said.text.contains('?')
            || before == "prefer" && near(3, "i we i'd we'd would")
            || near(4, "prefer") && listed("in speaking speak to using", before)
            || before == "in"
                && (listed("please pls", then) || said.has(k + 1, &["if", "possible"]) || then == "if")
                && !near(5, "live lives arrived written website manual page")
            || before == "in"
                && said.words.get(k + 1).is_some_and(|w| w.gap == Gap::Comma)
                && listed("please pls", then)
            || person && listed("speaks speak speaking talks talk", before)
            // "I'd rather be contacted in French", "I want my letters in French"
            || before == "in"
                && near(5, "contacted reached called letters emails messages updates documents bills invoices statements newsletters everything")
                && near(8, "rather want prefer like need")
            // "can I speak Ukrainian?"
            || before == "speak" && listed("i we", said.low(k.wrapping_sub(2))) && near(3, "can could may")
    })
}

/// Is the sentence with word `i` a question whether or what, and no request?
pub(super) fn asks_whether(said: &Said<'_>, i: usize) -> bool {
    let i = i.min(said.words.len().saturating_sub(1));
    let from = (0..=i).rev().find(|&k| matches!(said.words[k].gap, Gap::Start | Gap::Stop)).unwrap_or(0);
    let to = (i + 1..said.words.len()).find(|&k| said.words[k].gap == Gap::Stop);
    let end = to.map_or(said.text.len(), |k| said.words[k].start);
    let asks = said.text[said.words[i].end..end].contains('?');
    let head = (from..i).find(|&k| !listed("so and but ok okay then well hi hello um", said.low(k))).unwrap_or(from);
    asks && listed("do does did is are am was what what's which why how should would who", said.low(head))
        || listed("what why how", said.low(head)) && listed("does is if about do", said.low(head + 1))
}

/// Is the option at word `k` the one that the customer has: "I'm on Basic now"?
pub(super) fn is_on(said: &Said<'_>, k: usize) -> bool {
    let on = k > 1 && said.low(k - 1) == "on" && !said.breaks(k);
    let own = on && {
        let before = said.low(k - 2);
        let adverb = listed("still currently now already", before);
        let who = if adverb { said.low(k.wrapping_sub(3)) } else { before };
        listed("i'm im we're", who)
            || listed("am are", who) && listed("i we", said.low(k.wrapping_sub(3 + usize::from(adverb))))
    };
    let ends = said.breaks(k + 1) || listed("now currently right and but at since with", said.low(k + 1));
    own && ends && !is_open(said, k) && !asks_whether(said, k)
}

/// Is the option at word `k` decided on: "make it Growth", "let's go with the Growth plan"?
pub(super) fn decided(said: &Said<'_>, k: usize) -> bool {
    let mut i = k;
    while i > 0 && k - i < 3 && !said.breaks(i) && listed("the a an your it me us that to with for on", said.low(i - 1))
    {
        i -= 1;
    }
    // "upgrade from Starter to Business"
    let to = (i..k).any(|n| said.low(n) == "to") && i > 2 && !said.breaks(i);
    if let Some(from) = (i.saturating_sub(5)..i).rev().find(|&n| to && said.low(n) == "from") {
        i = from;
        while i > 0 && k - i < 9 && listed("me us my our the plan subscription it", said.low(i - 1)) {
            i -= 1;
        }
    }
    // "move up to ..."
    if i > 1 && i < k && said.low(i) == "to" && listed("up over down across", said.low(i - 1)) {
        i -= 1;
    }
    // "then Growth please"
    let asked = listed("please pls", said.low(k + 1)) && said.words[k + 1].gap != Gap::Stop;
    if asked && listed("then ok okay so", said.low(i.wrapping_sub(1))) && !asks_whether(said, k) {
        return true;
    }
    // "then growth it is"
    if said.has(k + 1, &["it", "is"]) && said.breaks(k + 3) && !said.breaks(k + 1) && !asks_whether(said, k) {
        return true;
    }
    let Some(verb) = i.checked_sub(1).filter(|_| !said.breaks(i)) else { return false };
    let (low, then) = (said.low(verb), said.low(verb + 1));
    let verbs = match low {
        "make" => listed("it that", then),
        "do" => verb > 0 && listed("let's lets i'll we'll", said.low(verb - 1)),
        "wanted" => verb > 0 && listed("only just actually", said.low(verb - 1)),
        "switch" | "upgrade" | "downgrade" | "change" | "move" | "put" | "sign" | "switched" => k > verb + 1,
        "go" | "going" => listed("with for", then),
        "take" | "choose" | "pick" | "prefer" | "want" | "need" | "keep" => true,
        "stay" | "staying" => listed("on with", then),
        "upgrading" | "switching" | "moving" | "downgrading" | "changing" => k > verb + 1,
        _ => false,
    };
    let denies = |n: usize| listed("don't dont not never can't won't wouldn't didn't if", said.low(n));
    let wants = verb > 0 && listed("to want i", said.low(verb - 1));
    let open = is_open(said, k);
    let not = open || (verb.saturating_sub(if wants { 4 } else { 1 })..verb).any(denies);
    verbs && !not && !asks_whether(said, k)
}

/// Is another one named beside it, so that nothing is decided: "Growth or Enterprise", "either Growth ..."?
pub(super) fn is_open(said: &Said<'_>, k: usize) -> bool {
    let before = k > 0 && !said.breaks(k) && listed("either or", said.low(k - 1));
    let behind = said.low(k + 1) == "or" && !listed("so whatever not something", said.low(k + 2));
    before || behind
}
