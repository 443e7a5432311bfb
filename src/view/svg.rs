//! A frame as a picture for documents: one SVG file that needs nothing else, readable on a light page and on a dark one
//! since it brings its own background. Frames of panes are drawn as lines, so that they meet whatever the reader's font
//! is; every stretch of text says how wide it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::picture::{Picture, harmless, width};

/// A cell, in pixels. The fonts named below are 0.6 of their size wide.
const CELL: (u32, u32) = (9, 19);
const FONT_SIZE: u32 = 15;
/// From a row's top to the line that letters stand on.
const BASELINE: u32 = 14;
const MARGIN: u32 = 16;
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

const PAPER: &str = "#12171f";
const INK: &str = "#dce1e8";
const DIM: &str = "#8d98a7";
const EDGE: &str = "#2c3644";

/// How a cell is painted.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: &'static str,
    paper: &'static str,
    bold: bool,
    italic: bool,
    underlined: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let has = |m| cell.modifier.contains(m);
        let ink = match (cell.fg, has(Modifier::DIM)) {
            (Color::Reset, true) => DIM,
            (Color::Reset, false) => INK,
            (colour, _) => painted(colour),
        };
        let paper = if cell.bg == Color::Reset { PAPER } else { painted(cell.bg) };
        let (ink, paper) = if has(Modifier::REVERSED) { (paper, ink) } else { (ink, paper) };
        let (bold, italic) = (has(Modifier::BOLD), has(Modifier::ITALIC));
        Self { ink, paper, bold, italic, underlined: has(Modifier::UNDERLINED) }
    }
}

/// The terminal's colours, each at least 6 to 1 against the paper.
fn painted(colour: Color) -> &'static str {
    match colour {
        Color::Black => PAPER,
        Color::Red => "#ff8189",
        Color::Green => "#7fd88f",
        Color::Yellow => "#e8c468",
        Color::Blue => "#82b1ff",
        Color::Magenta => "#dc9bf0",
        Color::Cyan => "#6cd0e6",
        _ => INK,
    }
}

impl Picture {
    /// The frame as SVG, with a title for those who cannot see it.
    pub fn svg(&self, title: &str) -> String {
        let area = self.cells.area;
        let (w, h) = (u32::from(area.width) * CELL.0 + 2 * MARGIN, u32::from(area.height) * CELL.1 + 2 * MARGIN);
        let title = escaped(title);
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
             font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" fill=\"{INK}\">\n<title>{title}</title>\n\
             <rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{PAPER}\" stroke=\"{EDGE}\"/>\n",
            w - 1,
            h - 1
        );
        for y in 0..area.height {
            self.papers(&mut out, y);
        }
        for (colour, path) in self.frames() {
            add(&mut out, format_args!("<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\"/>\n"));
        }
        for y in 0..area.height {
            self.texts(&mut out, y);
        }
        if let Some(cursor) = self.cursor {
            let (x, y) = (left(cursor.x), top(cursor.y));
            add(&mut out, format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{}\"/>\n", CELL.1 - 1));
        }
        out.push_str("</svg>\n");
        out
    }

    /// Backgrounds and underlines of a row, each run in one piece.
    fn papers(&self, out: &mut String, y: u16) {
        let mut runs: Vec<(u16, u16, Look)> = Vec::new();
        for (x, cell) in self.row(y) {
            let (look, end) = (Look::of(cell), x + width(cell));
            match runs.last_mut() {
                Some((_, to, before))
                    if (before.paper, before.underlined, before.ink) == (look.paper, look.underlined, look.ink) =>
                {
                    *to = end;
                }
                _ => runs.push((x, end, look)),
            }
        }
        for (from, to, look) in runs {
            let (x, y, w) = (left(from), top(y), u32::from(to - from) * CELL.0);
            if look.paper != PAPER {
                let (h, fill) = (CELL.1, look.paper);
                add(out, format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{fill}\"/>\n"));
            }
            if look.underlined {
                let (y, ink) = (y + BASELINE + 2, look.ink);
                add(out, format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"1\" fill=\"{ink}\"/>\n"));
            }
        }
    }

    /// The lines of frames, by colour.
    fn frames(&self) -> BTreeMap<&'static str, String> {
        let area = self.cells.area;
        let mut paths: BTreeMap<&'static str, String> = BTreeMap::new();
        // in half cells along a row or a column: an arm on each side of a cell's middle
        let mut along = |cells: &mut dyn Iterator<Item = &Cell>, [first, second]: [Arm; 2], stroke: Stroke| {
            let mut open: Option<(u32, u32, &'static str)> = None;
            let halves = cells.flat_map(|cell| {
                let (arms, ink) = (arms(cell.symbol()), Look::of(cell).ink);
                [first, second].map(|arm| arms.contains(&arm).then_some(ink))
            });
            for (i, ink) in (0u32..).zip(halves.chain([None])) {
                match (&mut open, ink) {
                    (Some((_, to, colour)), Some(ink)) if *colour == ink && *to == i => *to = i + 1,
                    (_, ink) => {
                        if let Some((from, to, colour)) = open.take() {
                            stroke(paths.entry(colour).or_default(), from, to);
                        }
                        open = ink.map(|ink| (i, i + 1, ink));
                    }
                }
            }
        };
        for y in 0..area.height {
            let middle = top(y) + CELL.1 / 2;
            along(&mut (0..area.width).map(|x| &self.cells[(x, y)]), [Arm::Left, Arm::Right], &|path, from, to| {
                add(path, format_args!("M{} {middle}.5H{}", half(from, CELL.0), half(to, CELL.0)));
            });
        }
        for x in 0..area.width {
            let middle = left(x) + CELL.0 / 2;
            along(&mut (0..area.height).map(|y| &self.cells[(x, y)]), [Arm::Up, Arm::Down], &|path, from, to| {
                add(path, format_args!("M{middle}.5 {}V{}", half(from, CELL.1), half(to, CELL.1)));
            });
        }
        paths
    }

    /// The words of a row. A sign that the reader's font may lack is put into the middle of its cell by itself.
    fn texts(&self, out: &mut String, y: u16) {
        let mut piece = Piece::default();
        for (x, cell) in self.row(y) {
            let symbol = harmless(cell.symbol());
            let look = Look::of(cell);
            if !arms(&symbol).is_empty() {
                piece.end(out, y);
            } else if symbol.trim().is_empty() {
                piece.gap();
            } else if symbol.chars().any(|c| c >= '\u{250}') {
                piece.end(out, y);
                let middle = half(2 * u32::from(x) + u32::from(width(cell)), CELL.0);
                let (y, style) = (top(y) + BASELINE, style(look));
                let symbol = escaped(&symbol);
                add(
                    out,
                    format_args!("<text x=\"{middle}\" y=\"{y}\" text-anchor=\"middle\"{style}>{symbol}</text>\n"),
                );
            } else {
                piece.take(out, x, y, &symbol, look);
            }
        }
        piece.end(out, y);
    }
}

type Stroke<'a> = &'a dyn Fn(&mut String, u32, u32);

/// Where a line of a frame leads from the middle of its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arm {
    Left,
    Right,
    Up,
    Down,
}

fn arms(symbol: &str) -> &'static [Arm] {
    use Arm::{Down, Left, Right, Up};
    match symbol {
        "─" => &[Left, Right],
        "│" => &[Up, Down],
        "┌" => &[Right, Down],
        "┐" => &[Left, Down],
        "└" => &[Right, Up],
        "┘" => &[Left, Up],
        "├" => &[Up, Down, Right],
        "┤" => &[Up, Down, Left],
        "┬" => &[Left, Right, Down],
        "┴" => &[Left, Right, Up],
        "┼" => &[Left, Right, Up, Down],
        _ => &[],
    }
}

/// Words of one look with single spaces between them.
#[derive(Default)]
struct Piece {
    text: String,
    look: Option<Look>,
    from: u16,
    cells: u16,
    spaces: u16,
}

impl Piece {
    fn gap(&mut self) {
        self.spaces += 1;
    }

    fn take(&mut self, out: &mut String, x: u16, y: u16, symbol: &str, look: Look) {
        let goes_on = self.spaces < 2 && x == self.from + self.cells + self.spaces;
        if self.look != Some(look) || !goes_on {
            self.end(out, y);
            (self.look, self.from) = (Some(look), x);
        }
        if std::mem::take(&mut self.spaces) > 0 {
            self.text.push(' ');
            self.cells += 1;
        }
        self.text.push_str(symbol);
        self.cells += 1;
    }

    fn end(&mut self, out: &mut String, y: u16) {
        let Self { text, look, from, cells, .. } = std::mem::take(self);
        if let Some(look) = look {
            let (x, y, w, style) = (left(from), top(y) + BASELINE, u32::from(cells) * CELL.0, style(look));
            let text = escaped(&text);
            add(
                out,
                format_args!(
                    "<text x=\"{x}\" y=\"{y}\" textLength=\"{w}\" lengthAdjust=\"spacingAndGlyphs\"{style}>{text}</text>\n"
                ),
            );
        }
    }
}

fn style(look: Look) -> String {
    let mut out = String::new();
    if look.ink != INK {
        add(&mut out, format_args!(" fill=\"{}\"", look.ink));
    }
    if look.bold {
        out.push_str(" font-weight=\"bold\"");
    }
    if look.italic {
        out.push_str(" font-style=\"italic\"");
    }
    out
}

fn left(x: u16) -> u32 {
    MARGIN + u32::from(x) * CELL.0
}

fn top(y: u16) -> u32 {
    MARGIN + u32::from(y) * CELL.1
}

/// Half cells as pixels, with half pixels where there are any.
fn half(halves: u32, cell: u32) -> String {
    let double = halves * cell + 2 * MARGIN;
    if double.is_multiple_of(2) { format!("{}", double / 2) } else { format!("{}.5", double / 2) }
}

fn add(out: &mut String, words: std::fmt::Arguments<'_>) {
    // a String takes everything
    out.write_fmt(words).unwrap_or_default();
}

/// Text as XML takes it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in harmless(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    fn of(rows: &[&str], style: Style) -> String {
        let mut cells = Buffer::empty(Rect::new(0, 0, 20, u16::try_from(rows.len()).unwrap()));
        for (y, row) in (0u16..).zip(rows) {
            cells.set_string(0, y, row, style);
        }
        Picture { cells, cursor: None }.svg("<t>")
    }

    #[test]
    fn words_are_escaped_and_as_wide_as_their_cells() {
        let svg = of(&["<b>\"&  one two"], Style::new().fg(Color::Red));
        assert!(svg.contains("<title>&lt;t&gt;</title>"), "{svg}");
        assert!(
            svg.contains(
                "<text x=\"16\" y=\"30\" textLength=\"45\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#ff8189\">&lt;b&gt;&quot;&amp;</text>\n\
                 <text x=\"79\" y=\"30\" textLength=\"63\" lengthAdjust=\"spacingAndGlyphs\" fill=\"#ff8189\">one two</text>"
            ),
            "{svg}"
        );
    }

    #[test]
    fn wide_letters_and_signs_stand_in_their_own_cells() {
        let svg = of(&["日x✓"], Style::new());
        let text = |x: &str, how: &str, words: &str| format!("<text x=\"{x}\" y=\"30\" {how}>{words}</text>");
        for want in [
            text("25", "text-anchor=\"middle\"", "日"),
            text("34", "textLength=\"9\" lengthAdjust=\"spacingAndGlyphs\"", "x"),
            text("47.5", "text-anchor=\"middle\"", "✓"),
        ] {
            assert!(svg.contains(&want), "{want} in {svg}");
        }
    }

    #[test]
    fn a_frame_is_four_strokes() {
        let svg = of(&["┌──┐", "│x │", "└──┘"], Style::new());
        let strokes = "M20.5 25.5H47.5M20.5 63.5H47.5M20.5 25.5V63.5M47.5 25.5V63.5";
        assert!(svg.contains(&format!("<path d=\"{strokes}\"")), "{svg}");
    }
}
