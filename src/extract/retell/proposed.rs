//! What the agent proposed with a question, told by what the customer said to it.
//!
//! Owns how such a question is turned: "Would you like to upgrade?" is "declined to upgrade". Must not know what was answered.

use super::super::words::{Said, listed};
use super::{lowered, retold};
use crate::domain::conversation::Role;

/// What was proposed.
enum Proposed {
    /// Something for the customer to do.
    Do(String),
    /// Something for the agent to do.
    Agent(String),
    /// Something to have.
    Thing(String),
}

/// "The customer declined to upgrade to Premium"; `None` where the question would be bent.
pub(in super::super) fn refused(question: &str) -> Option<String> {
    Some(match proposed(question)? {
        Proposed::Do(what) => format!("The customer declined to {what}"),
        Proposed::Agent(what) => format!("The customer did not want the agent to {what}"),
        Proposed::Thing(what) => format!("The customer declined {what}"),
    })
}

/// "The customer agreed to upgrade to Premium"
pub(in super::super) fn agreed(question: &str) -> Option<String> {
    Some(match proposed(question)? {
        Proposed::Do(what) => format!("The customer agreed to {what}"),
        Proposed::Agent(what) => format!("The customer wanted the agent to {what}"),
        Proposed::Thing(what) => format!("The customer wanted {what}"),
    })
}

fn proposed(question: &str) -> Option<Proposed> {
    let said = Said::new(question);
    let n = said.words.len();
    let (from, mine) = (0..n.min(24)).find_map(|k| {
        let you = |head: usize| {
            let me = listed("me us", said.low(head)) && said.low(head + 1) == "to";
            Some(if me { (head + 2, true) } else { (head, false) })
        };
        match said.low(k) {
            "would" if said.has(k + 1, &["you", "like"]) => you(k + 3),
            "would" if said.has(k + 1, &["you", "be", "interested", "in"]) => Some((k + 5, false)),
            "are" if said.has(k + 1, &["you", "interested", "in"]) => Some((k + 4, false)),
            "do" if said.has(k + 1, &["you", "want"]) => you(k + 3),
            "want" if k == 0 && said.has(k + 1, &["me", "to"]) => Some((k + 3, true)),
            "shall" | "should" if listed("i we", said.low(k + 1)) => Some((k + 2, true)),
            // "I can offer you a voucher"
            "i" | "we" if said.has(k + 1, &["can", "offer", "you"]) => Some((k + 4, false)),
            _ => None,
        }
    })?;
    // "shall I go ahead", "do you want that" say not with what
    let vague = |k: usize| listed("it that this so them one go do proceed continue", said.low(k));
    let to = !mine && said.low(from) == "to";
    let first = from + usize::from(to);
    let last = n.checked_sub(1)?;
    if first > last || vague(first) || first + 2 > n || n > from + 24 || vague(last) {
        return None;
    }
    // one question alone
    if said.text.matches('?').count() > 1 || (first..n).any(|k| listed("or what which when where how", said.low(k))) {
        return None;
    }
    let stops = (first + 1..n).find(|&k| said.words[k].gap == super::Gap::Stop);
    if stops.is_some() {
        return None;
    }
    let told = retold(&said, first, Role::Agent);
    let told = told.strip_suffix(" then").unwrap_or(&told);
    let whose =
        said.words.iter().any(|w| listed("i we i'd", &w.low)) && !mine && said.low(first.saturating_sub(2)) != "offer";
    // "whether the customer has a car": told of who does something
    let does = ["the customer has", "the customer is", "the customer will", "the customer would"]
        .iter()
        .any(|h| told.contains(h));
    if told.is_empty() || does || told.contains('"') || whose {
        return None;
    }
    // who declines it has been named
    let told = lowered(told).replace("the customer's", "their").replace("the customer", "them");
    let thing = listed("a an the some another any one two our your my more extra", said.low(first))
        || said.low(first).bytes().all(|b| b.is_ascii_digit());
    let doing = said.low(first).ends_with("ing");
    match () {
        () if mine => Some(Proposed::Agent(told)),
        () if to => Some(Proposed::Do(told)),
        () if thing || doing => Some(Proposed::Thing(told)),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_turned() {
        for (question, want) in [
            (
                "Would you like to upgrade to Premium for 5 euros more?",
                Some("The customer declined to upgrade to Premium for 5 euros more"),
            ),
            (
                "Would you like me to send you a receipt?",
                Some("The customer did not want the agent to send them a receipt"),
            ),
            ("Do you want a voucher instead?", Some("The customer declined a voucher instead")),
            ("Are you interested in our premium plan?", Some("The customer declined the premium plan")),
            ("Should I book the Pine Camp?", Some("The customer did not want the agent to book the Pine Camp")),
            (
                "I can offer you a 20 percent voucher instead.",
                Some("The customer declined a 20 percent voucher instead"),
            ),
            ("Would you like that?", None),
            ("Shall I go ahead?", None),
            ("The taxi costs 45 euros. Should I book it?", None),
        ] {
            assert_eq!(refused(question).as_deref(), want, "{question}");
        }
    }
}
