//! What Zoho answers, whatever it is: a status and a body are read by every reader there is, and each gives a value or an error
//! that may stand on one line.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (u16, u8, &str)| {
    let (status, call, body) = data;
    for said in astra_zoho::zoho::fuzzed::read_all(status % 600, call, body) {
        assert!(!said.is_empty() && !said.contains(['\n', '\r', '\u{1b}']), "{said:?}");
        assert!(said.chars().count() < 4_000, "{} characters", said.chars().count());
    }
});
