//! A QR code in text, where it fits on the terminal: half blocks, or signs of ASCII.

use qrcode::{Color, EcLevel, QrCode};

/// The empty border that a camera needs, in modules. The norm says four; two are enough for today's.
const BORDER: usize = 2;

/// How a terminal can show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Canvas {
    /// Cells in a line.
    pub columns: usize,
    /// Lines that may be used.
    pub rows: usize,
    /// It can show block elements.
    pub unicode: bool,
    /// It can be told black and white.
    pub colours: bool,
}

/// The lines of a text's QR code; `None` where it does not fit.
pub fn lines(text: &str, canvas: Canvas) -> Option<Vec<String>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let (inner, modules) = (code.width(), code.to_colors());
    let width = inner + 2 * BORDER;
    let dark = |x: usize, y: usize| {
        let within = |n: usize| n.checked_sub(BORDER).filter(|n| *n < inner);
        within(x).zip(within(y)).is_some_and(|(x, y)| modules[y * inner + x] == Color::Dark)
    };
    let (columns, rows) = if canvas.unicode { (width, width.div_ceil(2)) } else { (2 * width, width) };
    // the last column stays free: some terminals wrap there
    if columns >= canvas.columns || rows > canvas.rows {
        return None;
    }
    // where colours cannot be told, light is what the terminal writes: most have a dark ground
    let ink = |dark: bool| dark == canvas.colours;
    let line = |y: usize| {
        let cells = (0..width).map(|x| {
            if !canvas.unicode {
                return if ink(dark(x, y)) { "##" } else { "  " };
            }
            match (ink(dark(x, 2 * y)), ink(dark(x, 2 * y + 1))) {
                (true, true) => "\u{2588}",
                (true, false) => "\u{2580}",
                (false, true) => "\u{2584}",
                (false, false) => " ",
            }
        });
        let cells: String = cells.collect();
        if canvas.colours { format!("\x1b[30;107m{cells}\x1b[0m") } else { cells }
    };
    Some((0..rows).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://accounts.zoho.eu/oauth/v3/device?user_code=ABCDEFGHIJ";

    fn canvas(columns: usize, rows: usize, unicode: bool) -> Canvas {
        Canvas { columns, rows, unicode, colours: false }
    }

    #[test]
    fn it_is_drawn_where_it_fits_and_never_wraps() {
        let half = lines(ADDRESS, canvas(80, 24, true)).unwrap();
        let width = half[0].chars().count();
        assert!(half.iter().all(|l| l.chars().count() == width) && width < 80 && half.len() == width.div_ceil(2));
        assert_eq!(lines(ADDRESS, canvas(width, 24, true)), None);
        assert_eq!(lines(ADDRESS, canvas(80, half.len() - 1, true)), None);
        let ascii = lines(ADDRESS, canvas(160, 48, false)).unwrap();
        assert!(ascii.iter().all(|l| l.is_ascii() && l.len() == 2 * width));
        assert_eq!(lines(ADDRESS, canvas(60, 48, false)), None);
    }

    #[test]
    fn the_border_is_light_and_the_corner_dark() {
        let ascii = lines("x", canvas(160, 48, false)).unwrap();
        assert!(ascii[0].bytes().all(|b| b == b'#'), "light is what is written");
        assert!(ascii[2].starts_with("####          "), "{}", ascii[2]);
    }
}
