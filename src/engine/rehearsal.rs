//! A dry run: reads Zoho and the ledger, writes neither, and remembers its own would-be writes so that later runs of the
//! same replay decide as they would for real.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::contact::Contact;
use crate::domain::field::EMAIL;
use crate::domain::text::email_key;
use crate::ports::{
    Cost, Created, Crm, CrmError, Hold, Intent, Journal, JournalError, Refusal, Settled, Values, Written,
};

const IMAGINARY: &str = "dry-";

/// The id is of a contact that only would be there.
pub fn is_imaginary(id: &str) -> bool {
    id.starts_with(IMAGINARY)
}

/// Zoho's Contacts as they would be after the writes so far.
pub struct RehearsedCrm<C> {
    inner: C,
    /// The time at which would-be writes happen.
    now: Timestamp,
    written: Mutex<WouldBe>,
}

#[derive(Default)]
struct WouldBe {
    created: Vec<BTreeMap<String, String>>,
    by_email: HashMap<String, Vec<usize>>,
    changed: HashMap<String, BTreeMap<String, String>>,
}

impl<C> RehearsedCrm<C> {
    /// Reads `inner`, never writes it; would-be contacts are created at `now`.
    pub fn new(inner: C, now: Timestamp) -> Self {
        Self { inner, now, written: Mutex::default() }
    }

    fn would_be(&self) -> MutexGuard<'_, WouldBe> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn overlay(&self, contacts: &mut [Contact]) {
        let would_be = self.would_be();
        for c in contacts {
            if let Some(changed) = would_be.changed.get(&c.id) {
                c.values.extend(changed.clone());
            }
        }
    }
}

impl<C: Crm> Crm for RehearsedCrm<C> {
    async fn look_up(&self, emails: &[String], fields: &[String], cost: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        let mut found = self.inner.look_up(emails, fields, cost).await?;
        self.overlay(&mut found);
        let would_be = self.would_be();
        for i in emails.iter().filter_map(|e| would_be.by_email.get(&email_key(e))).flatten() {
            found.push(Contact {
                id: format!("{IMAGINARY}{i}"),
                created_at: self.now,
                modified_at: self.now,
                values: would_be.created[*i].clone(),
            });
        }
        Ok(found)
    }

    async fn get(&self, id: &str, fields: &[String], cost: &mut Cost) -> Result<Option<Contact>, CrmError> {
        let mut found = self.inner.get(id, fields, cost).await?;
        self.overlay(found.as_mut_slice());
        Ok(found)
    }

    async fn newest(&self, fields: &[String], cost: &mut Cost) -> Result<Vec<Contact>, CrmError> {
        let mut found = self.inner.newest(fields, cost).await?;
        self.overlay(&mut found);
        Ok(found)
    }

    async fn create(&self, records: &[Values], _: &mut Cost) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        let mut would_be = self.would_be();
        let mut out = Vec::with_capacity(records.len());
        for record in records {
            let i = would_be.created.len();
            let values: BTreeMap<String, String> = record.iter().cloned().collect();
            if let Some(email) = values.get(EMAIL) {
                let key = email_key(email);
                would_be.by_email.entry(key).or_default().push(i);
            }
            would_be.created.push(values);
            out.push(Ok(Written { id: format!("{IMAGINARY}{i}"), created_at: Some(self.now) }));
        }
        Ok(out)
    }

    async fn update(
        &self,
        records: &[(String, Values)],
        _: Timestamp,
        _: &mut Cost,
    ) -> Result<Vec<Result<Written, Refusal>>, CrmError> {
        let mut would_be = self.would_be();
        for (id, values) in records {
            let imaginary = id.strip_prefix(IMAGINARY).and_then(|i| i.parse::<usize>().ok());
            match imaginary.and_then(|i| would_be.created.get_mut(i)) {
                Some(created) => created.extend(values.iter().cloned()),
                None => would_be.changed.entry(id.clone()).or_default().extend(values.iter().cloned()),
            }
        }
        Ok(records.iter().map(|(id, _)| Ok(Written { id: id.clone(), created_at: None })).collect())
    }

    fn look_up_lags(&self, email: &str) -> bool {
        self.inner.look_up_lags(email)
    }

    async fn hold(&self) -> Option<Hold> {
        self.inner.hold().await
    }
}

/// The journal of a dry run: records are kept, marked; the ledger is read and never written.
pub struct RehearsedJournal<J> {
    inner: J,
    /// Not even records are kept.
    traceless: bool,
    adopted: Mutex<HashSet<String>>,
}

impl<J> RehearsedJournal<J> {
    /// Reads `inner` and writes nothing but records into it.
    pub fn new(inner: J) -> Self {
        Self { inner, traceless: false, adopted: Mutex::default() }
    }

    /// Reads `inner` and writes nothing into it, records neither.
    pub fn traceless(inner: J) -> Self {
        Self { inner, traceless: true, adopted: Mutex::default() }
    }
}

impl<J: Journal> Journal for RehearsedJournal<J> {
    async fn ours(&self, organisation: &str, contacts: &[(String, Timestamp)]) -> Result<Vec<bool>, JournalError> {
        let mut ours = self.inner.ours(organisation, contacts).await?;
        let adopted = self.adopted.lock().unwrap_or_else(PoisonError::into_inner);
        for (flag, (id, _)) in ours.iter_mut().zip(contacts) {
            *flag |= is_imaginary(id) || adopted.contains(id);
        }
        Ok(ours)
    }

    async fn created_for(&self, organisation: &str, email: &str) -> Result<Vec<String>, JournalError> {
        self.inner.created_for(organisation, email).await
    }

    async fn unsettled(&self, organisation: &str, emails: &[String]) -> Result<Vec<Intent>, JournalError> {
        self.inner.unsettled(organisation, emails).await
    }

    async fn intend(&self, _: &[Intent]) -> Result<(), JournalError> {
        Ok(())
    }

    async fn resolve(&self, _: &Intent, created: Option<&Created>) -> Result<(), JournalError> {
        if let Some(c) = created {
            self.adopted.lock().unwrap_or_else(PoisonError::into_inner).insert(c.contact_id.clone());
        }
        Ok(())
    }

    async fn settle(&self, replay: i64, settled: &[Settled]) -> Result<(), JournalError> {
        if self.traceless {
            return Ok(());
        }
        let records: Vec<Settled> =
            settled.iter().map(|s| Settled { created: None, uncertain: false, ..s.clone() }).collect();
        self.inner.settle(replay, &records).await
    }
}
