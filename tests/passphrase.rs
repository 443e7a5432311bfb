//! The passphrase of the accounts' secrets, in a real terminal: asked for where it is needed, never shown; a wrong one says
//! so and loses nothing; unattended, the environment gives it.

use rustix::process::Signal;

use crate::support::connect::{Against, LONG, said, terminal, terminal_with};
use crate::support::home::{Home, Settings};
use crate::support::pty::Pty;

const RIGHT: &str = "PLANTED korrekt höst";
const WRONG: &str = "PLANTEDwrong";
const ASKED: &str = "Their passphrase (not shown";

/// A workspace with an account whose secrets are not encrypted yet, and an action on it.
fn connected() -> (Home, Against) {
    let home = Home::new();
    let against = Against::sandbox(&home);
    let file = home.write("credentials.json", &against.json);
    assert!(home.run(&["account", "add", "--id", "main", "--from-json", file.to_str().unwrap()]).status.success());
    std::fs::remove_file(file).unwrap();
    home.action(&Settings { account: "main", ..Settings::default() });
    (home, against)
}

fn secrets(home: &Home) -> String {
    std::fs::read_to_string(home.path("secrets/main.json")).unwrap()
}

/// Waits until it was asked for so many times, then gives an answer.
fn answers(pty: &mut Pty, question: &str, times: usize, answer: &str) {
    pty.until(question, |p| said(p).matches(question).count() == times);
    pty.types(&format!("{answer}\r"));
}

#[track_caller]
fn ends(mut pty: Pty, status: u32) -> String {
    assert_eq!(pty.ends(LONG).exit_code(), status, "{}", said(&pty));
    pty.is_restored();
    let shown = said(&pty);
    assert!(!shown.contains("PLANTED"), "{shown}");
    // long lines are broken between words
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn encrypt(home: &Home) {
    let mut pty = terminal(home, 100, &["secrets", "encrypt"]);
    answers(&mut pty, "Passphrase (not shown): ", 1, &format!("x\x7f{RIGHT}"));
    answers(&mut pty, "Once more: ", 1, RIGHT);
    assert!(ends(pty, 0).contains("encrypted the secrets of 1 account"));
}

#[test]
fn encrypting_asks_twice_and_decrypting_once() {
    let (home, against) = connected();
    let before = secrets(&home);
    for (again, told) in [(WRONG, "the two passphrases differ: nothing was changed"), ("", "nothing was changed")] {
        let mut pty = terminal(&home, 100, &["secrets", "encrypt"]);
        answers(&mut pty, "Passphrase (not shown): ", 1, RIGHT);
        answers(&mut pty, "Once more: ", 1, again);
        assert!(ends(pty, 2).contains(told));
        assert_eq!(secrets(&home), before);
    }
    // one that keeps nobody out is refused, a short one remarked upon
    let mut pty = terminal(&home, 100, &["secrets", "encrypt"]);
    answers(&mut pty, "Passphrase (not shown): ", 1, "  ");
    assert!(ends(pty, 2).contains("the passphrase is blank: nothing was changed"));
    assert_eq!(secrets(&home), before);
    let mut pty = terminal(&home, 100, &["secrets", "encrypt"]);
    answers(&mut pty, "Passphrase (not shown): ", 1, "short");
    pty.shows("this passphrase is short and soon guessed");
    answers(&mut pty, "Once more: ", 1, "");
    ends(pty, 2);
    encrypt(&home);
    let sealed = secrets(&home);
    assert!(against.secrets.iter().all(|s| !sealed.contains(s)));
    let mut pty = terminal(&home, 100, &["secrets", "decrypt"]);
    (1..=3).for_each(|n| answers(&mut pty, "Passphrase (not shown): ", n, WRONG));
    assert!(ends(pty, 1).contains("the passphrase is wrong"));
    assert_eq!(secrets(&home), sealed);
    let mut pty = terminal(&home, 100, &["secrets", "decrypt"]);
    answers(&mut pty, "Passphrase (not shown): ", 1, WRONG);
    answers(&mut pty, "Passphrase (not shown): ", 2, RIGHT);
    assert!(ends(pty, 0).contains("decrypted the secrets of 1 account"));
    assert!(secrets(&home).contains(&against.secrets[0]));
}

#[test]
fn a_command_asks_and_a_wrong_one_loses_nothing() {
    let (home, _against) = connected();
    encrypt(&home);
    let sealed = secrets(&home);
    for command in [["account", "test", "main"].as_slice(), &["replay", "--dry-run"], &["check"]] {
        let mut pty = terminal(&home, 100, command);
        answers(&mut pty, ASKED, 1, WRONG);
        answers(&mut pty, ASKED, 2, RIGHT);
        assert!(ends(pty, 0).contains("the passphrase is wrong"), "{command:?}");
    }
    let kept = secrets(&home);
    let mut pty = terminal(&home, 100, &["account", "test", "main"]);
    (1..=3).for_each(|n| answers(&mut pty, ASKED, n, WRONG));
    ends(pty, 2);
    // enter alone goes on without, and what needs it says so
    let mut pty = terminal(&home, 100, &["account", "test", "main"]);
    answers(&mut pty, ASKED, 1, "");
    assert!(ends(pty, 1).contains("is encrypted and no passphrase was given"));
    let mut pty = terminal(&home, 100, &["account", "test", "main"]);
    pty.shows(ASKED);
    pty.types("\x03");
    ends(pty, 1);
    assert_eq!(secrets(&home), kept);
    assert!(kept.contains("sealed") && sealed.contains("sealed"));
}

#[test]
fn the_screen_asks_before_it_opens() {
    let (home, _against) = connected();
    encrypt(&home);
    let file = home.write("passphrase", RIGHT);
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let file = file.to_str().unwrap();
    let unattended: [&[(&str, &str)]; 2] =
        [&[("ASTRA_ZOHO_PASSPHRASE", RIGHT)], &[("ASTRA_ZOHO_PASSPHRASE_FILE", file)]];
    // asked for; or, where the environment gives it, not
    for variables in [[].as_slice(), unattended[0], unattended[1]] {
        let mut pty = terminal_with(&home, 100, &[], variables);
        if variables.is_empty() {
            answers(&mut pty, ASKED, 1, WRONG);
            answers(&mut pty, ASKED, 2, RIGHT);
        }
        pty.shows("active");
        assert_eq!(said(&pty).contains(ASKED), variables.is_empty());
        // the account's fields are there: its secrets are open
        pty.types("\r");
        pty.shows("Offline Sync");
        pty.types("4");
        pty.shows("Mailing City");
        pty.signal(Signal::TERM);
        ends(pty, 0);
    }
    // enter alone: the screen opens, and says what is locked
    let mut pty = terminal(&home, 100, &[]);
    answers(&mut pty, ASKED, 1, "");
    pty.shows("active");
    pty.types("\r");
    pty.shows("Offline Sync");
    pty.types("2");
    pty.shows("main");
    pty.types("j");
    pty.types("t");
    // on the shell's own screen; enter alone leaves it as it was
    pty.until("the question", |p| said(p).matches(ASKED).count() == 2 && !p.screen.screen().alternate_screen());
    pty.types("\r");
    pty.shows("the secrets stay locked: t asks for the passphrase again");
    assert!(pty.screen.screen().alternate_screen());
    pty.types("t");
    answers(&mut pty, ASKED, 3, WRONG);
    answers(&mut pty, ASKED, 4, RIGHT);
    pty.shows("checks of main");
    // open for whatever else the screen does
    pty.types("4");
    pty.shows("Mailing City");
    pty.signal(Signal::TERM);
    ends(pty, 0);
}
