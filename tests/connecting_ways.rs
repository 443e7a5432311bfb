//! Every way to connect, in a real terminal, against the sandbox as a process of its own and against a second server that
//! answers as differently as the sources allow; from the command and from the screen.

use rustix::process::Signal;

use crate::support::connect::{Against, LONG, Server, accept, address, browser, free_port, said, terminal};
use crate::support::home::{Home, Settings, errors};
use crate::support::pty::{Pty, child_of};

/// Both of them, each with a workspace of its own.
async fn both() -> [(Home, Against); 2] {
    let (one, two) = (Home::new(), Home::new());
    let sandbox = Against::sandbox(&one);
    [(one, sandbox), (two, Against::other().await)]
}

/// The command ends well, the terminal is as it was, and the account works.
#[track_caller]
fn connects(mut pty: Pty, home: &Home, against: &Against) {
    assert!(pty.ends(LONG).success(), "{}", said(&pty));
    pty.is_restored();
    against.is_connected(home, "main", &said(&pty));
}

fn add(home: &Home, against: &Against, more: &[&str]) -> Pty {
    let known = ["account", "add", "--id", "main", "--accounts-url", &against.url];
    terminal(home, 120, &[&known, more].concat())
}

fn gives_client(pty: &mut Pty, against: &Against) {
    pty.shows("Client id:");
    pty.types(&format!("{}\r", against.client_id));
    gives_secret(pty, against);
}

fn gives_secret(pty: &mut Pty, against: &Against) {
    pty.shows("Client secret (not shown):");
    pty.types(&format!("{}\r", against.secret));
}

/// The code alone on its line, and where it is to be typed.
fn shows_code(pty: &mut Pty, against: &Against) {
    pty.shows("and enter the code");
    pty.shows("Waiting for your approval");
    let lines: Vec<String> = pty.screen.screen().contents().lines().map(str::to_owned).collect();
    assert!(lines.contains(&format!("{}/oauth/v3/device", against.url)), "no stranger's page: {lines:?}");
    let code = |l: &String| (9..=10).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    assert!(lines.iter().any(code), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_device_code() {
    for (home, against) in both().await {
        let mut pty = add(&home, &against, &["--device"]);
        gives_client(&mut pty, &against);
        shows_code(&mut pty, &against);
        connects(pty, &home, &against);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_self_clients_code_that_is_pasted() {
    for (home, against) in both().await {
        // without a flag the ways are asked for
        let mut pty = add(&home, &against, &[]);
        pty.shows("Which [1]:");
        pty.types("2\r");
        pty.shows("Code, or the path of self_client.json (not shown):");
        pty.types(&format!("\x1b[200~{}\x1b[201~\r", against.code));
        gives_client(&mut pty, &against);
        connects(pty, &home, &against);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_file_of_the_console() {
    for (home, against) in both().await {
        let file = home.write("self_client.json", &against.self_client());
        connects(add(&home, &against, &["--self-client", file.to_str().unwrap()]), &home, &against);
    }
    // or where the code is asked for, with the way home as a shell would read it
    for (home, against) in both().await {
        home.write("self_client.json", &against.self_client());
        let mut pty = add(&home, &against, &["--self-client"]);
        pty.shows("Code, or the path of self_client.json (not shown):");
        pty.types("~/nowhere.json\r");
        pty.shows("nowhere.json: cannot be read");
        pty.types("~/self_client.json\r");
        connects(pty, &home, &against);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_browser_that_comes_back_or_whose_address_is_pasted() {
    for pasted in [false, true] {
        for (home, against) in both().await {
            let back = format!("http://localhost:{}/callback", free_port());
            let mut pty =
                add(&home, &against, &["--browser", "--client-id", &against.client_id, "--redirect-uri", &back]);
            gives_secret(&mut pty, &against);
            let opened = address(&mut pty);
            let location = match &against.server {
                Server::Sandbox { .. } => accept(&opened).await,
                Server::Other(other) => other.accept(&opened).await,
            };
            assert!(location.ends_with('&') && location.contains("accounts-server="), "{location}");
            if pasted {
                pty.types(&format!("{location}\r"));
            } else {
                assert_eq!(browser().get(&location).send().await.unwrap().status(), 200);
            }
            assert!(!said(&pty).contains("code=1000."), "{}", said(&pty));
            connects(pty, &home, &against);
            if let Server::Other(other) = &against.server {
                let file = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
                assert!(file.contains(&other.elsewhere.origin), "the user's own accounts server: {file}");
                assert_eq!(other.accounts.token_requests(), 0, "the code was sent nowhere else");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_a_refresh_token_in_hand() {
    for (home, against) in both().await {
        let file = home.write("credentials.json", &against.json);
        let add = ["account", "add", "--id", "main", "--from-json"];
        connects(terminal(&home, 100, &[&add[..], &[file.to_str().unwrap()]].concat()), &home, &against);
    }
    // pasted, it is shown as little as anything else
    for (home, against) in both().await {
        let mut pty = terminal(&home, 100, &["account", "add", "--id", "main", "--from-json", "-"]);
        pty.shows("Paste it (not shown)");
        pty.types(&format!("{}\r\x04", against.json.trim()));
        connects(pty, &home, &against);
    }
    // asked for: over several lines, in a file, and what is neither first
    for in_file in [true, false] {
        for (home, against) in both().await {
            let mut pty = terminal(&home, 100, &["account", "add", "--id", "main"]);
            pty.shows("Which [1]:");
            pty.types("4\r");
            pty.shows("The path of such a file, or its text (not shown):");
            pty.types("PLANTEDnonsense\r");
            pty.shows("what was given: it is not JSON");
            if in_file {
                home.write("credentials.json", &against.json);
                pty.types("~/credentials.json\r");
            } else {
                let lines = against.json.trim().replace(",\"", ",\r  \"");
                assert!(lines.lines().count() == 1 && lines.contains('\r'), "{lines}");
                pty.types(&format!("\x1b[200~{lines}\x1b[201~\r"));
            }
            assert!(!said(&pty).contains("PLANTED"), "{}", said(&pty));
            connects(pty, &home, &against);
        }
    }
    let home = Home::new();
    for (file, asked) in [(Some("-"), "Paste it (not shown)"), (None, "its text (not shown):")] {
        let add = ["account", "add", "--id", "main", "--from-json"].into_iter().chain(file);
        let mut pty = terminal(&home, 100, &add.collect::<Vec<_>>());
        pty.shows(asked);
        pty.types("PLANTED\x03");
        assert_eq!(pty.ends(LONG).exit_code(), 1);
        pty.is_restored();
        assert!(!said(&pty).contains("PLANTED") && !home.path("secrets/main.json").exists());
    }
}

/// What the operator has already goes by the screen as well: the Self Client's file, and a refresh token.
#[tokio::test(flavor = "multi_thread")]
async fn from_the_screen_with_what_is_there_already() {
    for (way, name, asked) in [
        (1, "Self Client: a code or file", "Code, or the path of self_client.json (not shown):"),
        (3, "Refresh token: credentials you have", "The path of such a file, or its text (not shown):"),
    ] {
        for (home, against) in both().await {
            let mut pty = terminal(&home, 80, &[]);
            pty.shows("Save contact");
            pty.types("\r2");
            pty.shows("Add account");
            pty.types("n");
            pty.shows(name);
            pty.types(&"\x1b[B".repeat(way));
            pty.types("\r");
            pty.shows("A short name for the account");
            pty.types("main\r");
            if way == 1 {
                pty.shows("Data centre, one of");
                pty.types(&format!("{}\r", against.url));
            } else {
                pty.shows("Who has a refresh token already gives it as JSON");
            }
            pty.shows(asked);
            if way == 1 {
                home.write("self_client.json", &against.self_client());
                pty.types("~/self_client.json\r");
            } else {
                pty.types(&format!("\x1b[200~{}\x1b[201~\r", against.json.trim()));
            }
            pty.shows("account main is connected");
            pty.shows("Enter returns to the screen");
            pty.types("\r");
            pty.shows("connecting main: done");
            pty.until("the account in its pane", |p| p.screen.screen().contents().contains(against.organisation));
            pty.signal(Signal::TERM);
            assert!(pty.ends(LONG).success());
            pty.is_restored();
            against.is_connected(&home, "main", &said(&pty));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_screen_and_again() {
    for (home, against) in both().await {
        let mut pty = terminal(&home, 100, &[]);
        pty.shows("Save contact");
        pty.types("\r2");
        pty.shows("Add account");
        pty.types("n");
        pty.shows("Device: type a short code");
        pty.types("\r");
        pty.shows("A short name for the account");
        pty.types("main\r");
        pty.shows("Data centre, one of");
        assert!(!pty.screen.screen().alternate_screen(), "an address that can be selected stands in no box");
        pty.types(&format!("{}\r", against.url));
        gives_client(&mut pty, &against);
        shows_code(&mut pty, &against);
        // what connects is a process of its own, which others can look at
        let child = child_of(pty.pid());
        for what in ["cmdline", "environ"] {
            let seen = std::fs::read(format!("/proc/{child}/{what}")).unwrap();
            let seen = String::from_utf8_lossy(&seen);
            assert!(!seen.is_empty() && against.secrets.iter().all(|s| !seen.contains(s.as_str())), "{what}: {seen}");
        }
        pty.shows("account main is connected");
        pty.shows("Enter returns to the screen");
        pty.types("\r");
        pty.shows("connecting main: done");
        pty.until("the account in its pane", |p| p.screen.screen().contents().contains(against.organisation));
        assert!(pty.screen.screen().alternate_screen());

        // again: id and secret are known, the mapping stays
        let action = std::fs::read(home.path("actions/save-contact.toml")).unwrap();
        pty.types("j");
        pty.types("N");
        pty.shows("Reconnect main");
        pty.types("\r");
        shows_code(&mut pty, &against);
        pty.shows("account main is connected again; its mappings are as they were");
        pty.until("the way back", |p| said(p).matches("Enter returns to the screen").count() == 2);
        pty.types("\r");
        pty.shows("reconnecting main: done");
        assert_eq!(std::fs::read(home.path("actions/save-contact.toml")).unwrap(), action);
        pty.signal(Signal::TERM);
        assert!(pty.ends(LONG).success());
        pty.is_restored();
        against.is_connected(&home, "main", &said(&pty));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_in_hand_renew_an_account_and_a_twin_is_named() {
    for (home, against) in both().await {
        let file = home.write("credentials.json", &against.json);
        let file = file.to_str().unwrap();
        assert!(home.run(&["account", "add", "--id", "main", "--from-json", file]).status.success());
        home.action(&Settings { account: "main", ..Settings::default() });
        let action = std::fs::read(home.path("actions/a.toml")).unwrap();
        let broken = home.path("secrets/main.json");
        std::fs::write(&broken, "damaged").unwrap();
        std::fs::set_permissions(&broken, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let again = home.run(&["account", "reconnect", "main", "--from-json", file]);
        assert!(again.status.success(), "{}", errors(&again));
        against.is_connected(&home, "main", &(String::from_utf8(again.stdout.clone()).unwrap() + &errors(&again)));
        assert_eq!(std::fs::read(home.path("actions/a.toml")).unwrap(), action);
        // an organisation is not added twice, unless that is said
        let (known, add) = (std::fs::read(home.path("accounts.toml")).unwrap(), ["account", "add", "--id", "second"]);
        let second = home.run(&[&add[..], &["--from-json", file]].concat());
        let said = errors(&second);
        assert_eq!(second.status.code(), Some(1), "{said}");
        assert!(said.contains("is connected already as `main`: nothing was added"), "{said}");
        assert!(said.contains("`astra-zoho account reconnect main --from-json"), "{said}");
        assert_eq!(std::fs::read(home.path("accounts.toml")).unwrap(), known);
        assert!(!home.path("secrets/second.json").exists());
        let second = home.run(&[&add[..], &["--another", "--from-json", file]].concat());
        assert!(second.status.success(), "{}", errors(&second));
        assert!(errors(&second).contains("connected already as `main`: both write"), "{}", errors(&second));
        // both live by one refresh token: it ends with the last of them
        let removed = home.run(&["account", "remove", "second", "--yes"]);
        assert!(removed.status.success(), "{}", errors(&removed));
        let said = errors(&removed);
        assert!(said.contains("its tokens were not ended at Zoho: account `main` holds the same"), "{said}");
        against.is_connected(&home, "main", &said);
        let revoked = || match &against.server {
            Server::Other(other) => other.accounts.seen().iter().filter(|r| r.path.ends_with("/revoke")).count(),
            Server::Sandbox { .. } => 0,
        };
        assert_eq!(revoked(), 0);
        assert!(home.run(&["account", "remove", "main", "--yes"]).status.success());
        assert_eq!(revoked(), usize::from(matches!(against.server, Server::Other(_))));
    }
    // of another organisation: nothing is changed, and the token that is the operator's own is not ended
    let (home, sandbox) = (Home::new(), Against::other().await);
    let stranger = Against::sandbox(&home);
    for (name, json) in [("one", &sandbox.json), ("two", &stranger.json)] {
        home.write(name, json);
    }
    let given = |name: &str| home.path(name).to_str().unwrap().to_owned();
    assert!(home.run(&["account", "add", "--id", "main", "--from-json", &given("one")]).status.success());
    let refused = home.run(&["account", "reconnect", "main", "--from-json", &given("two")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        errors(&refused).contains("is of the organisation Acme (77), this is Acme Outdoor ("),
        "{}",
        errors(&refused)
    );
    assert!(home.run(&["account", "add", "--id", "other", "--from-json", &given("two")]).status.success());
    stranger.is_connected(&home, "other", "");
}

#[tokio::test(flavor = "multi_thread")]
async fn removing_from_the_screen_names_the_actions_and_asks() {
    let (home, against) = (Home::new(), Against::other().await);
    let file = home.write("credentials.json", &against.json);
    assert!(home.run(&["account", "add", "--id", "main", "--from-json", file.to_str().unwrap()]).status.success());
    home.action(&Settings { account: "main", ..Settings::default() });
    let mut pty = terminal(&home, 100, &[]);
    pty.shows("Save contact");
    pty.types("\r");
    pty.shows("Offline Sync");
    pty.types("2");
    pty.shows("Add account");
    for (n, answer, told) in [(1, "n", "removing main: not done"), (2, "y", "removing main: done")] {
        pty.types("j");
        pty.types("d");
        pty.until("the question", |p| said(p).matches("account `main` is used by a, which cannot run").count() == n);
        pty.types(&format!("{answer}\r"));
        pty.until("the way back", |p| said(p).matches("Enter returns to the screen").count() == n);
        pty.types("\r");
        pty.shows(told);
        assert_eq!(home.path("secrets/main.json").exists(), n == 1);
        pty.types("k");
    }
    let Server::Other(other) = &against.server else { unreachable!() };
    let revoked = || other.accounts.seen().iter().filter(|r| r.path.ends_with("/revoke")).count();
    assert_eq!(revoked(), 1, "and ended at Zoho");
    pty.signal(Signal::TERM);
    assert!(pty.ends(LONG).success());
    // nobody uses it: asked all the same
    assert!(home.run(&["account", "add", "--id", "idle", "--from-json", file.to_str().unwrap()]).status.success());
    for (answer, there) in [("n", true), ("", true), ("y", false)] {
        let mut pty = terminal(&home, 100, &["account", "remove", "idle"]);
        pty.shows("Remove account `idle`, forget its secrets and end its tokens at Zoho? [y/N]");
        pty.types(&format!("{answer}\r"));
        assert_eq!(pty.ends(LONG).success(), !there);
        assert_eq!((home.path("secrets/idle.json").exists(), revoked()), (there, 2 - usize::from(there)));
    }
    assert!(home.run(&["account", "add", "--id", "idle", "--from-json", file.to_str().unwrap()]).status.success());
    let mut pty = terminal(&home, 100, &["account", "remove", "idle", "--editing=New one"]);
    pty.shows("account `idle` is used by New one (open, not saved), which cannot run without it. Remove it, forget");
    pty.types("n\r");
    assert!(!pty.ends(LONG).success());
}
