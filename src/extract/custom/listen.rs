//! The listener's ear for the operator's fields: what is asked, read back and told of them.
//!
//! Owns which of them still waits for its answer. Must not know how a field is found in words (`custom`).

use std::sync::Arc;

use super::super::proposal::Key;
use super::super::words::Said;
use super::super::{CORRECTIONS, Listener, PATIENCE, dates, unsettled};
use crate::domain::conversation::{Channel, Role};

impl Listener {
    /// What the agent asks for and reads back of the operator's fields; gives where it speaks of them.
    pub(in super::super) fn hear_customs_asked(&mut self, said: &Said<'_>) -> Vec<(usize, usize)> {
        self.read_back.clear();
        let customs = Arc::clone(&self.extractor.customs);
        let (asked, places) = customs.asked(said);
        if self.last_role != Some(Role::Agent) && (!asked.is_empty() || said.text.contains(['?', '\u{ff1f}'])) {
            self.customs_asked.clear();
        }
        for field in asked {
            if !self.customs_asked.contains(&field) {
                self.customs_asked.push(field);
            }
        }
        if said.text.contains('?') {
            self.read_back.extend(customs.read_back(said));
        }
        places
    }

    /// Takes what the customer says of the operator's fields; gives where.
    pub(in super::super) fn hear_customs(&mut self, said: &Said<'_>, at_ms: i64) -> Vec<(usize, usize)> {
        if self.waited + 1 > PATIENCE {
            self.customs_asked.clear();
        }
        let customs = Arc::clone(&self.extractor.customs);
        // a number that is taken back or left open is none of a field's
        let settled = if customs.fields.is_empty() { None } else { unsettled::settled(said) };
        let settled = settled.as_deref().map(Said::new);
        let said = settled.as_ref().unwrap_or(said);
        let told = customs.told(said, &self.customs_asked, self.channel == Channel::Voice);
        let corrects = said.any(CORRECTIONS);
        for p in told.seen {
            self.customs_asked.retain(|f| Key::Custom(*f) != p.key);
            // a date that was understood stays where what is heard next is none
            let known = self.get(p.key.name(&customs)).is_some_and(|f| dates::is_plain_date(&f.value));
            if known && customs.is_date(p.key) && !dates::is_plain_date(&p.value) && !corrects {
                continue;
            }
            self.take(p, at_ms, corrects);
        }
        told.taken
    }
}
