//! A world that answers what the app asks for, at once and in memory: files, an account with the sandbox's fields, the
//! sample conversations, and replays that decide by the program's own rules on contacts of their own.

use std::collections::BTreeMap;

use astra_zoho::app::effect::{Effect, From, Pace, Replay, RunFilter, Source, Window};
use astra_zoho::app::hindsight::MadeLast;
use astra_zoho::app::msg::*;
use astra_zoho::domain::account::{Account, Organisation};
use astra_zoho::domain::action::{Action, Permissions, Row, State, TEMPLATE};
use astra_zoho::domain::contact::Contact;
use astra_zoho::domain::conversation::Conversation;
use astra_zoho::domain::decide::{Decider, Fields, Found, Write};
use astra_zoho::domain::field::{Agent, AstraField, PickListValue, ZohoField};
use astra_zoho::domain::field_edit;
use astra_zoho::domain::health::{Check, ConnectionState, Health, Subject};
use astra_zoho::domain::mapping::required;
use astra_zoho::domain::metadata::{KeptFields, is_old};
use astra_zoho::domain::moment::moments;
use astra_zoho::domain::run::RunRecord;
use astra_zoho::domain::trace::Trace;
use astra_zoho::extract::{Extractor, Listener, THRESHOLD, tried};
use jiff::Timestamp;
use serde_json::Value;

/// What there is.
pub struct World {
    pub actions: Vec<ActionFile>,
    pub agent: Agent,
    pub accounts: Vec<Account>,
    pub fields: BTreeMap<String, Result<Vec<ZohoField>, Trouble>>,
    /// What is kept of them: only what was asked for.
    pub kept_fields: BTreeMap<String, (Timestamp, KeptFields)>,
    pub conversations: Vec<Conversation>,
    pub runs: Vec<LoggedRun>,
    pub copied: Vec<String>,
    pub kept: Vec<Action>,
    pub drafts: BTreeMap<String, Draft>,
    /// Why no draft can be kept.
    pub unwritable: Option<String>,
    /// What is wrong with files that are no action's.
    pub problems: Vec<Located>,
    pub last_runs: BTreeMap<String, LastRun>,
    /// What was found when somebody last looked at an account.
    pub healths: BTreeMap<String, Health>,
    /// What stands in a connection's way whatever was found.
    pub troubles: BTreeMap<String, Trouble>,
    /// What is wrong with every account's connection.
    pub ailments: Vec<Check>,
    /// The next save meets somebody else's change.
    pub somebody_else: Option<Action>,
    /// Its runs are live ones.
    pub made_live: bool,
    /// The next change of a field meets somebody else's.
    pub somebody_elses_field: Option<AstraField>,
    pub half_field: Option<HalfField>,
    pub model: Option<Model>,
    /// Values less sure are not used.
    pub threshold: f32,
    revisions: u64,
}

/// The wall clock of a world that answers.
pub const NOW: &str = "2026-03-05T12:00:00Z";

impl World {
    /// A workspace as it is made on first use: one active action, the sandbox.
    pub fn sample() -> Self {
        let mut mapping = required();
        for (zoho, astra) in [("First_Name", "first_name"), ("Phone", "phone"), ("Description", "summary")] {
            mapping.push(Row::new(zoho, astra));
        }
        mapping.push(Row::new("Lead_Source", "channel"));
        let action = Action {
            id: "save-contact".into(),
            template: TEMPLATE.into(),
            name: "Save contact to Zoho".into(),
            intent: "When the customer has given contact details, such as an email address and a name,\nsave them to Zoho so that a colleague can follow up.".into(),
            state: State::Active,
            offline_sync: false,
            account: "sandbox".into(),
            contacts: Permissions::default(),
            mapping,
        };
        Self { actions: vec![file(action, 1)], ..Self::empty() }
    }

    /// No action at all.
    pub fn empty() -> Self {
        let sandbox = Account {
            organisation: Some(Organisation { id: "1".into(), name: "Acme Outdoor".into(), edition: None }),
            user: Some("operator@example.com".into()),
            ..Account::sandbox()
        };
        let fields = BTreeMap::from([("sandbox".to_owned(), Ok(sample_fields()))]);
        let conversations = include_str!("../../samples/conversations.jsonl").lines();
        Self {
            actions: Vec::new(),
            agent: Agent { name: "Front desk".into(), ..Agent::default() },
            accounts: vec![sandbox],
            fields,
            kept_fields: BTreeMap::new(),
            conversations: conversations.map(|l| Conversation::from_json(l).unwrap()).collect(),
            runs: Vec::new(),
            copied: Vec::new(),
            kept: Vec::new(),
            drafts: BTreeMap::new(),
            unwritable: None,
            problems: Vec::new(),
            last_runs: BTreeMap::new(),
            healths: BTreeMap::new(),
            troubles: BTreeMap::new(),
            ailments: Vec::new(),
            somebody_else: None,
            made_live: false,
            somebody_elses_field: None,
            half_field: None,
            model: None,
            threshold: THRESHOLD,
            revisions: 10,
        }
    }

    /// With a real organisation beside the sandbox, whose fields lack some.
    pub fn with_a_real_account(mut self) -> Self {
        let organisation = Some(Organisation { id: "2".into(), name: "Nordwind GmbH".into(), edition: None });
        self.accounts.push(Account {
            id: "nordwind".into(),
            label: "Nordwind".into(),
            data_center: Some("eu".into()),
            organisation,
            user: Some("vertrieb@nordwind.example".into()),
            ..Account::sandbox()
        });
        let fields = sample_fields().into_iter().filter(|f| f.api_name != "Lead_Source").collect();
        self.fields.insert("nordwind".into(), Ok(fields));
        self
    }

    /// The workspace as it is now.
    pub fn snapshot(&self) -> Msg {
        Msg::Workspace(Box::new(Snapshot {
            actions: self.actions.clone(),
            agent: self.agent.clone(),
            accounts: self.accounts.clone(),
            problems: self.problems.clone(),
            drafts: self.drafts.clone(),
            last_runs: self.last_runs.clone(),
            half_field: self.half_field.clone(),
            healths: self.healths.clone(),
            troubles: self.troubles.clone(),
            model: self.model.clone(),
        }))
    }

    /// Answers one effect.
    pub fn answer(&mut self, effect: Effect, now: Timestamp) -> Vec<Msg> {
        match effect {
            Effect::LoadWorkspace => vec![self.snapshot()],
            Effect::SaveAction { request, action, base, overwrite } => self.save(request, *action, base, overwrite),
            Effect::KeepDraft { action, base, field } => {
                let field = field.map(|f| *f);
                let file = self.actions.iter().find(|f| f.action.id == action.id && Some(f.revision) == base);
                let before = self.drafts.get(&action.id).filter(|d| d.base == base).and_then(|d| d.from.clone());
                let from = before.or_else(|| file.map(|f| Box::new(f.action.clone())));
                let draft = Draft { action: (*action).clone(), base, from, field, kept_at: now, left_on: None };
                if let Some(why) = &self.unwritable {
                    return vec![Msg::NotKept { draft: Box::new(draft), why: why.clone() }];
                }
                self.drafts.insert(action.id.clone(), draft);
                self.kept.push(*action);
                vec![]
            }
            Effect::DeleteAction { request, action, .. } => {
                self.actions.retain(|f| f.action.id != action);
                vec![Msg::Changed { request, result: Ok(()) }, self.snapshot()]
            }
            Effect::ChangeField { request, edit } => {
                if let Some(theirs) = self.somebody_elses_field.take() {
                    self.agent.fields.retain(|f| f.key != theirs.key);
                    self.agent.fields.push(theirs);
                }
                let result = field_edit::apply(&mut self.agent, edit).map(|_| ()).map_err(FieldTrouble::Refused);
                vec![Msg::FieldChanged { request, result }, self.snapshot()]
            }
            Effect::KeepField(half) => {
                self.half_field = half.map(|h| *h);
                vec![]
            }
            Effect::TryFields { generation, agent, source } => {
                let (Source::Sample(id) | Source::InFile { id, .. }) = source else { return vec![] };
                let conversation = self.conversations.iter().find(|c| c.id == id).unwrap();
                let extractor = Extractor::new(&agent).with_threshold(self.threshold);
                vec![Msg::Tried { generation, result: Ok(Box::new(tried(&extractor, conversation))) }]
            }
            Effect::FetchFields { account, generation, force } => self.fetch_fields(&account, generation, force, now),
            Effect::AcknowledgeFields { account, fetched_at } => {
                let kept = self.kept_fields.get_mut(&account).filter(|(at, _)| *at == fetched_at).unwrap();
                kept.1 = kept.1.clone().acknowledged();
                vec![]
            }
            Effect::TestAccount { account, generation } => {
                let found = self.accounts.iter().find(|a| a.id == account).unwrap().clone();
                let health = self.look(now);
                self.healths.insert(account.clone(), health.clone());
                let connected = Connected { account: found, health };
                vec![Msg::AccountTested { account, generation, result: Ok(Box::new(connected)) }]
            }
            Effect::QueryRuns { generation, filter, window } => {
                vec![Msg::Runs { generation, result: Ok(self.page(&filter, window)) }]
            }
            Effect::CountRuns { generation, action, .. } => {
                let mut tallies: BTreeMap<_, u64> = BTreeMap::new();
                for run in self.filtered(&RunFilter { action: Some(action), ..RunFilter::default() }) {
                    *tallies.entry((run.record.outcome, run.record.rule, run.trace.case)).or_default() += 1;
                }
                let tally = |((outcome, rule, case), runs)| Tally { outcome, rule, case, runs };
                vec![Msg::RunCounts { generation, result: Ok(Counts(tallies.into_iter().map(tally).collect())) }]
            }
            Effect::LastRuns { generation, action, .. } => {
                let last = self.runs.iter().rfind(|r| r.record.action == action).map(|r| r.replay);
                let runs = self.runs.iter().filter(|r| r.record.action == action && Some(r.replay) == last);
                let made = MadeLast { runs: runs.cloned().collect(), more: false, live: self.made_live };
                vec![Msg::LastRuns { generation, result: Ok(made) }]
            }
            Effect::ListConversations { generation, .. } => {
                vec![Msg::Conversations { generation, result: Ok(self.headings()) }]
            }
            Effect::Rehearse(r) => {
                let wanted = |c: &&Conversation| match &r.source {
                    Source::Sample(id) | Source::InFile { id, .. } => c.id == *id,
                    Source::Samples | Source::File(_) => false,
                };
                let only: Vec<Conversation> = self.conversations.iter().filter(wanted).cloned().collect();
                let all = std::mem::replace(&mut self.conversations, only);
                let kept = self.runs.clone();
                let replay = Replay {
                    generation: r.generation,
                    action: r.action,
                    source: Source::Samples,
                    pace: Pace::AtOnce,
                    dry_run: true,
                    restart: false,
                };
                let told = self.replay(&replay);
                (self.conversations, self.runs) = (all, kept);
                let record = |msg| match msg {
                    Msg::Replay { event: ReplayEvent::Ran(run), .. } => Some(run.record),
                    _ => None,
                };
                let runs = told.into_iter().filter_map(record).collect();
                vec![Msg::Rehearsed { generation: r.generation, result: Ok(runs) }]
            }
            Effect::StartReplay(replay) => {
                let told = self.replay(&replay);
                if let Some(run) = self.runs.last() {
                    let (outcome, dry_run) = (run.record.outcome, run.record.dry_run);
                    self.last_runs.insert(replay.action.id.clone(), LastRun { outcome, at: now, dry_run });
                }
                told
            }
            Effect::Copy(text) => {
                self.copied.push(text);
                vec![Msg::Copied(Ok("copied".into()))]
            }
            Effect::Export { .. } => vec![Msg::Exported(Ok("runs.jsonl: 20 runs".into()))],
            Effect::TakeField { .. } => vec![],
            Effect::KeptFields { account, generation } => {
                let kept = self.kept_fields.get(&account).cloned();
                let list = kept.map(|(fetched_at, kept)| {
                    Box::new(FieldList { changed: kept.changes(), fields: kept.fields, fetched_at, followed: false })
                });
                vec![Msg::KeptFields { account, generation, list }]
            }
            Effect::TakeDraft { action, .. } => {
                self.drafts.entry(action).and_modify(|d| d.left_on = None);
                vec![]
            }
            Effect::DropDraft { action } => {
                self.drafts.remove(&action);
                vec![]
            }
            Effect::ListWaiting { .. }
            | Effect::ChangeQueue(_)
            | Effect::SteerReplay { .. }
            | Effect::WatchWorkspace
            | Effect::Errand { .. }
            | Effect::Unlock { .. }
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => vec![],
        }
    }

    pub fn look(&self, now: Timestamp) -> Health {
        let checks = Subject::ALL.iter().map(|subject| {
            let ill = self.ailments.iter().find(|c| c.subject == *subject);
            ill.cloned().unwrap_or_else(|| Check::pass(*subject, "as it should be"))
        });
        let ill = self.ailments.iter().any(|c| c.subject == Subject::Scopes);
        let state = if ill { ConnectionState::MissingScope } else { ConnectionState::Ok };
        Health { state, checked_at: now, checks: checks.collect(), of: None }
    }

    fn fetch_fields(&mut self, account: &str, generation: Generation, force: bool, now: Timestamp) -> Vec<Msg> {
        let told = |result| Msg::Fields { account: account.to_owned(), generation, result };
        let list = |(fetched_at, kept): (Timestamp, KeptFields), followed| FieldList {
            changed: kept.changes(),
            fields: kept.fields,
            fetched_at,
            followed,
        };
        let mut out = Vec::new();
        let kept = self.kept_fields.get(account).cloned();
        if let (Some(kept), false) = (kept.clone(), force) {
            let old = is_old(kept.0, now);
            out.push(told(Ok(list(kept, old))));
            if !old {
                return out;
            }
        }
        let none = Err(Trouble { code: "network".into(), message: "the host does not answer".into() });
        let result = self.fields.get(account).cloned().unwrap_or(none).map(|fields| {
            let kept = match kept {
                Some((_, kept)) => kept.renewed(fields),
                None => KeptFields::new(fields),
            };
            self.kept_fields.insert(account.to_owned(), (now, kept.clone()));
            list((now, kept), false)
        });
        out.push(told(result));
        out
    }

    fn save(
        &mut self,
        request: Request,
        action: Action,
        base: Option<Revision>,
        overwrite: Option<Revision>,
    ) -> Vec<Msg> {
        self.revisions += 1;
        let id = action.id.clone();
        if let Some(theirs) = self.somebody_else.take() {
            self.actions.retain(|f| f.action.id != theirs.id);
            self.actions.push(file(theirs, self.revisions));
        }
        let there = self.actions.iter().position(|f| f.action.id == id);
        let now = there.map(|i| self.actions[i].revision);
        if now != base && (overwrite.is_none() || overwrite != now) {
            let theirs = there.map(|i| Box::new(self.actions[i].clone()));
            let conflict = SaveRefused::Conflict { theirs, merged: None, both: vec!["Intent".into()] };
            return vec![Msg::Saved { request, action: id, result: Err(conflict) }];
        }
        self.revisions += 1;
        let saved = file(action, self.revisions);
        match there {
            Some(i) => self.actions[i] = saved,
            None => self.actions.push(saved),
        }
        vec![Msg::Saved { request, action: id, result: Ok(Revision(self.revisions)) }, self.snapshot()]
    }

    fn filtered<'a>(&'a self, f: &'a RunFilter) -> impl Iterator<Item = &'a LoggedRun> {
        self.runs.iter().filter(|r| {
            let replay = r.replay;
            let r = &r.record;
            f.action.as_ref().is_none_or(|a| *a == r.action)
                && f.outcome.is_none_or(|o| o == r.outcome)
                && f.rule.is_none_or(|w| Some(w) == r.rule)
                && f.replay.is_none_or(|w| w == replay)
                && f.conversation.as_ref().is_none_or(|c| *c == r.conversation)
                && f.search.as_ref().is_none_or(|s| serde_json::to_string(r).unwrap().to_lowercase().contains(s))
        })
    }

    fn page(&self, filter: &RunFilter, window: Window) -> RunsPage {
        let all: Vec<&LoggedRun> = self.filtered(filter).collect();
        let limit = window.limit as usize;
        let at = |place: Place| all.iter().position(|r| r.place == place).unwrap();
        let range = match window.from {
            From::Start => 0..limit.min(all.len()),
            From::End => all.len().saturating_sub(limit)..all.len(),
            From::Before(place) => at(place).saturating_sub(limit)..at(place),
            From::After(place) => at(place) + 1..(at(place) + 1 + limit).min(all.len()),
        };
        let (earlier, later) = (range.start > 0, range.end < all.len());
        let total = Some(Total { runs: all.len() as u64, or_more: false });
        RunsPage { runs: all[range].iter().map(|r| (*r).clone()).collect(), earlier, later, total }
    }

    fn headings(&self) -> Vec<Heading> {
        let everything = Action {
            mapping: self.agent.fields.iter().map(|f| Row::new(&f.key, &f.key)).collect(),
            ..World::sample().actions.remove(0).action
        };
        let heading = |c: &Conversation| {
            let action = Action { mapping: [required(), everything.mapping.clone()].concat(), ..everything.clone() };
            let last = moments(c, &action, &mut Listener::new(c.channel)).pop();
            let keys = self.agent.fields.iter().map(|f| f.key.as_str()).chain(["summary"]);
            let known =
                last.map(|m| keys.filter_map(|k| Some((k.to_owned(), m.attributes.get(k)?.to_owned()))).collect());
            Heading {
                id: c.id.clone(),
                channel: c.channel,
                started_at: c.started_at,
                messages: c.messages.len(),
                values: known.unwrap_or_default(),
            }
        };
        self.conversations.iter().map(heading).collect()
    }

    /// Plays every sample: contacts live as long as the replay.
    fn replay(&mut self, replay: &Replay) -> Vec<Msg> {
        let account = &replay.action.account;
        let fields = self.fields[account].clone().unwrap_or_else(|_| self.kept_fields[account].1.fields.clone());
        let fields: Fields = fields.into_iter().collect();
        let decider = Decider { action: &replay.action, fields: &fields };
        let mut due: Vec<(Timestamp, usize, _)> = Vec::new();
        for (i, c) in self.conversations.iter().enumerate() {
            for m in moments(c, &replay.action, &mut Listener::new(c.channel)) {
                due.push((c.instant(m.at_ms), i, m));
            }
        }
        due.sort_by_key(|(at, i, _)| (*at, *i));
        let of = |event| Msg::Replay { generation: replay.generation, event };
        let conversations = self.conversations.len() as u64;
        let mut out =
            vec![of(ReplayEvent::Started { conversations, runs: due.len() as u64, rejected: vec![], unusable: 0 })];
        let mut contacts: BTreeMap<String, Contact> = BTreeMap::new();
        let nth = self.runs.last().map_or(1, |r| r.replay + 1);
        for (n, (at, i, moment)) in due.into_iter().enumerate() {
            let c = &self.conversations[i];
            let offset = at.as_millisecond() - c.started_at.as_millisecond();
            if let Some(m) = c.messages.iter().rev().find(|m| m.at_ms <= offset) {
                let (conversation, nth, text) = (c.id.clone(), i as u64 + 1, m.text.clone());
                out.push(of(ReplayEvent::Heard { conversation, nth, channel: c.channel, at, role: m.role, text }));
            }
            let look_up = decider.look_up(&moment.attributes);
            let known = look_up.as_ref().and_then(|l| contacts.get(&l.key)).cloned();
            let decision =
                decider.decide(&moment.attributes, known.as_ref().map(|contact| Found { contact, ours: true }));
            let changes = match &decision.write {
                Write::Nothing => vec![],
                Write::Create(changes) | Write::Update(changes) => changes.clone(),
            };
            let id = known.as_ref().map(|c| c.id.clone());
            let id = id.or_else(|| matches!(decision.write, Write::Create(_)).then(|| format!("55512340000005{n:05}")));
            if let (Some(id), Some(l)) = (&id, &look_up) {
                let contact = contacts.entry(l.key.clone()).or_insert_with(|| Contact {
                    id: id.clone(),
                    created_at: at,
                    modified_at: at,
                    values: BTreeMap::new(),
                });
                contact.values.extend(changes.iter().map(|c| (c.zoho.clone(), c.to.clone())));
            }
            let record = RunRecord {
                run_id: format!("run-{n}"),
                action: replay.action.id.clone(),
                conversation: c.id.clone(),
                episode: moment.episode,
                trigger: moment.trigger,
                at,
                outcome: decision.outcome(),
                rule: Some(decision.rule),
                contact_id: id,
                email: look_up.map(|l| l.key),
                matches: u32::from(known.is_some()),
                created_through_astra: known.is_some(),
                changes,
                left_out: decision.left_out,
                warnings: moment.warnings,
                error: None,
                dry_run: replay.dry_run,
                attempts: 1,
                requests: 2.0,
                credits: 2.0,
                duration_ms: 12,
            };
            let place = Place(self.runs.len() as i64 + 1);
            let trace = Trace {
                channel: Some(moment.channel),
                case: Some(decision.case),
                sources: moment.sources,
                calls: vec![],
                doubts: moment.doubts,
                asked: None,
            };
            let run = LoggedRun { place, replay: nth, record, trace };
            self.runs.push(run.clone());
            out.push(of(ReplayEvent::Ran(Box::new(run))));
        }
        out.push(of(ReplayEvent::Ended(Ended::Finished)));
        out
    }
}

fn file(action: Action, revision: u64) -> ActionFile {
    ActionFile { action, revision: Revision(revision), problems: Vec::new(), broken: false }
}

fn sample_fields() -> Vec<ZohoField> {
    let body: Value = serde_json::from_str(include_str!("../../samples/contacts-fields.json")).unwrap();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let yes = |v: &Value| v.as_bool().unwrap_or(false);
    let option = |o: &Value| PickListValue {
        display: text(&o["display_value"]),
        actual: text(&o["actual_value"]),
        used: o["type"] == "used",
    };
    let field = |f: &Value| ZohoField {
        api_name: text(&f["api_name"]),
        label: text(&f["display_label"]),
        data_type: text(&f["data_type"]),
        json_type: text(&f["json_type"]),
        length: f["length"].as_u64().and_then(|l| u32::try_from(l).ok()),
        rich_text: f["textarea"]["type"] == "rich_text",
        read_only: yes(&f["read_only"]),
        visible: yes(&f["visible"]),
        used: f["type"] == "used",
        api_create: yes(&f["operation_type"]["api_create"]),
        api_update: yes(&f["operation_type"]["api_update"]),
        mandatory: yes(&f["system_mandatory"]),
        custom: yes(&f["custom_field"]),
        unique: f["unique"].as_object().is_some_and(|u| !u.is_empty()),
        pick_list: f["pick_list_values"].as_array().into_iter().flatten().map(option).collect(),
    };
    body["fields"].as_array().unwrap().iter().map(field).collect()
}
