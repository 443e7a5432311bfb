//! Messages understood per second on one core, and what a message costs as the conversation grows. `EXTRACT_BULK=FILE cargo bench
//! --bench extract bulk` takes a file of conversations of one's own, JSON Lines as everywhere.

#![expect(clippy::print_stdout, clippy::panic, reason = "a bench tells its figures")]

use std::fs::File;
use std::io::{BufRead as _, BufReader};

use astra_zoho::domain::conversation::{Channel, Conversation, Message, Role};
use astra_zoho::domain::field::{Agent, AstraField, AstraType};
use astra_zoho::domain::moment::Listen;
use astra_zoho::extract::Extractor;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const SAMPLES: &str = include_str!("../samples/conversations.jsonl");

fn samples() -> Vec<Conversation> {
    SAMPLES.lines().filter_map(|line| Conversation::from_json(line).ok()).collect()
}

/// An agent with as many fields of its own as an operator may create in a busy year.
fn agent() -> Agent {
    let mut agent = Agent::default();
    for i in 0..30 {
        agent.fields.push(AstraField {
            key: format!("field_{i}"),
            label: format!("Contract {i} number"),
            kind: AstraType::Text,
            description: String::new(),
            built_in: false,
        });
    }
    agent
}

/// A conversation of `n` messages, made of what the samples say.
fn talk(n: usize) -> Vec<Message> {
    let all: Vec<Message> = samples().into_iter().flat_map(|c| c.messages).collect();
    all.into_iter().cycle().take(n).enumerate().map(|(i, m)| Message { at_ms: i as i64, ..m }).collect()
}

fn understanding(c: &mut Criterion) {
    let conversations = samples();
    let mut group = c.benchmark_group("extract");
    group.throughput(Throughput::Elements(conversations.iter().map(|c| c.messages.len() as u64).sum()));
    for (name, extractor) in
        [("built-in fields", Extractor::default()), ("30 fields of one's own", Extractor::new(&agent()))]
    {
        group.bench_function(name, |b| {
            b.iter(|| {
                for conversation in &conversations {
                    let mut listener = extractor.listen(conversation.channel);
                    conversation.messages.iter().for_each(|m| Listen::hear(&mut listener, m));
                    std::hint::black_box(listener.summary());
                }
            })
        });
    }
    group.finish();
}

/// A whole file, read line by line and understood with a summary each, as `extract` does it, and the most memory that the process
/// had by then; nothing is measured where no file is given.
fn bulk(c: &mut Criterion) {
    let Some(path) = std::env::var_os("EXTRACT_BULK") else { return };
    let lines = || {
        let file = File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        BufReader::new(file).lines().map_while(Result::ok)
    };
    let conversations = || lines().filter_map(|line| Conversation::from_json(&line).ok());
    let (mut number, mut messages) = (0u64, 0u64);
    for conversation in conversations() {
        number += 1;
        messages += conversation.messages.len() as u64;
    }
    println!("bulk: {number} conversations, {messages} messages; peak memory before {}", peak_memory());
    let extractor = Extractor::new(&agent());
    let mut group = c.benchmark_group("bulk");
    group.sample_size(10);
    group.throughput(Throughput::Elements(messages));
    group.bench_function("file", |b| {
        b.iter(|| {
            for conversation in conversations() {
                let mut listener = extractor.listen(conversation.channel);
                conversation.messages.iter().for_each(|m| Listen::hear(&mut listener, m));
                std::hint::black_box(listener.summary());
            }
        })
    });
    group.finish();
    println!("bulk: peak memory {}", peak_memory());
}

/// The most memory that this process had so far, as Linux tells it; elsewhere unknown.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).map(|kb| kb.trim().to_owned());
    peak.unwrap_or_else(|| "unknown".into())
}

/// 100 more messages and a look at the values, after so many before.
fn growth(c: &mut Criterion) {
    let extractor = Extractor::new(&agent());
    let more = talk(100);
    let mut group = c.benchmark_group("100 messages after");
    group.throughput(Throughput::Elements(100));
    for before in [100, 1_000, 10_000] {
        let mut listener = extractor.listen(Channel::Text);
        talk(before).iter().for_each(|m| Listen::hear(&mut listener, m));
        group.bench_function(BenchmarkId::from_parameter(before), |b| {
            b.iter_batched_ref(
                || listener.clone(),
                |listener| {
                    for message in &more {
                        Listen::hear(listener, message);
                        std::hint::black_box(listener.heard("email").map(str::len));
                    }
                },
                BatchSize::SmallInput,
            )
        });
    }
    group.finish();
}

/// The worst a customer can send.
fn hostile(c: &mut Criterion) {
    let mut group = c.benchmark_group("10 MB in one message");
    group.sample_size(10);
    for (name, piece) in
        [("addresses", "a@b.example "), ("streets", "12 a street "), ("names", "my name is "), ("at", "@")]
    {
        let text = piece.repeat(10_000_000 / piece.len());
        let message = Message { at_ms: 0, role: Role::Customer, text };
        group.bench_function(name, |b| {
            b.iter(|| Listen::hear(&mut Extractor::default().listen(Channel::Text), &message))
        });
    }
    group.finish();
}

criterion_group!(benches, understanding, bulk, growth, hostile);
criterion_main!(benches);
