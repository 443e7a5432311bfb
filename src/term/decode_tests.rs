use proptest::prelude::*;

use super::*;

/// What comes of pieces that arrive with less than a moment between them, then silence.
fn decoded(pieces: &[&[u8]]) -> Vec<String> {
    let mut decoder = Decoder::default();
    let mut got = Vec::new();
    for piece in pieces {
        decoder.take(piece, |i| got.push(i));
    }
    decoder.silence(|i| got.push(i));
    got.into_iter().map(told).collect()
}

fn told(input: Input) -> String {
    match input {
        Input::Key(key) => key.to_string(),
        Input::Paste(text) => format!("paste {text:?}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn keys_as_terminals_send_them() {
    let cases: &[(&str, &str)] = &[
        ("a", "a"),
        ("A", "A"),
        ("é日", "é 日"),
        ("\r", "<enter>"),
        ("\t", "<tab>"),
        ("\x1b[Z", "<s-tab>"),
        ("\x7f", "<backspace>"),
        ("\x1b", "<esc>"),
        ("\x1b\x1b", "<esc> <esc>"),
        ("\x1b[A\x1bOB", "<up> <down>"),
        ("\x1b\x1b[A", "<esc> <up>"),
        ("\x1b[1;5C\x1b[1;2D", "<c-right> <s-left>"),
        ("\x1b[3~\x1b[5~\x1b[6~", "<del> <pgup> <pgdn>"),
        ("\x1b[15~\x1bOP\x1b[[A", "<f5> <f1> <f1>"),
        ("\x01\x1a\x00", "<c-a> <c-z> <c-space>"),
        ("\x1bx\x1bX\x1bé", "<a-x> <a-X> <a-é>"),
        (" ", "<space>"),
        // answers to questions that nobody asked, and mouse reports
        ("\x1b[?1;2c\x1b]11;rgb:0/0/0\x1b\\\x1b[12;40R\x1b[<0;1;1Mz", "z"),
        ("\x1b[M !!z", "z"),
        // what no key is written like
        ("\x1b[9;9;9yz", "z"),
        ("\x1b[?25;3Zz", "z"),
        ("\x1bO!z", "z"),
        ("\x1b[=5uz", "z"),
        ("\x1b[12\x1b[Az", "<up> z"),
    ];
    for (bytes, want) in cases {
        assert_eq!(decoded(&[bytes.as_bytes()]).join(" "), *want, "{bytes:?}");
        let apart: Vec<&[u8]> = bytes.as_bytes().chunks(1).collect();
        assert_eq!(decoded(&apart).join(" "), *want, "{bytes:?} byte by byte");
    }
}

#[test]
fn bytes_that_are_no_text_take_nothing_with_them() {
    for bytes in [&b"\xffz"[..], b"\xc3z", b"\xe6\x97z", b"\x80\x80z", b"\xf8z", b"\xc0\xafz", b"\xed\xa0\x80z"] {
        assert_eq!(decoded(&[bytes]), ["z"], "{bytes:?}");
    }
    assert_eq!(decoded(&[b"\xc3\x1b[A"]), ["<up>"]);
    assert_eq!(decoded(&[b"\x1b\xc3z"]), ["z"]);
}

#[test]
fn a_paste_is_one_thing_whatever_is_in_it() {
    assert_eq!(decoded(&[b"\x1b[200~a\rb\r\nc\x1b[A\x1b[201~q"]), ["paste \"a\\nb\\nc\\u{1b}[A\"", "q"]);
    assert_eq!(decoded(&[b"\x1b[2", b"00~x\x1b\x1b[20", b"1~", b"q"]), ["paste \"x\\u{1b}\"", "q"]);
    assert_eq!(decoded(&[b"\x1b[200~\xff\x1b[201~"]), ["paste \"\u{fffd}\""]);
    let mut long = b"\x1b[200~".to_vec();
    long.resize(3 * LONGEST_PASTE, b'x');
    long.extend(b"\x1b[201~q");
    let mut decoder = Decoder::default();
    let mut got = Vec::new();
    decoder.take(&long, |i| got.push(i));
    assert_eq!(got.len(), 2);
    assert!(matches!(&got[0], Input::Paste(text) if text.len() == LONGEST_PASTE));
    assert_eq!(told(got.remove(1)), "q");
}

#[test]
fn what_waits_is_told() {
    let mut decoder = Decoder::default();
    for (byte, want) in [(ESC, Waiting::Escape), (b'[', Waiting::Sequence), (b'1', Waiting::Sequence)] {
        decoder.take(&[byte], |_| {});
        assert_eq!(decoder.waiting(), want);
    }
    decoder.silence(|i| panic!("{i:?}"));
    assert_eq!(decoder.waiting(), Waiting::No);
    assert_eq!(decoded(&[b"x"]), ["x"]);
}

proptest! {
    #[test]
    fn any_bytes_end_somewhere(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut decoder = Decoder::default();
        decoder.take(&bytes, drop);
        decoder.take(b"\x1b[201~", drop);
        decoder.silence(drop);
        let mut got = Vec::new();
        decoder.take(b"q", |i| got.push(told(i)));
        prop_assert_eq!(got, ["q"]);
    }

    #[test]
    fn pieces_mean_what_the_whole_means(
        text in "[a-z]{0,4}(\u{1b}\\[[ABCD]|\u{1b}\\[5~|é|\u{1b}\\[200~[a-z]{0,5}\u{1b}\\[201~){0,6}",
        cut in 0usize..60,
    ) {
        let bytes = text.as_bytes();
        let cut = cut.min(bytes.len());
        prop_assert_eq!(decoded(&[bytes]), decoded(&[&bytes[..cut], &bytes[cut..]]));
    }
}
