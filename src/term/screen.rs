//! Frames as bytes: what is drawn is compared with what the terminal shows, and only the difference is sent, in one
//! piece. Asks the terminal nothing, ever: ratatui's own `clear` would.

use std::cell::Cell as Shared;
use std::convert::Infallible;
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size as Cells};
use ratatui::{Frame, Terminal};

use super::difference::difference;
use crate::app::Size;

/// From so many bytes on a frame is bracketed as one update. Small ones are not: tmux repaints the whole pane at every
/// bracket.
const LARGE: usize = 2048;
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// What the terminal shows, and how it gets from one frame to the next.
pub struct Screen {
    terminal: Terminal<Canvas>,
    size: Rc<Shared<Size>>,
    /// What the terminal shows; `None` where nobody knows.
    shown: Option<Buffer>,
    /// Where its cursor is shown; `None` where it is hidden.
    cursor: Option<Position>,
}

impl Screen {
    /// A blank screen of this size, as the alternate screen is when it is entered.
    pub fn new(size: Size) -> Self {
        let shown = Buffer::empty(Rect::new(0, 0, size.width, size.height));
        let size = Rc::new(Shared::new(size));
        let terminal = match Terminal::new(Canvas { size: Rc::clone(&size), cursor: Position::ORIGIN, shows: false }) {
            Ok(terminal) => terminal,
            Err(never) => match never {},
        };
        Self { terminal, size, shown: Some(shown), cursor: None }
    }

    /// The terminal has another size now.
    pub fn resize(&mut self, size: Size) {
        self.size.set(size);
    }

    /// Nobody knows what the terminal shows: the next frame draws everything.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Draws, and gives the bytes that bring the terminal there: none where it is there already.
    pub fn frame(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Vec<u8> {
        let drawn = match self.terminal.draw(draw) {
            Ok(drawn) => drawn.buffer,
            Err(never) => match never {},
        };
        let mut bytes = difference(self.shown.as_ref(), drawn);
        let known = self.shown.is_some();
        match &mut self.shown {
            Some(shown) if shown.area == drawn.area => shown.content.clone_from_slice(&drawn.content),
            shown => *shown = Some(drawn.clone()),
        }
        let canvas = self.terminal.backend();
        let cursor = canvas.shows.then_some(canvas.cursor);
        if let Some(Position { x, y }) = cursor.filter(|_| !bytes.is_empty() || cursor != self.cursor) {
            bytes.extend(format!("\x1b[{};{}H", y + 1, x + 1).into_bytes());
        }
        if cursor.is_some() != self.cursor.is_some() || !known {
            bytes.extend(if cursor.is_some() { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
        self.cursor = cursor;
        if bytes.len() >= LARGE {
            bytes.splice(0..0, BEGIN_UPDATE.iter().copied());
            bytes.extend(END_UPDATE);
        }
        bytes
    }
}

/// What ratatui draws on: it only notes where the cursor goes. What is sent comes from the whole buffer.
struct Canvas {
    size: Rc<Shared<Size>>,
    cursor: Position,
    shows: bool,
}

impl Backend for Canvas {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, _: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        Ok(())
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        self.shows = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        self.shows = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        self.cursor = position.into();
        Ok(())
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> Result<(), Infallible> {
        Ok(())
    }

    fn size(&self) -> Result<Cells, Infallible> {
        let Size { width, height } = self.size.get();
        Ok(Cells { width, height })
    }

    fn window_size(&mut self) -> Result<WindowSize, Infallible> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Cells::default() })
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::widgets::Paragraph;

    fn terminal(rows: u16, columns: u16) -> vt100::Parser {
        vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
    }

    fn shown(bytes: &[u8], on: &mut vt100::Parser) -> String {
        on.process(bytes);
        on.screen().contents()
    }

    #[test]
    fn only_what_changed_is_sent_and_nothing_for_nothing() {
        let mut screen = Screen::new(Size { width: 20, height: 3 });
        let mut terminal = self::terminal(3, 20);
        let draw = |screen: &mut Screen, text: &'static str| {
            screen.frame(|f| {
                f.render_widget(Paragraph::new(text), f.area());
                f.set_cursor_position((3, 0));
            })
        };
        let first = draw(&mut screen, "hello\nworld");
        assert_eq!(shown(&first, &mut terminal), "hello\nworld");
        assert_eq!(draw(&mut screen, "hello\nworld"), b"", "an unchanged frame is no byte");
        let second = draw(&mut screen, "hello\nworlds");
        assert!(second.len() < 40 && !second.starts_with(BEGIN_UPDATE), "{second:?}");
        assert_eq!(shown(&second, &mut terminal), "hello\nworlds");
        assert!(!terminal.screen().hide_cursor());
        assert_eq!(terminal.screen().cursor_position(), (0, 3));
        let third = screen.frame(|f| f.render_widget(Paragraph::new("hello"), f.area()));
        assert_eq!(shown(&third, &mut terminal).trim_end(), "hello");
        assert!(terminal.screen().hide_cursor());
    }

    #[test]
    fn another_size_and_a_forgotten_screen_are_drawn_whole() {
        let mut screen = Screen::new(Size { width: 10, height: 2 });
        let mut terminal = self::terminal(4, 80);
        let draw = |screen: &mut Screen| screen.frame(|f| f.render_widget(Paragraph::new("x".repeat(99)), f.area()));
        terminal.process(&draw(&mut screen));
        screen.resize(Size { width: 80, height: 4 });
        let whole = draw(&mut screen);
        assert_eq!(shown(&whole, &mut terminal).len(), 80);
        screen.forget();
        let mut other = self::terminal(4, 80);
        assert_eq!(shown(&draw(&mut screen), &mut other).len(), 80);
    }

    #[test]
    fn large_frames_come_as_one_update() {
        let mut screen = Screen::new(Size { width: 200, height: 50 });
        let frame = screen.frame(|f| f.render_widget(Paragraph::new("x\n".repeat(50) + &"y".repeat(5000)), f.area()));
        assert!(!frame.starts_with(BEGIN_UPDATE), "{} bytes", frame.len());
        let frame = screen.frame(|f| f.render_widget(Paragraph::new(vec!["z".repeat(200).into(); 50]), f.area()));
        assert!(frame.starts_with(BEGIN_UPDATE) && frame.ends_with(END_UPDATE), "{} bytes", frame.len());
    }
}
