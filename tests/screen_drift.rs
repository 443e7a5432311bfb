//! Fields that are no longer what they were under the rows: changed in Zoho, or those of another account.

use astra_zoho::app::effect::Effect;
use astra_zoho::app::layer::Layer;
use astra_zoho::app::layout::Pane;
use astra_zoho::app::msg::{Input, Msg, Trouble};
use astra_zoho::domain::field::ZohoField;
use astra_zoho::domain::metadata::KeptFields;

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

/// A workspace whose fields were kept so many hours ago, before an administrator changed them.
fn changed(hours: i64) -> World {
    let mut world = World::sample();
    let now = world.fields["sandbox"].clone().unwrap();
    let mut before = now.clone();
    let field = |name: &str| before.iter().position(|f| f.api_name == name).unwrap();
    let (phone, last, city) = (field("Phone"), field("Last_Name"), field("Mailing_City"));
    before[phone].length = Some(500);
    before[last].mandatory = false;
    before[city].data_type = "picklist".into();
    before.push(ZohoField { api_name: "Old".into(), label: "Old".into(), ..before[phone].clone() });
    let at = super::support::world::NOW.parse::<jiff::Timestamp>().unwrap();
    let at = at.checked_sub(jiff::SignedDuration::from_hours(hours)).unwrap();
    world.kept_fields.insert("sandbox".into(), (at, KeptFields::new(before)));
    world
}

fn open(width: u16, height: u16, world: World) -> Harness {
    let mut t = Harness::new(width, height, world);
    t.settle().keys("<enter>").settle();
    t
}

fn at(t: &Harness) -> (Pane, usize) {
    let opened = t.app.opened().unwrap();
    (opened.focus, opened.selected[Pane::Mapping as usize])
}

#[test]
fn fields_show_their_age_and_a_key_asks_again() {
    let mut t = open(80, 24, changed(3));
    t.keys("2");
    snapshot!(t, "age_in_account");
    t.keys("4");
    snapshot!(t, "age_in_mapping");
    t.resize(60, 16);
    assert!(t.text().contains(" fields read 3 h ago "));
    t.keys("F");
    assert!(t.text().contains(" fields are being read "));
    t.resize(80, 24).settle();
    snapshot!(t, "asked_by_key");
    t.keys("<esc>");
    assert!(t.text().contains(" 4 fields changed, D lists them "));
    let mut t = open(80, 24, World::sample());
    t.keys("F").settle();
    assert!(t.text().contains("the fields of sandbox are read: nothing changed"));
}

#[test]
fn old_fields_are_used_at_once_and_fresh_ones_asked_for() {
    let mut t = Harness::new(80, 24, changed(30));
    t.settle().keys("<enter> 4");
    t.answers(1);
    let before = t.text();
    assert!(before.contains("phone 500") && before.contains(" fields are being read "), "{before}");
    t.settle();
    assert!(t.text().contains("phone 50 ") && t.text().contains("4 fields of sandbox changed: D lists what"));
    assert!(t.app.layers().is_empty(), "nobody asked for a list");
    // on the way, when the program was left open for long
    let mut t = open(80, 24, World::sample());
    t.wait(23 * 3600).reload().settle();
    let asked = |t: &Harness| t.asked.iter().filter(|e| matches!(e, Effect::FetchFields { .. })).count();
    assert_eq!(asked(&t), 1);
    t.wait(3600).reload().settle();
    assert_eq!(asked(&t), 2);
}

#[test]
fn what_changed_leads_to_its_row_and_is_not_told_again_once_seen() {
    let mut t = open(80, 24, changed(30));
    t.keys("D");
    snapshot!(t, "changes");
    t.keys("<down> <enter>");
    assert_eq!(at(&t), (Pane::Mapping, 3));
    snapshot!(t, "led_to_row");
    t.keys("D old <enter>");
    assert_eq!(at(&t), (Pane::Mapping, 6), "no row has it: where one is added");
    // not said to have seen it: told again after a restart
    let mut t = open(80, 24, t.world);
    assert!(t.text().contains("4 fields of sandbox changed"));
    t.keys("D <end>");
    for _ in 0..4 {
        t.keys("<down>");
    }
    t.keys("<enter>");
    assert!(t.text().contains("seen: what changes from now on is told again"));
    t.keys("D");
    assert!(t.app.layers().is_empty() && t.text().contains("no field of sandbox changed"));
    let mut t = open(80, 24, t.world);
    assert!(!t.text().contains("changed"));
    t.keys("F").settle();
    assert!(t.text().contains("nothing changed"));
}

#[test]
fn what_changed_at_other_sizes() {
    let mut t = open(160, 48, changed(30));
    t.keys("2");
    snapshot!(t, "changed_160x48");
    t.keys("D");
    snapshot!(t, "changes_160x48");
}

#[test]
fn fields_that_cannot_be_read_again_stay_as_they_were() {
    let mut world = changed(30);
    let trouble = Trouble { code: "network".into(), message: "the host does not answer".into() };
    world.fields.insert("sandbox".into(), Err(trouble));
    let mut t = open(80, 24, world);
    t.keys("4");
    assert!(t.text().contains("phone 500"));
    t.keys("F").settle();
    assert!(t.text().contains("the fields of sandbox as read 30 h ago stand: the host does not answer"));
    t.keys("a mcit");
    assert!(t.text().contains("Mailing City"));
}

#[test]
fn another_account_shows_at_once_which_rows_no_longer_fit() {
    for (width, height) in [(80, 24), (160, 48)] {
        let mut t = open(width, height, World::sample().with_a_real_account());
        let rows = t.app.opened().unwrap().editing.action.mapping.clone();
        t.keys("2 <down> <enter>").settle();
        if width == 80 {
            snapshot!(t, "unfit");
        } else {
            snapshot!(t, "unfit_160x48");
        }
        t.keys("<enter>");
        assert_eq!(at(&t), (Pane::Mapping, 5));
        assert_eq!(t.app.opened().unwrap().editing.action.mapping, rows, "nothing is dropped");
        // back to where all fits
        t.keys("2 <up> <enter>").settle();
        assert!(t.app.layers().is_empty() && t.text().contains("every row fits the fields of Sandbox"));
    }
    // somebody who goes on meanwhile is not disturbed
    let mut t = open(80, 24, World::sample().with_a_real_account());
    t.keys("2 <down> <enter> e").settle();
    assert!(matches!(t.app.layers(), [Layer::Text(_)]));
    assert!(t.text().contains("1 row does not fit the fields of Nordwind: R tells why"), "{}", t.text());
    // taken back before the answer
    let mut t = open(80, 24, World::sample().with_a_real_account());
    t.keys("2 <down> <enter> u").settle();
    assert!(t.app.layers().is_empty());
    t.tell(Msg::Input(Input::Hangup));
}

#[test]
fn options_left_by_esc_are_as_typed_half_a_pair_too() {
    let mut t = open(80, 24, World::sample());
    t.keys("4 <end> <up> o <down> <space> <down> <c-u> chat <esc>");
    let row = t.app.opened().unwrap().editing.action.mapping[5].clone();
    assert_eq!(row.overwrite, astra_zoho::domain::action::Overwrite::IfEmpty);
    assert!(row.values.is_empty(), "half a pair says nothing");
    t.keys("o");
    let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
    assert_eq!(form.lines[2].input.value(), "chat", "there again");
    t.keys("<esc> u o");
    let Some(Layer::Form(form)) = t.app.layers().last() else { panic!("no form") };
    assert_eq!(form.lines[2].input.value(), "text", "taken back as a whole: what led here is there");
}
