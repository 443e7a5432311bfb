use proptest::prelude::*;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::*;

const WIDTH: u16 = 24;
const HEIGHT: u16 = 4;

fn drawn(lines: &[(u16, u16, String, Style)]) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
    for (x, y, text, style) in lines {
        buffer.set_string(*x, *y, text, *style);
    }
    buffer
}

fn terminal() -> vt100::Parser {
    vt100::Parser::new(HEIGHT.try_into().unwrap(), WIDTH.try_into().unwrap(), 0)
}

/// What a terminal shows, cell by cell.
fn seen(terminal: &vt100::Parser) -> Vec<(String, vt100::Color, [bool; 5])> {
    let cell = |y, x| {
        let c = terminal.screen().cell(y, x).unwrap();
        // a cell that was never written and one with a space look the same
        let text = if c.has_contents() { c.contents() } else { " " };
        let text = if c.is_wide_continuation() { "" } else { text };
        let look = [c.bold(), c.dim(), c.italic(), c.underline(), c.inverse()];
        // ink is not seen where there is none
        if text == " " && !c.underline() && !c.inverse() {
            return (text.to_owned(), vt100::Color::Default, [false; 5]);
        }
        (text.to_owned(), c.fgcolor(), look)
    };
    (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (y, x))).map(|(y, x)| cell(y, x)).collect()
}

fn looks() -> impl Strategy<Value = Style> {
    // dim and bold exclude each other in this terminal, as in no other
    let modifiers = prop::sample::select(vec![
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::ITALIC,
        Modifier::REVERSED,
        Modifier::BOLD | Modifier::UNDERLINED,
    ]);
    let colours = prop::sample::select(vec![Color::Reset, Color::Red, Color::Cyan, Color::LightBlue]);
    (colours, modifiers).prop_map(|(c, m)| Style::new().fg(c).add_modifier(m))
}

fn frames() -> impl Strategy<Value = Buffer> {
    let line = (0..WIDTH, 0..HEIGHT, "[a ─日é]{0,30}", looks());
    prop::collection::vec(line, 0..8).prop_map(|lines| drawn(&lines))
}

proptest! {
    /// Whatever was there, the terminal shows what a fresh one would be brought to show by writing everything.
    #[test]
    fn any_frame_follows_any_other(frames in prop::collection::vec(frames(), 1..6)) {
        let mut terminal = terminal();
        let mut before = drawn(&[]);
        for after in frames {
            let bytes = difference(Some(&before), &after);
            prop_assert!(before != after || bytes.is_empty());
            terminal.process(&bytes);
            let mut fresh = self::terminal();
            for (i, cell) in begun_everywhere(&after) {
                let (y, x) = (i / usize::from(WIDTH) + 1, i % usize::from(WIDTH) + 1);
                let look = cell.style();
                let one = drawn(&[(0, 0, cell.symbol().to_owned(), look)]);
                let mut pen = Pen::default();
                pen.look(Look::of(&one.content[0]));
                fresh.process(format!("\x1b[{y};{x}H\x1b[m{}{}", String::from_utf8(pen.bytes).unwrap(), cell.symbol()).as_bytes());
            }
            prop_assert_eq!(seen(&terminal), seen(&fresh), "{:?}", String::from_utf8_lossy(&bytes));
            before = after;
        }
    }

    /// On a terminal that shows anything whatever.
    #[test]
    fn a_whole_frame_covers_what_was_there(rubbish in frames(), after in frames()) {
        let (mut terminal, mut fresh) = (terminal(), self::terminal());
        terminal.process(&difference(Some(&drawn(&[])), &rubbish));
        terminal.process(&difference(None, &after));
        fresh.process(&difference(Some(&drawn(&[])), &after));
        prop_assert_eq!(seen(&terminal), seen(&fresh));
    }
}

fn begun_everywhere(buffer: &Buffer) -> impl Iterator<Item = (usize, &Cell)> {
    let width = usize::from(WIDTH);
    let lines = buffer.content.chunks(width).enumerate();
    lines.flat_map(move |(y, line)| {
        begun(line).into_iter().enumerate().filter_map(move |(x, c)| Some((y * width + x, c?)))
    })
}

fn plain(text: &str) -> Buffer {
    drawn(&[(0, 0, text.to_owned(), Style::new())])
}

#[test]
fn little_changed_is_little_said() {
    let say = |before: &str, after: &str| String::from_utf8(difference(Some(&plain(before)), &plain(after))).unwrap();
    assert_eq!(say("one two three", "one two three"), "");
    assert_eq!(say("one", "two"), "\x1b[1Htwo");
    assert_eq!(say("a cat sat", "a dog sit"), "\x1b[1;3Hdog si", "a short way is written over");
    assert_eq!(say("left         right", "LEFT         RIGHT"), "\x1b[1HLEFT\x1b[9CRIGHT");
    assert_eq!(say("a long sentence", "a"), "\x1b[1;3H\x1b[K", "a blank rest is erased");
    assert_eq!(say("abc", "a"), "\x1b[1;2H  ");
    assert_eq!(say("a very long word |", "a                |"), "\x1b[1;3H\x1b[15X", "and so is a blank middle");
    assert_eq!(say("a Map  s Save  q Quit", "s Save  q Quit"), "\x1b[1H\x1b[7P", "what follows is moved up");
    assert_eq!(say("q Quit  e Edit it now", "a Map  q Quit  e Edit it"), "\x1b[1H\x1b[7@a Map", "or on");
    let bold = Style::new().add_modifier(Modifier::BOLD);
    let marked = drawn(&[(0, 0, "one".into(), bold), (3, 0, " two".into(), Style::new())]);
    let bytes = difference(Some(&plain("one two")), &marked);
    assert_eq!(bytes, b"\x1b[1H\x1b[1mone\x1b[m", "one look is said once");
}

/// Takes bytes in as tmux does: where a gap is wider than what it moves to the right, the rest of the gap keeps its text.
fn process_as_tmux(terminal: &mut vt100::Parser, bytes: &[u8]) {
    let mut rest = String::from_utf8(bytes.to_vec()).unwrap();
    while let Some(end) = rest.find('@').filter(|end| rest[..*end].rfind("\x1b[").is_some()) {
        let begin = rest[..end].rfind("\x1b[").unwrap();
        let Ok(by) = rest[begin + 2..end].parse::<u16>() else { break };
        terminal.process(&rest.as_bytes()[..begin]);
        let (y, x) = terminal.screen().cursor_position();
        let moved = (WIDTH - x).saturating_sub(by);
        let cell = |x| terminal.screen().cell(y, x).map(|c| c.contents().to_owned()).unwrap();
        let stale: String = (x + moved..(x + by).min(WIDTH)).map(cell).collect();
        terminal.process(&rest.as_bytes()[begin..=end]);
        terminal.process(format!("\x1b[{};{}H{stale}\x1b[{};{}H", y + 1, x + moved + 1, y + 1, x + 1).as_bytes());
        rest.drain(..=end);
    }
    terminal.process(rest.as_bytes());
}

#[test]
fn nothing_stays_behind_in_tmux_however_far_a_line_moves() {
    let dashes = "-".repeat(24);
    for x in 0..20 {
        for by in 1..24 - x {
            let after = format!("{}{}{}", &dashes[..x], " ".repeat(by), &dashes[..24 - x - by]);
            let bytes = difference(Some(&plain(&dashes)), &plain(&after));
            let mut terminal = terminal();
            process_as_tmux(&mut terminal, format!("\x1b[H{dashes}").as_bytes());
            process_as_tmux(&mut terminal, &bytes);
            let row = terminal.screen().rows(0, WIDTH).next().unwrap();
            assert_eq!(row.trim_end(), after.trim_end(), "{:?}", String::from_utf8_lossy(&bytes));
        }
    }
    let after = format!("{}abcdefghij", " ".repeat(14));
    let before = plain("abcdefghijabcdefghij----");
    let bytes = difference(Some(&before), &plain(&after));
    let mut terminal = terminal();
    process_as_tmux(&mut terminal, &difference(Some(&plain("")), &before));
    process_as_tmux(&mut terminal, &bytes);
    assert_eq!(terminal.screen().rows(0, WIDTH).next().unwrap(), after, "{:?}", String::from_utf8_lossy(&bytes));
}

#[test]
fn where_a_width_is_doubtful_the_cursor_is_put_anew() {
    let bytes = difference(Some(&plain("")), &plain("e\u{301}x"));
    assert_eq!(String::from_utf8(bytes).unwrap(), "\x1b[1He\u{301}\x1b[1;2Hx\x1b[K");
}

#[test]
fn a_line_with_what_may_be_wider_than_it_seems_is_written_whole() {
    // four cells to some, two to others: what lies below its second half must not stay
    let (hand, after) = (plain("File \u{1f44d}\u{1f3fd}   x"), plain("File a     x"));
    let bytes = String::from_utf8(difference(Some(&plain("")), &hand)).unwrap();
    assert!(bytes.contains("\u{1f44d}\u{1f3fd}\x1b[1;8H   x"), "{bytes:?}");
    let bytes = String::from_utf8(difference(Some(&hand), &after)).unwrap();
    assert!(bytes.contains("File a     x"), "{bytes:?}");
}
