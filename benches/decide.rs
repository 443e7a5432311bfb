//! Decisions per second: the pure rules, without any Zoho.

use astra_zoho::domain::action::{Action, Permissions, Row};
use astra_zoho::domain::contact::Contact;
use astra_zoho::domain::conversation::Conversation;
use astra_zoho::domain::decide::{Attributes, Decider, Fields, Found};
use astra_zoho::domain::field::ZohoField;
use astra_zoho::domain::moment::moments;
use astra_zoho::extract::Listener;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const SAMPLES: &str = include_str!("../samples/conversations.jsonl");

fn action() -> Action {
    Action {
        offline_sync: false,
        contacts: Permissions { create_and_update_new: true, update_existing: true },
        mapping: [
            ("Email", "email"),
            ("Last_Name", "last_name"),
            ("First_Name", "first_name"),
            ("Phone", "phone"),
            ("Mailing_City", "city"),
            ("Description", "summary"),
        ]
        .map(|(zoho, astra)| Row::new(zoho, astra))
        .to_vec(),
        ..Action::new("a")
    }
}

fn field(api_name: &str, data_type: &str) -> ZohoField {
    ZohoField {
        api_name: api_name.into(),
        label: api_name.into(),
        data_type: data_type.into(),
        json_type: "string".into(),
        length: Some(250),
        rich_text: false,
        read_only: false,
        visible: true,
        used: true,
        api_create: true,
        api_update: true,
        mandatory: false,
        custom: false,
        unique: false,
        pick_list: Vec::new(),
    }
}

fn decisions(c: &mut Criterion) {
    let action = action();
    let fields: Fields = [
        field("Email", "email"),
        field("Last_Name", "text"),
        field("First_Name", "text"),
        field("Phone", "phone"),
        field("Mailing_City", "text"),
        field("Description", "textarea"),
    ]
    .into_iter()
    .collect();
    let attributes: Attributes = [
        ("email", "ana.ruiz@example.com"),
        ("last_name", "Ruiz"),
        ("first_name", "Ana"),
        ("phone", "+34 600 123 456"),
        ("city", "Sevilla"),
        ("summary", "Wanted to change the delivery address of an order. The agent changed it."),
    ]
    .into_iter()
    .collect();
    let contact = Contact {
        id: "1".into(),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        modified_at: jiff::Timestamp::UNIX_EPOCH,
        values: [("Email", "ana.ruiz@example.com"), ("Last_Name", "Ruiz"), ("Phone", "+34 600 000 001")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into(),
    };
    let decider = Decider { action: &action, fields: &fields };
    let mut group = c.benchmark_group("decide");
    group.throughput(Throughput::Elements(1));
    group.bench_function("create", |b| b.iter(|| decider.decide(&attributes, None)));
    group.bench_function("update", |b| {
        b.iter(|| decider.decide(&attributes, Some(Found { contact: &contact, ours: false })))
    });
    group.finish();
}

fn understanding(c: &mut Criterion) {
    let conversations: Vec<Conversation> =
        SAMPLES.lines().filter_map(|line| Conversation::from_json(line).ok()).collect();
    let action = action();
    let mut group = c.benchmark_group("plan");
    group.throughput(Throughput::Elements(conversations.iter().map(|c| c.messages.len() as u64).sum()));
    group.bench_function("messages of the samples", |b| {
        b.iter(|| {
            let plan = |c: &Conversation| moments(c, &action, &mut Listener::new(c.channel)).len();
            conversations.iter().map(plan).sum::<usize>()
        })
    });
    group.finish();
}

criterion_group!(benches, decisions, understanding);
criterion_main!(benches);
