//! An address whose signs were lost: "kimogmailcom".
//!
//! Owns where such an address is cut beyond doubt. Must not know addresses as they are written (`mail`) or said (`mail_aloud`).

use super::super::proposal::{Key, Proposal, sure};
use super::super::words::{Said, Word, is_common, is_first_name, is_function, listed};
use super::{JOINTS, LABELS, LEADS};

/// The houses that are known by their names alone.
const HOUSES: [&str; 6] = ["gmail", "yahoo", "hotmail", "outlook", "email", "mail"];
/// Beginnings of others that end with "mail".
const OTHERS: &[&str] = &["rediff", "reddif", "redif", "google", "proton", "fast", "live", "icloud", "aol"];
/// What says that an address follows.
const CALLED: &str = "email mail mailid emailid address id sorry actually new correct";
/// The fewest letters of what stands before the sign.
const SHORTEST: usize = 3;

/// The address in a message that has none with its sign.
pub(super) fn glued(said: &Said<'_>) -> Option<Proposal> {
    let (k, word) = said.words.iter().enumerate().take(40).find(|(_, w)| w.low.len() > 6 && w.low.ends_with("com"))?;
    if !word.low.is_ascii() || said.text.contains('@') {
        return None;
    }
    let stem = word.low.strip_suffix("com").map(|s| s.trim_end_matches(['.', '-']))?;
    let house = HOUSES.iter().find(|h| stem.ends_with(**h))?;
    let local = &stem[..stem.len() - house.len()];
    let (at, local) = if local.is_empty() { apart(said, k)? } else { (word.start, local.to_owned()) };
    let whole = word.low.len() == house.len() + 3;
    // of "annemailcom" nobody knows whether it is ann's or anne's
    let own = || is_first_name(&local) && !is_first_name(&format!("{local}e"));
    let open = *house == "email" && !whole && !local.ends_with(|c: char| c.is_ascii_digit()) && !own();
    let long = local.chars().filter(|c| c.is_alphanumeric()).count() >= SHORTEST;
    let told =
        HOUSES.iter().chain(OTHERS).all(|h| !local.ends_with(h)) && !is_common(&local) && !local.contains("mail");
    let how = if listed("mail email", house) { sure::GUESSED } else { sure::LIKELY };
    (long && told && !open).then(|| Proposal::new(Key::Email, format!("{local}@{house}.com"), how, at))
}

/// "jo 123 emailcom": the pieces before the house, back to what says that they are an address.
fn apart(said: &Said<'_>, k: usize) -> Option<(usize, String)> {
    let piece = |w: &&Word<'_>| {
        let low = &*w.low;
        let said = low.len() > 2 && (listed(LABELS, low) || listed(LEADS, low) || listed(JOINTS, low));
        low.is_ascii() && !said && !is_function(low) && !listed(CALLED, low)
    };
    let from = k - said.words[..k].iter().rev().take_while(piece).count();
    let pieces = &said.words[from..k];
    let odd = pieces.iter().any(|w| !is_common(&w.low));
    let begins = from == 0 || listed(CALLED, said.low(from - 1)) || listed("is its it's", said.low(from - 1));
    (odd && begins && (1..=3).contains(&pieces.len()))
        .then(|| (pieces[0].start, pieces.iter().map(|w| &*w.low).collect::<String>()))
}
