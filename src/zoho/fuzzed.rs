//! The door for `fuzz/`, built for nothing else: every reader of Zoho's answers, fed with whatever comes. Must not read
//! anything itself.

use jiff::Timestamp;

use super::data_centre::Hosts;
use super::error::{Head, Kind, Place, Verdict, judge, results, retry_after};
use super::token::{Step, granted, read, refusal};
use super::transport::Raw;
use super::wire::{self, Joined};
use crate::domain::account::Account;

/// Everything that is said about an answer with this status and body to the `call`-th kind of call: the errors' sentences.
pub fn read_all(status: u16, call: u8, body: &str) -> Vec<String> {
    let kind = [Kind::Read, Kind::ReadOne, Kind::Write][usize::from(call % 3)];
    let place = Place { account: "main".into(), what: "POST host/crm".into(), kind, scope: "a.READ" };
    let now = Timestamp::UNIX_EPOCH;
    let after = retry_after(body, None, now);
    let head = Head { status, after, credits_left: (call & 4 == 4).then_some(0), redirect: None };
    let mut said = Vec::new();
    match judge(&place, &head, body) {
        Verdict::Failed(e) => said.push(e.to_string()),
        Verdict::TokenRefused => {}
        Verdict::Answer(answer) => {
            for wanted in [0, 1, 2, 100] {
                match results(&place, answer.as_ref(), wanted, |_, entry| wire::written(entry)) {
                    Ok(each) => said.extend(each.into_iter().filter_map(Result::err).map(|e| e.message)),
                    Err(e) => said.push(e.to_string()),
                }
            }
            let one = answer.as_ref();
            let mut wrong = |what: Option<&'static str>| said.extend(what.map(|what| place.bad(what).to_string()));
            wrong(wire::fields(one).err());
            wrong(wire::organisation(one).err());
            wrong(wire::user(one).err());
            wrong(wire::rights(one).err());
            wire::more(one);
            let mut joined = Joined::default();
            let fields = ["Email", "Last_Name", "Owner", "Tag"].map(str::to_owned);
            match wire::rows(answer) {
                Ok(rows) => {
                    wrong(joined.first(rows.clone()).err());
                    wrong(joined.rest(rows).err());
                    wrong(joined.contacts(&fields).err());
                }
                Err(what) => wrong(Some(what)),
            }
        }
    }
    let raw = Raw { status, headers: Default::default(), body: body.as_bytes().to_vec() };
    let hosts = Hosts::of(&Account { data_center: Some("eu".into()), ..Account::sandbox() });
    match (read(&place, &raw), hosts) {
        (Ok(json), Ok(hosts)) => {
            let step = [Step::Refresh, Step::Exchange, Step::Device, Step::Revoke][usize::from(call / 8 % 4)];
            let refused = refusal(&place, &raw, &json, step, now);
            said.extend(refused.or_else(|| granted(&place, &hosts, &json, now).err()).map(|e| e.to_string()));
        }
        (Err(e), _) => said.push(e.to_string()),
        (_, Err(e)) => said.push(e.to_string()),
    }
    said
}
