//! Keys of programs: tokens and private keys that are known by what they begin with, whoever tells them.
//!
//! Owns those beginnings. Must not know what is said around a key.

use super::super::words::{Gap, Said};

/// What keys begin with, by who gives them out, and how many characters more they have at least. Their documentation says so:
/// GitHub, GitLab, Slack, Stripe, OpenAI, AWS, Google, Zoho, SendGrid, npm, Hugging Face, Shopify, DigitalOcean.
const BEGINNINGS: &[(&str, usize)] = &[
    ("ghp_", 12),
    ("gho_", 12),
    ("ghu_", 12),
    ("ghs_", 12),
    ("ghr_", 12),
    ("github_pat_", 12),
    ("glpat-", 12),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xoxa-", 8),
    ("xoxs-", 8),
    ("xapp-", 8),
    ("sk_live_", 6),
    ("sk_test_", 6),
    ("rk_live_", 6),
    ("pk_live_", 6),
    ("whsec_", 8),
    ("sk-", 10),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 20),
    ("ya29.", 16),
    ("1000.", 40),
    ("SG.", 20),
    ("npm_", 16),
    ("hf_", 16),
    ("shpat_", 12),
    ("dop_v1_", 16),
    ("eyJ", 20),
];
/// The longest that is looked at, in bytes.
const LONGEST: usize = 4096;
const PEM: &str = "BEGIN ";
const PEM_END: &str = "-----END";

/// Where the key ends that begins at word `i`, in bytes.
pub(super) fn end_at(said: &Said<'_>, i: usize) -> Option<usize> {
    let w = &said.words[i];
    if w.gap == Gap::Tight && !said.text[..w.start].ends_with(['"', '\'', '=', ':', '(', '`', '-']) {
        return None;
    }
    let rest = &said.text[w.start..said.text.floor_char_boundary(w.start + LONGEST)];
    if rest.starts_with(PEM) && said.text[..w.start].ends_with("-----") {
        let end = rest.find(PEM_END).map(|at| at + PEM_END.len());
        // "-----END PRIVATE KEY-----", or as far as the message goes
        let end = end.and_then(|at| Some(at + rest[at..].find("-----")? + 5));
        return Some(w.start + end.unwrap_or(rest.len()));
    }
    let (head, least) = BEGINNINGS.iter().find(|(head, _)| rest.starts_with(head))?;
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '=');
    let token = &rest[..rest.find(|c| !sign(c)).unwrap_or(rest.len())];
    let token = token.trim_end_matches(['.', '-', '/']);
    let mixed = token.get(head.len()..)?.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    (token.len() >= head.len() + least && mixed).then_some(w.start + token.len())
}
