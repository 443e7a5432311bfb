//! A language model beside the rules: what is sent, what of its answers is believed, what becomes of a run when it gives none.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astra_zoho::domain::action::{Action, Row};
use astra_zoho::domain::conversation::{Channel, Conversation};
use astra_zoho::domain::field::{Agent, AstraField};
use astra_zoho::domain::mapping::required;
use astra_zoho::domain::moment::{Moment, moments};
use astra_zoho::domain::trace::Asked;
use astra_zoho::extract::Extractor;
use astra_zoho::model::{Adviser, Client, Ear, Endpoint};
use astra_zoho::ports::{KeptAnswers, LanguageModel as _, ModelAnswer};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::support::home::{Home, Settings, errors};

const KEY: &str = "sk-very-secret-4242";

/// The most requests under way at once; each waits for so many others.
struct Crowd {
    meets: tokio::sync::Barrier,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// What a server was told, and how it answers.
#[derive(Clone)]
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

#[derive(Clone)]
struct Behaviour {
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    answer: Arc<dyn Fn() -> Response + Send + Sync>,
    slow: Option<Duration>,
    crowd: Option<Arc<Crowd>>,
}

async fn complete(State(how): State<Behaviour>, headers: HeaderMap, body: axum::Json<Value>) -> Response {
    let key = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    how.asked.lock().unwrap().push((key, body.0));
    if let Some(time) = how.slow {
        tokio::time::sleep(time).await;
    }
    if let Some(crowd) = how.crowd {
        let now = crowd.now.fetch_add(1, Ordering::SeqCst) + 1;
        crowd.most.fetch_max(now, Ordering::SeqCst);
        crowd.meets.wait().await;
        crowd.now.fetch_sub(1, Ordering::SeqCst);
    }
    (how.answer)()
}

impl Server {
    fn start(answer: impl Fn() -> Response + Send + Sync + 'static, slow: Option<Duration>) -> Self {
        Self::behaving(Behaviour { asked: Arc::default(), answer: Arc::new(answer), slow, crowd: None })
    }

    fn behaving(how: Behaviour) -> Self {
        let asked = Arc::clone(&how.asked);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let app = axum::Router::new().fallback(complete).with_state(how);
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { address, asked }
    }

    /// One that answers with these values.
    fn values(values: Value) -> Self {
        Self::start(move || completion(&values.to_string()), None)
    }

    fn asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    fn endpoint(&self) -> Endpoint {
        let address = format!("http://{}/v1/", self.address);
        Endpoint { address, key: Some(KEY.into()), timeout: Duration::from_millis(400) }
    }
}

fn completion(content: &str) -> Response {
    let usage = json!({"prompt_tokens": 120, "completion_tokens": 30});
    axum::Json(json!({"choices": [{"message": {"role": "assistant", "content": content}}], "usage": usage}))
        .into_response()
}

/// Answers kept in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<std::collections::HashMap<String, ModelAnswer>>>);

impl KeptAnswers for Memory {
    fn recall(&self, digest: &str) -> Option<ModelAnswer> {
        self.0.lock().unwrap().get(digest).cloned()
    }

    fn keep(&self, digest: &str, answer: &ModelAnswer) {
        self.0.lock().unwrap().insert(digest.to_owned(), answer.clone());
    }
}

fn agent() -> Agent {
    let mut agent = Agent::default();
    let hobby = AstraField { key: "hobby".into(), label: "Pastime".into(), ..AstraField::default() };
    agent.fields.push(hobby);
    agent
}

fn action() -> Action {
    let mut mapping = required();
    mapping.extend([Row::new("Hobby", "hobby"), Row::new("Phone", "phone")]);
    Action { mapping, ..Action::new("a") }
}

fn conversation(first: &str) -> Conversation {
    let line = json!({"id": "c", "channel": "text", "started_at": "2026-03-02T09:00:00Z", "messages": [
        {"at_ms": 0, "role": "customer", "text": first},
        {"at_ms": 1000, "role": "customer", "text": "I'm Ana Ruiz, ana@example.com, my PIN is 4711"}]});
    Conversation::from_json(&line.to_string()).unwrap()
}

const TELLS: &str = "when I am not at work I go climbing all day";

fn adviser(endpoint: Endpoint, memory: &Memory) -> Arc<Adviser> {
    let agent = agent();
    let extractor = Extractor::new(&agent);
    Arc::new(Adviser::new("small-1", Client::new(endpoint).unwrap(), memory.clone(), agent, extractor))
}

fn run(adviser: &Arc<Adviser>, conversation: &Conversation) -> Vec<Moment> {
    let extractor = Extractor::new(&agent());
    let mut ear = Ear::new(&extractor, Some(Arc::clone(adviser)), Channel::Text);
    moments(conversation, &action(), &mut ear)
}

fn asked(moments: &[Moment]) -> &Asked {
    moments[0].asked.as_ref().unwrap()
}

#[test]
fn what_it_points_out_counts_if_the_customer_said_it() {
    let server = Server::values(json!({"hobby": "climbing", "phone": "+1 602 555 0118", "email": "ana@example.com",
        "last_name": "Ruizz", "company": "DROP TABLE"}));
    let memory = Memory::default();
    let it = adviser(server.endpoint(), &memory);
    let done = run(&it, &conversation(TELLS));
    assert_eq!(done.len(), 1, "asked when a run is due, and no run is due for what it said");
    assert_eq!(done[0].attributes.get("hobby"), Some("climbing"));
    assert_eq!(done[0].attributes.get("phone"), None, "nobody said that number");
    assert_eq!(done[0].attributes.get("last_name"), Some("Ruiz"), "the rules' value stands");
    let source = done[0].sources.iter().find(|s| s.astra == "hobby").unwrap();
    assert!(source.by_model && source.words.contains("climbing") && source.sure == Some(85), "{source:?}");
    let want = Asked { model: "small-1".into(), tokens_in: 120, tokens_out: 30, dropped: 3, ..Asked::default() };
    assert_eq!(asked(&done), &want);
    let (key, body) = server.asked.lock().unwrap()[0].clone();
    assert_eq!(key, format!("Bearer {KEY}"));
    let sent = body.to_string();
    assert!(!sent.contains("4711") && sent.contains("climbing") && sent.contains("Pastime"), "{sent}");
    assert_eq!(body["response_format"]["json_schema"]["schema"]["additionalProperties"], json!(false));
    // the same again is not sent again, also by another process with the same workspace
    assert!(asked(&run(&it, &conversation(TELLS))).kept);
    let again = run(&adviser(server.endpoint(), &memory), &conversation(TELLS));
    assert_eq!((again[0].attributes.get("hobby"), server.asked()), (Some("climbing"), 1));
    assert_eq!((asked(&again).tokens_in, asked(&again).kept), (0, true));
}

#[test]
fn without_an_answer_the_rules_stand_alone_and_the_reason_is_told() {
    let status = |code: u16| move || (StatusCode::from_u16(code).unwrap(), KEY).into_response();
    let cases: Vec<(Server, &str)> = vec![
        (Server::start(|| completion("Sure! Here you are"), None), "not the JSON"),
        (Server::start(|| "<html>".into_response(), None), "not what this kind of server answers"),
        (Server::start(|| axum::Json(json!({"choices": []})).into_response(), None), "not what this kind of server"),
        (Server::start(status(429), None), "too many requests"),
        (Server::start(status(500), None), "status 500"),
        (Server::start(status(401), None), "refuses the key"),
        (
            Server::start(|| (StatusCode::FOUND, [("location", "http://127.0.0.1:1/")]).into_response(), None),
            "status 302",
        ),
        (Server::start(|| "x".repeat(300_000).into_response(), None), "longer than"),
        (Server::start(|| completion("{}"), Some(Duration::from_secs(30))), "within 0.4 seconds"),
    ];
    for (server, why) in cases {
        let it = adviser(server.endpoint(), &Memory::default());
        let done = run(&it, &conversation(TELLS));
        assert_eq!(done[0].attributes.get("email"), Some("ana@example.com"), "{why}");
        let trouble = asked(&done).trouble.clone().unwrap();
        assert!(trouble.contains(why) && !trouble.contains(KEY), "{trouble}");
    }
    let nobody = Endpoint { address: "http://127.0.0.1:1/v1".into(), key: None, timeout: Duration::from_secs(2) };
    let done = run(&adviser(nobody, &Memory::default()), &conversation(TELLS));
    assert_eq!(asked(&done).trouble.as_deref(), Some("it cannot be reached"));
}

#[test]
fn four_questions_are_under_way_at_once_and_no_more() {
    let crowd = Arc::new(Crowd {
        // whoever comes alone waits for three others: were they asked one by one, none would be answered
        meets: tokio::sync::Barrier::new(4),
        now: AtomicUsize::new(0),
        most: AtomicUsize::new(0),
    });
    let answer = Arc::new(|| completion("{}"));
    let server =
        Server::behaving(Behaviour { asked: Arc::default(), answer, slow: None, crowd: Some(Arc::clone(&crowd)) });
    let client = Client::new(Endpoint { timeout: Duration::from_secs(60), ..server.endpoint() }).unwrap();
    std::thread::scope(|scope| {
        for n in 0..12 {
            let client = &client;
            scope.spawn(move || assert_eq!(client.ask(&json!({ "n": n })).unwrap().content, "{}"));
        }
    });
    assert_eq!((server.asked(), crowd.most.load(Ordering::SeqCst)), (12, 4));
}

#[test]
fn one_that_keeps_failing_is_left_alone() {
    let server = Server::start(|| StatusCode::SERVICE_UNAVAILABLE.into_response(), None);
    let it = adviser(server.endpoint(), &Memory::default());
    for n in 0..10 {
        let done = run(&it, &conversation(&format!("{TELLS} {n}")));
        assert!(asked(&done).trouble.is_some());
    }
    assert_eq!(server.asked(), 3);
    assert!(asked(&run(&it, &conversation(TELLS))).trouble.as_deref().unwrap().contains("left alone"));
}

#[test]
fn hostile_answers_change_nothing() {
    let n = Arc::new(AtomicUsize::new(0));
    let evil = ["\u{202e}", "\u{1b}[2J", "a@b", "ana@example.com\u{0}", "****", "", "   "];
    let count = Arc::clone(&n);
    let server = Server::start(
        move || {
            let e = evil[count.fetch_add(1, Ordering::SeqCst) % evil.len()];
            completion(&json!({"email": e, "hobby": e, "last_name": e, "phone": [e], "zip": {"a": e}}).to_string())
        },
        None,
    );
    let it = adviser(server.endpoint(), &Memory::default());
    for i in 0..evil.len() {
        let done = run(&it, &conversation(&format!("{TELLS} {i}")));
        assert_eq!(done[0].attributes.get("email"), Some("ana@example.com"));
        assert_eq!(done[0].attributes.get("hobby"), None);
    }
}

#[test]
fn the_program_asks_only_where_it_is_configured_and_the_screen_says_so() {
    let server = Server::values(json!({"hobby": "climbing"}));
    let home = Home::new();
    let agent = "[[field]]\nkey = \"hobby\"\nlabel = \"Pastime\"\n";
    home.write("agent.toml", agent);
    home.action(&Settings::default());
    let line = json!({"id": "c", "channel": "text", "started_at": "2026-03-02T09:00:00Z", "messages": [
        {"at_ms": 0, "role": "customer", "text": TELLS},
        {"at_ms": 1000, "role": "customer", "text": "I'm Ana Ruiz, ana@example.com"}]});
    let file = home.write("c.jsonl", &line.to_string());
    let file = file.to_str().unwrap();
    let extract = ["extract", "--conversations", file, "--format", "json"];
    let plain = home.run(&extract);
    assert!(
        plain.status.success() && !String::from_utf8_lossy(&plain.stdout).contains("climbing\""),
        "{}",
        errors(&plain)
    );
    assert_eq!(server.asked(), 0, "nothing is sent unless configured");
    let config = format!("[extractor]\naddress = \"http://{}/v1\"\nmodel = \"small-1\"\n", server.address);
    home.write("config.toml", &config);
    let key = home.write("secrets/extractor.key", &format!("{KEY}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let advised = home.run(&extract);
    let found: Value = serde_json::from_slice(&advised.stdout).unwrap();
    assert_eq!(found["attributes"]["hobby"], "climbing", "{}", errors(&advised));
    assert_eq!(found["evidence"]["hobby"]["sure"], 0.85);
    let told = "1 question (0 answered from before, 0 unanswered), 120 tokens sent, 30 received";
    assert!(errors(&advised).contains(told), "{}", errors(&advised));
    assert_eq!(server.asked.lock().unwrap()[0].0, format!("Bearer {KEY}"));
    // what it costs is told where the prices are known
    home.write("config.toml", &format!("{config}price_in = 10\nprice_out = 40.0\n"));
    let line = line.to_string().replace("all day", "all night");
    let other = home.write("other.jsonl", &line);
    let paid = home.run(&["extract", "--conversations", other.to_str().unwrap(), "--format", "json"]);
    let cost = "120 tokens sent, 30 received, cost 0.0024 at the prices of config.toml";
    assert!(errors(&paid).contains(cost), "{}", errors(&paid));
    assert_eq!(server.asked(), 2);
    // a replay repeats from what was kept
    let replayed = home.run(&["replay", "--conversations", file, "--format", "json"]);
    assert!(replayed.status.success(), "{}", errors(&replayed));
    assert!(errors(&replayed).contains("1 question (1 answered from before"), "{}", errors(&replayed));
    assert_eq!(server.asked(), 2);
    // the screen says it, and drawing it asks nobody
    let drawn = home.run(&["render", "--size", "120x40", "--keys", "6"]);
    let drawn = String::from_utf8_lossy(&drawn.stdout).into_owned();
    assert!(drawn.contains("small-1 on this machine is asked when a run is due"), "{drawn}");
    assert_eq!(server.asked(), 2);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // a key that others can read is not used, and everything goes on
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        std::fs::remove_dir_all(home.path("data/answers")).unwrap();
        let refused = home.run(&extract);
        assert!(refused.status.success(), "{}", errors(&refused));
        assert!(errors(&refused).contains("1 unanswered), 0 tokens sent"), "{}", errors(&refused));
        assert_eq!(server.asked(), 2);
    }
}

#[test]
fn where_text_leaves_the_machine_no_screen_says_that_nothing_does() {
    let home = Home::new();
    let drawn = |size: &str, keys: &str| {
        let drawn = home.run(&["render", "--size", size, "--keys", keys]);
        assert!(drawn.status.success(), "{}", errors(&drawn));
        let text = String::from_utf8_lossy(&drawn.stdout).into_owned();
        // of the frames around paragraphs only the words
        text.replace(['│', '|'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let config = "[extractor]\naddress = \"https://llm.example/v1\"\nmodel = \"small-1\"\n";
    home.write("agent.toml", "name = \"Front desk\"\n");
    assert!(drawn("80x24", "").contains("nothing leaves this machine"), "an empty library");
    // a model on this machine changes nothing about that
    home.write("config.toml", &config.replace("https://llm.example", "http://127.0.0.1:1"));
    assert!(drawn("80x24", "").contains("nothing leaves this machine"));
    home.write("config.toml", config);
    let library = drawn("80x24", "");
    assert!(
        !library.contains("nothing leaves") && library.contains("goes to the language model at llm.example"),
        "{library}"
    );
    home.action(&Settings::default());
    for (size, keys) in [("60x16", "<enter>"), ("80x24", "<enter> 3"), ("160x48", "<enter>")] {
        let screen = drawn(size, keys);
        assert!(
            !screen.contains("nothing leaves") && screen.contains("text to llm.example"),
            "{size} {keys}: {screen}"
        );
    }
    for size in ["60x16", "120x40"] {
        let log = drawn(size, "<enter> 5");
        assert!(!log.contains("nothing leaves") && log.contains("goes to llm.example"), "{size}: {log}");
    }
    assert!(drawn("120x40", "6").contains("TEXT LEAVES THIS MACHINE: small-1 at llm.example"), "the agent's fields");
}
