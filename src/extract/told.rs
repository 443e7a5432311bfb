//! How the matters of a conversation are put into one sentence.
//!
//! Owns the sentence's joints and what is left out where it has no room. Must not know how matters are understood.

use super::answers::{self, Answer};
use super::asked::Asked;
use super::detail::{beside_address, is_detail};
use super::matter::Matter;
use super::order;
use super::retell::{reported, shorten};
use super::sentences::sentences;
use super::topic::is_matter;
use super::wish::{Wish, past_noise};
use super::words::{Said, is_english, is_function, listed};

/// What is told of a matter.
pub(super) struct Told<'a> {
    pub wish: &'a Wish,
    /// The head of a wish that is too long.
    short: Option<&'a str>,
    pub things: Vec<&'a str>,
    pub answers: Vec<&'a Answer>,
    /// It could not be had, and something else was taken.
    given_up: bool,
}

impl<'a> Told<'a> {
    /// What the wishes of `all` say, and what is told of their `outcomes`, is not told twice.
    pub fn new(matter: &'a Matter, all: &[Matter], outcomes: &[&str]) -> Option<Self> {
        let wish = matter.wish.as_ref()?;
        let squeezed = |text: &str| text.to_lowercase().replace(' ', "");
        // the day and time that it came to, before those that were asked for
        let came_to =
            outcomes.iter().map(|o| Said::new(o)).any(|o| answers::offered(&o).is_some() && matter.is_about(&o));
        let outcomes = squeezed(&outcomes.concat());
        let wished: String = all.iter().filter_map(|m| m.wish.as_ref()).map(|w| squeezed(w.text())).collect();
        let new = |a: &&Answer| !outcomes.contains(&squeezed(&a.words)) && !wished.contains(&squeezed(&a.words));
        // a number says nothing by standing somewhere
        let answers = matter.answers.iter().filter(|a| a.is_count() || new(a) && !(came_to && a.is_when())).collect();
        Some(Self {
            wish,
            short: None,
            things: matter.things.iter().map(String::as_str).collect(),
            answers,
            given_up: matter.given_up,
        })
    }

    /// Leaves out the reasons and what follows; `false` where there is nothing to leave out.
    pub fn shorten(&mut self) -> bool {
        const TAILS: &[&str] = &[
            " to see if ",
            " because ",
            " so that ",
            " since ",
            " they want",
            " they need",
            " they would",
            ". ",
            ", ",
        ];
        let text = self.short.unwrap_or(self.wish.text());
        let end = TAILS.iter().filter_map(|t| text.find(t)).filter(|at| *at >= 12).min();
        self.short = end.map(|end| text[..end].trim_end_matches(" and")).or(self.short);
        end.is_some()
    }

    /// The wish with its things and answers: "get a pizza, two teas and a cake (day: Friday, people: 4)".
    fn text(&self) -> String {
        let mut out = match self.wish {
            Wish::Question(text) => format!("\"{}\"", shorten(text)),
            wish => self.short.unwrap_or(wish.text()).to_owned(),
        };
        for (i, thing) in self.things.iter().enumerate() {
            let last = i + 1 == self.things.len();
            // "take their order: two soups"
            let heads = i == 0 && (out.ends_with(" order") || out == "order");
            out.push_str(match thing {
                _ if heads => ": ",
                with if with.starts_with("with ") && i == 0 => " ",
                _ if last => " and ",
                _ => ", ",
            });
            out.push_str(thing);
        }
        if !self.answers.is_empty() {
            let told: Vec<String> = self.answers.iter().map(|a| format!("{}: {}", a.label, a.words)).collect();
            out.push_str(&format!(" ({})", told.join(", ")));
        }
        if self.given_up {
            out.push_str(" (not possible)");
        }
        out
    }
}

/// "Wanted to a, and to b; asked the agent to c".
pub(super) fn together(told: &[Told<'_>]) -> String {
    let mut out = String::new();
    let mut last = None;
    for (i, one) in told.iter().enumerate() {
        let kind = match one.wish {
            Wish::Do(_) => "wanted to ",
            Wish::Ask(_) => "asked the agent to ",
            Wish::Interest(_) => "was interested in ",
            Wish::About(_) => "asked about ",
            Wish::Trouble(_) => "reported: ",
            Wish::Question(_) => "asked ",
        };
        let mut text = one.text();
        if last == Some(kind) {
            let to = if kind.ends_with("to ") { "to " } else { "" };
            let same_kind = |t: &Told<'_>| std::mem::discriminant(t.wish) == std::mem::discriminant(one.wish);
            let more = told.get(i + 1).is_some_and(same_kind);
            // "to get a pizza, and two teas"
            let gets = |t: &Told<'_>| matches!(t.wish, Wish::Do(t) if t.starts_with("get "));
            let both = gets(&told[i - 1]) && gets(one);
            out.push_str(if more { ", " } else { ", and " });
            out.push_str(if both { "" } else { to });
            text = text.split_off(if both { 4 } else { 0 });
        } else {
            out.push_str(if out.is_empty() { "" } else { "; " });
            out.push_str(kind);
        }
        out.push_str(&text);
        last = Some(kind);
    }
    out
}

/// How a conversation opens, told about the customer; the customer's own words where that would bend them.
pub(super) fn opened(opening: &str) -> Result<String, &str> {
    const TELLS: &str = "my our somebody someone nobody i i'm i've i'd we we've we're the there there's it it's they he she this that still \
        a an another everything something nothing one two his her their";
    let first = sentences(opening).next().unwrap_or_default();
    let said = Said::new(first);
    let from = past_noise(&said);
    // what follows is about who speaks, or says no more than the first sentence does
    let more: Vec<Said<'_>> = sentences(opening).skip(1).take(3).map(Said::new).filter(|s| s.words.len() > 2).collect();
    let more: Vec<_> = more
        .iter()
        .filter(|s| !(is_detail(s, past_noise(s)) || s.text.contains('@') && beside_address(s) < 3))
        .collect();
    let alone = said.words.len() >= from + 5 || more.is_empty();
    // a wish that no rule knows stays as it was said
    let wish = said.low(from) == "i"
        && (listed("wants would like", said.low(from + 1))
            || listed("need want have", said.low(from + 1))
                && (from + 2..from + 4).any(|k| said.low(k).ends_with("ing")));
    let company = said.low(from) == "you"
        && (listed("left sent sold gave told said made charged billed", said.low(from + 1))
            || said.low(from + 1).ends_with("ed"));
    if wish
        || !alone
        || !more.is_empty()
        || first.contains('?')
        || !(listed(TELLS, said.low(from)) || company)
        || !is_english(&said)
    {
        return Err(opening);
    }
    let told = reported(&said, from);
    // "I got married, my last name is ..."
    let little = told.split_whitespace().count() < 4 && said.words.len() > from + 6;
    if little || told.starts_with('"') { Err(opening) } else { Ok(told) }
}

/// What is wanted, where all that was told is that something is: "they want to rent a van", "they want to new cable".
pub(super) fn only_wanted(told: &str) -> Option<Wish> {
    const HEADS: [&str; 6] =
        ["they want to ", "they wants to ", "they need to ", "they would like to ", "they wanted to ", "they wish to "];
    let wanted = HEADS.iter().find_map(|h| told.strip_prefix(h))?;
    let mut wanted = wanted.strip_prefix("need ").unwrap_or(wanted);
    let mut words = wanted.split_whitespace();
    let first = words.next()?.to_lowercase();
    let second = words.next();
    if first.ends_with("ing") && first.len() > 5 && second.is_some() {
        return Some(Wish::Interest(wanted.to_owned()));
    }
    wanted = wanted.strip_prefix("the the ").unwrap_or(wanted);
    let thing = is_function(&first) || is_matter(&first) || order::is_food(&first) || first.ends_with("ed");
    let had = listed("data seat credit account software boarding cable internet", &first) || thing;
    match (had, second) {
        (true, _) => Some(Wish::Do(format!("get {wanted}"))),
        (false, Some(_)) => Some(Wish::Do(wanted.to_owned())),
        (false, None) => None,
    }
}

/// What of a customer was asked for, in words.
pub(super) fn things(asked: Asked, birth: bool) -> String {
    let mut names: Vec<&str> = [
        (Asked::ANY_NAME, "name"),
        (Asked::EMAIL, "email"),
        (Asked::PHONE, "phone number"),
        (Asked::ZIP, "postcode"),
        (Asked::ADDRESS.with(Asked::STREET).with(Asked::CITY), "address"),
        (Asked::COMPANY, "company"),
    ]
    .into_iter()
    .filter_map(|(bits, name)| asked.has(bits).then_some(name))
    .collect();
    if birth {
        names.push("date of birth");
    }
    match &names[..] {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        one => one.concat(),
    }
}
