//! An open action: header, panes, intent, account, settings, saving.

use astra_zoho::app::command::Ready;
use astra_zoho::app::effect::Effect;
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{Generation, Input, Msg};
use astra_zoho::domain::action::State;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open(width: u16, height: u16) -> Harness {
    let mut t = Harness::new(width, height, World::sample());
    t.settle().keys("<enter>").settle();
    t
}

#[test]
fn every_pane_at_every_size() {
    let mut t = open(80, 24);
    snapshot!(t, "action_80x24");
    t.keys("2");
    snapshot!(t, "account_80x24");
    t.keys("3");
    snapshot!(t, "settings_80x24");
    t.keys("4");
    snapshot!(t, "mapping_80x24");
    t.keys("5");
    snapshot!(t, "log_empty_80x24");
    t.keys("4").resize(60, 16);
    snapshot!(t, "mapping_60x16");
    t.resize(120, 40);
    snapshot!(t, "four_120x40");
    t.resize(160, 48);
    snapshot!(t, "five_160x48");
}

#[test]
fn typing_the_intent_is_one_key_away_and_undoable() {
    let mut t = open(80, 24);
    t.keys("4 e");
    snapshot!(t, "intent");
    t.keys("<enter> Now!").paste("a\nb\u{1b}[0m").keys("<esc>");
    let intent = |t: &Harness| t.app.opened().unwrap().editing.action.intent.clone();
    assert!(intent(&t).ends_with("\nNow!a\nb"), "{:?}", intent(&t));
    assert!(t.rows()[0].contains("1 unsaved"));
    t.keys("u");
    assert!(intent(&t).ends_with("follow up."));
    t.keys("U");
    assert!(intent(&t).ends_with("Now!a\nb"));
}

#[test]
fn a_draft_is_kept_shortly_after_the_last_change_and_on_hang_up() {
    let mut t = open(80, 24);
    t.keys("O");
    assert!(t.world.kept.is_empty());
    t.wait(2);
    assert_eq!(t.world.kept.len(), 1);
    t.wait(60);
    assert_eq!(t.world.kept.len(), 1, "nothing changed since");
    t.keys("e X").tell(Msg::Input(Input::Hangup));
    assert!(t.world.kept[1].intent.ends_with('X'), "what was being typed is kept too");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
}

#[test]
fn saving_writes_the_file_and_says_so() {
    let mut t = open(80, 24);
    t.keys("O s <enter>").settle();
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    assert!(t.world.actions[0].action.offline_sync);
    assert!(t.text().contains("saved as draft"));
    assert!(t.rows()[0].contains("draft") && !t.rows()[0].contains("unsaved"));
    t.keys("S").settle();
    assert_eq!(t.world.actions[0].action.state, State::Active);
    t.keys("u");
    assert!(!t.app.opened().unwrap().editing.action.offline_sync, "undo survives a save");
}

#[test]
fn somebody_elses_change_is_shown_with_both_sides() {
    let mut t = open(80, 24);
    let mut theirs = t.world.actions[0].action.clone();
    theirs.intent = "Theirs".into();
    t.world.somebody_else = Some(theirs);
    t.keys("e mine <esc> s <enter>").settle();
    snapshot!(t, "conflict");
    t.keys("<end> intent <enter>");
    snapshot!(t, "conflict_both_sides");
    t.keys("<esc> <c-u>");
    t.keys("reload <enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.action.intent, "Theirs");
    // mine is there again even after another change
    t.keys("O u u");
    assert!(t.app.opened().unwrap().editing.action.intent.ends_with("mine"));
    // and is no more saved over theirs than before
    t.keys("s <enter>").settle();
    assert_eq!(t.world.actions[0].action.intent, "Theirs");
    assert!(t.text().contains("Reload theirs"), "asked again: {}", t.text());
}

#[test]
fn settings_say_what_the_toggles_mean() {
    let mut t = open(80, 24);
    t.keys("3 <space> <down> <space>");
    snapshot!(t, "settings_update_only");
    assert!(t.text().contains("update all mapped"));
}

#[test]
fn a_real_organisation_is_named_and_what_no_longer_fits_is_shown() {
    let mut t = Harness::new(80, 24, World::sample().with_a_real_account());
    t.settle().keys("<enter> 2 <down> <enter>").settle();
    snapshot!(t, "real_account");
    t.keys("<esc> 4");
    snapshot!(t, "real_account_mapping");
    assert!(t.rows()[0].contains("REAL ZOHO"));
}

#[test]
fn late_answers_to_older_questions_change_nothing() {
    let mut t = open(80, 24);
    let before = t.text();
    t.tell(Msg::Fields {
        account: "sandbox".into(),
        generation: Generation(1),
        result: Ok(astra_zoho::app::msg::FieldList {
            fields: vec![],
            fetched_at: "2026-03-05T12:00:00Z".parse().unwrap(),
            changed: vec![],
            followed: false,
        }),
    });
    assert_eq!(t.text(), before);
    t.keys("4");
    assert!(t.text().contains("email 100"));
}

#[test]
fn review_leads_to_what_is_missing() {
    let mut t = Harness::new(80, 24, World::empty());
    t.settle().keys("<enter> R").settle();
    snapshot!(t, "review_new");
    t.keys("<enter>");
    assert!(t.rows()[1].contains("[1 Action"));
    t.keys("e When <space> asked. <esc> R r").settle();
    snapshot!(t, "review_ready");
    t.keys("S").settle();
    assert_eq!(t.world.actions[0].action.state, State::Active);
}

#[test]
fn the_palette_runs_what_it_lists() {
    let mut t = open(80, 24);
    t.keys("?");
    snapshot!(t, "palette");
    t.keys("offlin <enter>");
    assert!(t.app.opened().unwrap().editing.action.offline_sync);
    t.keys(": redo");
    snapshot!(t, "palette_disabled");
}

#[test]
fn quitting_asks_only_where_a_draft_could_be_lost() {
    let mut t = open(80, 24);
    t.keys("O q");
    snapshot!(t, "quit");
    t.keys("n").wait(2).keys("q");
    assert_eq!(t.asked.last(), Some(&Effect::Quit));
}

#[test]
fn what_was_begun_and_never_saved_is_there_again() {
    let mut t = Harness::new(80, 24, World::empty());
    t.settle().keys("<enter>").settle().keys("e Begun. <esc> <esc>");
    snapshot!(t, "begun");
    let mut t = Harness::new(80, 24, t.world);
    t.settle().keys("<end> <enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.action.intent, "Begun.");
    t.keys("s").settle().keys("<esc>");
    assert!(!t.text().contains("never saved"));
}

#[test]
fn a_kept_draft_does_not_overwrite_what_somebody_else_saved_since() {
    let mut t = open(80, 24);
    t.keys("O").wait(2);
    let mut world = t.world;
    let draft = world.drafts.get_mut("save-contact").unwrap();
    draft.base = Some(astra_zoho::app::msg::Revision(77));
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("s <enter>").settle();
    assert!(t.text().contains("Somebody else changed this action"));
}

#[test]
fn what_is_being_typed_is_kept_too_whatever_ends_the_program() {
    // the intent, by itself
    let mut t = open(80, 24);
    t.keys("e X").wait(2);
    assert!(t.world.kept.last().unwrap().intent.ends_with('X'), "kept while it is being typed");
    // the name, and what a crash would keep
    t.keys("<esc> 1 <home> <enter> Y");
    let [Effect::KeepDraft { action, .. }] = &t.app.unkept()[..] else { panic!("nothing would be kept") };
    assert_eq!((action.name.as_str(), action.intent.ends_with('X')), ("Save contact to ZohoY", true));
    // the options of a row, on hang-up
    let mut t = open(80, 24);
    t.keys("4 <end> <up> o").settle().keys("w <down> <space>").tell(Msg::Input(Input::Hangup));
    let kept = t.world.kept.last().unwrap().mapping[5].clone();
    assert_eq!(kept.overwrite, astra_zoho::domain::action::Overwrite::IfEmpty);
    let mut t = Harness::new(80, 24, t.world);
    t.settle().keys("<enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.action.mapping[5], kept, "there again");
}

#[test]
fn what_was_undone_or_given_up_is_not_kept() {
    let mut t = open(80, 24);
    t.keys("O").wait(2);
    assert_eq!(t.world.drafts.len(), 1);
    t.keys("u");
    assert!(t.world.drafts.is_empty(), "nothing is unsaved any more");
    t.keys("4 <end> <up> o").settle().keys("<down> <space>").wait(2);
    assert_eq!(t.world.drafts.len(), 1);
    t.keys("<esc>");
    assert!(t.text().contains("the options are as typed: u takes them back"));
    t.keys("u");
    assert!(t.world.drafts.is_empty());
}

#[test]
fn a_new_field_half_typed_is_there_again_whatever_ended_the_program() {
    let typed = "a title <enter> Zebra <enter> <down> zeb <down> <right> <down> Stri";
    let again = |t: &mut Harness| {
        t.settle().keys("<enter>").settle();
        t.keys("4 a title <enter> Zebra <enter> <c-r>");
        let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
        form.lines.iter().map(|l| l.input.value().to_owned()).collect::<Vec<_>>()
    };
    let lines = ["Zebra", "zeb", "email", "Stri"];
    // a line that is gone, while the form is open
    let mut t = open(80, 24);
    t.keys("4").keys(typed).tell(Msg::Input(Input::Hangup));
    assert!(t.world.kept.last().unwrap() == &t.world.actions[0].action, "nothing but the field was edited");
    let mut t = Harness::new(80, 24, t.world);
    assert_eq!(again(&mut t), lines);
    // what a crash keeps, once it is closed too
    let mut t = open(80, 24);
    t.keys("4").keys(typed).keys("<esc> <esc> <esc>");
    let [Effect::KeepDraft { field: Some(field), .. }] = &t.app.unkept()[..] else { panic!("nothing would be kept") };
    assert_eq!((field.label.as_str(), field.description.as_str()), ("Zebra", "Stri"));
    t.keys("q");
    let mut t = Harness::new(80, 24, t.world);
    assert_eq!(again(&mut t), lines);
    // done: nothing is left of it
    t.keys("<enter>").settle().wait(2);
    assert_eq!(t.world.agent.fields.last().unwrap().label, "Zebra");
    assert_eq!(t.world.drafts["save-contact"].field, None);
    t.keys("u");
    assert!(t.world.drafts.is_empty());
}

#[test]
fn saving_as_active_waits_for_the_accounts_fields() {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("B y").settle();
    // opened, and no field has come yet
    t.keys("<enter> S");
    assert!(t.text().contains("asking sandbox for its fields"));
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    t.settle();
    assert_eq!(t.world.actions[0].action.state, State::Active);
    // what came does not fit
    let mut world = World::sample().with_a_real_account();
    (world.actions[0].action.account, world.actions[0].action.state) = ("nordwind".into(), State::Draft);
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter> S").settle();
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    assert!(t.app.opened().unwrap().review.is_some() && t.text().contains("not activated: Zoho's Contacts"));
    // nothing comes
    let mut world = World::sample();
    world.actions[0].action.state = State::Draft;
    world.fields.clear();
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter> S").settle();
    assert!(t.text().contains("not activated: the fields of sandbox are not known"));
    // changed while it waited
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("B y").settle().keys("<enter> S O").settle();
    assert_eq!(t.world.actions[0].action.state, State::Draft);
    assert!(t.text().contains("not activated: it was changed meanwhile"));
}

/// The titles of the issue, as the guide words them.
const TITLES: [&str; 13] = [
    "Edit action intent",
    "Toggle Offline Sync",
    "Add account",
    "Toggle allow creating and updating new contacts",
    "Toggle allow updating existing fields",
    "Map field",
    "Create new Astra field",
    "Save as draft",
    "Save and activate",
    "Replay sample conversations",
    "Pause replay",
    "Export log",
    "Quit",
];

#[test]
fn the_palette_has_every_title_in_every_pane_with_keys_or_a_reason_and_runs_it() {
    for pane in ["1", "2", "3", "4", "5"] {
        for opens in ["?", ":"] {
            let mut t = open(80, 24);
            t.keys(pane).keys(opens);
            let Some(Layer::Picker(picker)) = t.app.layers().last() else { panic!("no list") };
            for title in TITLES {
                let item = picker.items.iter().find(|i| i.label == title);
                let item = item.unwrap_or_else(|| panic!("{title} is not listed in pane {pane}"));
                let command = item.command.unwrap();
                let reason = match t.app.ready(command) {
                    Ready::Disabled(reason) => Some(reason),
                    _ => None,
                };
                assert_eq!(item.reason, reason, "{title}");
                assert_eq!(item.note.is_empty(), t.app.keymap().keys(command).is_empty(), "{title}");
            }
        }
    }
    let mut t = open(80, 24);
    t.keys("? pause <space> replay <enter>");
    assert!(t.text().contains("no replay is under way: r starts one"));
    t.keys("<esc> : toggle <space> allow <space> updating <space> existing <enter>");
    assert!(t.app.opened().unwrap().editing.action.contacts.update_existing);
}

#[test]
fn an_intent_that_is_too_long_is_kept_whole_and_said_to_be() {
    let mut t = open(80, 24);
    t.keys("e <c-u>").paste(&"x".repeat(8_500));
    let more = "more than the 8,000 characters of an intent: it is kept whole";
    assert!(t.app.notice().unwrap().text.contains(more), "{:?}", t.app.notice());
    assert!(t.text().contains("of 8,000 characters"));
    t.keys("y");
    assert!(t.app.notice().unwrap().text.contains(more), "further keys say it too");
    t.keys("<esc>");
    let intent = t.app.opened().unwrap().editing.action.intent.clone();
    assert!(intent.chars().count() > 8_500 && intent.ends_with("xxxy"), "nothing was cut");
    assert!(t.text().contains("of 8,000 characters; shorten it (e)"), "{}", t.text());
    t.keys("S");
    assert!(t.text().contains("not yet: the intent has"));
    // opened and left, it stays; as a draft it is saved whole
    t.keys("e <esc> s <enter>").settle();
    assert_eq!(t.world.actions[0].action.intent, intent);
    // there is an end to what is held, and nothing beyond it is dropped in silence
    t.keys("e").paste(&"z".repeat(100_000));
    assert!(t.app.notice().unwrap().text.contains("characters pasted are not here: no more than 100,000 are taken"));
    t.keys("y");
    assert!(t.app.notice().unwrap().text.contains("no more than 100,000 characters are taken here"));
    t.keys("<esc> u 1 <home> <enter>").paste(&"n".repeat(600));
    assert!(t.app.notice().unwrap().text.contains("no more than 500 are taken"), "{:?}", t.app.notice());
    t.keys("n");
    assert!(t.app.notice().unwrap().text.contains("no more than 500 characters are taken here"));
}
