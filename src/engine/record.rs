//! The end of a run: its record, and what the journal is to keep with it.

use jiff::Timestamp;

use crate::domain::run::{Change, Outcome, RunError, RunRecord, Warning};
use crate::ports::{Created, Journal, Leases, Settled};

use super::rehearsal::is_imaginary;
use super::run::{Engine, Live, Target};

impl<J: Journal, L: Leases> Engine<J, L> {
    /// The run came out like this.
    pub(super) fn finish<C>(&self, target: &Target<C>, run: &mut Live<'_>, outcome: Outcome, changes: Vec<Change>) {
        let moment = &run.due.moment;
        let mut warnings = moment.warnings.clone();
        if run.seen.matches > 1 {
            warnings.push(Warning::SeveralMatches);
        }
        let record = RunRecord {
            run_id: run.run_id.clone(),
            action: target.action.id.clone(),
            conversation: run.due.conversation.clone(),
            episode: moment.episode,
            trigger: moment.trigger,
            at: run.due.at,
            outcome,
            rule: run.seen.rule,
            contact_id: run.seen.contact_id.clone().filter(|id| !is_imaginary(id)),
            email: run.look_up.as_ref().map(|l| l.key.clone()),
            matches: run.seen.matches,
            created_through_astra: run.seen.ours,
            changes,
            left_out: std::mem::take(&mut run.seen.left_out),
            warnings,
            error: None,
            dry_run: self.dry_run,
            attempts: run.attempts,
            requests: run.cost.requests,
            credits: run.cost.credits,
            duration_ms: 0,
        };
        let mut trace = std::mem::take(&mut run.trace);
        trace.channel = Some(moment.channel);
        trace.sources.clone_from(&moment.sources);
        trace.doubts.clone_from(&moment.doubts);
        trace.asked.clone_from(&moment.asked);
        run.done = Some(Settled { seq: run.due.seq, record, trace, created: None, uncertain: false });
    }

    /// The run created this contact.
    pub(super) fn created<C>(
        &self,
        target: &Target<C>,
        run: &mut Live<'_>,
        id: &str,
        created_at: Timestamp,
        changes: Vec<Change>,
    ) {
        run.seen.contact_id = Some(id.to_owned());
        self.finish(target, run, Outcome::Created, changes);
        if let Some(done) = &mut run.done {
            done.created = Some(Created {
                organisation: target.organisation.clone(),
                contact_id: id.to_owned(),
                created_at,
                email: done.record.email.clone().unwrap_or_default(),
                run_id: run.run_id.clone(),
            });
        }
    }

    /// The run could not finish. Nothing is claimed to be written.
    pub(super) fn fail<C>(&self, target: &Target<C>, run: &mut Live<'_>, code: &str, message: &str) {
        let uncertain = run.uncertain;
        self.finish(target, run, Outcome::Failed, Vec::new());
        if let Some(done) = &mut run.done {
            done.uncertain = uncertain;
            done.record.left_out = Vec::new();
            done.record.error = Some(RunError { code: code.to_owned(), message: message.to_owned() });
        }
    }
}
