//! From what the terminal shows to what it shall show, in as few bytes as that takes: lines of serial speed and links of
//! 300 ms are where operators sit. Only sequences that every terminal since the VT220 knows: cursor moves, erasing,
//! colours and attributes. What is wrong about a cell's width on the other side stays wrong on its own line only.

use std::io::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// A line is shifted where that spares so many cells: the footer, when a command comes or goes.
const SHIFTED: usize = 16;
/// How far at most, in cells.
const FARTHEST: usize = 40;
static BLANK: Cell = Cell::EMPTY;

/// From so many blanks on, erasing them is shorter than writing them and coming back.
const ERASED: usize = 9;

/// The bytes that turn `before` into `after`: none where they are the same. `before` is `None` where nobody knows what the
/// terminal shows. Colours and attributes are plain when it begins, and plain again when it ends.
pub(super) fn difference(before: Option<&Buffer>, after: &Buffer) -> Vec<u8> {
    let before = before.filter(|b| b.area == after.area);
    let width = usize::from(after.area.width);
    let mut pen = Pen::default();
    if before.is_none() {
        // the shell may have left it in any colour
        pen.bytes.extend(b"\x1b[m");
    }
    if width > 0 {
        for (y, cells) in after.content.chunks(width).enumerate() {
            let there = before.map(|b| &b.content[y * width..(y + 1) * width]);
            if there != Some(cells) {
                pen.line(y, there, cells);
            }
        }
    }
    pen.look(Look::default());
    pen.bytes
}

/// How a cell looks: what it is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    ink: Color,
    paper: Color,
    attributes: Modifier,
}

/// What is seen of a look without ink as well.
const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

impl Look {
    fn of(cell: &Cell) -> Self {
        let look = Self { ink: cell.fg, paper: cell.bg, attributes: cell.modifier };
        if cell.symbol() == " " && !look.attributes.intersects(SEEN_ON_BLANKS) {
            return Self { paper: look.paper, ..Self::default() };
        }
        look
    }

    /// A blank in this look is one in any other such look.
    fn blank_is_plain(self) -> bool {
        self.paper == Color::Reset && !self.attributes.intersects(SEEN_ON_BLANKS)
    }
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Look::of(cell) == Look::default()
}

/// Terminals do not agree on the width of what is made of several characters.
fn is_unsure(cell: &Cell) -> bool {
    cell.symbol().chars().nth(1).is_some()
}

/// Nobody can tell them apart.
fn is_same(a: Option<&Cell>, b: Option<&Cell>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b || (a.symbol() == b.symbol() && Look::of(a) == Look::of(b)),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// The cells of a line that begin something, each with its width; the right half of a wide one is `None`.
fn begun(cells: &[Cell]) -> Vec<Option<&Cell>> {
    let mut out = Vec::with_capacity(cells.len());
    while let Some(cell) = cells.get(out.len()) {
        out.push(Some(cell));
        let more = if cell.symbol().is_ascii() { 0 } else { cell.symbol().width().saturating_sub(1) };
        out.extend((0..more.min(cells.len() - out.len())).map(|_| None));
    }
    out
}

/// What writes: where it stands and what it writes in.
#[derive(Default)]
struct Pen {
    bytes: Vec<u8>,
    look: Look,
    /// Row and column of the cursor, where they are known.
    at: Option<(usize, usize)>,
}

impl Pen {
    fn line(&mut self, y: usize, before: Option<&[Cell]>, after: &[Cell]) {
        let mut there = before.map(begun);
        let cells = begun(after);
        // how far they reach on the other side nobody knows: the whole line is written, so that nothing of them stays
        if there.iter().flatten().chain(&cells).flatten().any(|c| is_unsure(c)) {
            return self.rewrite(y, None, &cells);
        }
        let mut other = Self { bytes: Vec::new(), look: self.look, at: self.at };
        let said = self.bytes.len();
        self.rewrite(y, there.as_deref(), &cells);
        let Some(there) = &mut there else { return };
        // most of it may be there already, a little to the left or to the right
        if other.shift(y, there, &cells) {
            other.rewrite(y, Some(there), &cells);
            if other.bytes.len() < self.bytes.len() - said {
                self.bytes.truncate(said);
                self.bytes.extend(other.bytes);
                (self.look, self.at) = (other.look, other.at);
            }
        }
    }

    fn rewrite(&mut self, y: usize, there: Option<&[Option<&Cell>]>, cells: &[Option<&Cell>]) {
        let width = cells.len();
        let same = |x: usize| there.is_some_and(|there| is_same(there[x], cells[x]));
        // from here on the line is blank
        let text = cells.iter().rposition(|c| !c.is_some_and(is_blank)).map_or(0, |last| last + 1);
        let mut x = 0;
        while x < text {
            let Some(cell) = cells[x].filter(|_| !same(x)) else {
                x += 1;
                continue;
            };
            let blanks = cells[x..text].iter().take_while(|c| c.is_some_and(is_blank)).count();
            let changed = (x..x + blanks).filter(|x| !same(*x)).count();
            self.reach(y, x, cells);
            if changed >= ERASED {
                self.look_for_blanks();
                self.say(format_args!("\x1b[{blanks}X"));
                x += blanks;
                continue;
            }
            self.write(cell);
            x += 1;
        }
        let Some(first) = (text..width).find(|x| !same(*x)) else { return };
        let last = (first..width).rfind(|x| !same(*x)).unwrap_or(first);
        self.reach(y, first, cells);
        self.look_for_blanks();
        if last - first < 3 {
            (first..=last).for_each(|_| self.bytes.push(b' '));
            self.stand(y, last + 1, width);
        } else {
            self.bytes.extend(b"\x1b[K");
        }
    }

    /// Moves the rest of a line to the left or to the right where most of it is then what it shall be; tells whether it did.
    fn shift<'c>(&mut self, y: usize, there: &mut Vec<Option<&'c Cell>>, cells: &[Option<&'c Cell>]) -> bool {
        let Some(first) = (0..cells.len()).find(|x| !is_same(there[*x], cells[*x])) else { return false };
        // half a wide character is nothing that could be moved
        if there[first..].iter().chain(&cells[first..]).any(Option::is_none) {
            return false;
        }
        let wrong =
            |there: &[Option<&Cell>]| there.iter().zip(&cells[first..]).filter(|(a, b)| !is_same(**a, **b)).count();
        let now = wrong(&there[first..]);
        if now < SHIFTED {
            return false;
        }
        let far = FARTHEST.min(cells.len() - first - 1);
        let shifted = |by: usize, left: bool| -> Vec<Option<&'c Cell>> {
            let rest = &there[first..];
            let gap = std::iter::repeat_n(Some(&BLANK), by);
            let kept = rest.len() - by;
            if left {
                rest[by..].iter().copied().chain(gap).collect()
            } else {
                gap.chain(rest[..kept].iter().copied()).collect()
            }
        };
        // tmux (3.3a) leaves standing what is in the gap where that is wider than what it moves to the right
        let gap_is_erased = |by: usize| 2 * by <= cells.len() - first;
        let ways = (1..=far).flat_map(|by| [(by, true), (by, false)]).filter(|(by, left)| *left || gap_is_erased(*by));
        let ways = ways.map(|(by, left)| {
            let rest = shifted(by, left);
            (wrong(&rest), rest, by, left)
        });
        let Some((then, rest, by, left)) = ways.min_by_key(|(wrong, ..)| *wrong) else { return false };
        if then + SHIFTED > now {
            return false;
        }
        self.reach(y, first, cells);
        self.look_for_blanks();
        self.say(format_args!("\x1b[{by}{}", if left { 'P' } else { '@' }));
        there.truncate(first);
        there.extend(rest);
        true
    }

    /// Writes one cell where the cursor stands.
    fn write(&mut self, cell: &Cell) {
        if is_blank(cell) {
            self.look_for_blanks();
        } else {
            self.look(Look::of(cell));
        }
        let symbol = cell.symbol();
        self.bytes.extend(if symbol.is_empty() { b" " } else { symbol.as_bytes() });
        let Some((y, x)) = self.at else { return };
        // terminals do not agree on the width of what is made of several characters
        let sure = symbol.chars().nth(1).is_none();
        self.at = sure.then(|| (y, x + symbol.width().max(1)));
    }

    /// Brings the cursor to a cell, over cells that need no change.
    fn reach(&mut self, y: usize, x: usize, cells: &[Option<&Cell>]) {
        match self.at {
            Some(at) if at == (y, x) => return,
            // a short way is written over again; it says the same
            Some((row, from)) if row == y && from < x => {
                let say = if x - from == 1 { "\x1b[C".to_owned() } else { format!("\x1b[{}C", x - from) };
                let again = &cells[from..x];
                let as_is = |c: &Cell| Look::of(c) == self.look || (is_blank(c) && self.look.blank_is_plain());
                let plain = |c: &Option<&Cell>| c.is_some_and(|c| c.symbol().len() == 1 && as_is(c));
                if again.len() <= say.len() && again.iter().all(plain) {
                    let again = again.iter().flatten().flat_map(|c| c.symbol().bytes());
                    self.bytes.extend(again);
                } else {
                    self.bytes.extend(say.into_bytes());
                }
            }
            Some((row, _)) if row + 1 == y && x == 0 => self.bytes.extend(b"\r\n"),
            _ if x == 0 => self.say(format_args!("\x1b[{}H", y + 1)),
            _ => self.say(format_args!("\x1b[{};{}H", y + 1, x + 1)),
        }
        self.at = Some((y, x));
    }

    /// Behind the last column a cursor is nowhere in particular.
    fn stand(&mut self, y: usize, x: usize, width: usize) {
        self.at = (x < width).then_some((y, x));
    }

    /// Writes blanks from here on that look like nothing.
    fn look_for_blanks(&mut self) {
        if !self.look.blank_is_plain() {
            self.look(Look::default());
        }
    }

    /// Writes in another look from here on.
    fn look(&mut self, look: Look) {
        let from = std::mem::replace(&mut self.look, look);
        if from == look {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        let lost = from.attributes - look.attributes;
        // attributes cannot be taken back one by one: bold and dim share their end
        let from = if lost.is_empty() {
            from
        } else {
            codes.push(String::new());
            Look::default()
        };
        for (attribute, code) in ATTRIBUTES {
            if (look.attributes - from.attributes).contains(attribute) {
                codes.push(code.to_string());
            }
        }
        if look.ink != from.ink {
            codes.push(colour(look.ink, 0));
        }
        if look.paper != from.paper {
            codes.push(colour(look.paper, 10));
        }
        if look == Look::default() {
            codes.clear();
        } else if codes.first().is_some_and(String::is_empty) {
            codes[0].push('0');
        }
        self.say(format_args!("\x1b[{}m", codes.join(";")));
    }

    fn say(&mut self, what: std::fmt::Arguments<'_>) {
        if let Err(e) = self.bytes.write_fmt(what) {
            tracing::error!("a frame could not be put together: {e}");
        }
    }
}

const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// A colour's code; `ground` is 0 for the ink, 10 for the paper.
fn colour(colour: Color, ground: u8) -> String {
    let basic = match colour {
        Color::Reset => 39,
        Color::Black => 30,
        Color::Red => 31,
        Color::Green => 32,
        Color::Yellow => 33,
        Color::Blue => 34,
        Color::Magenta => 35,
        Color::Cyan => 36,
        Color::Gray => 37,
        Color::DarkGray => 90,
        Color::LightRed => 91,
        Color::LightGreen => 92,
        Color::LightYellow => 93,
        Color::LightBlue => 94,
        Color::LightMagenta => 95,
        Color::LightCyan => 96,
        Color::White => 97,
        Color::Indexed(n) => return format!("{};5;{n}", 38 + ground),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", 38 + ground),
    };
    (basic + ground).to_string()
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
