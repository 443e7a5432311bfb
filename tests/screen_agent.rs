//! The agent's fields: list, form, what a conversation gives while one types, deleting, undo, conflicts, drafts.

use astra_zoho::app::Options;
use astra_zoho::app::effect::{Effect, Source};
use astra_zoho::app::layer::Layer;
use astra_zoho::app::msg::{FieldTrouble, Input, Model, Msg};
use astra_zoho::domain::action::Row;
use astra_zoho::domain::conversation::{Message, Role};
use astra_zoho::domain::field::{AstraField, AstraType};
use astra_zoho::domain::field_edit::FieldRefused;
use astra_zoho::domain::tried::Standing;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn plan() -> AstraField {
    AstraField {
        key: "plan".into(),
        label: "Membership plan".into(),
        kind: AstraType::Text,
        description: "The membership plan the customer has or asks for: Starter, Growth or Enterprise".into(),
        built_in: false,
    }
}

/// The first sample's customer speaks of a plan, at the end.
fn world() -> World {
    let mut world = World::sample();
    world.agent.fields.push(plan());
    let messages = &mut world.conversations[0].messages;
    let at_ms = messages.last().unwrap().at_ms;
    let text = "One more thing: my plan is Growth.".to_owned();
    messages.push(Message { at_ms: at_ms + 1_000, role: Role::Customer, text });
    world
}

fn open(width: u16, height: u16, world: World) -> Harness {
    let mut t = Harness::new(width, height, world);
    t.settle().keys("6").settle();
    t
}

fn edits(t: &Harness) -> usize {
    t.asked.iter().filter(|e| matches!(e, Effect::ChangeField { .. })).count()
}

fn tried(t: &Harness) -> usize {
    t.asked.iter().filter(|e| matches!(e, Effect::TryFields { .. })).count()
}

#[test]
fn fields_stand_beside_the_conversation_that_gives_their_values() {
    let mut t = open(160, 48, world());
    snapshot!(t, "fields_160x48");
    t.resize(120, 40);
    snapshot!(t, "fields_120x40");
    t.resize(80, 24);
    snapshot!(t, "fields_80x24");
    t.resize(60, 16);
    snapshot!(t, "fields_60x16");
    t.keys("<tab>");
    snapshot!(t, "conversation_60x16");
    let options = Options { mono: true, ascii: true, ..Options::default() };
    let mut t = Harness::with(80, 24, world(), options);
    t.settle().keys("6").settle();
    t.keys("<home>").wait(1);
    snapshot!(t, "fields_mono_80x24");
}

#[test]
fn a_long_value_is_told_whole() {
    let mut t = open(80, 24, world());
    // the summary is the last built-in field, above one's own
    t.keys("<up>").wait(1_000);
    snapshot!(t, "summary_80x24");
    let words = |t: &Harness| {
        let told = t.app.found_in_words().unwrap().text;
        told.split_whitespace().filter(|w| !t.text().contains(w)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words(&t), Vec::<String>::new());
    t.resize(160, 48);
    assert_eq!(words(&t), Vec::<String>::new());
}

#[test]
fn what_is_found_follows_what_is_typed() {
    let mut world = world();
    world.agent.fields.pop();
    let mut t = open(120, 40, world);
    t.keys("n P l a n").settle();
    let found = t.app.agent_screen().unwrap().trial.found().unwrap();
    assert_eq!(found.value("plan").unwrap().value, "Growth");
    snapshot!(t, "typing_120x40");
    t.resize(80, 24);
    snapshot!(t, "typing_80x24");
    t.resize(60, 16);
    snapshot!(t, "typing_60x16");
    // another label, another value: at once
    t.keys("<c-u> Z o d i a c <space> s i g n").settle();
    assert!(t.app.agent_screen().unwrap().trial.found().unwrap().value("zodiac_sign").is_none());
    assert!(t.text().contains("Zodiac sign: nothing was found"), "{}", t.text());
    t.keys("<enter>").settle();
    assert_eq!(t.world.agent.fields.last().unwrap().key, "zodiac_sign");
    assert_eq!(t.app.selected_field().unwrap().key, "zodiac_sign", "what was created is selected");
}

#[test]
fn one_question_at_a_time_and_the_last_one_is_asked() {
    let mut t = open(120, 40, world());
    let before = tried(&t);
    t.keys("n a b c d e f");
    assert_eq!(tried(&t), before + 1, "the others wait for its answer");
    t.settle();
    assert_eq!(tried(&t), before + 2);
    let Some(Effect::TryFields { agent, .. }) = t.asked.iter().rev().find(|e| matches!(e, Effect::TryFields { .. }))
    else {
        panic!("nothing was asked");
    };
    assert_eq!(agent.fields.last().unwrap().label, "abcdef");
    t.keys("<esc>").settle();
    assert_eq!(tried(&t), before + 3, "back to what is there");
}

#[test]
fn label_type_and_description_are_changed_and_taken_back() {
    let mut t = open(80, 24, world());
    assert_eq!(t.app.selected_field().unwrap().key, "plan", "one's own fields come first to hand");
    t.keys("<enter> <c-u> T i e r <tab> <right> <tab> <c-u> W h a t");
    snapshot!(t, "changing_80x24");
    t.keys("<enter>").settle();
    let now = AstraField { label: "Tier".into(), kind: AstraType::Email, description: "What".into(), ..plan() };
    assert_eq!(t.world.agent.fields.last(), Some(&now));
    t.keys("u").settle();
    assert_eq!(t.world.agent.fields.last(), Some(&plan()));
    assert!(t.text().contains("undone: change Membership plan"), "{}", t.text());
    t.keys("U").settle();
    assert_eq!(t.world.agent.fields.last(), Some(&now));
    // nothing changed: nothing is written
    let n = edits(&t);
    t.keys("<enter> <enter>").settle();
    assert_eq!(edits(&t), n);
    // a built-in field has a label and a description, and keeps the rest
    t.keys("<home> <enter>");
    assert!(!t.text().contains("Type"), "{}", t.text());
    t.keys("<c-u> M a i l <enter>").settle();
    assert_eq!(t.world.agent.fields[0].label, "Mail");
    t.keys("d");
    assert!(t.text().contains("Mail is built in"), "{}", t.text());
}

#[test]
fn a_mapped_field_is_not_deleted_and_says_where() {
    let mut world = world();
    world.actions[0].action.mapping.push(Row::new("Plan_Tier", "plan"));
    let mut t = open(80, 24, world);
    t.keys("d");
    assert!(t.app.layers().is_empty());
    snapshot!(t, "mapped_80x24");
    // also where it was mapped only just now and nothing is saved
    let mut t = Harness::new(80, 24, self::world());
    t.settle().keys("<enter> 4").settle().keys("a P l a n <enter> M e m b e r <enter> 6").settle();
    let row = t.app.opened().unwrap().editing.action.mapping.last().unwrap();
    assert_eq!(row.astra, "plan");
    t.keys("<end> k d");
    assert!(t.text().contains("Membership plan is mapped in"), "{}", t.text());
    t.keys("<esc> u 6").settle().keys("<end> k d").settle();
    snapshot!(t, "delete_80x24");
    t.keys("y").settle();
    assert!(t.world.agent.field("plan").is_none());
    t.keys("u").settle();
    assert_eq!(t.world.agent.fields.last(), Some(&plan()));
}

#[test]
fn from_the_picker_and_back() {
    let mut t = Harness::new(80, 24, world());
    t.settle().keys("<enter> 4 <down> <down> <enter>").settle();
    assert!(t.app.footer().iter().any(|e| e.key == "Ctrl-e"));
    t.keys("P l a n <c-e>").settle();
    assert_eq!(t.app.selected_field().unwrap().key, "plan");
    t.keys("n T i e r <enter>").settle().keys("<esc>");
    assert!(t.text().contains("Tier"), "the list has the new field: {}", t.text());
    t.keys("T i e r <enter>").settle();
    assert_eq!(t.app.opened().unwrap().editing.action.mapping[2].astra, "tier");
    // and from the palette
    t.keys("? A s t r a <space> f i e l d s <enter>").settle();
    assert!(t.app.agent_screen().is_some(), "{}", t.text());
}

#[test]
fn somebody_elses_change_of_the_same_field_is_shown() {
    let mut t = open(80, 24, world());
    t.keys("<enter> <c-u> T i e r");
    t.world.somebody_elses_field = Some(AstraField { label: "Level".into(), ..plan() });
    t.keys("<enter>").settle();
    snapshot!(t, "conflict_80x24");
    t.keys("<down> <enter>").settle();
    assert_eq!(t.world.agent.fields.last().unwrap().label, "Tier");
    t.keys("u").settle();
    assert_eq!(t.world.agent.fields.last().unwrap().label, "Level", "theirs is back");
    t.keys("<enter> <c-u> T i e r");
    t.world.somebody_elses_field = Some(AstraField { label: "Rank".into(), ..plan() });
    t.keys("<enter>").settle().keys("<enter>").settle();
    assert_eq!(t.world.agent.fields.last().unwrap().label, "Rank");
    // another field changed: that is no conflict
    t.keys("<enter> <c-u> T i e r");
    t.world.somebody_elses_field = Some(AstraField { key: "seat".into(), label: "Seat".into(), ..plan() });
    t.keys("<enter>").settle();
    assert_eq!(t.world.agent.field("plan").unwrap().label, "Tier");
    assert!(t.world.agent.field("seat").is_some());
}

#[test]
fn a_refused_change_leaves_nothing_to_undo() {
    let mut t = open(80, 24, world());
    t.keys("n S e a t <enter>");
    let Some(Effect::ChangeField { request, .. }) = t.asked.last() else { panic!("{:?}", t.asked.last()) };
    let why = FieldTrouble::Refused(FieldRefused::KeyTaken("seat".into()));
    t.tell(Msg::FieldChanged { request: *request, result: Err(why) });
    assert!(t.text().contains("has a field `seat` already"), "{}", t.text());
    t.keys("u");
    assert!(t.text().contains("nothing to undo"), "{}", t.text());
}

#[test]
fn what_was_typed_survives_closing_and_the_end() {
    let mut t = open(80, 24, world());
    t.keys("<enter> <c-u> T i e r <esc>").settle();
    assert_eq!(t.world.agent.fields.last(), Some(&plan()));
    t.keys("<enter>");
    assert!(t.text().contains("Tier"), "{}", t.text());
    t.wait(2).settle();
    let half = t.world.half_field.clone().unwrap();
    assert_eq!((half.was, half.typed.label.as_str()), (Some(plan()), "Tier"));
    // the line is gone in the middle of a word
    t.keys("s <home>");
    assert!(!t.app.unkept().is_empty());
    t.tell(Msg::Input(Input::Hangup)).settle();
    assert_eq!(t.world.half_field.clone().unwrap().typed.label, "Tiers");
    let mut after = world();
    after.half_field = t.world.half_field.take();
    let mut again = Harness::new(80, 24, after);
    again.settle();
    assert!(again.text().contains("was being typed"), "{}", again.text());
    again.keys("6 <enter>").settle();
    assert!(again.text().contains("Tiers"), "{}", again.text());
    again.keys("<enter>").settle();
    assert_eq!(again.world.agent.fields.last().unwrap().label, "Tiers");
    assert_eq!(again.world.half_field, None, "it is done");
}

#[test]
fn what_is_in_doubt_is_told_and_not_used() {
    let mut world = world();
    world.threshold = 0.97;
    let mut t = open(120, 40, world);
    let doubtful = |t: &Harness| {
        let found = t.app.agent_screen().unwrap().trial.found().unwrap();
        found.values.iter().position(|v| v.standing == Standing::InDoubt)
    };
    for _ in 0..20 {
        if doubtful(&t).is_some() {
            break;
        }
        t.keys("c").settle();
    }
    let found = t.app.agent_screen().unwrap().trial.found().unwrap();
    let key = found.values[doubtful(&t).unwrap()].key.clone();
    let at = t.app.world().agent.fields.iter().position(|f| f.key == key).unwrap();
    t.keys("<home>");
    for _ in 0..at {
        t.keys("<down>");
    }
    t.wait(1);
    assert!(t.text().contains("in doubt, not used (from 97 %)"), "{}", t.text());
    snapshot!(t, "in_doubt_120x40");
}

#[test]
fn the_ends_of_a_list() {
    let mut t = open(80, 24, world());
    let at = |t: &Harness| match t.app.layers().last() {
        Some(Layer::Picker(picker)) => (picker.selected, picker.query.cursor()),
        other => panic!("{other:?}"),
    };
    t.keys("v <end>").settle();
    let (last, _) = at(&t);
    assert!(last > 5, "{last}");
    assert!(t.text().contains("5 above"), "{}", t.text());
    t.keys("<down>");
    assert_eq!(at(&t), (last, 0), "there is none behind it");
    t.keys("<home>");
    assert_eq!(at(&t), (0, 0));
    // in what is typed they go to its ends first
    t.keys("1 <home>");
    assert_eq!(at(&t), (0, 0));
    t.keys("<end>");
    assert_eq!(at(&t), (0, 1));
    t.keys("<end>");
    assert!(at(&t).0 > 0);
}

#[test]
fn another_conversation_is_chosen() {
    let mut t = open(120, 40, world());
    t.keys("v 1 9").settle();
    snapshot!(t, "choose_120x40");
    t.keys("<enter>").settle();
    assert_eq!(t.app.agent_screen().unwrap().trial.found().unwrap().conversation, "19-just-bo");
    t.keys("v <up>").paste("mine.jsonl").keys("<end>");
    for _ in 0..30 {
        t.keys("<down>");
    }
    t.keys("<enter>").settle();
    assert!(t.text().contains("Conversation"), "{}", t.text());
    t.keys("<down> <enter>").settle();
    assert!(t.text().contains("of your file"), "{}", t.text());
    // from one of a file on, the file's others
    let shown = |t: &Harness| t.app.agent_screen().unwrap().source.clone();
    let Some(Source::InFile { id: second, .. }) = shown(&t) else { panic!() };
    t.keys("c").settle();
    let Some(Source::InFile { name, id: third }) = shown(&t) else { panic!() };
    assert!(name == "mine.jsonl" && third != second, "{third}");
    t.keys("C").settle();
    assert_eq!(shown(&t), Some(Source::InFile { name, id: second }));
    let lists = |t: &Harness| t.asked.iter().filter(|e| matches!(e, Effect::ListConversations { .. })).count();
    let before = lists(&t);
    t.keys("v").settle();
    assert_eq!(lists(&t), before + 1, "the file is listed anew");
    assert!(t.text().contains("20 of 20"), "{}", t.text());
    // what is typed and in no list names another file
    t.paste("more.jsonl").keys("<enter>").settle();
    let more = Some(&Source::File("more.jsonl".into()));
    let last = |t: &Harness| {
        t.asked.iter().rev().find_map(|e| match e {
            Effect::ListConversations { source, .. } => Some(source.clone()),
            _ => None,
        })
    };
    assert_eq!(last(&t).as_ref(), more);
    t.keys("<down> <enter>").settle();
    let of_more = shown(&t);
    assert!(matches!(&of_more, Some(Source::InFile { name, .. }) if name == "more.jsonl"), "{of_more:?}");
    // it is there again where one comes back
    t.keys("<esc>").settle();
    assert!(t.app.agent_screen().is_none());
    t.keys("6").settle();
    assert_eq!(shown(&t), of_more);
    t.keys("c v").settle();
    for _ in 0..30 {
        t.keys("<down>");
    }
    t.keys("<enter>").settle();
    for _ in 0..30 {
        t.keys("<down>");
    }
    assert!(t.text().contains("From a file: type its name"), "{}", t.text());
    t.keys("<up> <enter>").settle();
    assert_eq!(shown(&t), None, "one of the samples");
}

#[test]
fn a_trial_that_fails_says_why() {
    let mut t = open(80, 24, world());
    t.keys("c");
    let Some(Effect::TryFields { generation, .. }) = t.asked.last() else { panic!("{:?}", t.asked.last()) };
    t.tell(Msg::Tried { generation: *generation, result: Err("it cannot be read".into()) });
    assert!(t.text().contains("it cannot be read"), "{}", t.text());
}

#[test]
fn that_text_leaves_the_machine_is_said() {
    let mut world = world();
    world.model = Some(Model { name: "small-1".into(), host: "api.example.com".into(), here: false });
    let mut t = open(120, 40, world);
    assert!(t.text().contains("TEXT LEAVES THIS MACHINE: small-1 at api.example.com"), "{}", t.text());
    t.resize(60, 16);
    assert!(t.text().contains("TEXT LEAVES THIS MACHINE"), "{}", t.text());
    t.resize(80, 24).keys("<esc> <enter> R").settle();
    assert!(t.text().contains("TEXT LEAVES THIS MACHINE"), "{}", t.text());
}
