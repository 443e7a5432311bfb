//! What is left open: what the agent promises, what the agent asks the customer to do, what the agent asks the customer to say.
//!
//! Owns the signs of these. Must not know what they are about, nor whether it came to pass.

use super::retell::skip_interjections;
use super::words::{Said, listed};

/// Signs that somebody will do something.
const WILL: &str = "will i'll we'll they'll he'll she'll it'll you'll";
/// What is promised.
const PROMISED: &str = "cancel send call contact write come bring get have pick ship email mail arrive look check refund replace deliver forward \
    visit reply answer tell see receive there notify inform update ask investigate let text phone ring pass process follow hear knock go \
    review find sort fix repair return confirm add make try";
/// What will be: "will be sent", "will be ready".
const BECOMES: &str = "sent ready done back with there made paid";
/// What the agent asks the customer to do, behind "please".
const REQUESTED: &str = "send complete return bring fill sign upload call contact visit pay book check restart try reply write attach submit \
    download install open go click follow schedule choose update";

/// "A colleague will call you", "I'll check that": no condition, no refusal.
pub(super) fn is_promise(said: &Said<'_>) -> bool {
    let n = said.words.len();
    let promised = (0..n).any(|k| {
        let you = said.low(k) == "you'll" || k > 0 && said.low(k) == "will" && said.low(k - 1) == "you";
        let will = listed(WILL, said.low(k))
            && (!you || (k + 1..k + 3).any(|j| listed("get receive have hear be", said.low(j))));
        let going = listed("is are am i'm we're he's she's they're", said.low(k)) && said.has(k + 1, &["going", "to"]);
        let from = k + if going { 3 } else { 1 };
        let takes = |j: usize| said.low(j) == "take" && listed("it this that care over", said.low(j + 1));
        let verb = |j: usize| (listed(PROMISED, said.low(j)) || takes(j)) && !said.breaks(j);
        let becomes = |j: usize| {
            said.low(j) == "be"
                && (j + 1..j + 4)
                    .any(|v| said.low(v).ends_with("ed") && said.low(v).len() > 4 || listed(BECOMES, said.low(v)))
        };
        let touch = (from..from + 3).any(|j| said.has(j, &["be", "in", "touch"]));
        touch && will || (will || going) && said.low(from) != "not" && (from..from + 3).any(|j| verb(j) || becomes(j))
    });
    let doubt = said
        .words
        .iter()
        .any(|w| listed("unless would could can't cannot not won't whether nobody none nothing never neither", &w.low));
    // "if you order now we will", but not "I'll write if I find it"
    let condition = listed("if once when after", said.low(skip_interjections(said)));
    n >= 3 && promised && !doubt && !condition
}

/// "Once we have it back signed, the policy ends": what waits for the customer.
pub(super) fn awaits_theirs(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    listed("once after", said.low(from))
        && listed("we i we've i've", said.low(from + 1))
        && (from + 2..from + 4).any(|k| listed("get have receive received got", said.low(k)))
        && (from + 4..said.words.len())
            .any(|k| listed("will we'll i'll it'll you'll is ends starts begins takes can goes", said.low(k)))
        && !said.text.contains('?')
}

/// Is what was promised done: "I'll send it" by "the form was sent"?
pub(super) fn is_kept(promise: &str, done: &Said<'_>) -> bool {
    let promised: Vec<String> =
        promise.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 2).map(str::to_lowercase).collect();
    done.words.iter().any(|w| {
        let deed = match &*w.low {
            "sent" | "resent" | "emailed" => "send",
            low => low.strip_suffix("ed").unwrap_or(""),
        };
        deed.len() > 2 && promised.iter().any(|p| p == deed || p.strip_suffix('e') == Some(deed))
    })
}

/// "I've passed it on, someone will call you": what was done, and what is promised behind it.
pub(super) fn apart(one: &str) -> impl Iterator<Item = &str> {
    const HEADS: [&str; 10] = [
        ", someone will ",
        ", somebody will ",
        ", a colleague will ",
        ", we'll ",
        ", i'll ",
        ", we will ",
        ", i will ",
        " and i'll ",
        " and we'll ",
        " and someone will ",
    ];
    let low = one.to_ascii_lowercase();
    let at = HEADS.iter().filter_map(|h| low.find(h).map(|at| (at, *h))).min().or_else(|| somebody_will(&low));
    let at = at.filter(|(at, _)| low[..*at].split_whitespace().count() >= 3 && !low.starts_with("if "));
    let (head, tail) = match at {
        Some((at, h)) => (&one[..at], &one[at + if h.starts_with(',') { 2 } else { 5 }..]),
        None => (one, ""),
    };
    [head, tail].into_iter().filter(|part| !part.is_empty())
}

/// " and an adjuster will call you": where somebody else's promise begins.
fn somebody_will(low: &str) -> Option<(usize, &'static str)> {
    let at =
        [" and a ", " and an ", " and the ", " and our ", " and one of "].iter().filter_map(|h| low.find(h)).min()?;
    let mut behind = low[at + 5..].split_whitespace().take(6);
    (behind.any(|w| w == "will") && behind.next().is_some_and(|w| listed(PROMISED, w))).then_some((at, " and "))
}

/// "Where should I send the form?": what is to be sent.
pub(super) fn to_send(said: &Said<'_>) -> Option<String> {
    let n = said.words.len();
    let k = (0..n).find(|&k| said.low(k) == "send" && listed("the your a an", said.low(k + 1)))? + 2;
    let end = (k..n).find(|&j| said.breaks(j) || listed("to by for too over", said.low(j))).unwrap_or(n);
    let fits =
        (1..=4).contains(&end.saturating_sub(k)) && (k..end).all(|j| !listed("it that this you code", said.low(j)));
    fits.then(|| said.text[said.words[k].start..said.words[end - 1].end].to_owned())
}

/// What follows "please" where the customer is to do something: the word at which it begins.
pub(super) fn request(said: &Said<'_>) -> Option<usize> {
    let k =
        (0..said.words.len().min(24)).find(|&k| said.low(k) == "please" && (k == 0 || said.breaks(k) || k <= 2))? + 1;
    let k = k + usize::from(listed("also then just", said.low(k)));
    let condition = (0..k).any(|j| listed("if should unless case", said.low(j)));
    let fits = !condition && listed(REQUESTED, said.low(k)) && said.words.len() >= k + 3;
    (fits && !said.text.contains(['?', '\u{ff1f}'])).then_some(k)
}

/// Does the agent ask what it is about, or what is wanted? What is said then is the matter.
pub(super) fn invites(said: &Said<'_>) -> Option<Invited> {
    const PHRASES: &str = "what is it about|what's it about|what is this about|what was it about|what's this about|what is the matter|what do you need|\
        what can i do|what can we do|how can i help|how can we help|how could i help|how may i help|how may we help|how can i assist|\
        how may i assist|what's the problem|what is the problem|what was the problem|what seems to be|reason for your call|\
        reason for calling|your question|what happened|what brings you|what's wrong|what is wrong|what is your request|what's up|\
        what are you calling about|what is your concern|what's your concern|puedo ayudar|kann ich ihnen helfen|kann ich helfen|puis-je vous aider|\
        posso ajudar|posso aiutar|what would you need|how i can help|what can i help";
    const WHOLE: &str = "what about|you'd like|what would you like|what do you want|what about it|about what";
    if said.words.len() > 24 {
        return None;
    }
    let text = said.words.iter().map(|w| &*w.low).collect::<Vec<_>>().join(" ");
    let text = text.trim_start_matches("and ").trim_start_matches("thanks ").trim_start_matches("ok ");
    let asks = said.text.contains('?') || said.text.is_ascii() && !said.text.contains(['.', '!']);
    let found =
        PHRASES.split('|').any(|p| text.contains(p)) && !text.contains("anything else") && !text.contains("what else")
            || asks && WHOLE.split('|').any(|p| text == p || said.words.len() <= 5 && text.ends_with(p));
    let any = |list: &'static str| said.words.iter().any(|w| listed(list, &w.low));
    found.then(|| match () {
        () if any("problem wrong happened") => Invited::Trouble,
        () if any("like need want you'd") => Invited::Wish,
        () => Invited::Any,
    })
}

/// "and three digits on the back": a question that a recogniser wrote without its mark.
pub(super) fn is_and_what(said: &Said<'_>) -> bool {
    const TELLS: &str =
        "is was are were has have had it's that's i we you they it i've i'll we've we'll you're done will can";
    (2..=7).contains(&said.words.len())
        && said.low(0) == "and"
        && !said.words.iter().any(|w| listed(TELLS, &w.low) || w.low.ends_with("ed"))
}

/// "I need the code from the letter": a question without its mark.
pub(super) fn needs(said: &Said<'_>) -> bool {
    let from = skip_interjections(said);
    let k = from + 1 + usize::from(listed("just will also", said.low(from + 1)));
    listed("i we i'll we'll", said.low(from))
        && said.low(k) == "need"
        && listed("your the a an some one", said.low(k + 1))
        && said.words.len() <= 16
}

/// What the agent asks the customer to say: what it is about, what is wanted, what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invited {
    Any,
    Wish,
    Trouble,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_and_requests() {
        for text in [
            "A colleague will call you tomorrow.",
            "I'll check that and let you know.",
            "Your parcel will be delivered on Friday.",
            "We will have a look at it",
            "I'll write to you if we find it",
            "You will hear from us within two days.",
        ] {
            assert!(is_promise(&Said::new(text)), "{text}");
        }
        for text in [
            "It will be sunny in Lyon.",
            "Your driver will be Ella.",
            "If you pay today we will send it",
            "I will not be able to send it",
            "Your table is booked.",
            "We would call you",
        ] {
            assert!(!is_promise(&Said::new(text)), "{text}");
        }
        let asked = |text: &str| request(&Said::new(text));
        assert_eq!(asked("Please send us a photo of it."), Some(1));
        assert_eq!(asked("Great, please complete the order on our site."), Some(2));
        assert_eq!(asked("Could you please send it?"), None);
        assert_eq!(asked("Please hold."), None);
        for (text, want) in [
            ("And what is it about?", Some(Invited::Any)),
            ("What's the problem?", Some(Invited::Trouble)),
            ("And you'd like?", Some(Invited::Wish)),
            ("Can I help with anything else?", None),
        ] {
            assert_eq!(invites(&Said::new(text)), want, "{text}");
        }
    }
}
