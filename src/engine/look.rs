//! The look-up before a decision: which contacts have the address, which of them are ours, and what an earlier write whose
//! answer was lost turned out to have done.

use std::collections::HashSet;

use crate::domain::contact::Contact;
use crate::domain::decide::{Decider, Fields, LookUp};
use crate::domain::field::EMAIL;
use crate::domain::fit::still_stands;
use crate::domain::run::{Change, Outcome};
use crate::domain::text::email_key;
use crate::domain::trace::{Call, CallKind};
use crate::ports::{Cost, Created, Crm, CrmError, Intent, Journal, JournalError, Leases};

use super::run::{Engine, LOOK_UP_AT_ONCE, Live, Seen, Target, Trouble, share};

/// What a run's look-up saw.
pub(super) struct Sight {
    pub index: usize,
    /// Contacts with the address, oldest first.
    pub found: Vec<Contact>,
    /// Ids of those created through Astra.
    pub ours: HashSet<String>,
}

impl<J: Journal, L: Leases> Engine<J, L> {
    /// Looks up for the runs at `open`. A run whose own lost write is found done is finished here and not in the answer.
    pub(super) async fn look<C: Crm>(
        &self,
        target: &Target<C>,
        decider: &Decider<'_>,
        runs: &mut [Live<'_>],
        open: &[usize],
    ) -> Result<(Vec<Sight>, Vec<Trouble>), JournalError> {
        let wanted = decider.wanted();
        let (mut sights, mut troubles) = (Vec::new(), Vec::new());
        for part in open.chunks(LOOK_UP_AT_ONCE) {
            let addresses: Vec<LookUp> = part.iter().filter_map(|&i| runs[i].look_up.clone()).collect();
            let keys: Vec<String> = addresses.iter().map(|a| a.key.clone()).collect();
            let unsettled = self.journal.unsettled(&target.organisation, &keys).await?;
            let mut cost = Cost::default();
            let began = self.wall.now();
            let answer = self.contacts(target, &wanted, &addresses, &unsettled, &mut cost).await?;
            share(runs, part.iter().copied(), cost);
            let call = self.call(CallKind::LookUp, part.len(), cost, began);
            let contacts = match answer {
                Ok(contacts) => contacts,
                Err(error) => {
                    for &i in part {
                        let answer = format!("{}: {}", error.code, error.message);
                        runs[i].trace.called(Call { answer, ..call.clone() });
                    }
                    troubles.push(Trouble { runs: part.to_vec(), error });
                    continue;
                }
            };
            let known: Vec<_> = contacts.iter().map(|c| (c.id.clone(), c.created_at)).collect();
            let flags = self.journal.ours(&target.organisation, &known).await?;
            let ours: HashSet<String> =
                known.into_iter().zip(flags).filter(|(_, ours)| *ours).map(|((id, _), _)| id).collect();
            for (&index, address) in part.iter().zip(&addresses) {
                let mut found: Vec<Contact> = contacts.iter().filter(|c| has_email(c, &address.key)).cloned().collect();
                found.sort_by_key(|c| (c.created_at, c.id.len(), c.id.clone()));
                found.dedup_by(|a, b| a.id == b.id);
                let answer = match found.len() {
                    1 => "1 contact".to_owned(),
                    n => format!("{n} contacts"),
                };
                runs[index].trace.called(Call { answer, ..call.clone() });
                let mut sight = Sight { index, found, ours: ours.clone() };
                let left = unsettled.iter().filter(|n| n.email == address.key);
                if !self.reconcile(target, &mut runs[index], &mut sight, left).await? {
                    sights.push(sight);
                }
            }
        }
        Ok((sights, troubles))
    }

    /// Contacts with any of the addresses. Where the look-up goes by a lagging index, also those that this program made
    /// a moment ago, and, where an answer was lost, the newest of all.
    async fn contacts<C: Crm>(
        &self,
        target: &Target<C>,
        wanted: &[String],
        addresses: &[LookUp],
        unsettled: &[Intent],
        cost: &mut Cost,
    ) -> Result<Result<Vec<Contact>, CrmError>, JournalError> {
        let typed: Vec<String> = addresses.iter().map(|a| a.typed.clone()).collect();
        let mut found = match target.crm.look_up(&typed, wanted, cost).await {
            Ok(found) => found,
            Err(e) => return Ok(Err(e)),
        };
        for a in addresses.iter().filter(|a| target.crm.look_up_lags(&a.typed)) {
            let mut more = Vec::new();
            for id in self.journal.created_for(&target.organisation, &a.key).await? {
                if !found.iter().any(|c| c.id == id) {
                    match target.crm.get(&id, wanted, cost).await {
                        Ok(contact) => more.extend(contact),
                        Err(e) => return Ok(Err(e)),
                    }
                }
            }
            if unsettled.iter().any(|n| n.email == a.key && n.contact_id.is_none()) {
                match target.crm.newest(wanted, cost).await {
                    Ok(newest) => more.extend(newest),
                    Err(e) => return Ok(Err(e)),
                }
            }
            found.extend(more.into_iter().filter(|c| has_email(c, &a.key)));
        }
        Ok(Ok(found))
    }

    /// Explains intents without a result. True when one of them was this run's own and turned out to be done.
    async fn reconcile<C: Crm>(
        &self,
        target: &Target<C>,
        run: &mut Live<'_>,
        sight: &mut Sight,
        left: impl Iterator<Item = &Intent>,
    ) -> Result<bool, JournalError> {
        for intent in left {
            let own = intent.replay == self.replay && intent.seq == run.due.seq;
            let done = sight.found.iter().filter(|_| !(own && run.undone)).find(|c| {
                // a contact that was there before, or that a run is known to have made, is not what this one made
                let candidate = intent.contact_id.as_ref().map_or(!sight.ours.contains(&c.id), |id| *id == c.id);
                candidate && stands(&target.fields, &intent.changes, c)
            });
            match (done, own) {
                (Some(contact), true) => {
                    let (id, created_at) = (contact.id.clone(), contact.created_at);
                    run.seen = Seen {
                        rule: Some(intent.rule),
                        contact_id: Some(id.clone()),
                        matches: intent.matches,
                        ours: intent.created_through_astra,
                        left_out: intent.left_out.clone(),
                    };
                    match intent.contact_id {
                        Some(_) => self.finish(target, run, Outcome::Updated, intent.changes.clone()),
                        None => self.created(target, run, &id, created_at, intent.changes.clone()),
                    }
                    return Ok(true);
                }
                (Some(contact), false) if intent.contact_id.is_none() => {
                    let created = Created {
                        organisation: target.organisation.clone(),
                        contact_id: contact.id.clone(),
                        created_at: contact.created_at,
                        email: intent.email.clone(),
                        run_id: intent.run_id.clone(),
                    };
                    sight.ours.insert(contact.id.clone());
                    self.journal.resolve(intent, Some(&created)).await?;
                }
                (_, false) => self.journal.resolve(intent, None).await?,
                // the look-up saw everything, so it was not done
                (None, true) => run.uncertain = false,
            }
        }
        Ok(false)
    }
}

fn has_email(contact: &Contact, key: &str) -> bool {
    contact.value(EMAIL).is_some_and(|e| email_key(e) == key)
}

/// Everything that was to be written is there.
fn stands(fields: &Fields, changes: &[Change], contact: &Contact) -> bool {
    changes.iter().all(|c| {
        let current = contact.value(&c.zoho);
        current.is_some_and(|v| fields.get(&c.zoho).map_or(v == c.to, |f| still_stands(f, &c.to, v)))
    })
}
