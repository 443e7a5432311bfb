//! What the screen asks of the world, done to a real workspace and the real sandbox: files, drafts, the log, replays.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use astra_zoho::app::effect::{Effect, Format, From, Pace, Rehearsal, Replay, RunFilter, Source, Steer, Window};
use astra_zoho::app::msg::{
    Ended, FieldTrouble, Generation, HalfField, Msg, ReplayEvent, Request, SaveRefused, Snapshot,
};
use astra_zoho::domain::action::{Action, State};
use astra_zoho::domain::field::{Agent, AstraField};
use astra_zoho::domain::field_edit::{FieldEdit, FieldRefused};
use astra_zoho::domain::run::{Outcome, Rule};
use astra_zoho::ports::WallClock;
use astra_zoho::runtime::{News, Outside, World};
use tokio::sync::mpsc::{Receiver, channel};

use crate::support::home::{Home, Settings};
use crate::support::terminal::Sandbox;

const PATIENCE: Duration = Duration::from_secs(20);

struct Screen {
    world: Outside,
    news: Receiver<News>,
}

impl Screen {
    fn on(dir: &Path) -> Self {
        let mut world = Outside::new(Some(dir.to_owned()), Arc::new(WallClock)).unwrap();
        let (to, news) = channel(256);
        world.answer_to(to);
        Self { world, news }
    }

    async fn next(&mut self) -> Msg {
        match tokio::time::timeout(PATIENCE, self.news.recv()).await.unwrap().unwrap() {
            News::Msg(msg) => msg,
            other => panic!("{other:?}"),
        }
    }

    async fn ask(&mut self, effect: Effect) -> Msg {
        self.world.begin(effect);
        self.next().await
    }

    async fn load(&mut self) -> Snapshot {
        match self.ask(Effect::LoadWorkspace).await {
            Msg::Workspace(snapshot) => *snapshot,
            other => panic!("{other:?}"),
        }
    }

    /// The next snapshot, whatever else is told before.
    async fn snapshot(&mut self) -> Snapshot {
        loop {
            if let Msg::Workspace(snapshot) = self.next().await {
                return *snapshot;
            }
        }
    }
}

fn start(generation: u64, action: &Action, source: Source, pace: Pace, dry_run: bool) -> Effect {
    let generation = Generation(generation);
    Effect::StartReplay(Box::new(Replay { generation, action: action.clone(), source, pace, dry_run, restart: false }))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_saved_and_somebody_elses_change_is_never_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let first = screen.load().await;
    let file = first.actions[0].clone();
    let path = dir.path().join("actions").join(format!("{}.toml", file.action.id));
    let save = |action: &Action, base, overwrite| Effect::SaveAction {
        request: Request(1),
        action: Box::new(action.clone()),
        base: Some(base),
        overwrite,
    };
    let mine = Action { intent: "Mine".into(), ..file.action.clone() };
    let Msg::Saved { result: Ok(saved), .. } = screen.ask(save(&mine, file.revision, None)).await else { panic!() };
    assert_eq!(screen.snapshot().await.actions[0].revision, saved);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("intent = \"Mine\""));

    // another section: both sides can be put together
    std::fs::write(&path, text.replace("account = \"sandbox\"", "account = \"other\"")).unwrap();
    let again = Action { intent: "Again".into(), ..mine.clone() };
    let Msg::Saved { result: Err(SaveRefused::Conflict { theirs, merged, both }), .. } =
        screen.ask(save(&again, saved, None)).await
    else {
        panic!()
    };
    let (theirs, merged) = (theirs.unwrap(), merged.unwrap());
    assert_eq!((theirs.action.account.as_str(), both.len()), ("other", 0));
    assert_eq!((merged.account.as_str(), merged.intent.as_str()), ("other", "Again"));
    assert!(!std::fs::read_to_string(&path).unwrap().contains("Again"), "nothing was written");

    // seen, and overwritten all the same
    let Msg::Saved { result, .. } = screen.ask(save(&again, saved, Some(theirs.revision))).await else { panic!() };
    assert!(result.is_ok(), "{result:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("Again") && text.contains("account = \"sandbox\""), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_edited_from_a_broken_file_is_saved_once_that_is_mended_or_gone() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let whole = screen.load().await.actions.remove(0);
    let path = dir.path().join("actions").join(format!("{}.toml", whole.action.id));
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{good}garbage = = 1\n")).unwrap();
    let broken = screen.load().await.actions.remove(0);
    assert!(broken.broken);
    let mine = Action { offline_sync: !broken.action.offline_sync, ..broken.action.clone() };
    let save = |base, overwrite| Effect::SaveAction {
        request: Request(1),
        action: Box::new(mine.clone()),
        base: Some(base),
        overwrite,
    };
    // what a broken file says is a guess: neither shown as somebody's side nor put together with anything
    for base in [broken.revision, whole.revision] {
        let Msg::Saved { result: Err(SaveRefused::Failed(why)), .. } = screen.ask(save(base, None)).await else {
            panic!()
        };
        assert!(why.contains("is not valid TOML, so it was left as it is"), "{why}");
    }
    screen.world.begin(Effect::KeepDraft { action: Box::new(mine.clone()), base: Some(broken.revision), field: None });
    let Screen { world, news } = screen;
    drop(news);
    world.finish().await;

    // after a new start, mended meanwhile: what both began with is not known
    let theirs_text = good.replace("account = \"sandbox\"", "account = \"other\"");
    std::fs::write(&path, &theirs_text).unwrap();
    let mut screen = Screen::on(dir.path());
    let draft = screen.load().await.drafts.remove(&mine.id).unwrap();
    assert_eq!((&draft.action, draft.base, &draft.from), (&mine, Some(broken.revision), &None));
    let both_sides = async |screen: &mut Screen, overwrite| {
        let Msg::Saved { result: Err(SaveRefused::Conflict { theirs, merged, both }), .. } =
            screen.ask(save(broken.revision, overwrite)).await
        else {
            panic!()
        };
        assert_eq!((merged, both.len()), (None, 0));
        theirs
    };
    let theirs = both_sides(&mut screen, None).await.unwrap();
    assert_eq!(theirs.action.account, "other");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs_text, "nothing was written");
    // gone: asked, and theirs that was seen is not there to be overwritten any more
    std::fs::remove_file(&path).unwrap();
    assert_eq!(both_sides(&mut screen, None).await, None);
    assert_eq!(both_sides(&mut screen, Some(theirs.revision)).await, None);
    // there again and changed once more after it was seen: seen again
    std::fs::write(&path, &good).unwrap();
    let again = both_sides(&mut screen, Some(theirs.revision)).await.unwrap();
    assert_eq!(again.action, whole.action);
    let Msg::Saved { result, .. } = screen.ask(save(broken.revision, Some(again.revision))).await else { panic!() };
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(screen.snapshot().await.actions[0].action, mine);
    // mended to what is wanted: there is nothing to ask
    let text = std::fs::read_to_string(&path).unwrap();
    let Msg::Saved { result, .. } = screen.ask(save(broken.revision, None)).await else { panic!() };
    assert!(result.is_ok() && std::fs::read_to_string(&path).unwrap() == text, "{result:?}");
    screen.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_edited_survives_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let file = screen.load().await.actions.remove(0);
    let edited = Action { name: "Half a na".into(), ..file.action.clone() };
    let half = AstraField { label: "Half a fie".into(), ..AstraField::default() };
    screen.world.begin(Effect::KeepDraft {
        action: Box::new(edited.clone()),
        base: Some(file.revision),
        field: Some(Box::new(half.clone())),
    });
    let Screen { world, news } = screen;
    drop(news);
    world.finish().await;
    let mut screen = Screen::on(dir.path());
    let snapshot = screen.load().await;
    let draft = &snapshot.drafts[&file.action.id];
    assert_eq!((&draft.action, draft.base, &draft.field), (&edited, Some(file.revision), &Some(half)));
    // left by a program that has ended: ours once it is taken
    screen.world.begin(Effect::TakeDraft { action: file.action.id.clone(), from: draft.left_on.unwrap() });
    screen.world.begin(Effect::DropDraft { action: file.action.id.clone() });
    assert!(screen.load().await.drafts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_somebody_else_is_noticed_when_it_happens() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let file = screen.load().await.actions.remove(0);
    // told in order: when this is answered, the folders are watched
    screen.world.begin(Effect::WatchWorkspace);
    screen.load().await;
    let path = dir.path().join("actions").join(format!("{}.toml", file.action.id));
    let text = std::fs::read_to_string(&path).unwrap();
    let other = path.with_file_name("other.toml");
    std::fs::write(&other, text).unwrap();
    while screen.snapshot().await.actions.len() != 2 {}
    std::fs::remove_file(other).unwrap();
    while screen.snapshot().await.actions.len() != 1 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_tells_what_is_said_and_done_and_the_log_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let mut action = screen.load().await.actions.remove(0).action;
    action.state = State::Active;
    screen.world.begin(start(1, &action, Source::Samples, Pace::AtOnce, false));
    let (mut runs, mut recalled, mut ran) = (0, 0, String::new());
    let due = loop {
        match screen.next().await {
            Msg::Replay { event: ReplayEvent::Started { runs, .. }, .. } => break runs,
            Msg::Replay { event, .. } => panic!("{event:?}"),
            _ => {}
        }
    };
    loop {
        match screen.next().await {
            Msg::Replay { event: ReplayEvent::Ran(run), .. } => {
                assert!(!run.record.dry_run);
                runs += 1;
                ran = run.record.conversation;
            }
            Msg::Replay { event: ReplayEvent::Recalled(heard), .. } => {
                assert!(heard.len() > 1 && heard.iter().all(|h| h.conversation == ran), "{ran}: {heard:?}");
                recalled += 1;
            }
            Msg::Replay { event: ReplayEvent::Ended(ended), .. } => {
                assert_eq!((ended, recalled), (Ended::Finished, 1), "at the end: the last run's conversation");
                break;
            }
            _ => {}
        }
    }
    assert_eq!((runs, runs > 5), (due, true));

    let window = |from| Effect::QueryRuns {
        generation: Generation(7),
        filter: RunFilter::default(),
        window: Window { from, limit: 3 },
    };
    let mut page = async |from| match screen.ask(window(from)).await {
        Msg::Runs { generation: Generation(7), result } => result.unwrap(),
        other => panic!("{other:?}"),
    };
    let (first, last) = (page(From::Start).await, page(From::End).await);
    assert_eq!((first.earlier, first.later, first.total.unwrap().runs), (false, true, due));
    assert_eq!((last.earlier, last.later), (true, false));
    let second = page(From::After(first.runs[2].place)).await;
    assert!(second.earlier && second.later);
    assert_eq!(page(From::Before(second.runs[0].place)).await, first);

    let one = last.runs[0].record.clone();
    let filter = RunFilter { conversation: Some(one.conversation.clone()), rule: one.rule, ..RunFilter::default() };
    let asked =
        Effect::QueryRuns { generation: Generation(8), filter, window: Window { from: From::Start, limit: 99 } };
    let Msg::Runs { result: Ok(found), .. } = screen.ask(asked).await else { panic!() };
    assert!(found.runs.iter().any(|r| r.record == one));
    assert!(found.runs.iter().all(|r| r.record.conversation == one.conversation && r.record.rule == one.rule));
    let counted = Effect::CountRuns { generation: Generation(9), action: action.id.clone(), live: false };
    let Msg::RunCounts { result: Ok(counts), .. } = screen.ask(counted).await else { panic!() };
    assert_eq!(counts.0.iter().map(|t| t.runs).sum::<u64>(), due);
    let last = screen.load().await.last_runs[&action.id];
    assert!(!last.dry_run);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_stands_still_steps_and_stops() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let action = Action { state: State::Draft, ..screen.load().await.actions.remove(0).action };
    // at this pace it would take hours
    screen.world.begin(start(1, &action, Source::Samples, Pace::Times(1), false));
    let steer = |steer| Effect::SteerReplay { generation: Generation(1), steer };
    screen.world.begin(steer(Steer::Pause));
    let mut said = 0;
    let mut told = async |screen: &mut Screen| loop {
        match screen.next().await {
            Msg::Replay { event: ReplayEvent::Paused, .. } => return said,
            Msg::Replay { event: ReplayEvent::Heard { .. }, .. } => said += 1,
            Msg::Replay { event: ReplayEvent::Ended(ended), .. } => panic!("{ended:?}"),
            _ => {}
        }
    };
    let before = told(&mut screen).await;
    for step in 1..=3 {
        screen.world.begin(steer(Steer::Step));
        assert_eq!(told(&mut screen).await, before + step, "one message a step");
    }
    // of another replay: nothing
    screen.world.begin(Effect::SteerReplay { generation: Generation(9), steer: Steer::Stop });
    screen.world.begin(steer(Steer::Pace(Pace::AtOnce)));
    screen.world.begin(steer(Steer::Resume));
    let mut dry = 0;
    let ended = loop {
        match screen.next().await {
            Msg::Replay { event: ReplayEvent::Ran(run), .. } => dry += i32::from(run.record.dry_run),
            Msg::Replay { event: ReplayEvent::Ended(ended), .. } => break ended,
            _ => {}
        }
    };
    assert!(ended == Ended::Finished && dry > 5, "a draft never writes: {ended:?}, {dry}");

    // a new one ends the one before
    screen.world.begin(start(2, &action, Source::Samples, Pace::Times(1), true));
    screen.world.begin(start(3, &action, Source::Sample("none".into()), Pace::AtOnce, true));
    let mut ends = Vec::new();
    while ends.len() < 2 {
        match screen.next().await {
            Msg::Replay { generation, event: ReplayEvent::Ended(ended) } => ends.push((generation.0, Some(ended))),
            Msg::Replay { generation, event: ReplayEvent::Refused(_) } => ends.push((generation.0, None)),
            _ => {}
        }
    }
    assert_eq!(ends, [(2, Some(Ended::Stopped)), (3, None)]);
}

/// Zoho takes the account's tokens no more: the screen hears whose, and what to do, in few words.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_in_mid_replay_is_named_with_what_to_do() {
    let home = Home::new();
    let sandbox = Sandbox::start(&home, &["--faults", "token-revoked@coql:3-,token-revoked@token:2-"]);
    let file = home.write("credentials.json", &sandbox.line);
    assert!(home.run(&["account", "add", "--id", "crm", "--from-json", file.to_str().unwrap()]).status.success());
    home.action(&Settings { account: "crm", ..Settings::default() });
    let mut screen = Screen::on(&home.path(""));
    let action = screen.load().await.actions.into_iter().find(|f| f.action.id == "a").unwrap().action;
    screen.world.begin(start(1, &action, Source::Samples, Pace::AtOnce, true));
    let (mut ran, mut ended) = (0, None);
    while ended.is_none() {
        match screen.next().await {
            Msg::Replay { event: ReplayEvent::Ran(_), .. } => ran += 1,
            Msg::Replay { event: ReplayEvent::Ended(how), .. } => ended = Some(how),
            Msg::Replay { event: ReplayEvent::Refused(why), .. } => panic!("{why:?}"),
            _ => {}
        }
    }
    let why = "account crm: Zoho no longer takes its refresh token (revoked, or of another data centre); \
               reconnect it in the Account pane";
    assert_eq!((ran, ended), (2, Some(Ended::Failed(why.to_owned()))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_for_one_sample_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let mut action = screen.load().await.actions.remove(0).action;
    let rehearse = |generation, action: &Action, conversation: &str| {
        Effect::Rehearse(Box::new(Rehearsal {
            generation: Generation(generation),
            action: action.clone(),
            source: Source::Sample(conversation.into()),
            fields_at: "2026-03-05T12:00:00Z".parse().unwrap(),
        }))
    };
    let mut plan = async |generation, action: &Action, conversation: &str| match screen
        .ask(rehearse(generation, action, conversation))
        .await
    {
        Msg::Rehearsed { generation: Generation(got), result } if got == generation => result,
        other => panic!("{other:?}"),
    };
    let first = plan(1, &action, "01-first-tent").await.unwrap();
    assert_eq!((first[0].outcome, first[0].dry_run), (Outcome::Created, true));
    // as edited, not as saved
    action.contacts.create_and_update_new = false;
    let second = plan(2, &action, "01-first-tent").await.unwrap();
    assert_eq!(second[0].rule, Some(Rule::CreationOff));
    assert!(plan(3, &action, "none").await.unwrap_err().contains("none"));
    action.account = "gone".into();
    assert!(plan(4, &action, "01-first-tent").await.unwrap_err().contains("gone"));
    let window = Window { from: From::End, limit: 10 };
    let asked = Effect::QueryRuns { generation: Generation(9), filter: RunFilter::default(), window };
    let Msg::Runs { result: Ok(page), .. } = screen.ask(asked).await else { panic!() };
    assert_eq!(page.total.unwrap().runs, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_kept_and_an_account_tells_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let fetch = |generation, force| Effect::FetchFields {
        account: "sandbox".into(),
        generation: Generation(generation),
        force,
    };
    let Msg::Fields { result: Ok(first), .. } = screen.ask(fetch(1, false)).await else { panic!() };
    assert!(first.fields.iter().any(|f| f.api_name == "Last_Name"));
    let Msg::Fields { result: Ok(kept), .. } = screen.ask(fetch(2, false)).await else { panic!() };
    assert_eq!((kept.fields.len(), kept.fetched_at), (first.fields.len(), first.fetched_at));
    let Msg::Fields { result: Ok(anew), .. } = screen.ask(fetch(3, true)).await else { panic!() };
    assert!(anew.fetched_at > first.fetched_at && anew.changed.is_empty());
    // what changed is told until somebody says to have seen it, and after a restart too
    let journal = astra_zoho::store::Journal::open(&dir.path().join("data/state.db")).unwrap();
    let mut other = anew.fields.clone();
    other.retain(|f| f.api_name != "Fax");
    other.iter_mut().find(|f| f.api_name == "Phone").unwrap().length = Some(500);
    // as an older version kept it, and old
    let body = serde_json::to_string(&other).unwrap();
    journal.keep_fields("sandbox", "2020-01-01T00:00:00Z".parse().unwrap(), &body).unwrap();
    let Msg::Fields { result: Ok(old), .. } = screen.ask(fetch(6, false)).await else { panic!() };
    assert!(old.followed && old.changed.is_empty() && old.fields == other, "the old ones at once");
    let Msg::Fields { generation: Generation(6), result: Ok(fresh), .. } = screen.next().await else { panic!() };
    assert!(!fresh.followed && fresh.fields == anew.fields, "and Zoho's own");
    let told: Vec<_> = fresh.changed.iter().map(|c| (c.api_name.as_str(), c.what.as_str())).collect();
    assert_eq!(
        told,
        [("Phone", "takes 50 characters now, no longer 500")],
        "a new field that may be blank is no matter"
    );
    let mut screen = Screen::on(dir.path());
    let Msg::Fields { result: Ok(again), .. } = screen.ask(fetch(1, false)).await else { panic!() };
    assert_eq!((again.changed, again.fetched_at), (fresh.changed, fresh.fetched_at));
    let seen = |fetched_at| Effect::AcknowledgeFields { account: "sandbox".into(), fetched_at };
    screen.world.begin(seen(first.fetched_at));
    screen.load().await;
    let Msg::Fields { result: Ok(again), .. } = screen.ask(fetch(2, false)).await else { panic!() };
    assert_eq!(again.changed.len(), 1, "others were seen");
    screen.world.begin(seen(fresh.fetched_at));
    screen.load().await;
    for force in [false, true] {
        let Msg::Fields { result: Ok(again), .. } = screen.ask(fetch(3, force)).await else { panic!() };
        assert_eq!(again.changed, []);
    }
    let gone = Effect::FetchFields { account: "gone".into(), generation: Generation(4), force: false };
    let Msg::Fields { result: Err(trouble), .. } = screen.ask(gone).await else { panic!() };
    assert_eq!(trouble.code, "config_invalid");
    let tested = screen.ask(Effect::TestAccount { account: "sandbox".into(), generation: Generation(5) }).await;
    let Msg::AccountTested { result: Ok(connected), .. } = tested else { panic!("{tested:?}") };
    assert!(connected.account.organisation.is_some() && connected.account.user.is_some());
    let Msg::Workspace(snapshot) = screen.ask(Effect::LoadWorkspace).await else { panic!() };
    assert_eq!(snapshot.healths.get("sandbox"), Some(&connected.health), "it is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_is_empty_and_exports_a_head() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let window = Window { from: From::End, limit: 10 };
    let asked = Effect::QueryRuns { generation: Generation(1), filter: RunFilter::default(), window };
    let Msg::Runs { result: Ok(page), .. } = screen.ask(asked).await else { panic!() };
    assert_eq!((page.runs.len(), page.total.unwrap().runs), (0, 0));
    for (format, head) in [(Format::Csv, "run_id,action,"), (Format::JsonLines, "")] {
        let Msg::Exported(told) = screen.ask(Effect::Export { filter: RunFilter::default(), format }).await else {
            panic!()
        };
        let told = told.unwrap();
        let file = told.strip_prefix("0 runs written to ").unwrap();
        assert!(std::fs::read_to_string(file).unwrap().starts_with(head));
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "it holds what customers said");
        std::fs::remove_file(file).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_is_changed_beside_whatever_others_change() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let first = screen.load().await;
    let path = dir.path().join("agent.toml");
    let plan = first.agent.field("plan").unwrap().clone();
    let change = |edit| Effect::ChangeField { request: Request(1), edit };
    let now = AstraField { label: "Tier".into(), ..plan.clone() };
    // somebody adds a field meanwhile: both are there, and so are the comments
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n[[field]]\nkey = \"seat\" # theirs\n")).unwrap();
    let edit = FieldEdit::Change { was: plan.clone(), now: now.clone() };
    let told = screen.ask(change(edit.clone())).await;
    assert!(matches!(told, Msg::FieldChanged { result: Ok(()), .. }), "{told:?}");
    let agent = screen.snapshot().await.agent;
    assert_eq!(agent.field("plan"), Some(&now));
    assert!(agent.field("seat").is_some());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("label = \"Tier\"") && text.contains("# theirs") && text.contains("# required"), "{text}");
    // the same field was changed: theirs is told, nothing is written
    let Msg::FieldChanged { result, .. } = screen.ask(change(edit)).await else { panic!() };
    let theirs = Some(Box::new(now.clone()));
    assert_eq!(result, Err(FieldTrouble::Refused(FieldRefused::Changed(theirs))));
    screen.snapshot().await;
    // a mapped field stays, whoever asks
    let Msg::FieldChanged { result: Err(FieldTrouble::Refused(why)), .. } =
        screen.ask(change(FieldEdit::Remove(now))).await
    else {
        panic!()
    };
    assert!(why.to_string().starts_with("Tier is mapped in Save contact to Zoho, row"), "{why}");
    screen.snapshot().await;
    let seat = agent.field("seat").unwrap().clone();
    let Msg::FieldChanged { result: Ok(()), .. } = screen.ask(change(FieldEdit::Remove(seat))).await else { panic!() };
    assert!(screen.snapshot().await.agent.field("seat").is_none());
    // a field half typed is there again
    let half = HalfField {
        was: None,
        typed: AstraField { label: "Half a la".into(), ..AstraField::default() },
        left_on: None,
    };
    screen.world.begin(Effect::KeepField(Some(Box::new(half.clone()))));
    assert_eq!(screen.load().await.half_field, Some(half));
    screen.world.begin(Effect::KeepField(None));
    assert_eq!(screen.load().await.half_field, None);
    screen.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_are_tried_as_they_are_being_typed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("config.toml"), "[extractor]\nthreshold = 0.985\n").unwrap();
    let mut screen = Screen::on(dir.path());
    screen.load().await;
    let mut agent = Agent::default();
    let field = |label: &str| AstraField { key: "x".into(), label: label.into(), ..AstraField::default() };
    agent.fields.push(field("Plan"));
    let file = dir.path().join("c.jsonl");
    let long = "x ".repeat(40_000);
    let said = format!("{long} My plan is Growth. I'm Ana Ruiz, ana@example.com");
    let line = serde_json::json!({"id": "big", "channel": "text", "started_at": "2026-03-02T09:00:00Z",
        "messages": [{"at_ms": 0, "role": "customer", "text": &said[long.len()..]}, {"at_ms": 1, "role": "agent", "text": said}]});
    std::fs::write(&file, format!("no line\n{line}\n")).unwrap();
    let source = Source::InFile { name: file.to_str().unwrap().to_owned(), id: "big".into() };
    let ask = |agent: &Agent, source: &Source| Effect::TryFields {
        generation: Generation(7),
        agent: Box::new(agent.clone()),
        source: source.clone(),
    };
    let Msg::Tried { generation, result } = screen.ask(ask(&agent, &source)).await else { panic!() };
    let tried = result.unwrap();
    assert_eq!((generation, tried.conversation.as_str(), tried.threshold), (Generation(7), "big", 99));
    assert_eq!(tried.value("x").unwrap().value, "Growth");
    let lit = &tried.value("email").unwrap().lit;
    assert_eq!(&tried.messages[0].text[lit[0].clone()], "ana@example.com");
    // the file is gone: what was read is not read again
    std::fs::remove_file(&file).unwrap();
    agent.fields.pop();
    agent.fields.push(field("Colour"));
    let Msg::Tried { result, .. } = screen.ask(ask(&agent, &source)).await else { panic!() };
    assert!(result.unwrap().value("x").is_none());
    let Msg::Tried { result, .. } = screen.ask(ask(&agent, &Source::Sample("none".into()))).await else { panic!() };
    assert!(result.unwrap_err().contains("no sample `none`"));
    screen.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_screens_keep_drafts_apart_and_a_deleted_file_takes_none_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let (mut p, mut q) = (Screen::on(dir.path()), Screen::on(dir.path()));
    let file = p.load().await.actions.remove(0);
    q.load().await;
    let id = file.action.id.clone();
    let keep = |name: &str| Effect::KeepDraft {
        action: Box::new(Action { name: name.into(), ..file.action.clone() }),
        base: Some(file.revision),
        field: None,
    };
    p.world.begin(keep("AAA"));
    p.load().await;
    assert!(q.load().await.drafts.is_empty(), "p is at it");
    q.world.begin(keep("BBB"));
    q.world.begin(Effect::DropDraft { action: id.clone() });
    let delete = Effect::DeleteAction { request: Request(1), action: id.clone(), base: file.revision };
    assert!(matches!(q.ask(delete).await, Msg::Changed { result: Ok(()), .. }));
    assert!(q.snapshot().await.actions.is_empty());
    let draft = p.load().await.drafts.remove(&id).unwrap();
    assert_eq!((draft.action.name.as_str(), draft.left_on), ("AAA", None));
    // mine instead of none: the file is made anew
    let save = |name: &str, base| Effect::SaveAction {
        request: Request(2),
        action: Box::new(Action { name: name.into(), ..file.action.clone() }),
        base,
        overwrite: None,
    };
    let Msg::Saved { result: Err(SaveRefused::Conflict { theirs: None, .. }), .. } =
        p.ask(save("AAA", Some(file.revision))).await
    else {
        panic!("the file is gone")
    };
    assert!(matches!(p.ask(save("AAA", None)).await, Msg::Saved { result: Ok(_), .. }));
    // somebody else was faster
    let Msg::Saved { result: Err(SaveRefused::Conflict { theirs: Some(theirs), .. }), .. } =
        q.ask(save("BBB", None)).await
    else {
        panic!("it is there")
    };
    assert_eq!(theirs.action.name, "AAA");
    // p ends: what it left is offered, and taken over once
    let Screen { world, news } = p;
    drop(news);
    world.finish().await;
    let left = q.load().await.drafts.remove(&id).unwrap();
    assert_eq!((left.action.name.as_str(), left.left_on), ("AAA", Some(1)));
    q.world.begin(Effect::TakeDraft { action: id.clone(), from: 1 });
    assert_eq!(q.load().await.drafts[&id].left_on, None);
    q.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_kept_is_told_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let mut screen = Screen::on(dir.path());
    let file = screen.load().await.actions.remove(0);
    // a file where the folder should be: nobody's rights matter
    std::fs::create_dir_all(dir.path().join("data")).unwrap();
    std::fs::write(dir.path().join("data/drafts"), "").unwrap();
    let keep = || Effect::KeepDraft { action: Box::new(file.action.clone()), base: Some(file.revision), field: None };
    let told = loop {
        match screen.ask(keep()).await {
            Msg::Workspace(_) => {}
            other => break other,
        }
    };
    let Msg::NotKept { draft, why } = told else { panic!("{told:?}") };
    assert_eq!(draft.action, file.action);
    assert!(why.starts_with("cannot ") && why.contains(" data/drafts"), "{why}");
    std::fs::remove_file(dir.path().join("data/drafts")).unwrap();
    let told = loop {
        match screen.ask(keep()).await {
            Msg::Workspace(_) | Msg::NotKept { .. } => {}
            other => break other,
        }
    };
    assert!(matches!(told, Msg::KeptAgain(id) if id == file.action.id));
    screen.world.finish().await;
}
