//! Every screen, layer, empty state and error state at every size, as a table: a line says how one gets there. What has a
//! picture in the file of its own screen is not drawn twice; this is who has what, `.` for here:
//!
//! | what                              | 60x16           | 80x24           | 120x40          | 160x48          | mono |
//! | --------------------------------- | --------------- | --------------- | --------------- | --------------- | ---- |
//! | library, first frame              | .               | screen_library  | .               | .               |      |
//! | library                           | screen_library  | screen_library  | screen_library  | .               |      |
//! | library with all there can be     | .               | .               | .               | .               | .    |
//! | action                            | .               | screen_action   | screen_action   | screen_action   | .    |
//! | account                           | screen_account  | screen_account  | screen_account  | screen_account  |      |
//! | account, every state              | .               | .               | .               | .               | .    |
//! | settings                          | .               | screen_action   | .               | .               | .    |
//! | settings, not saved               | screen_log      | screen_log      | screen_log      | screen_log      |      |
//! | mapping                           | screen_action   | screen_action   | screen_plan     | screen_plan     |      |
//! | mapping, all that can be wrong    | .               | .               | .               | .               | .    |
//! | log                               | screen_log      | screen_log      | screen_log      | screen_log      | .    |
//! | replay under way                  | .               | screen_log      | .               | .               |      |
//! | review of what is missing         | .               | screen_action   | .               | .               | .    |
//! | review with its plan              | screen_replay   | screen_replay   | .               | screen_replay   |      |
//! | Astra fields                      | screen_agent    | screen_agent    | screen_agent    | screen_agent    | screen_agent |
//! | plan                              | screen_plan     | screen_plan     | screen_plan     | screen_plan     | screen_plan |
//! | every layer                       | .               | here or its own |                 | the widest here | .    |
//! | every empty state, every error    |                 | here or its own |                 | some here       |      |
//! | too small                         | screen_library  |                 |                 |                 |      |

use astra_zoho::app::Options;
use astra_zoho::app::effect::Effect;
use astra_zoho::app::msg::*;
use astra_zoho::domain::action::{Action, Row as MappingRow, State};
use astra_zoho::domain::health::{Check, ConnectionState, Health, Subject};
use astra_zoho::domain::problem::Problem;
use astra_zoho::domain::run::Outcome;
use astra_zoho::view::theme::{Role, Theme};
use ratatui::buffer::{Buffer, Cell};

use super::support::harness::Harness;
use super::support::picture;
use super::support::world::{NOW, World};

type Sizes = &'static [(u16, u16)];
const S: (u16, u16) = (60, 16);
const M: (u16, u16) = (80, 24);
const L: (u16, u16) = (120, 40);
const X: (u16, u16) = (160, 48);

/// A line of the table.
#[derive(Clone, Copy)]
struct Line {
    name: &'static str,
    world: fn() -> World,
    /// The keys that lead there, each answered before the next.
    way: &'static str,
    sizes: Sizes,
    /// What happens there, unanswered.
    then: fn(&mut Harness),
    answered: bool,
    mono: bool,
}

const fn line(name: &'static str, way: &'static str, sizes: Sizes) -> Line {
    Line { name, world: World::sample, way, sizes, then: |_| (), answered: true, mono: false }
}

impl Line {
    const fn of(mut self, world: fn() -> World) -> Self {
        self.world = world;
        self
    }

    const fn then(mut self, then: fn(&mut Harness)) -> Self {
        self.then = then;
        self
    }

    /// Nothing is answered.
    const fn unanswered(mut self) -> Self {
        self.answered = false;
        self
    }

    const fn mono(mut self) -> Self {
        self.mono = true;
        self
    }

    fn reach(&self, (width, height): (u16, u16), mono: bool) -> Harness {
        let mut t = Harness::with(width, height, (self.world)(), Options { mono, ..Options::default() });
        if self.answered {
            t.settle();
        }
        for key in self.way.split_whitespace() {
            t.keys(key);
            if self.answered {
                t.settle();
            }
        }
        if self.answered {
            t.wait(1).settle();
        }
        (self.then)(&mut t);
        t
    }
}

const SCREENS: &[Line] = &[
    line("library_first", "", &[S, L, X]).unanswered(),
    line("library", "", &[X]),
    line("library_all", "", &[S, M, L, X]).of(busy),
    line("library_all_last", "<end>", &[M]).of(busy),
    line("action", "<enter>", &[S]),
    line("action_offline", "<enter> O", &[M]),
    line("account_states", "<enter> 2", &[S, M, L, X]).of(accounts),
    line("settings", "<enter> 3", &[S, L, X]),
    line("settings_table", "<enter> r 3 <end>", &[M]),
    line("mapping_wrong", "<enter> 4 <down> <down>", &[S, M, L, X]).of(wrong),
    line("replay_under_way", "<enter>", &[S, L, X]).then(under_way),
    line("log_failed", "<enter> r 5", &[L]).then(failed_run),
    line("review_missing", "<enter> R", &[S, L, X]).of(World::empty),
    line("review_wrong", "<enter> R", &[S, M]).of(wrong),
    line("review_planned", "<enter> R r <down>", &[L]),
];

const LAYERS: &[Line] = &[
    line("palette_library", "?", &[S, M]),
    line("palette", "<enter> ?", &[S, X]),
    line("delete", "d", &[S]),
    line("forget", "<enter> e Begun. <esc> <esc> <end> d", &[S, M]).of(World::empty),
    line("activate", "A", &[S, M]).of(draft),
    line("rename", "m", &[S, M]),
    line("quit", "<enter>", &[S]).then(|t| {
        t.keys("O q");
    }),
    line("name", "<enter> <enter>", &[S, M]),
    line("intent", "<enter> e", &[S, X]),
    line("pick_zoho", "<enter> 4 a", &[S, M, X]),
    line("pick_zoho_typed", "<enter> 4 a mcit", &[S]),
    line("reasons", "<enter> 4 a <c-r> lookup", &[S]),
    line("pick_astra", "<enter> 4 a title <enter>", &[S, M]),
    line("change_row", "<enter> 4 <enter>", &[M]),
    line("new_field", "<enter> 4 a title <enter> Job <enter>", &[S]),
    line("row_options", "<enter> 4 <end> <up> o", &[S, X]),
    line("row_options_required", "<enter> 4 o", &[S, M]),
    line("add_account", "<enter> 2 n", &[S]),
    line("add_account_name", "<enter> 2 n <enter>", &[S]),
    line("reconnect", "<enter> 2 <down> N", &[M]).of(real),
    line("checks", "<enter> 2 t w", &[S, M]),
    line("conflict", "<enter>", &[S]).of(draft).then(conflict),
    line("conflict_sides", "<enter>", &[S]).of(draft).then(|t| {
        conflict(t);
        t.keys("intent <enter>");
    }),
    line("conflict_deleted", "<enter>", &[M]).of(draft).then(|t| {
        t.world.actions.clear();
        t.keys("O s").settle();
    }),
    line("field_conflict", "6 n Tier <enter> <enter> <c-u> Level", &[S]).then(|t| {
        let mut theirs = t.world.agent.fields.last().unwrap().clone();
        theirs.label = "Rank".into();
        t.world.somebody_elses_field = Some(theirs);
        t.keys("<enter>").settle();
    }),
    line("delete_field", "6 n Tier <enter> d", &[S]),
    line("unfit", "<enter> 2 <down> <enter>", &[S]).of(real),
    line("log_search", "<enter> r 5 / ana", &[S, M]),
    line("log_conversation", "<enter> r 5 T", &[S, M]),
    line("run", "<enter> r 5 <home> <enter>", &[S]),
    line("pick_conversation", "<enter> W <down> <down> <right> <enter>", &[S, X]),
    line("trial", "6 v", &[S, M]),
];

const EMPTY: &[Line] = &[
    line("no_action", "", &[S, X]).of(World::empty),
    line("no_problem", "!", &[M]),
    line("no_rows_beyond_required", "<enter> 4", &[S, M]).of(World::empty),
    line("no_command", "? qqq", &[M]),
    line("no_zoho_field", "<enter> 4 a qqq", &[M]),
    line("no_astra_field", "<enter> 4 a title <enter> qqq", &[M]),
    line("no_conversation_like_that", "6 v qqq", &[M]),
    line("no_conversation", "<enter> 4", &[M]).of(no_conversations),
    line("no_conversation_to_try", "6", &[M]).of(no_conversations),
    line("no_conversation_to_choose", "6 v", &[M]).of(no_conversations),
    line("no_conversation_to_replay", "<enter> 5 r", &[M]).of(no_conversations),
    line("no_run", "<enter> 5", &[S, L]),
    line("no_run_like_that", "<enter> r 5 / nobody <enter>", &[M, X]),
    line("no_change", "<enter> D", &[M]),
    line("no_account", "<enter> 2", &[M, X]).of(account_gone),
    line("no_account_mapping", "<enter> 4", &[M]).of(account_gone),
    line("no_plan", "<enter> P", &[M]).of(account_gone),
    line("nothing_found", "6", &[M, L]).of(no_words),
    line("nothing_to_undo", "<enter> u", &[M]),
];

const TROUBLES: &[Line] = &[
    line("workspace_unread", "", &[S, M]).unanswered().then(unread),
    line("workspace_unread_later", "", &[M]).then(unread),
    line("broken_file", "<enter>", &[M, X]).of(broken),
    line("broken_file_in_library", "", &[M]).of(broken),
    line("fields_asked", "<enter> 4", &[M]).then(|t| {
        t.keys("F");
    }),
    line("fields_unread", "<enter>", &[X]).of(no_fields),
    line("fields_unread_account", "<enter> 2", &[M]).of(no_fields),
    line("review_without_fields", "<enter> R", &[M]).of(no_fields),
    line("save_failed", "<enter> O", &[M]).of(draft).then(|t| {
        t.keys("s");
        let (request, action) = last(t, |e| match e {
            Effect::SaveAction { request, action, .. } => Some((*request, action.id.clone())),
            _ => None,
        });
        let why = "actions/save-contact.toml cannot be written: no space left on device; make room, then save again";
        t.tell(Msg::Saved { request, action, result: Err(SaveRefused::Failed(why.into())) });
    }),
    line("changed_elsewhere", "<enter> O", &[M]).then(|t| {
        t.world.actions[0].action.intent = "Theirs.".into();
        t.world.actions[0].revision = Revision(99);
        t.reload();
    }),
    line("deleted_elsewhere", "<enter> O", &[M]).then(|t| {
        t.world.actions.clear();
        t.reload();
    }),
    line("account_unasked", "<enter> 2", &[S, M, X]).then(|t| {
        t.keys("t");
        let generation = last(t, |e| match e {
            Effect::TestAccount { generation, .. } => Some(*generation),
            _ => None,
        });
        t.tell(Msg::AccountTested { account: "sandbox".into(), generation, result: Err(network()) });
    }),
    line("errand_failed", "<enter> 2", &[M]).then(|t| {
        let result = Err("the terminal cannot be lent: it is not one".into());
        t.tell(Msg::ErrandDone { title: "connecting nordwind".into(), result });
    }),
    line("errand_not_done", "<enter> 2", &[M]).then(|t| {
        t.tell(Msg::ErrandDone { title: "connecting nordwind".into(), result: Ok(false) });
    }),
    line("log_unread", "<enter> 5", &[M, X]).then(|t| {
        t.tell(Msg::LogGrew);
        let generation = last(t, |e| match e {
            Effect::QueryRuns { generation, .. } => Some(*generation),
            _ => None,
        });
        t.tell(Msg::Runs { generation, result: Err(DAMAGED.into()) });
    }),
    line("counts_unread", "<enter> 3", &[M]).then(|t| {
        t.tell(Msg::LogGrew);
        let generation = last(t, |e| match e {
            Effect::CountRuns { generation, .. } => Some(*generation),
            _ => None,
        });
        t.tell(Msg::RunCounts { generation, result: Err(DAMAGED.into()) });
    }),
    line("replay_refused", "<enter> 5", &[S, M, X]).then(|t| {
        let both = vec![
            "save-contact: the account nordwind is not connected; connect it or choose another".to_owned(),
            "Zoho's Contacts have no field Fone; did you mean Phone? Pick it".to_owned(),
        ];
        replay(t, vec![ReplayEvent::Refused(both)]);
    }),
    line("replay_failed", "<enter> 5", &[M, X]).then(|t| {
        let why = "state.db cannot be written: the disk is full; make room, then replay again".to_owned();
        replay(t, vec![started(0), ReplayEvent::Ended(Ended::Failed(why))]);
    }),
    line("replay_stopped", "<enter> 5", &[M]).then(|t| {
        replay(t, vec![started(0), ReplayEvent::Ended(Ended::Stopped)]);
    }),
    line("replay_of_bad_lines", "<enter> 5", &[S, M]).then(|t| replay(t, vec![started(1)])),
    line("conversations_unread", "<enter> W <right> <down> x <down> <right>", &[M]).then(|t| {
        t.keys("<enter>");
        let generation = last(t, |e| match e {
            Effect::ListConversations { generation, .. } => Some(*generation),
            _ => None,
        });
        let why = "x cannot be read: there is no such file; check its name";
        t.tell(Msg::Conversations { generation, result: Err(why.into()) });
    }),
    line("plan_failed", "<enter> 4", &[M, X]).then(|t| {
        t.keys("P").wait(1).keys("c").wait(1);
        let generation = last(t, |e| match e {
            Effect::Rehearse(r) => Some(r.generation),
            _ => None,
        });
        t.tell(Msg::Rehearsed {
            generation,
            result: Err("Zoho does not answer: check the line, then c and C ask again".into()),
        });
    }),
    line("copy_failed", "<enter> r 5", &[M]).then(|t| {
        t.tell(Msg::Copied(Err("nothing takes a copy here: allow OSC 52 in the terminal, or export (E)".into())));
    }),
    line("export_failed", "<enter> r 5", &[M]).then(|t| {
        t.tell(Msg::Exported(Err("runs.jsonl cannot be written: permission denied; start in another folder".into())));
    }),
    line("field_failed", "6 n Tier", &[M]).then(|t| {
        t.keys("<enter>");
        let request = last(t, |e| match e {
            Effect::ChangeField { request, .. } => Some(*request),
            _ => None,
        });
        let why = "agent.toml cannot be written: permission denied; check its rights";
        t.tell(Msg::FieldChanged { request, result: Err(FieldTrouble::Failed(why.into())) });
    }),
    line("field_refused", "6 n City <enter>", &[S, M]),
    line("trial_failed", "6", &[M]).then(|t| {
        t.keys("c");
        let generation = last(t, |e| match e {
            Effect::TryFields { generation, .. } => Some(*generation),
            _ => None,
        });
        t.tell(Msg::Tried { generation, result: Err("the samples cannot be read: this program is damaged".into()) });
    }),
];

const MONO: &[Line] = &[
    line("mono_library", "", &[M]).of(busy).mono(),
    line("mono_action", "<enter>", &[X]).of(real_chosen).mono(),
    line("mono_account", "<enter> 2", &[M]).of(accounts).mono(),
    line("mono_settings", "<enter> r 3 <end>", &[M]).mono(),
    line("mono_mapping", "<enter> 4 <down>", &[M]).of(wrong).mono(),
    line("mono_log", "<enter> r 5", &[M]).mono(),
    line("mono_review", "<enter> R", &[M]).of(wrong).mono(),
    line("mono_picker", "<enter> 4 a <c-r> mail", &[M]).mono(),
    line("mono_form", "<enter> 4 <end> <up> o", &[M]).mono(),
];

const DAMAGED: &str = "state.db is damaged: move it away, the log begins anew";

fn last<T>(t: &Harness, pick: fn(&Effect) -> Option<T>) -> T {
    t.asked.iter().rev().find_map(pick).unwrap()
}

fn network() -> Trouble {
    let message = "www.zohoapis.eu does not answer: check the line, then t asks again";
    Trouble { code: "network".into(), message: message.into() }
}

fn replay(t: &mut Harness, events: Vec<ReplayEvent>) {
    t.keys("r");
    let generation = last(t, |e| match e {
        Effect::StartReplay(r) => Some(r.generation),
        _ => None,
    });
    for event in events {
        t.tell(Msg::Replay { generation, event });
    }
}

fn started(unusable: u64) -> ReplayEvent {
    let rejected = (0..unusable).map(|_| "c.jsonl:3: not a conversation, passed over: it is empty".to_owned());
    ReplayEvent::Started { conversations: 20, runs: 26, rejected: rejected.collect(), unusable }
}

fn under_way(t: &mut Harness) {
    t.keys("r").answers(12).keys("p");
    let generation = last(t, |e| match e {
        Effect::StartReplay(r) => Some(r.generation),
        _ => None,
    });
    t.tell(Msg::Replay { generation, event: ReplayEvent::Paused });
}

fn failed_run(t: &mut Harness) {
    use astra_zoho::domain::run::RunError;
    let run = t.world.runs.last_mut().unwrap();
    run.record.outcome = Outcome::Failed;
    run.record.changes.clear();
    let message = "Zoho says that Last_Name is missing".to_owned();
    run.record.error = Some(RunError { code: "MANDATORY_NOT_FOUND".into(), message });
    t.tell(Msg::LogGrew).settle();
}

fn conflict(t: &mut Harness) {
    let mut theirs = t.world.actions[0].action.clone();
    theirs.intent = "Theirs".into();
    t.world.somebody_else = Some(theirs);
    t.keys("e mine <esc> s").settle();
}

fn unread(t: &mut Harness) {
    let why = "/srv/astra/actions cannot be read: permission denied; check its rights";
    t.tell(Msg::WorkspaceFailed(why.into()));
}

fn real() -> World {
    World::sample().with_a_real_account()
}

fn real_chosen() -> World {
    let mut world = real();
    world.actions[0].action.account = "nordwind".into();
    world
}

fn draft() -> World {
    let mut world = World::sample();
    world.actions[0].action.state = State::Draft;
    world
}

fn no_fields() -> World {
    let mut world = World::sample();
    world.fields.insert("sandbox".into(), Err(network()));
    world
}

fn no_conversations() -> World {
    let mut world = World::sample();
    world.conversations.clear();
    world
}

/// The first conversation says nothing.
fn no_words() -> World {
    let mut world = World::sample();
    for message in &mut world.conversations[0].messages {
        message.text = "ok".into();
    }
    world.conversations[0].attributes.clear();
    world
}

fn account_gone() -> World {
    let mut world = World::sample();
    world.actions[0].action.account = "nordwind".into();
    world
}

fn broken() -> World {
    let mut world = World::sample();
    let file = &mut world.actions[0];
    file.broken = true;
    file.action.name = "save-contact".into();
    let problem = Problem::error("syntax", "", "it is no TOML: a quote is missing", "mend it in the file");
    let located = Located { problem, file: "/home/ana/actions/save-contact.toml".into(), line: 7, column: 12 };
    file.problems = vec![located];
    world
}

/// Everything that a row can have wrong.
fn wrong() -> World {
    let mut world = World::sample();
    let mapping = &mut world.actions[0].action.mapping;
    mapping[1].zoho = "Last_Nam".into();
    mapping[3].astra = "fone".into();
    mapping.push(MappingRow::new("Created_Time", "city"));
    mapping.push(MappingRow::new("Phone", "phone"));
    let mut short = MappingRow::new("Mailing_Zip", "summary");
    short.default = Some("far too long for the postal code of any place that there is".into());
    mapping.push(short);
    world
}

/// Every state of a connection.
fn accounts() -> World {
    let mut world = real();
    for (i, state) in (0_i64..).zip(ConnectionState::ALL) {
        let id = format!("shop-{i}");
        let label = format!("Shop {i}");
        let account = astra_zoho::domain::account::Account { id: id.clone(), label, ..world.accounts[1].clone() };
        world.accounts.push(account);
        let check = match state {
            ConnectionState::Ok => Check::pass(Subject::Token, "as it should be"),
            _ => Check::fail(Subject::Token, "Zoho gives it no more tokens; connect the account again (N)"),
        };
        let checked_at = NOW.parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_hours(i);
        world.healths.insert(id, Health { state: *state, checked_at, checks: vec![check], of: None });
    }
    world
}

/// A library with every state of an action and every last outcome.
fn busy() -> World {
    let mut world = real();
    let first = world.actions[0].clone();
    let at = |hours: i64| NOW.parse::<jiff::Timestamp>().unwrap() - jiff::SignedDuration::from_hours(hours);
    let outcomes = [Outcome::Created, Outcome::Updated, Outcome::Unchanged, Outcome::Skipped, Outcome::Failed];
    for (i, outcome) in (0_i64..).zip(outcomes) {
        let id = format!("action-{i}");
        let action = Action {
            id: id.clone(),
            name: if i == 1 { "Voice leads of the shop in the old town".into() } else { format!("Fair {i}") },
            state: if i % 2 == 0 { State::Active } else { State::Draft },
            account: if i == 1 { "nordwind" } else { "sandbox" }.into(),
            offline_sync: i == 2,
            ..first.action.clone()
        };
        world.actions.push(ActionFile { action, ..first.clone() });
        world.last_runs.insert(id, LastRun { outcome, at: at(i * 30), dry_run: i % 2 == 1 });
    }
    world.actions[4].action.mapping[3].astra = "fone".into();
    world.actions[5] = ActionFile {
        action: Action { id: "action-4".into(), ..broken().actions.remove(0).action },
        ..broken().actions.remove(0)
    };
    let edited = Action { offline_sync: true, ..world.actions[2].action.clone() };
    let kept = |action: Action, base| Draft { action, base, from: None, field: None, kept_at: at(1), left_on: None };
    world.drafts.insert("action-1".into(), kept(edited, Some(world.actions[2].revision)));
    let begun = Action { id: "begun".into(), name: "Begun".into(), state: State::Draft, ..first.action };
    world.drafts.insert("begun".into(), kept(begun, None));
    world
}

fn draw(lines: &[Line]) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/screen_matrix"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for line in lines {
        let pictures: Vec<String> = line.sizes.iter().map(|size| line.reach(*size, line.mono).picture()).collect();
        settings.bind(|| insta::assert_snapshot!(line.name, pictures.join("\n")));
    }
}

#[test]
fn every_screen() {
    draw(SCREENS);
}

#[test]
fn every_layer() {
    draw(LAYERS);
}

#[test]
fn every_empty_state() {
    draw(EMPTY);
}

#[test]
fn every_error_state() {
    draw(TROUBLES);
}

#[test]
fn every_screen_without_colours() {
    draw(MONO);
}

fn cells(buffer: &Buffer) -> impl Iterator<Item = &Cell> {
    buffer.content().iter()
}

/// What colours tell apart, the modifiers of the theme without colours tell apart too, and the text is the same.
#[test]
fn without_colours_all_is_told_apart_that_colours_tell_apart() {
    let tables = [SCREENS, LAYERS, EMPTY, TROUBLES];
    for line in tables.into_iter().flatten() {
        let looks = [false, true].map(|mono| picture::draw(&line.reach(line.sizes[0], mono).app).0);
        let mut seen = Vec::new();
        for (colour, mono) in cells(&looks[0]).zip(cells(&looks[1])) {
            assert_eq!(colour.symbol(), mono.symbol(), "{}", line.name);
            let pair = [colour, mono].map(|c| (c.fg, c.bg, c.modifier));
            if !seen.contains(&pair) {
                seen.push(pair);
            }
        }
        for (i, a) in seen.iter().enumerate() {
            for b in &seen[i + 1..] {
                assert_ne!(a[1], b[1], "{}: {:?} and {:?} look the same", line.name, a[0], b[0]);
            }
        }
    }
}

/// What is wrong, doubtful, well, selected or in focus is told by a sign or a word besides: with no look at all.
#[test]
fn without_any_look_states_differ_in_their_text() {
    fn text(world: fn() -> World, way: &'static str, then: fn(&mut Harness)) -> String {
        line("", way, &[M]).of(world).then(then).reach(M, true).text()
    }
    let nothing: fn(&mut Harness) = |_| ();
    let dry: fn(&mut Harness) = |t| {
        for run in &mut t.world.runs {
            run.record.dry_run = true;
        }
        t.tell(Msg::LogGrew).settle();
    };
    type State = (fn() -> World, &'static str, fn(&mut Harness));
    let pairs: &[(&str, State, State)] = &[
        ("active or draft, in the library", (World::sample, "", nothing), (draft, "", nothing)),
        ("active or draft, opened", (World::sample, "<enter>", nothing), (draft, "<enter>", nothing)),
        ("the line selected in the library", (busy, "", nothing), (busy, "<down>", nothing)),
        ("the pane in focus", (World::sample, "<enter>", nothing), (World::sample, "<enter> <tab>", nothing)),
        ("the line selected in a pane", (World::sample, "<enter> 4", nothing), (World::sample, "<enter> 4 j", nothing)),
        ("the line selected in a list", (World::sample, "?", nothing), (World::sample, "? <down>", nothing)),
        (
            "the line selected in a form",
            (World::sample, "<enter> W", nothing),
            (World::sample, "<enter> W <down>", nothing),
        ),
        ("Offline Sync", (World::sample, "<enter>", nothing), (World::sample, "<enter> O u u", nothing)),
        ("a permission", (World::sample, "<enter> 3", nothing), (World::sample, "<enter> 3 <space>", nothing)),
        ("unsaved or saved", (World::sample, "<enter> O", nothing), (World::sample, "<enter> O s A", nothing)),
        ("a real organisation or the sandbox", (real, "<enter>", nothing), (real_chosen, "<enter>", nothing)),
        ("which account is chosen", (real, "<enter> 2", nothing), (real_chosen, "<enter> 2", nothing)),
        ("a row that fits or not", (World::sample, "<enter> 4", nothing), (wrong, "<enter> 4", nothing)),
        ("following or not", (World::sample, "<enter> r 5", nothing), (World::sample, "<enter> r 5 k", nothing)),
        (
            "playing or standing still",
            (World::sample, "<enter> 5", |t| {
                t.keys("r").answers(12);
            }),
            (World::sample, "<enter> 5", under_way),
        ),
        ("for real or a dry run", (World::sample, "<enter> r 5", nothing), (World::sample, "<enter> r 5", dry)),
        ("failed or not", (World::sample, "<enter> r 5", nothing), (World::sample, "<enter> r 5", failed_run)),
        (
            "old fields or new ones",
            (World::sample, "<enter> 4", nothing),
            (World::sample, "<enter> 4", |t| {
                t.keys("F");
            }),
        ),
        ("half of the agent's screen", (World::sample, "6", nothing), (World::sample, "6 <tab>", nothing)),
    ];
    let mut same = Vec::new();
    for (what, (a, way_a, then_a), (b, way_b, then_b)) in pairs {
        if text(*a, way_a, *then_a) == text(*b, way_b, *then_b) {
            same.push(*what);
        }
    }
    assert_eq!(same, [""; 0]);
    // a line that is red says so by its sign: everywhere
    let theme = Theme { mono: false, ascii: false };
    let tables = [SCREENS, LAYERS, EMPTY, TROUBLES];
    let mut silent = Vec::new();
    for line in tables.into_iter().flatten() {
        let t = line.reach(line.sizes[0], false);
        let (buffer, _) = picture::draw(&t.app);
        let rows = picture::rows(&buffer);
        let bad = {
            let mut plain = Cell::new(" ");
            plain.set_style(theme.style(Role::Bad));
            (plain.fg, plain.modifier)
        };
        let red = |y: u16| (0..buffer.area.width).any(|x| (buffer[(x, y)].fg, buffer[(x, y)].modifier) == bad);
        for (y, row) in (0..).zip(&rows) {
            // a sentence that goes on below has its sign above
            let above = y > 0 && (red(y - 1) || rows[usize::from(y) - 1].contains('✗'));
            if red(y) && !row.contains('✗') && !above {
                silent.push(format!("{}: {}", line.name, row.trim_end()));
            }
        }
    }
    assert_eq!(silent, [""; 0]);
}
