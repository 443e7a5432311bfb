//! Bank accounts: their numbers, routing numbers and sort codes, where a bank or a refund is spoken of.
//!
//! Owns the names of what is a bank's. Must not know whose number it is; that of a customer or an order is no secret.

use super::super::number::run_at;
use super::super::words::{Gap, Said, Word, is_function, listed};

/// From how many digits on a number behind its label is an account's, so that a year is none.
pub(super) const BEHIND_LABEL: usize = 5;
/// The same where the agent asked for it: it may be given in pieces.
pub(super) const ANSWERED: usize = 4;
/// What a number beside an account's is of.
const OTHERS: &str = "phone mobile cell telephone tel fax order invoice ticket zip postcode postal booking reference tracking \
    customer member membership client policy case parcel passport address street born birthday birth date since dated expires";

/// Is money's way to or from a bank spoken of? Asked of every word.
pub(super) fn is_of_bank(low: &str) -> bool {
    matches!(
        low,
        "bank"
            | "banks"
            | "banking"
            | "refund"
            | "refunds"
            | "refunded"
            | "refunding"
            | "reimburse"
            | "reimbursed"
            | "reimbursement"
            | "payout"
            | "payouts"
            | "deposit"
            | "deposited"
            | "iban"
            | "bic"
            | "routing"
            | "checking"
            | "sepa"
            | "ach"
            | "payroll"
            | "salary"
            | "overdraft"
            | "payee"
            | "beneficiary"
            | "debit"
            | "withdrawal"
            | "withdraw"
            | "wire"
            | "bsb"
            | "sortcode"
            | "erstattung"
            | "überweisung"
            | "reembolso"
            | "remboursement"
    )
}

/// The label of an account's number that begins at word `i`, and of how many words it is.
pub(super) fn account_at(said: &Said<'_>, i: usize, bank: bool) -> Option<usize> {
    let low = said.low(i);
    let next = || said.words.get(i + 1).filter(|w| w.gap != Gap::Stop).map_or("", |w| &*w.low);
    let number = |k: usize| listed("number numbers no num nr digits details", said.low(k));
    let figures = |k: usize| said.low(k).starts_with(|c: char| c.is_ascii_digit());
    match low {
        "iban" | "bsb" | "sortcode" | "kontonummer" | "kontonr" | "bankleitzahl" | "blz" | "rekeningnummer"
        | "kontonummeret" => Some(if number(i + 1) { 2 } else { 1 }),
        "sort" if listed("code codes", next()) => Some(2),
        "routing" | "aba" | "transit" | "institution" => {
            let of = number(i + 1) || listed("code routing", next());
            let told = bank && (figures(i + 1) || listed("is was", next()) && figures(i + 2));
            (of || told).then_some(if of { 2 } else { 1 })
        }
        "bank" | "checking" | "chequing" | "savings" | "saving" | "giro" | "current"
            if listed("account acct", next()) =>
        {
            let named = number(i + 2);
            (low != "current" || bank).then_some(if named { 3 } else { 2 })
        }
        "account" | "acct" | "a/c" | "konto" if bank => {
            // "my account number with you" is a customer's
            let end = i + 2 + usize::from(number(i + 1));
            if (i + 1..end).any(|k| said.low(k) == "with" && listed("you u your", said.low(k + 1))) {
                return None;
            }
            let told = figures(i + 1) || said.has(i + 1, &["is"]) || said.words.get(i + 1)?.gap == Gap::Colon;
            (number(i + 1) || told).then_some(if number(i + 1) { 2 } else { 1 })
        }
        "number" if bank && said.has(i + 1, &["of"]) && listed("account acct", said.low(i + 3)) => Some(4),
        "numéro" | "número" | "numero" | "nummer" | "číslo" => {
            let of = listed("compte cuenta conta conto účtu", said.low(i + 2))
                || listed("compte cuenta conta conto účtu", next());
            of.then_some(3)
        }
        _ => None,
    }
}

/// Is the number that begins at word `i` told to be of something else, in the same clause?
pub(super) fn is_of_other(said: &Said<'_>, i: usize) -> bool {
    let apart = |k: usize| matches!(said.words[k].gap, Gap::Comma | Gap::Stop);
    let from = (i.saturating_sub(3)..=i).rev().find(|&k| apart(k)).unwrap_or(i.saturating_sub(4));
    (from..i).any(|k| listed(OTHERS, said.low(k))) && !said.low(i - 1).ends_with("account")
}

/// The end of an account's number of several parts, "19-2000145399/0800", in bytes.
pub(super) fn parts_end(text: &str, to: usize) -> usize {
    let rest = &text[to..];
    let parts = rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-')).count();
    to + rest[..parts].trim_end_matches(['/', '-']).len()
}

/// The word behind an account's number in letters and digits that begins at word `i`: an IBAN, however wrong its check
/// digits.
pub(super) fn lettered(said: &Said<'_>, i: usize) -> Option<usize> {
    let head = said.words[i].text.as_bytes();
    if head.len() < 4 || !head[..2].iter().all(u8::is_ascii_alphabetic) || !head[2..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let group = |k: usize| {
        said.words.get(k).is_some_and(|w| {
            matches!(w.gap, Gap::Space | Gap::Tight)
                && w.text.len() <= 8
                && w.text.bytes().all(|b| b.is_ascii_alphanumeric())
                && w.text.bytes().any(|b| b.is_ascii_digit() || w.text.len() == 4 && b.is_ascii_uppercase())
        })
    };
    let end = (i + 1..i + 9).find(|&k| !group(k)).unwrap_or(i + 9);
    let long: usize = said.words[i..end].iter().map(|w| w.text.len()).sum();
    (long >= 10).then_some(end)
}

/// The word behind an IBAN said aloud that begins at word `i`: "IT sixty, X zero five four two, eight one one one, ...". `bank`: one
/// was spoken of.
pub(super) fn spoken_iban_end(said: &Said<'_>, i: usize, bank: bool) -> Option<usize> {
    /// ISO 13616: from 15 characters on.
    const SHORTEST: usize = 15;
    const LONGEST: usize = 34;
    const DIGITS: usize = 10;
    let head = &said.words[i];
    let letter = |k: usize| said.words.get(k).is_some_and(|w| w.is_alphabetic() && w.text.len() == 1);
    let country = head.is_alphabetic()
        && head.text.len() == 2
        && (is_upper(head) || bank && (head.low == "it" || !is_function(&head.low)));
    let from = if country { i + 1 } else { i + 2 };
    if !(country || bank && letter(i) && letter(i + 1)) || run_at(said, from).is_none_or(|r| r.end == from) {
        return None;
    }
    let (mut long, mut digits, mut k) = (2, 0, from);
    while let Some(w) = said.words.get(k).filter(|w| w.gap != Gap::Stop && long < LONGEST) {
        if let Some(run) = run_at(said, k).filter(|r| r.end > k) {
            (long, digits, k) = (long + run.digits.len(), digits + run.digits.len(), run.end);
        } else if w.is_alphabetic() && (w.text.len() == 1 || w.text.len() == 4 && is_upper(w)) {
            (long, k) = (long + w.text.len(), k + 1);
        } else {
            break;
        }
    }
    (long >= SHORTEST && digits >= DIGITS).then_some(k)
}

fn is_upper(w: &Word<'_>) -> bool {
    w.text.bytes().all(|b| b.is_ascii_uppercase())
}

/// "20-45-67 12345678": a sort code beside its account, or the account beside its sort code.
pub(super) fn is_sorted(said: &Said<'_>, i: usize) -> bool {
    let digits = |k: usize, n: usize| said.words.get(k).is_some_and(|w| w.is_digits() && w.text.len() == n);
    let dashes = |k: usize| (k + 1..k + 3).all(|j| said.text[said.words[j - 1].end..said.words[j].start] == *"-");
    let sort = (0..3).all(|k| digits(i + k, 2)) && dashes(i);
    let near = |k: usize| (k..k + 5).any(|j| digits(j, 8));
    sort && near(i + 3)
}
