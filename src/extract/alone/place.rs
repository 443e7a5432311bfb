//! A town, its state and its postcode that stand by themselves.
//!
//! Owns their order. Must not know what else a bare answer may be.

use super::super::about::About;
use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{
    Said, Word, all_cities, is_city, is_common, is_everyday, is_first_name, is_function, listed, state_at,
};
use super::super::zip::zip_value;
use super::{LEADS, is_strange, past};

/// The customer's town with its postcode: "melur 625101", "current city melur and 625101", "29650 greer sc".
pub(super) fn town(said: &Said<'_>, about: About) -> Vec<Proposal> {
    let mut out = Vec::new();
    let n = said.words.len();
    if !about.has(About::HOME) || n > 12 {
        return out;
    }
    // "it is ok mr drew orlando 32830"
    let spoken_to = |k: usize| {
        let titled = |k: usize| listed("mr mrs ms miss mister", said.low(k));
        titled(k) && k + 3 <= n || k > 0 && titled(k - 1) && k + 2 <= n
    };
    let from = (0..n.min(8))
        .find(|&k| {
            !(spoken_to(k) || listed(LEADS, said.low(k))
                || listed("city current town in at for from place location address area live living currently now moved moving i'm and zip code zipcode name our", said.low(k)))
        })
        .unwrap_or(n);
    let text = |a: usize, b: usize| said.text[said.words[a].start..said.words[b - 1].end].to_owned();
    let plain = |k: usize| {
        said.words.get(k).is_some_and(|w| {
            w.is_alphabetic()
                && !is_function(&w.low)
                && !w.low.starts_with("zip")
                && !listed("code pin zipcode pincode postcode postal", &w.low)
        })
    };
    let zipped = |k: usize| said.words.get(k).is_some_and(|w| w.is_digits() && matches!(w.text.len(), 4..=8));
    let is_zip = |k: usize| matches!(said.words[k].text.len(), 5 | 6);
    // "my city name and zip 741852"
    let labelled = from > 0 && listed("zip code zipcode", said.low(from - 1));
    let push = |out: &mut Vec<Proposal>, key: Key, a: usize, b: usize| {
        out.push(Proposal::new(key, text(a, b), sure::LIKELY, said.words[a].start));
    };
    // "29650 greer sc"
    if zipped(from) {
        let mut to = from + 1;
        // "45140 dover oh": no word at the end behind a town
        let ends =
            |k: usize| k + 1 == n && k > from + 1 && !is_everyday(said.low(k - 1)) && state_at(said, k).is_some();
        while (plain(to) || ends(to)) && to < from + 5 {
            to += 1;
        }
        let state = (from + 2..to).find(|&k| state_at(said, k).is_some_and(|(len, _)| k + len == n));
        if let Some(k) = state.filter(|_| to == n || state_at(said, to - 1).is_some()) {
            push(&mut out, Key::City, from + 1, k);
            push(&mut out, Key::State, k, n);
            if is_zip(from) {
                push(&mut out, Key::Zip, from, from + 1);
            }
        } else if to == n
            && to > from + 1
            && ((from + 1..to).all(|k| !is_everyday(said.low(k))) || is_city(&text(from + 1, to).to_lowercase()))
        {
            push(&mut out, Key::City, from + 1, to);
            if is_zip(from) {
                push(&mut out, Key::Zip, from, from + 1);
            }
        }
        return out;
    }
    let mut to = from;
    while plain(to) && to < from + 4 {
        to += 1;
    }
    let mut k = to;
    let label = |k: usize| {
        listed("and zip code pin zipcode pincode postcode postal is its it's the my city", said.low(k))
            || said.low(k).starts_with("zip")
    };
    while k < n && label(k) {
        k += 1;
    }
    let ends = k + 1 == n || said.low(k + 1) == "and" || said.breaks(k + 1);
    if to == from || !zipped(k) || !ends || labelled {
        return out;
    }
    let everyday = |k: usize| is_everyday(said.low(k)) || is_common(said.low(k)) && !is_city(said.low(k));
    let state = [2, 1].into_iter().find(|&len| {
        to >= from + len
            && state_at(said, to - len)
                .is_some_and(|(n, short)| n == len && (!short || to - len > from || said.low(from) != "la"))
    });
    let city_to = to - state.unwrap_or(0);
    // "aaron 562689": somebody, whatever it is
    let long = said.words[k].text.len() == 6;
    if city_to == from + 1 && is_first_name(said.low(from)) && !is_city(said.low(from)) && long {
        return out;
    }
    let whole = text(from, city_to.max(from + 1));
    let odd = (from..city_to).any(everyday) && !is_city(&whole.to_lowercase()) && !is_mistyped(&whole);
    let letters = city_to == from + 1 && said.low(from).chars().count() < 3;
    if odd && (from..city_to).all(everyday) || city_to - from > 3 {
        return out;
    }
    if city_to > from && !odd && !letters {
        let state = state.is_none() && is_state_like(&text(from, city_to));
        push(&mut out, if state { Key::State } else { Key::City }, from, city_to);
    }
    if state.is_some() {
        push(&mut out, Key::State, city_to, to);
    }
    if is_zip(k) {
        out.push(Proposal::new(Key::Zip, zip_value(said, k), sure::LIKELY, said.words[k].start));
    }
    out
}

/// States outside America that people name where their town is asked for, and a state that is mistyped.
pub(super) fn is_state_like(text: &str) -> bool {
    const INDIAN: &str = "kerala tamilnadu karnataka maharashtra gujarat rajasthan punjab haryana bihar telangana odisha assam \
        uttarakhand jharkhand chhattisgarh";
    const LONG: &str = "california pennsylvania massachusetts connecticut mississippi minnesota louisiana washington tennessee oklahoma";
    let low = text.to_lowercase();
    listed(INDIAN, &low)
        || matches!(&*low, "tamil nadu" | "west bengal" | "andhra pradesh" | "uttar pradesh" | "madhya pradesh")
        || low.chars().count() > 8 && LONG.split(' ').any(|s| strsim::damerau_levenshtein(s, &low) <= 2)
}

/// "nehru nagar madurai", where something is brought: the town at an address's end.
pub(super) fn town_at_end(said: &Said<'_>, about: About) -> Option<Proposal> {
    let n = said.words.len();
    let last = said.words.last()?;
    let fits = about.has(About::FOOD.with(About::ADDRESS)) && !about.has(About::TRAVEL) && (3..8).contains(&n);
    let plain = |w: &Word<'_>| !is_function(&w.low) && !is_everyday(&w.low);
    let (before, town) = (&said.words[..n - 1], is_city(&last.low) && !is_first_name(&last.low));
    (fits && town && before.iter().all(plain) && before.iter().filter(|w| is_strange(w)).count() > 0)
        .then(|| Proposal::new(Key::City, last.text, sure::GUESSED, last.start))
}

/// New York is the city, and Washington is one where its postcode is none of the state's: that is what is asked for.
pub(super) fn settle(about: About, seen: &mut [Proposal]) {
    if !about.has(About::HOME) || seen.iter().any(|p| p.key == Key::City) {
        return;
    }
    let western = seen.iter().any(|p| p.key == Key::Zip && (p.value.starts_with("98") || p.value.starts_with("99")));
    let coded = seen.iter().any(|p| p.key == Key::Zip);
    for p in seen.iter_mut().filter(|p| p.key == Key::State) {
        let low = p.value.to_lowercase();
        if low == "new york" || low == "washington" && coded && !western {
            p.key = Key::City;
        }
    }
}

/// "city solavantha"; after a postcode, "solavantha".
pub(super) fn called(said: &Said<'_>, about: About, zipped: bool) -> Option<Proposal> {
    let n = said.words.len();
    if !about.has(About::HOME) || !(1..=5).contains(&n) {
        return None;
    }
    let from = (0..n).find(|&k| !(listed(LEADS, said.low(k)) || listed("city town", said.low(k))))?;
    let named = from > 0 && listed("city town", said.low(from - 1));
    let words = &said.words[from..];
    let (first, last) = (words.first()?, words.last()?);
    let value = &said.text[first.start..last.end];
    let strange =
        words.iter().all(|w| w.is_alphabetic() && is_strange(w) && w.low.chars().count() > 3 && !past(&w.low));
    let known = is_city(&value.to_lowercase()) || &*first.low == "newyork";
    let known = known && !is_everyday(&value.to_lowercase());
    let given = is_first_name(&first.low) && !known;
    (words.len() <= 2 && !given && (named && strange || (named || zipped) && known))
        .then(|| Proposal::new(Key::City, value, sure::LIKELY, first.start))
}

/// "251 l vilupuram 628014": the postcode at the end of a message that begins with a house's number.
pub(super) fn pinned(said: &Said<'_>, about: About) -> Option<Proposal> {
    let (last, rest) = said.words.split_last()?;
    let housed = rest.first().is_some_and(|w| w.text.bytes().next().is_some_and(|b| b.is_ascii_digit()));
    let named = rest.last().is_some_and(|w| w.is_alphabetic() && !is_common(&w.low));
    (!about.has(About::HOME) && housed && named && (3..10).contains(&rest.len()))
        .then(|| Proposal::new(Key::Zip, last.text, sure::LIKELY, last.start))
}

/// Is it a town that everybody knows with one letter wrong: "new yoek"?
fn is_mistyped(text: &str) -> bool {
    const SHORTEST: usize = 7;
    let low = text.to_lowercase();
    low.len() >= SHORTEST
        && all_cities().chain(["new york"]).any(|city| {
            city.len() >= SHORTEST && city.len().abs_diff(low.len()) < 2 && strsim::damerau_levenshtein(city, &low) == 1
        })
}

/// Nothing but a postcode and what it is called.
pub(super) fn is_code(said: &Said<'_>) -> bool {
    code_at(said).is_some()
}

/// "code 625456", where a town was said before.
pub(super) fn code(said: &Said<'_>, about: About) -> Option<Proposal> {
    let k = code_at(said).filter(|_| about.has(About::HOME))?;
    Some(Proposal::new(Key::Zip, zip_value(said, k), sure::LIKELY, said.words[k].start))
}

fn code_at(said: &Said<'_>) -> Option<usize> {
    let (last, before) = said.words.split_last()?;
    let called = |w: &Word<'_>| {
        listed(LEADS, &w.low) || listed("zip code pin zipcode pincode postcode postal and number no", &w.low)
    };
    (before.len() < 6 && last.is_digits() && matches!(last.text.len(), 5 | 6) && before.iter().all(called))
        .then_some(before.len())
}
