//! How callers say who they are in a sentence: "I'm ...", "this is ...", and in ways that are heard seldom.
//!
//! Owns the words before such a name and around it. Must not know how a name is put together (`name`).

use super::asked::Asked;
use super::ends;
use super::name::{Name, Part, build, collect, skip_fillers};
use super::proposal::{Scene, is_foreign, is_person, sure};
use super::words::{Gap, Said, Word, is_city, is_common, is_first_name, is_surname, listed};

/// What a nickname follows: it counts where no name is known.
const NICKNAME: &[&[&str]] = &[&["call", "me"], &["calls", "me"], &["i", "go", "by"]];

/// Beginnings that something else than a name may follow.
const WEAK: &[&[&str]] = &[
    &["it", "is", "me"],
    &["it's", "me"],
    &["its", "me"],
    &["this", "is"],
    &["here", "is"],
    &["i", "am"],
    &["i'm"],
    &["im"],
    &["it", "is"],
    &["it's"],
    &["its"],
];

/// What an answer begins with, whatever is asked.
const SIGHS: &str = "oh ah um uh hm hmm er well so ok okay yes yeah yep right sure sorry i think that's";

/// "I'm ...", "this is ...", "it's ..."
pub(super) fn introduced(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    for i in 0..said.words.len() {
        let Some(cue) = WEAK.iter().find(|cue| said.has(i, cue)) else { continue };
        // "it's your boy Mark here"
        let yours =
            said.low(i + cue.len()) == "your" && listed("boy girl friend man pal buddy", said.low(i + cue.len() + 1));
        let from = i + cue.len() + if yours { 2 } else { 0 };
        if said.breaks(from) {
            continue;
        }
        let named = ends::skip_rank(said, from);
        let ranked = named > from;
        let from = named;
        let words = collect(said, from, scene, true);
        let Some(head) = words.first() else { continue };
        let greeted = i == 0 || listed("hi hey hello hai hii", said.low(i - 1));
        let known = is_first_name(&head.low) && (!is_common(&head.low) || said.cased && head.is_capital() || greeted);
        let behind = from + words.len();
        let known = known || scene.one_sided() && is_last_of_all(said, cue, from, &words);
        let again = words.len() > 1
            && words.last().is_some_and(|w| said.low(behind) == w.low || is_spelled_behind(said, behind, &w.low));
        let closed = said.breaks(behind)
            || again
            || matches!(
                said.low(behind),
                "and"
                    | "from"
                    | "here"
                    | "speaking"
                    | "calling"
                    | "with"
                    | "again"
                    | "at"
                    | "i"
                    | "i'd"
                    | "i've"
                    | "but"
                    | "is"
            );
        let capital = (said.cased || is_cased_by_itself(said, i, &words)) && head.is_capital();
        // to a question for something else "I'm ..." may be a place or a thing
        let answers = !scene.asked.has(Asked::OTHER) || scene.asked.has(Asked::ANY_NAME.with(Asked::GREETING));
        let ok = match cue[0] {
            "i'm" | "i" | "im" | "this" => {
                let from_somewhere = matches!(said.low(behind), "from" | "here" | "speaking" | "calling");
                known && (closed || capital)
                    || capital
                        && closed
                        && (words.len() > 1 || cue[0] != "this" && answers || from_somewhere || ranked)
                        && !is_city(&head.low)
            }
            // "it's" may be anything: only with a known name, and at the beginning
            _ => {
                known
                    && closed
                    && (greeted || i < 5 && said.breaks(i) || scene.asked.has(Asked::ANY_NAME))
                    // "oh okay, it's Charlie" answers what was asked: the name of a pet
                    && (answers || (0..i).any(|k| !listed(SIGHS, said.low(k))) || cue.last() == Some(&"me"))
            }
        };
        if ok && (is_first_name(&head.low) || !is_city(&head.low)) {
            return build(&words, Part::Whole, if known { sure::BY_FORM } else { sure::LIKELY });
        }
    }
    None
}

/// "you can call me ..."
pub(super) fn nicknamed(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    (0..said.words.len()).find_map(|i| {
        let cue = NICKNAME.iter().find(|cue| said.has(i, cue))?;
        // "my manager said call me ..."
        if i > 0 && listed("said says told", said.low(i - 1)) {
            return None;
        }
        let words = collect(said, i + cue.len(), scene, true);
        let named = words.first().is_some_and(|w| is_first_name(&w.low) || said.cased && w.is_capital());
        named.then(|| build(&words, Part::Whole, sure::NICKNAME)).flatten()
    })
}

/// "okay lindsay i am johnson", "... im miley cyrus" where only the customer's side is known: words of no list, or a family name,
/// that end the message.
fn is_last_of_all(said: &Said<'_>, cue: &[&str], from: usize, words: &[&Word<'_>]) -> bool {
    let says = matches!(cue[0], "i'm" | "i" | "im" | "this");
    let strange = |w: &&Word<'_>| {
        let low = &*w.low;
        !is_common(low) && low.len() > 3 && !is_city(low) && !["ed", "ing", "ly"].iter().any(|e| low.ends_with(e))
    };
    let family = matches!(words, [one] if is_surname(&one.low));
    says && from + words.len() == said.words.len() && words.iter().all(strange) && (family || words.len() == 2)
}

/// "I'm Kaz Okafor.", and no other word: that "I'm" is no "I'M" says that capitals count here.
fn is_cased_by_itself(said: &Said<'_>, i: usize, words: &[&Word<'_>]) -> bool {
    let strange = |w: &&Word<'_>| {
        w.is_capital() && !is_common(&w.low) && !is_city(&w.low) && !["ed", "ing"].iter().any(|e| w.low.ends_with(e))
    };
    let mixed = said.low(i) == "i'm" && said.words[i].text.ends_with('m');
    mixed && words.len() == 2 && words.iter().all(strange)
}

/// "... bernard tull t u l l calling": do the letters from word `k` on spell the word before?
fn is_spelled_behind(said: &Said<'_>, k: usize, word: &str) -> bool {
    word.len() > 2 && word.chars().enumerate().all(|(n, c)| said.low(k + n).chars().eq([c]))
}

/// What somebody is to whom they call for.
const ROLES: &str = "assistant secretary pa wife husband spouse partner son daughter mother father mum mom dad sister brother carer \
    caretaker caregiver nurse accountant bookkeeper lawyer attorney colleague neighbour neighbor friend manager deputy aunt uncle \
    niece nephew cousin grandson granddaughter boyfriend girlfriend fiance fiancee";

/// Ways of saying one's name in which other names or titles stand, to be read before any other.
pub(super) fn first_of_all(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    renamed(said, scene).or_else(|| for_another(said, scene)).or_else(|| titled(said, scene))
}

/// "Ms Yusuf. Amina.", "Mrs Chow. The policy is my husband's.": a title and a family name, and perhaps the given name behind them.
fn titled(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    if !scene.asked.has(Asked::NAME) {
        return None;
    }
    let from = skip_fillers(said, 0);
    let family = said.words.get(from + 1).filter(|w| w.is_alphabetic() && w.low.len() > 1)?;
    if !listed("mr mrs ms miss", said.low(from)) || !said.breaks(from + 2) {
        return None;
    }
    let given = said.words.get(from + 2).filter(|w| {
        let known = is_first_name(&w.low) || said.cased && w.is_capital() && w.is_alphabetic();
        known && !is_common(&w.low) && said.breaks(from + 3)
    });
    let strange = !is_first_name(&family.low) && (!is_common(&family.low) || said.cased && family.is_capital());
    // "Mr. Lehmann, first name Karl"
    let ends = said.words.get(from + 2).is_none_or(|w| w.gap == Gap::Stop);
    if given.is_none() && !(strange && ends) {
        return None;
    }
    let cased = |w: &Word<'_>| w.text.to_owned();
    Some(Name { first: given.map(cased), last: Some(cased(family)), sure: sure::ANSWERED, at: family.start })
}

/// Ways that are seldom: each is told by words that leave no doubt.
pub(super) fn otherwise(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    spoken_to(said, scene).or_else(|| put_right(said, scene)).or_else(|| holder(said, scene))
}

/// Two words and more that are a name by their form, with nothing else behind them in the clause but these words.
fn whole_name(said: &Said<'_>, i: usize, scene: &Scene, behind: &'static str) -> Option<Name> {
    let words = collect(said, i, scene, true);
    let end = i + words.len();
    let head = words.iter().find(|w| w.low.len() > 3 || is_first_name(&w.low))?;
    let known = is_first_name(&head.low) || said.cased && words.iter().all(|w| w.is_capital());
    let closed = said.breaks(end) || listed(behind, said.low(end));
    (words.len() > 1 && known && closed).then(|| build(&words, Part::Whole, sure::LIKELY)).flatten()
}

/// "you're speaking to Rosalind Chatterjee"
fn spoken_to(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let i = (0..said.words.len()).find(|&i| {
        listed("speaking talking", said.low(i))
            && listed("to with", said.low(i + 1))
            && (said.low(i.wrapping_sub(1)) == "you're" || said.has(i.saturating_sub(2), &["you", "are"]))
    })?;
    let asks = said.text.contains('?');
    (!asks).then(|| whole_name(said, i + 2, scene, "from of at here and")).flatten()
}

/// "this is his assistant Julie Park", "I'm Mr Stone's daughter Ella Stone": who calls for somebody.
fn for_another(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    (0..said.words.len()).find_map(|i| {
        let from = match said.low(i) {
            "i'm" | "im" | "it's" => i + 1,
            "this" if said.low(i + 1) == "is" => i + 2,
            "i" if said.low(i + 1) == "am" => i + 2,
            _ => return None,
        };
        let role = (from + 1..from + 4).find(|&k| listed(ROLES, said.low(k)))?;
        let whose = said.low(role - 1);
        // "this is about her husband" is no introduction
        let right = |k: usize| listed("mr mrs ms dr", said.low(k)) || is_first_name(said.low(k));
        let anothers = listed("his her their the", whose) && role == from + 1
            || whose.ends_with("'s") && is_person(whose) && (from..role - 1).all(right);
        let whole = || whole_name(said, role + 1, scene, "from of at here calling speaking and");
        // "this is Peter's wife, Ingrid"
        let given = || {
            let w = said.words.get(role + 1).filter(|w| is_first_name(&w.low) && !is_common(&w.low))?;
            said.breaks(role + 2).then(|| build(&[w], Part::Whole, sure::LIKELY)).flatten()
        };
        if anothers { whole().or_else(given) } else { None }
    })
}

/// "I was Ella Stone, now Ella Marchetti"
fn renamed(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let i = (2..said.words.len()).find(|&i| said.low(i) == "now")?;
    let name = whole_name(said, i + 1 + usize::from(listed("it's its i'm", said.low(i + 1))), scene, "and but since")?;
    let given = name.first.as_deref()?.to_lowercase();
    let was = (0..i).find(|&k| listed("was formerly previously née", said.low(k)) || said.has(k, &["used", "to"]))?;
    (was + 1..i).any(|k| said.low(k) == given).then_some(Name { sure: sure::STATED, ..name })
}

/// "no, it should be Olga Petrenko": a name in the place of one that was wrong.
fn put_right(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let other = scene.asked.has(Asked::ANOTHERS) || scene.asked.has(Asked::OTHER) && !scene.asked.has(Asked::ANY_NAME);
    if !scene.agent_spoke || other {
        return None;
    }
    let i = (0..said.words.len().min(6)).find(|&i| said.has(i, &["should", "be"]))?;
    let about = (0..i).all(|k| listed("no nope sorry actually um uh it that the name my last first this", said.low(k)));
    let name = whole_name(said, i + 2, scene, "please thanks not")?;
    let given = name.first.as_deref().is_some_and(|f| is_first_name(&f.to_lowercase()));
    (about && given).then_some(name)
}

/// "account holder Jens Riemer", where the message names nobody else.
fn holder(said: &Said<'_>, scene: &Scene) -> Option<Name> {
    let i = (1..said.words.len()).find(|&i| {
        listed("holder holder's", said.low(i))
            && listed("account policy card", said.low(i - 1))
            && !is_foreign(said, i - 1)
    })?;
    // "the account holder (is) ..." is said by anybody
    let is = said.low(i + 1) == "is";
    let the = i > 1 && said.low(i - 2) == "the";
    if (is || the) && !said.has(said.words.len().saturating_sub(2), &["that's", "me"]) {
        return None;
    }
    let from = i + 1 + usize::from(is || said.low(i + 1) == "name");
    let others =
        said.any(&["wife", "husband", "mother", "father", "his", "her", "behalf", "client", "son", "daughter"]);
    (!others && !said.text.contains('?')).then(|| whole_name(said, from, scene, "that's that and here")).flatten()
}

/// "Lucille and Peter Brandt. I'm Lucille": the family name that two share is each one's.
pub(super) fn of_couple(said: &Said<'_>, name: Name) -> Name {
    let (Some(first), None) = (name.first.as_deref(), name.last.as_deref()) else { return name };
    let first = first.to_lowercase();
    let given = |k: usize| is_first_name(said.low(k));
    let last = (1..said.words.len()).find_map(|i| {
        let pair = said.low(i) == "and" && given(i - 1) && given(i + 1) && !said.breaks(i) && !said.breaks(i + 1);
        let own = said.low(i - 1) == first || said.low(i + 1) == first;
        let family = said.words.get(i + 2).filter(|w| w.is_alphabetic() && !said.breaks(i + 2))?;
        let named = is_surname(&family.low) && !is_common(&family.low)
            || !is_common(&family.low) && (!said.cased || family.is_capital()) && said.breaks(i + 3);
        (pair && own && named).then(|| family.text.to_owned())
    });
    Name { last, ..name }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{text, voice};

    #[test]
    fn seldom_ways_to_say_who_one_is() {
        let julie = [("first_name", "Julie"), ("last_name", "Park")];
        text(&["A: Is that Mr Stone?", "C: No, this is his assistant Julie Park."], &julie);
        voice(&["A: Hello?", "C: good morning this is mr stone's assistant julie park"], &julie);
        text(&["A: Hello?", "C: this is my assistant's desk"], &[]);
        text(&["A: Hello?", "C: this is about her husband Peter Stone"], &[]);
        let ella = [("first_name", "Ella"), ("last_name", "Marchetti")];
        text(&["A: How can I help?", "C: I was Ella Stone, now Ella Marchetti"], &ella);
        text(&["A: Your name?", "C: It used to be Ella Stone, now it's Ella Marchetti."], &ella);
        let olga = [("first_name", "Olga"), ("last_name", "Petrenko")];
        text(&["A: Thanks, I have Olga Petrovna here.", "C: it should be Olga Petrenko"], &olga);
        text(&["A: What should the card say?", "C: it should be Mark Twain"], &[]);
        let jens = [("first_name", "Jens"), ("last_name", "Riemer")];
        text(&["C: My card is lost. Account holder: Jens Riemer"], &jens);
        text(
            &["C: hello?", "C: so um this is bernard tull t u l l calling about my roof"],
            &[("first_name", "bernard"), ("last_name", "tull")],
        );
        text(&["A: Who is the account holder?", "C: the account holder is Jens Riemer"], &[]);
        text(&["C: it's about the policy holder Jens Riemer"], &[]);
        text(&["C: The account holder is my father, Jens Riemer"], &[]);
        text(&["C: the account holder is jens riemer, i'm his son"], &[]);
        voice(
            &["A: Chatterjee and sons?", "C: yes you're speaking to rosalind chatterjee"],
            &[("first_name", "Rosalind"), ("last_name", "Chatterjee")],
        );
    }

    #[test]
    fn who_is_asked_in_few_words() {
        for asked in ["And you are?", "Who's this?", "Who do I have on the line?", "Which name?"] {
            text(&[&format!("A: {asked}"), "C: Rob Tanner"], &[("first_name", "Rob"), ("last_name", "Tanner")]);
        }
        text(&["A: And you are?", "C: ready to order"], &[]);
        voice(&["A: And your surname?", "C: b as in bravo e r g as in golf"], &[("last_name", "Berg")]);
        text(&["A: And your surname?", "C: b as in bravo e r g as in golf"], &[("last_name", "Berg")]);
        voice(
            &["A: Who is calling?", "C: dr amara bello lagos general hospital"],
            &[("first_name", "Amara"), ("last_name", "Bello")],
        );
    }

    #[test]
    fn a_name_that_was_read_back_wrong() {
        let olga = [("first_name", "Olga"), ("last_name", "Petrenko")];
        text(&["A: Is this Olga Petrovna?", "C: no, it should be Olga Petrenko"], &olga);
        voice(&["A: Am I speaking with Olga Petrovna?", "C: it's olga petrenko"], &olga);
        text(&["A: Is this Olga Petrovna?", "C: Olga Petrenko is my colleague"], &[]);
        text(
            &["A: Is this Olga Petrovna?", "C: no Olga is at work, I'm Dan Hill"],
            &[("first_name", "Dan"), ("last_name", "Hill")],
        );
    }

    #[test]
    fn a_family_name_that_two_share() {
        let lucille = [("first_name", "Lucille"), ("last_name", "Brandt")];
        text(&["A: Who is it for?", "C: Lucille and Peter Brandt. I'm Lucille"], &lucille);
        text(&["C: Hi, we are Lucille and Peter Brandt. I'm Lucille."], &lucille);
        text(&["C: Anna and Peter Brandt wrote to me. I'm Lucille."], &[("first_name", "Lucille")]);
    }
}
