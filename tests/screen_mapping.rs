//! Field mapping.

use astra_zoho::app::layer::Layer;
use astra_zoho::domain::action::Overwrite;
use astra_zoho::domain::field::ZohoField;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open() -> Harness {
    let mut t = Harness::new(80, 24, World::sample());
    t.settle().keys("<enter> 4").settle();
    t
}

fn rows(t: &Harness) -> Vec<String> {
    t.app.opened().unwrap().editing.action.mapping.iter().map(|r| format!("{} <- {}", r.zoho, r.astra)).collect()
}

#[test]
fn a_field_is_mapped_by_searching_both_sides() {
    let mut t = open();
    t.keys("a mcit");
    snapshot!(t, "pick_zoho");
    t.keys("<enter>");
    snapshot!(t, "pick_astra");
    t.keys("<enter>");
    assert_eq!(rows(&t).last().unwrap(), "Mailing_City <- city");
    snapshot!(t, "mapped");
    t.keys("u");
    assert_eq!(rows(&t).len(), 6);
    t.keys("U");
    assert_eq!(rows(&t).len(), 7);
}

#[test]
fn what_cannot_be_mapped_says_why_when_asked() {
    let mut t = open();
    t.keys("a <c-r> time");
    snapshot!(t, "reasons");
    t.keys("<enter>");
    assert!(t.text().contains("Created Time: read-only"));
    assert_eq!(rows(&t).len(), 6);
    t.keys("<c-u> leadsource <enter>");
    assert!(!t.text().contains("Astra field for"), "what is mapped already is not taken twice");
}

#[test]
fn a_new_astra_field_is_made_in_the_picker_and_mapped_at_once() {
    let mut t = open();
    t.keys("a title <enter> Job <space> title");
    t.keys("<enter>");
    snapshot!(t, "new_field");
    t.keys("<enter>").settle();
    assert_eq!(rows(&t).last().unwrap(), "Title <- job_title");
    assert_eq!(t.world.agent.fields.last().unwrap().label, "Job title");
}

#[test]
fn a_closed_form_is_there_again() {
    let mut t = open();
    t.keys("a title <enter> Zebra <enter> <down> <down> <down> Stripes <esc> <enter> <c-r>");
    assert!(t.text().contains("Stripes"));
}

#[test]
fn required_rows_stay_and_others_move_and_go() {
    let mut t = open();
    t.keys("d");
    assert!(t.text().contains("is a required row"));
    t.keys("<end> <up> d");
    assert_eq!(rows(&t).len(), 5);
    t.keys("u <end> <up> K K");
    assert_eq!(rows(&t)[3], "Lead_Source <- channel");
    t.keys("<home> <enter> phone <enter>");
    assert_eq!(rows(&t)[0], "Email <- phone");
    assert_eq!(rows(&t).len(), 6);
}

#[test]
fn row_options_map_values_to_the_fields_own() {
    let mut t = open();
    t.keys("<end> <up> o");
    snapshot!(t, "row_options");
    // of "Cold Call": one letter more than any value has is refused first, and taken by none
    t.keys("c <down> <space> <down> <down> c c c <enter>");
    assert!(
        matches!(t.app.layers().last(), Some(Layer::Form(form)) if form.focus == 3 && form.lines[3].error.is_some())
    );
    t.keys("<enter>");
    let row = t.app.opened().unwrap().editing.action.mapping[5].clone();
    assert_eq!(row.overwrite, Overwrite::IfEmpty);
    assert_eq!(row.values.len(), 1);
    snapshot!(t, "row_with_options");
}

#[test]
fn suggestions_are_taken_by_a_key_and_never_by_themselves() {
    let mut t = open();
    assert!(t.text().contains("Suggested:"));
    let before = rows(&t).len();
    t.keys("t");
    assert_eq!(rows(&t).len(), before + 1);
}

#[test]
fn without_fields_the_mapper_says_why() {
    let mut world = World::sample();
    let message = "www.zohoapis.eu does not answer: check the line, then F asks again";
    world.fields.insert(
        "sandbox".into(),
        Err(astra_zoho::app::msg::Trouble { code: "network".into(), message: message.into() }),
    );
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter> 4").settle();
    snapshot!(t, "no_fields");
    t.keys("a");
    assert!(t.text().contains("are not known"));
}

#[test]
fn half_a_pair_of_values_is_refused_at_its_place_and_never_dropped_in_silence() {
    let mut t = open();
    let values = |t: &Harness| t.app.opened().unwrap().editing.action.mapping[5].values.clone();
    let focus = |t: &Harness| match t.app.layers().last() {
        Some(Layer::Form(form)) => Some(form.focus),
        _ => None,
    };
    // the pair that the form begins with, untouched, keeps nobody there
    t.keys("4 <end> <up> o <enter>");
    assert_eq!((focus(&t), values(&t)), (None, vec![]));
    // written, and nothing captured
    t.keys("o <down> <down> <c-u> <down> c <enter>");
    assert_eq!(focus(&t), Some(2));
    assert!(t.text().contains("captured as what? Without it \"Cold Call\" is never written"), "{}", t.text());
    snapshot!(t, "half_a_pair");
    // captured, and nothing written
    t.keys("Voice <down> ( <enter>");
    assert_eq!(focus(&t), Some(3));
    assert!(t.text().contains("what is written for \"Voice\"? Say it, or clear the line above"), "{}", t.text());
    // Esc goes, and says what it did not take
    t.keys("<esc>");
    assert_eq!(values(&t), vec![]);
    assert!(t.text().contains("a pair that lacks one of its two values is not taken: o has it again"));
    t.keys("o <end> c <enter>");
    assert_eq!(values(&t), [("Voice".to_owned(), "Cold Call".to_owned())]);
    // the same value twice
    t.keys("o <down> <down> <down> <down> <c-u> voice <down> c <enter>");
    assert!(t.text().contains("\"voice\" stands above already"), "{}", t.text());
    t.keys("<c-u> text <enter>");
    assert_eq!(values(&t).len(), 2);
}

#[test]
fn fields_that_cannot_be_mapped_are_shown_where_they_are_asked_for() {
    let mut t = open();
    t.keys("a <c-r>");
    let Some(Layer::Picker(picker)) = t.app.layers().last() else { panic!("no list") };
    assert!(picker.item().unwrap().reason.is_some(), "the first of them is selected, and so in sight");
    assert!(t.app.notice().unwrap().text.contains("fields that cannot be mapped stand at the end"));
    assert!(t.rows()[23].contains("Ctrl-r Hide those"), "{}", t.rows()[23]);
    t.keys("<c-r>");
    assert!(t.rows()[23].contains("Ctrl-r Why fields are missing"));
}

#[test]
fn a_list_of_three_thousand_says_how_many_there_are() {
    let mut world = World::sample();
    let fields = world.fields.get_mut("sandbox").unwrap().as_mut().unwrap();
    let phone = fields.iter().find(|f| f.api_name == "Phone").unwrap().clone();
    let extra = |i: u32| ZohoField { api_name: format!("Extra_{i}"), label: format!("Extra {i}"), ..phone.clone() };
    fields.extend((0..3_000).map(extra));
    let mut t = Harness::new(80, 24, world);
    t.settle().keys("<enter>").settle().keys("4 a");
    assert!(t.text().contains("Zoho field 3042 of 3042"), "{}", t.text());
    t.keys("extra <space> 2 9 9");
    let Some(Layer::Picker(picker)) = t.app.layers().last() else { panic!("no list") };
    let found = picker.found();
    assert!(found > 10 && found < 1_000 && t.text().contains(&format!("Zoho field {found} of 3042")), "{}", t.text());
    t.keys("<c-u> zzzz");
    assert!(t.text().contains("Zoho field 0 of 3042"), "{}", t.text());
    t.keys("<c-r>");
    assert!(t.text().contains("fields that cannot be mapped, none has these letters"), "{}", t.text());
}
