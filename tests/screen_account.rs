//! The account pane: connecting, looking at a connection, what was found.

use astra_zoho::app::effect::Effect;
use astra_zoho::app::msg::{Input, Msg, Trouble};
use astra_zoho::domain::account::Account;
use astra_zoho::domain::health::{Check, Subject};

use super::support::harness::Harness;
use super::support::world::World;
use crate::snapshot;

fn open(width: u16, height: u16, world: World) -> Harness {
    let mut t = Harness::new(width, height, world);
    t.settle().keys("<enter>").settle().keys("2");
    t
}

fn ill() -> World {
    let mut world = World::sample().with_a_real_account();
    let sentence = "ZohoCRM.coql.READ is missing: contacts are looked up by Zoho's search, which lags behind writes; \
                    connect the account again with all scopes";
    world.ailments = vec![Check::fail(Subject::Scopes, sentence), Check::not_told(Subject::Credits, "nobody says")];
    world
}

fn lent(t: &Harness) -> String {
    match t.asked.last() {
        Some(Effect::Errand { arguments, .. }) => arguments.join(" "),
        other => panic!("{other:?}"),
    }
}

fn tests(t: &Harness) -> Vec<&str> {
    let tests = t.asked.iter().filter_map(|e| match e {
        Effect::TestAccount { account, .. } => Some(account.as_str()),
        _ => None,
    });
    tests.collect()
}

#[test]
fn what_a_look_found_stands_in_the_pane_with_what_to_do() {
    let mut t = open(80, 24, World::sample());
    t.keys("t");
    assert!(t.text().contains("asking"));
    t.settle();
    snapshot!(t, "well_80x24");
    let mut t = open(80, 24, ill());
    t.keys("j t").settle();
    snapshot!(t, "ill_80x24");
    t.keys("w");
    snapshot!(t, "ill_read");
    t.keys("<esc>").resize(120, 40);
    snapshot!(t, "ill_120x40");
    t.resize(160, 48);
    snapshot!(t, "ill_160x48");
    t.resize(60, 16);
    snapshot!(t, "ill_60x16");
}

#[test]
fn what_was_found_before_is_there_with_its_age() {
    let mut world = ill();
    let mut t = open(80, 24, world);
    t.keys("j t").settle();
    world = std::mem::replace(&mut t.world, World::sample());
    let mut again = Harness::new(80, 24, world);
    again.wait(5 * 3600).settle().keys("<enter>").settle().keys("2 j");
    assert!(again.text().contains("missing scope 5 h ago"), "{}", again.text());
    // any key draws the age anew; time alone wakes nobody
    assert_eq!(again.wait(1).app.next_deadline(), None);
    again.wait(3600).keys("k j");
    assert!(again.text().contains("missing scope 6 h ago"), "{}", again.text());
    // nobody but the operator asks again
    assert_eq!(tests(&again), [""; 0]);
    again.keys("w");
    assert!(again.text().contains("connect the account again with all scopes"));
}

#[test]
fn reading_what_nobody_found_yet_asks() {
    let mut t = open(80, 24, World::sample());
    t.keys("w");
    assert_eq!(tests(&t), ["sandbox"]);
    assert!(t.text().contains("nobody has looked at Sandbox yet"), "{}", t.text());
    t.settle();
    assert!(t.text().contains("The connection of Sandbox"), "{}", t.text());
    t.keys("<esc>");
    assert!(t.text().contains("9 checks of Sandbox just now, none failed"), "{}", t.text());
}

#[test]
fn accounts_are_connected_and_removed_by_commands_that_the_terminal_is_lent_to() {
    let mut t = open(80, 24, World::sample());
    t.keys("n");
    snapshot!(t, "add_account");
    t.keys("<down> <enter>");
    snapshot!(t, "add_account_name");
    t.keys("sandbox <enter>");
    assert!(t.rows().join("").contains("there is an account sandbox already"), "{}", t.text());
    t.keys("<esc> n <enter> nordwind <enter>");
    assert_eq!(lent(&t), "account add --id nordwind --device");
    // not connected: nothing to look at
    t.tell(Msg::ErrandDone { title: "connecting nordwind".into(), result: Ok(false) }).settle();
    assert_eq!(tests(&t), [""; 0]);
    t.keys("n <enter> nordwind <enter>");
    let real = World::sample().with_a_real_account();
    (t.world.accounts, t.world.fields) = (real.accounts, real.fields);
    t.tell(Msg::ErrandDone { title: "connecting nordwind".into(), result: Ok(true) });
    assert_eq!(t.asked.last(), Some(&Effect::LoadWorkspace));
    t.settle();
    assert_eq!(tests(&t), ["nordwind"], "a new account is looked at once it is there");
    t.keys("g j N <enter>");
    assert_eq!(lent(&t), "account reconnect nordwind --device");
    t.tell(Msg::ErrandDone { title: "reconnecting nordwind".into(), result: Ok(true) }).settle();
    assert_eq!(tests(&t), ["nordwind", "nordwind"]);
    t.keys("d");
    assert_eq!(lent(&t), "account remove nordwind");
    t.tell(Msg::ErrandDone { title: "removing nordwind".into(), result: Ok(true) }).settle();
    assert_eq!(tests(&t).len(), 2);
    t.keys("g N");
    assert!(t.text().contains("the sandbox is built in"), "{}", t.text());
    // a choice that is not saved counts as use
    t.keys("j <enter> d");
    assert_eq!(lent(&t), "account remove nordwind --editing=Save contact to Zoho");
}

/// What was found before does not hold where the secrets cannot be used, or Zoho ended the connection since.
#[test]
fn what_stands_in_the_way_is_told_before_what_was_found() {
    let mut t = open(80, 24, World::sample().with_a_real_account());
    t.keys("j t").settle();
    assert!(t.text().contains("ok just now"), "{}", t.text());
    for (code, state) in [
        (Trouble::LOCKED, "unreachable (locked)"),
        ("auth_revoked", "revoked"),
        ("auth_expired", "expired"),
        ("missing_scope", "missing scope"),
        ("config_invalid", "unreachable"),
    ] {
        let trouble = Trouble { code: code.into(), message: "account nordwind: this is why; do that".into() };
        t.world.troubles.insert("nordwind".into(), trouble);
        let snapshot = t.world.snapshot();
        t.tell(snapshot);
        assert!(t.text().contains(&format!("✗ {state}")) && !t.text().contains("ok just now"), "{}", t.text());
        assert!(t.text().contains("this is why; do that"), "{}", t.text());
    }
    t.world.troubles.clear();
    let snapshot = t.world.snapshot();
    t.tell(snapshot);
    assert!(t.text().contains("ok just now"), "{}", t.text());
}

/// One passphrase opens the secrets of every account: nothing has to be opened anew to be seen as it is.
#[test]
fn a_passphrase_given_for_one_account_is_given_for_all() {
    let mut world = World::sample().with_a_real_account();
    let label = "Südwind".to_owned();
    let other = world.accounts.last().map(|a| Account { id: "sudwind".into(), label, ..a.clone() }).unwrap();
    world.accounts.push(other);
    for id in ["nordwind", "sudwind"] {
        let trouble =
            Trouble { code: Trouble::LOCKED.into(), message: format!("account {id}: its secrets are locked") };
        world.troubles.insert(id.into(), trouble);
    }
    let mut t = open(80, 24, world);
    let wait = |t: &Harness| {
        let asks = |e: &&Effect| matches!(e, Effect::FetchFields { account, .. } if account == "nordwind");
        t.asked.iter().rfind(asks).cloned()
    };
    // the action is of another account than the one that is tested
    t.keys("j <enter>");
    let Some(Effect::FetchFields { account, generation, .. }) = wait(&t) else { panic!("{:?}", t.asked) };
    let trouble = Trouble { code: Trouble::LOCKED.into(), message: "account nordwind: its secrets are locked".into() };
    t.tell(Msg::Fields { account, generation, result: Err(trouble) });
    assert_eq!(t.text().matches("(locked)").count(), 2, "{}", t.text());
    let before = t.asked.len();
    t.world.troubles.clear();
    t.tell(Msg::Unlocked { account: "sudwind".into(), result: Ok(true) });
    assert!(!t.text().contains("locked"), "{}", t.text());
    let asked = &t.asked[before..];
    assert!(
        asked.iter().any(|e| matches!(e, Effect::FetchFields { account, .. } if account == "nordwind")),
        "{asked:?}"
    );
    assert!(asked.contains(&Effect::LoadWorkspace), "{asked:?}");
    t.settle();
    t.keys("<esc>");
    assert!(t.text().contains("fields of Nordwind, read just now"), "{}", t.text());
}

/// Whoever connects an organisation that is connected already reconnects it, and is told which that is.
#[test]
fn an_organisation_that_is_there_already_is_named() {
    let mut t = open(80, 24, World::sample().with_a_real_account());
    t.keys("n <enter> scr2 <enter>");
    assert_eq!(lent(&t), "account add --id scr2 --device");
    let health = t.world.look(t.now);
    t.world.healths.insert("nordwind".into(), health);
    t.tell(Msg::ErrandDone { title: "connecting scr2".into(), result: Ok(true) }).settle();
    let told = t.rows().join(" ");
    assert!(told.contains("no account scr2 was added") && told.contains("connected as nordwind"), "{}", t.text());
}

#[test]
fn an_account_that_cannot_be_asked_says_why_and_an_old_answer_is_dropped() {
    let mut t = open(80, 24, World::sample());
    t.keys("t");
    let Some(Effect::TestAccount { account, generation }) = t.asked.last().cloned() else { panic!() };
    t.keys("t").settle();
    let trouble = Trouble { code: "network".into(), message: "nobody answers".into() };
    let late = |result| Msg::AccountTested { account: account.clone(), generation, result };
    t.tell(late(Err(trouble.clone())));
    assert!(!t.text().contains("nobody answers"));
    t.keys("t");
    let Some(Effect::TestAccount { account, generation }) = t.asked.last().cloned() else { panic!() };
    t.tell(Msg::AccountTested { account, generation, result: Err(trouble) });
    assert!(t.text().contains("nobody answers") && t.text().contains("network"), "{}", t.text());
    // more accounts than rows: the selected one is in sight
    let mut world = World::sample();
    for n in 0..20 {
        let (id, label) = (format!("shop-{n}"), format!("Shop {n}"));
        world.accounts.push(Account { id, label, ..world.accounts[0].clone() });
    }
    let mut t = open(60, 16, world);
    for n in 0..20 {
        t.keys("j");
        assert!(t.text().contains(&format!("Shop {n} ")), "{}", t.text());
    }
    t.keys("j").tell(Msg::Input(Input::Resumed));
    assert!(t.text().contains("+ Add account"), "{}", t.text());
}
