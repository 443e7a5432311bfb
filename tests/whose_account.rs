//! Whose tokens an account uses: those of the credentials that it has now, of the organisation that it is recorded as, and
//! of no other; and that each is asked of Zoho no more often than is needed.

use std::process::{Command, Output};

use serde_json::json;

use crate::support::home::{Home, Settings, errors, records};
use crate::support::scripted::{Reply, Request, Scripted};
use crate::support::terminal::feed;

const OURS: &str = "1000.PLANTEDours";
const THEIRS: &str = "1000.PLANTEDtheirs";
const FIELDS: &str = include_str!("../samples/contacts-fields.json");

/// A Zoho with two organisations; which one, the refresh token decides.
async fn zoho() -> Scripted {
    Scripted::start(|r: &Request| {
        let is_theirs = |text: &str| text.contains(THEIRS);
        match r.path.as_str() {
            "/oauth/v2/token" => {
                let access = if is_theirs(&r.body) { "1000.access.PLANTEDtheirs" } else { "1000.access.PLANTEDours" };
                Reply::json(200, json!({"access_token": access, "expires_in": 3600}))
            }
            "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
            "/crm/v8/org" if r.header("authorization").is_some_and(|h| h.contains("theirs")) => {
                Reply::json(200, json!({"org": [{"zgid": "78", "company_name": "Other"}]}))
            }
            "/crm/v8/org" => Reply::json(200, json!({"org": [{"zgid": "77", "company_name": "Acme"}]})),
            "/crm/v8/users" => Reply::json(200, json!({"users": [{"email": "ana@example.com"}]})),
            "/crm/v8/settings/fields" => Reply::text(200, "application/json", FIELDS),
            "/crm/v8/Contacts" if r.method == "POST" => {
                let details = json!({"id": "5725767000000524157", "Created_Time": "2026-03-02T09:00:00Z"});
                Reply::json(201, json!({"data": [{"code": "SUCCESS", "status": "success", "details": details}]}))
            }
            _ => Reply::empty(204),
        }
    })
    .await
}

fn credentials(zoho: &Scripted, refresh_token: &str) -> String {
    json!({"accounts_url": zoho.origin, "api_url": zoho.origin, "client_id": "1000.C", "client_secret": "PLANTEDs",
        "refresh_token": refresh_token})
    .to_string()
}

fn add(home: &Home, id: &str, credentials: &str) -> Output {
    feed(&mut home.command(&["account", "add", "--id", id, "--from-json", "-"]), credentials.as_bytes())
}

/// The command with credentials of the environment.
fn given(home: &Home, arguments: &[&str], refresh_token: &str) -> Command {
    let mut command = home.command(arguments);
    command.env("ASTRA_ZOHO_CLIENT_ID_EU", "1000.C").env("ASTRA_ZOHO_CLIENT_SECRET_EU", "PLANTEDs");
    command.env("ASTRA_ZOHO_REFRESH_TOKEN_EU", refresh_token);
    command
}

fn a_customer(home: &Home) -> String {
    let line = json!({"id": "c-1", "channel": "text", "started_at": "2026-03-02T09:00:00Z",
        "messages": [{"at_ms": 0, "role": "customer", "text": "hello"}],
        "attributes": [{"at_ms": 0, "name": "email", "value": "ana@example.com"},
                       {"at_ms": 0, "name": "last_name", "value": "Ruiz"}]});
    home.write("c.jsonl", &line.to_string()).to_str().unwrap().to_owned()
}

fn written(zoho: &Scripted) -> usize {
    zoho.calls().iter().filter(|r| r.method == "POST" && r.path == "/crm/v8/Contacts").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_another_organisation_are_refused_everywhere_and_rewrite_nothing() {
    let (home, zoho) = (Home::new(), zoho().await);
    assert!(add(&home, "eu", &credentials(&zoho, OURS)).status.success());
    home.action(&Settings { account: "eu", ..Settings::default() });
    let input = a_customer(&home);
    let file = || std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    let before = file();
    let commands: [&[&str]; 5] = [
        &["replay", "--conversations", &input],
        &["replay", "--dry-run", "--conversations", &input],
        &["check"],
        &["account", "test", "eu"],
        &["fields", "--account", "eu"],
    ];
    // given in the environment; or a file of secrets that was copied here
    let refused = |run: &dyn Fn(&[&str]) -> Output, given_by: &str| {
        for command in commands {
            let output = run(command);
            let said = String::from_utf8(output.stdout.clone()).unwrap() + &errors(&output);
            assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
            let why = format!(
                "account eu is of the organisation Acme (77), but its credentials, {given_by}, lead to Other (78), so nothing is read or written there"
            );
            assert!(said.contains(&why), "{command:?}: {said}");
            assert!(said.contains("put the right ones there"), "{command:?}: {said}");
            assert_eq!((file(), written(&zoho)), (before.clone(), 0), "{command:?}");
        }
        let listed = records(&run(&["account", "list", "--format", "json"])).remove(1);
        assert_eq!((&listed["organisation"]["id"], &listed["state"]), (&json!("77"), &json!("unreachable")));
    };
    refused(&|c| given(&home, c, THEIRS).output().unwrap(), "those of the variables ASTRA_ZOHO_..._EU");
    let own = std::fs::read(home.path("secrets/eu.json")).unwrap();
    assert!(add(&home, "theirs", &credentials(&zoho, THEIRS)).status.success());
    std::fs::copy(home.path("secrets/theirs.json"), home.path("secrets/eu.json")).unwrap();
    assert!(home.run(&["account", "remove", "theirs", "--yes"]).status.success());
    refused(&|c| home.run(c), "those in secrets/eu.json");
    // with the right ones again all is as it was
    std::fs::write(home.path("secrets/eu.json"), own).unwrap();
    assert!(home.run(&["account", "test", "eu"]).status.success());
    let replayed = home.run(&["replay", "--conversations", &input]);
    assert!(replayed.status.success(), "{}", errors(&replayed));
    assert_eq!((file(), written(&zoho)), (before.clone(), 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_of_the_environment_use_no_token_of_the_file_and_keep_their_own() {
    let (home, zoho) = (Home::new(), zoho().await);
    assert!(add(&home, "eu", &credentials(&zoho, OURS)).status.success());
    assert!(home.run(&["account", "test", "eu"]).status.success());
    let asked_with =
        |token: &str| zoho.seen().iter().filter(|r| r.is_token_request() && r.body.contains(token)).count();
    let (ours, other) = (asked_with(OURS), "1000.PLANTEDanother");
    for _ in 0..4 {
        assert!(given(&home, &["account", "test", "eu"], other).output().unwrap().status.success());
        assert!(home.run(&["account", "test", "eu"]).status.success());
    }
    assert_eq!((asked_with(other), asked_with(OURS)), (1, ours), "each asked for a token once");
    // with others yet again
    let third = "1000.PLANTEDthird";
    assert!(given(&home, &["account", "test", "eu"], third).output().unwrap().status.success());
    assert_eq!(asked_with(third), 1);

    // where there is no file at all, and where there is a passphrase that nobody gives
    std::fs::remove_dir_all(home.path("secrets")).unwrap();
    let test = |home: &Home| given(home, &["account", "test", "eu"], OURS).output().unwrap();
    (0..4).for_each(|_| assert!(test(&home).status.success()));
    assert_eq!(asked_with(OURS), ours + 1);
    let mode = std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(home.path("secrets/eu.env-token")).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    let kept = std::fs::read_to_string(home.path("secrets/eu.env-token")).unwrap();
    assert!(!kept.contains("PLANTED") && kept.contains("CHACHA20"), "{kept}");
    std::fs::remove_dir_all(home.path("secrets")).unwrap();
    assert!(add(&home, "two", &credentials(&zoho, THEIRS)).status.success());
    let encrypted = home.command(&["secrets", "encrypt"]).env("ASTRA_ZOHO_PASSPHRASE", "korrekt höst").status();
    assert!(encrypted.unwrap().success());
    let before = asked_with(OURS);
    (0..4).for_each(|_| assert!(test(&home).status.success()));
    assert_eq!(asked_with(OURS), before + 1);
    let known = home.run(&["secrets", "status"]);
    assert_eq!(String::from_utf8(known.stdout).unwrap(), "two: encrypted\n", "a token is no account's secrets");
    // gone with the account
    assert!(given(&home, &["account", "remove", "eu", "--yes"], OURS).output().unwrap().status.success());
    let left = std::fs::read_dir(home.path("secrets")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    assert_eq!(left.filter(|name| name.starts_with("eu")).collect::<Vec<_>>(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn encrypting_changes_nothing_where_one_file_is_damaged() {
    let (home, zoho) = (Home::new(), zoho().await);
    for (id, token) in [("a", OURS), ("b", THEIRS)] {
        assert!(add(&home, id, &credentials(&zoho, token)).status.success());
    }
    let good = std::fs::read(home.path("secrets/b.json")).unwrap();
    let with =
        |what: &str| home.command(&["secrets", what]).env("ASTRA_ZOHO_PASSPHRASE", "korrekt höst").output().unwrap();
    let refused = |what: &str| {
        home.write("secrets/b.json", "{\"client_id\": 7");
        let files = || ["a", "b"].map(|id| std::fs::read(home.path(&format!("secrets/{id}.json"))).unwrap());
        let before = files();
        let output = with(what);
        let said = errors(&output);
        assert_eq!((output.status.code(), files()), (Some(1), before), "{said}");
        assert!(said.contains("secrets/b.json is damaged") && said.contains("nothing was changed"), "{said}");
        std::fs::write(home.path("secrets/b.json"), &good).unwrap();
    };
    refused("encrypt");
    // nor is a folder in which others can write a place for secrets
    let open_to = |mode| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(home.path("secrets"), mode).unwrap();
    };
    open_to(0o777);
    let tested = home.run(&["account", "test", "a"]);
    assert_eq!(tested.status.code(), Some(1));
    assert!(String::from_utf8(tested.stdout).unwrap().contains("others can write there (mode 777)"));
    open_to(0o700);
    assert!(with("encrypt").status.success());
    refused("decrypt");
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_read_the_same_variables_are_refused_and_complained_of() {
    let (home, zoho) = (Home::new(), zoho().await);
    assert!(add(&home, "our-crm", &credentials(&zoho, OURS)).status.success());
    for id in ["our_crm", "OUR-CRM"] {
        let refused = add(&home, id, &credentials(&zoho, THEIRS));
        assert_eq!(refused.status.code(), Some(2), "{}", errors(&refused));
        assert!(errors(&refused).contains("the account `our-crm` that is there would read the same variables"));
    }
    let text = std::fs::read_to_string(home.path("accounts.toml")).unwrap();
    home.write("accounts.toml", &format!("{text}\n[[account]]\nid = \"our_crm\"\ndata_center = \"eu\"\n"));
    let checked = String::from_utf8(home.run(&["check"]).stdout).unwrap();
    assert!(checked.contains("warning: the accounts `our-crm` and `our_crm` read the same variables"), "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_removed_here_is_not_ended_at_zoho() {
    let (home, zoho) = (Home::new(), zoho().await);
    assert!(add(&home, "eu", &credentials(&zoho, OURS)).status.success());
    // nothing can be written in its place, as on a disk that is read-only
    std::fs::create_dir_all(home.path("secrets/.eu.trial/x")).unwrap();
    let refused = home.run(&["account", "remove", "eu", "--yes"]);
    assert_eq!(refused.status.code(), Some(1), "{}", errors(&refused));
    assert!(errors(&refused).contains("cannot write to"), "{}", errors(&refused));
    assert!(zoho.seen().iter().all(|r| !r.path.ends_with("/revoke")), "its tokens live");
    std::fs::remove_dir_all(home.path("secrets/.eu.trial")).unwrap();
    assert!(home.run(&["account", "test", "eu"]).status.success());
    assert!(home.run(&["account", "remove", "eu", "--yes"]).status.success());
}

/// What an account that was just added is worth: one rule for each way.
#[tokio::test(flavor = "multi_thread")]
async fn what_zoho_refuses_is_not_kept_and_what_cannot_be_told_is() {
    let refusal = |code: &str| Reply::json(401, json!({"code": code, "message": "no", "status": "error"}));
    let cases: [(&str, Reply, bool, &str); 4] = [
        ("INVALID_TOKEN", refusal("INVALID_TOKEN"), false, "does not take the tokens"),
        ("OAUTH_SCOPE_MISMATCH", refusal("OAUTH_SCOPE_MISMATCH"), true, "no action can run yet"),
        ("INTERNAL_ERROR", Reply::json(500, json!({"code": "INTERNAL_ERROR"})), true, "no action can run yet"),
        ("nonsense", Reply::text(200, "text/html", "<html>"), true, "no action can run yet"),
    ];
    for (name, answer, kept, told) in cases {
        let zoho = Scripted::start(move |r: &Request| match r.path.as_str() {
            "/oauth/v2/token" => Reply::json(
                200,
                json!({"access_token": "1000.a", "refresh_token": "1000.PLANTEDnew", "expires_in": 3600}),
            ),
            "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
            _ => answer.clone(),
        })
        .await;
        for way in ["--from-json", "--self-client"] {
            let home = Home::new();
            let output = match way {
                "--from-json" => add(&home, "eu", &credentials(&zoho, OURS)),
                _ => home
                    .command(&["account", "add", "--id", "eu", "--self-client", "--accounts-url", &zoho.origin])
                    .args(["--client-id", "1000.C"])
                    .env("ASTRA_ZOHO_CLIENT_SECRET", "PLANTEDs")
                    .env("ASTRA_ZOHO_GRANT_TOKEN", "1000.PLANTEDcode")
                    .output()
                    .unwrap(),
            };
            let said = errors(&output);
            assert_eq!(output.status.code(), Some(1), "{name} {way}: {said}");
            assert!(said.contains(told) && said.contains("account eu was kept") == kept, "{name} {way}: {said}");
            assert_eq!(said.contains("nothing was kept: "), !kept, "{name} {way}: {said}");
            assert_eq!(home.path("secrets/eu.json").exists(), kept, "{name} {way}");
            let listed = String::from_utf8(home.run(&["account", "list"]).stdout).unwrap();
            let line = listed.lines().find(|l| l.starts_with("eu"));
            assert_eq!(line.is_some(), kept, "{name} {way}: {listed}");
            let says = line.is_none_or(|l| l.contains("`astra-zoho account test eu` says what to do"));
            assert!(says, "{name} {way}: {listed}");
            // what was the operator's before lives on
            let given_back = zoho.seen().iter().any(|r| r.query("token") == Some("1000.PLANTEDnew"));
            assert!(way == "--from-json" || given_back != kept, "{name} {way}");
        }
    }
    let (home, nobody) = (Home::new(), "http://127.0.0.1:9");
    let json = json!({"accounts_url": nobody, "api_url": nobody, "client_id": "1000.C", "client_secret": "PLANTEDs",
        "refresh_token": OURS});
    let unreachable = add(&home, "eu", &json.to_string());
    assert_eq!(unreachable.status.code(), Some(1));
    assert!(errors(&unreachable).contains("account eu was kept"), "{}", errors(&unreachable));
    assert!(home.path("secrets/eu.json").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_not_kept_are_ended() {
    let zoho = Scripted::start(|r: &Request| match r.path.as_str() {
        "/oauth/v2/token" => Reply::json(
            200,
            json!({"access_token": "1000.a", "refresh_token": "1000.PLANTEDnew", "api_domain": "https://evil.example"}),
        ),
        "/oauth/v2/token/revoke" => Reply::json(200, json!({"status": "success"})),
        _ => Reply::empty(204),
    })
    .await;
    let home = Home::new();
    let by_code = |more: &[&str]| {
        home.command(&[&["account", "add", "--id", "eu", "--accounts-url", &zoho.origin], more].concat())
            .args(["--client-id", "1000.C"])
            .env("ASTRA_ZOHO_CLIENT_SECRET", "PLANTEDs")
            .env("ASTRA_ZOHO_GRANT_TOKEN", "1000.PLANTEDcode")
            .output()
            .unwrap()
    };
    let refused = by_code(&["--self-client"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(errors(&refused).contains("the token is for evil.example"), "{}", errors(&refused));
    let ended: Vec<Option<String>> = zoho
        .seen()
        .iter()
        .filter(|r| r.path.ends_with("/revoke"))
        .map(|r| r.query("token").map(str::to_owned))
        .collect();
    assert_eq!(ended, [Some("1000.PLANTEDnew".to_owned())]);
    // a code in the wrong place is not repeated
    let misplaced = by_code(&["--self-client", "1000.PLANTEDcode"]);
    assert_eq!(misplaced.status.code(), Some(2));
    let said = errors(&misplaced);
    assert!(said.contains("a code is no argument") && !said.contains("PLANTED"), "{said}");
}
