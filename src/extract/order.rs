//! The things of an order that are named without "I want": "add two lemonades", "and one salad", "with red sauce".
//!
//! Owns the signs of such a thing. Must not know the order it belongs to. Precision first: an address, a number or a person's
//! name that is taken for a thing would be told as what the customer bought.

use super::wish::{Wish, past_noise};
use super::words::{Gap, Said, is_common, is_first_name, is_function, is_surname, listed, state_at};

/// The most words one thing is told in.
const MOST_WORDS: usize = 10;
/// Food and drink: what needs neither a number nor a verb to be a thing of an order.
const FOOD: &str = "pizza pizzas burger burgers cheeseburger cheeseburgers sandwich sandwiches salad salads fries soup soups pasta spaghetti noodles \
    lasagna rice chicken beef pork lamb fish shrimp turkey bacon ham sausage pepperoni meatball meatballs cheese egg eggs mushroom \
    mushrooms onion onions tomato tomatoes pepper peppers olive olives corn spinach sauce topping toppings dressing crust bread bun \
    bagel bagels toast wrap taco tacos burrito burritos sushi curry steak wings nuggets dessert cake cakes cookie cookies brownie \
    brownies pie pies cream chocolate donut donuts muffin muffins pancakes waffles drink drinks soda sodas coke cola lemonade \
    lemonades juice tea teas coffee coffees latte espresso cappuccino milk milkshake water beer wine smoothie";
const NUMBERS: &str = "one two three four five six seven eight nine ten a an another";
/// What a number may stand before and is nothing to be had: time, people, places, courtesies.
const NOT_THINGS: &str = "second seconds sec minute minutes min mins hour hours hrs day days week weeks month months year years time \
    times moment moments am pm people persons person guests guest adults kids of thing things item items question questions \
    quantity works street st road rd avenue ave lane ln drive dr court ct boulevard blvd place pl way circle terrace highway hwy \
    parkway pkwy suite floor apartment apt january february march april may june july august september october november december \
    phone contact number address ssn pin code zip email name cash card travel hotel flight expense expenses usd delivery north south east west problem issue bit lot";
/// Behind these a thing is told as one.
const ADDS: &str = "add include plus";
/// Behind these it needs a number or to be food.
const TAKES: &str = "with give get take have make bring";
/// What is done is no thing.
const DEEDS: &str = "change changes swap replace update order check cancel remove deliver know send";
/// Where a thing ends and the sentence may go on.
const ENDS: &str = "please pls plz also too only thanks thank asap now along on to for in instead as";
/// Within a thing.
const WITHIN: &str = "and with of a an the extra no";

/// Is it something to eat or drink?
pub(super) fn is_food(low: &str) -> bool {
    listed(FOOD, low)
}

/// What a customer named before, where that was of the same order: "art lover", before "and 2 coffees".
pub(super) fn before(opening: &str) -> Option<String> {
    let said = Said::new(opening);
    let person = |low: &str| (is_first_name(low) || is_surname(low)) && !is_common(low);
    let plain = said
        .words
        .iter()
        .all(|w| w.is_alphabetic() && !person(&w.low) && !is_function(&w.low) && !listed(NOT_THINGS, &w.low));
    let plain = plain && said.words.iter().any(|w| is_common(&w.low));
    let named = plain && (1..=4).contains(&said.words.len()) && !opening.contains('?');
    thing(&said).or_else(|| named.then(|| opening.trim_end_matches('.').to_owned()))
}

/// A number of things, and nothing else: "3 crispy tenders".
pub(super) fn counted(text: &str) -> Option<String> {
    thing(&Said::new(text)).filter(|t| {
        let first = t.split(' ').next().unwrap_or_default().to_lowercase();
        is_amount(&first) && !listed("a an another", &first)
    })
}

/// Food and drink, named before anything was asked for: "double cheeseburger", "2 coffees".
pub(super) fn opens(said: &Said<'_>) -> Option<String> {
    thing(said)
        .filter(|t| !t.starts_with("with ") && t.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(is_food))
}

/// Is it for things: may more of them follow?
pub(super) fn is_order(wish: &Wish) -> bool {
    let (Wish::Do(text) | Wish::Ask(text)) = wish else { return false };
    let text = text.to_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    match words.next() {
        Some("buy" | "purchase" | "add") => true,
        Some("take" | "place" | "make") => words.clone().take(2).any(|w| w == "order"),
        Some("order") => words.next().is_some_and(|w| !listed("status number id", w)),
        Some("get" | "have") => {
            let amount = words.clone().next().is_some_and(|w| is_amount(w) && !listed("a an another", w));
            let time = words.clone().nth(1).is_some_and(|w| listed(NOT_THINGS, w));
            !time && (amount || words.any(|w| listed(FOOD, w)))
        }
        _ => false,
    }
}

/// Is it about the order as a whole, and says nothing of it: "complete my order"?
pub(super) fn is_order_itself(wish: &Wish) -> bool {
    let (Wish::Do(text) | Wish::Ask(text)) = wish else { return false };
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && listed("complete confirm finish place process finalise finalize order proceed make deliver send", words[0])
        && words[words.len() - 1].eq_ignore_ascii_case("order")
}

/// One or two digits, or a small number in a word.
pub(super) fn is_amount(low: &str) -> bool {
    listed(NUMBERS, low) || low.len() <= 2 && low.bytes().all(|b| b.is_ascii_digit())
}

/// The thing, or things, that a sentence names for an order.
pub(super) fn thing(said: &Said<'_>) -> Option<String> {
    const MONTHS: &str = "jan feb mar apr jun jul aug sep sept oct nov dec january february april june july august september october november december";
    let n = said.words.len();
    // "1 nov" is a day
    if n <= 4 && said.words.iter().any(|w| listed(MONTHS, &w.low)) {
        return None;
    }
    if said.text.contains('?') || listed("no not nope never nothing", said.low(0)) && !said.breaks(1) {
        return None;
    }
    let mut from = past_noise(said);
    while listed(
        "kindly sure i i'll i'd ill will can you me just also then ya the need want like alright great perfect",
        said.low(from),
    ) || from == 0 && listed("thanks", said.low(0)) && said.low(1) == "and"
        || from == 1 && said.low(0) == "thanks" && said.low(1) == "and"
    {
        from += 1;
    }
    let added = listed(ADDS, said.low(from));
    if added || listed(TAKES, said.low(from)) && said.low(from) != "with" {
        from += 1 + usize::from(said.low(from + 1) == "me");
    }
    // "add one more item 2 lemonade"
    let more = (from..n.min(from + 3)).find(|&k| listed("item items", said.low(k)));
    if let Some(k) = more.filter(|_| is_amount(said.low(from)) || listed("more another", said.low(from))) {
        from = k + 1;
    }
    while listed("more also on in the my some", said.low(from))
        || said.low(from) == "order" && is_amount(said.low(from + 1))
    {
        from += 1;
    }
    let mut to = from;
    while to < n && to - from < MOST_WORDS && (to == from || said.words[to].gap != Gap::Stop) {
        let low = said.low(to);
        if is_function(low) && !listed(WITHIN, low) && !is_amount(low) || listed(ENDS, low) {
            break;
        }
        to += 1;
    }
    let whole = to == n || listed(ENDS, said.low(to)) || said.words[to].gap == Gap::Stop;
    while to > from && (listed(WITHIN, said.low(to - 1)) || is_amount(said.low(to - 1))) {
        to -= 1;
    }
    if to <= from || !whole {
        return None;
    }
    let words = &said.words[from..to];
    let odd = |k: usize| {
        let w = &said.words[k];
        let digits = w.text.bytes().filter(u8::is_ascii_digit).count();
        digits > 2
            || digits > 0 && !w.is_digits()
            || listed(DEEDS, &w.low)
            || listed(NOT_THINGS, &w.low) && !(w.low == "of" && k > from)
            || k > from && w.low.len() > 2 && state_at(said, k).is_some()
    };
    let food = words.iter().any(|w| listed(FOOD, &w.low));
    let counted = is_amount(&words[0].low) && words.iter().any(|w| w.is_alphabetic() && w.text.chars().count() > 2);
    let surname = words.len() == 2 && is_surname(&words[1].low) && !listed(FOOD, &words[1].low);
    let person = words.len() <= 3 && is_first_name(&words[0].low) || surname && !added && !counted;
    let lettered = words.iter().any(|w| !is_function(&w.low) && !is_amount(&w.low) && w.is_alphabetic());
    let fits = added || food || counted;
    (fits && lettered && !person && !(from..to).any(odd))
        .then(|| said.text[words[0].start..words[words.len() - 1].end].split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Does a sentence take something back? "remove the cookie", "I don't want the soda"
pub(super) fn takes_back(said: &Said<'_>) -> bool {
    let not = said.words.windows(2).any(|w| listed("don't dont no not", &w[0].low) && listed("want need", &w[1].low));
    not || said.any(&["remove", "delete", "cancel", "without", "drop"])
}

/// Does the sentence speak of this thing?
pub(super) fn speaks_of(said: &Said<'_>, thing: &str) -> bool {
    let thing = thing.to_lowercase();
    let words: Vec<&str> = thing.split_whitespace().filter(|w| !is_function(w) && !is_amount(w)).collect();
    words.last().is_some_and(|last| said.words.iter().any(|w| w.low == *last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_of_an_order() {
        for (text, want) in [
            ("yes add lemonade", "lemonade"),
            ("add one more item 2 lemonade", "2 lemonade"),
            ("kindly add 2 large fries with drinks", "2 large fries with drinks"),
            ("and 1 tea and two coffees also", "1 tea and two coffees"),
            ("with spicy red sauce", "with spicy red sauce"),
            ("make double cheese on that", "double cheese"),
            ("i have 1 apple tart", "1 apple tart"),
            ("Also a green cushion, please.", "a green cushion"),
        ] {
            assert_eq!(thing(&Said::new(text)).as_deref(), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_thing() {
        for text in [
            "no lemonade",
            "12 mill road dover",
            "24 east edge water ave md 20747",
            "one more time",
            "2 minutes please",
            "1001 new cross street",
            "olive smith",
            "stella john",
            "tea is fine",
            "two people",
            "do you have tea?",
            "add my address",
            "kindly change toppings",
            "4 am",
            "5 e 19",
        ] {
            assert_eq!(thing(&Said::new(text)), None, "{text}");
        }
    }

    #[test]
    fn what_an_order_is() {
        let wish = |text: &str| Wish::Do(text.into());
        for text in ["get 2 pies", "get salad pizza", "order a lamp", "buy two chairs", "get two art prints"] {
            assert!(is_order(&wish(text)), "{text}");
        }
        for text in
            ["get status for their claim", "get a boarding pass", "order status", "get two days off", "change it"]
        {
            assert!(!is_order(&wish(text)), "{text}");
        }
        assert!(is_order_itself(&wish("complete their order")) && !is_order_itself(&wish("order pizza")));
    }
}
