//! What a customer came for, as far as a few words tell.
//!
//! Owns those words. Must not know what follows from it.

use super::words::{Said, listed};

/// What a customer came for: any of these at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct About(u16);

impl About {
    pub const NOTHING: Self = Self(0);
    /// A journey: a last name and a booking's code are asked for.
    pub const TRAVEL: Self = Self(1);
    /// A service at the customer's home: the town and its postcode are asked for.
    pub const HOME: Self = Self(2);
    /// Something to eat, brought home.
    pub const FOOD: Self = Self(4);
    /// A program at work.
    pub const SOFTWARE: Self = Self(8);
    /// What only one person may do: an account, a policy, expenses.
    pub const PAPERS: Self = Self(16);
    /// An address.
    pub const ADDRESS: Self = Self(32);
    /// What was paid for somebody's work; flights are among it.
    pub const EXPENSES: Self = Self(64);
    /// Goods that a house orders: it is asked for which one.
    pub const GOODS: Self = Self(128);
    /// Money in a bank: numbers are of accounts and cards.
    pub const MONEY: Self = Self(256);
    /// A seat or a boarding pass of a journey that is booked: a name and the booking's code are asked for.
    pub const SEAT: Self = Self(512);

    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Is it about any of these?
    pub const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }
}

const WORDS: &[(About, &str)] = &[
    (
        About::TRAVEL,
        "ticket tickets flight flights seat seats seating boarding airline airlines airport aisle plane pnr fly flying passenger passengers luggage",
    ),
    (About::SEAT, "seat seats seating boarding aisle pnr"),
    (About::HOME, "cable broadband wifi wi-fi router connection connections gb"),
    (
        About::FOOD,
        "pizza pizzas burger burgers cheeseburger salad salads toppings crust lemonade soda cookie cookies coke fries combo brownie \
         sandwich sandwiches mcmuffin nuggets shake shakes milkshake cappuccino pepperoni dough highrise mozzarella caesar veggies coffee menu meal lunch dinner beer pie",
    ),
    (
        About::SOFTWARE,
        "software softwares softweare outlook skype app apps application applications windows salesforce whatsapp server servers \
         microsoft facebook instagram twitter hike messenger program programs antivirus excel outgoing",
    ),
    (
        About::PAPERS,
        "account card bill insurance claim policy expense expenses reimburse reimbursed reimbursement balance transfer ssn routing \
         statement loan transaction transactions password screen iphone update updates phone mobile cracked",
    ),
    (About::GOODS, "musical instrument instruments keyboard keyboards piano guitar recurring"),
    (About::MONEY, "credit card cards debit routing balance bank checks checking savings"),
    (About::EXPENSES, "expense expenses reimburse reimbursed reimbursement"),
    (About::ADDRESS, "address adress addresses delivery deliver"),
];

/// Is it something to eat or to drink?
pub(super) fn is_food(low: &str) -> bool {
    WORDS.iter().any(|(what, words)| *what == About::FOOD && listed(words, low))
        || listed(
            "cola coca coco sprite pepsi strawberry vanilla chocolate caramel shake shakes latte mocha cappuccino pie pies wings soup \
            milk juice cream apple sauce oil chicken bacon olive garlic onion onions spinach basil",
            low,
        )
}

/// What it is about with this message.
pub(super) fn hear(before: About, said: &Said<'_>) -> About {
    /// How many words of a message are looked at.
    const READ: usize = 60;
    let mut about = before;
    for (k, w) in said.words.iter().take(READ).enumerate() {
        for (what, words) in WORDS {
            if !about.has(*what) && listed(words, &w.low) {
                about = about.with(*what);
            }
        }
        // "a new service", "purchase internet": no program that cannot reach it
        let wanted = |k: usize| listed("new need want purchase buy sign signup get up take wifi like", said.low(k));
        let fresh = |k: usize| listed("new sign signup", said.low(k));
        let alone = said.words.len() == 1 && &*w.low == "internet";
        let service = alone
            || listed("internet data", &w.low) && (k.saturating_sub(4)..k).any(wanted)
            || listed("service services", &w.low)
                && ((k.saturating_sub(4)..k).any(fresh) || k > 0 && listed("phone telephone tv", said.low(k - 1)));
        let asked = &*w.low == "name" && k > 0 && said.low(k - 1) == "city";
        let elsewhere = before.has(About::SOFTWARE) || asked && before.has(About::TRAVEL.with(About::FOOD));
        if (service || asked) && !elsewhere {
            about = about.with(About::HOME);
        }
    }
    if about.has(About::EXPENSES) {
        about = About(about.0 & !About::TRAVEL.with(About::SEAT).0);
    }
    if about.has(About::SOFTWARE) {
        about = about.with(About::PAPERS);
    }
    about
}
