//! Both ways of the terminal. Out: of hostile text nothing is obeyed, in no cell and on no line. In: bytes come as keys whatever
//! the pieces they come in.
#![no_main]

use astra_zoho::domain::text::{is_blank, lines, non_blank, one_line, visible};
use astra_zoho::term::Decoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let obeyed = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = visible(&text);
    assert!(!shown.chars().any(obeyed), "{shown:?}");
    assert_eq!(visible(&shown), shown, "shown twice it is the same");
    assert!(!one_line(&text).chars().any(char::is_control));
    assert!(!lines(&text).chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')));
    assert_eq!(is_blank(&text), non_blank(&text).is_none());

    let (mut at_once, mut in_pieces) = (Vec::new(), Vec::new());
    let mut decoder = Decoder::default();
    decoder.take(data, |input| at_once.push(format!("{input:?}")));
    decoder.silence(|input| at_once.push(format!("{input:?}")));
    let mut decoder = Decoder::default();
    for byte in data.chunks(3) {
        decoder.take(byte, |input| in_pieces.push(format!("{input:?}")));
    }
    decoder.silence(|input| in_pieces.push(format!("{input:?}")));
    assert_eq!(at_once, in_pieces);
});
