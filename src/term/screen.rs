//! Frames as bytes: what is drawn is compared with what the terminal shows, and only the difference is sent, in one
//! piece. Asks the terminal nothing, ever: ratatui's own `clear` would.

use std::cell::{Cell as Shared, RefCell};
use std::convert::Infallible;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size as Cells};
use ratatui::{Frame, Terminal};

use crate::app::Size;

/// From so many bytes on a frame is bracketed as one update. Small ones are not: tmux repaints the whole pane at every
/// bracket.
const LARGE: usize = 2048;
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// What the terminal shows, and how it gets from one frame to the next.
pub struct Screen {
    terminal: Terminal<Lines>,
    bytes: Bytes,
    size: Rc<Shared<Size>>,
}

impl Screen {
    /// A blank screen of this size, as the alternate screen is when it is entered.
    pub fn new(size: Size) -> Self {
        // the operator's `NO_COLOR` chooses a theme of ours; crossterm's own idea of it also drops reverse video
        crossterm::style::force_color_output(true);
        let bytes = Bytes::default();
        let size = Rc::new(Shared::new(size));
        let lines = Lines {
            inner: CrosstermBackend::new(bytes.clone()),
            size: Rc::clone(&size),
            cursor: Position::ORIGIN,
            cursor_shown: false,
        };
        let terminal = match Terminal::new(lines) {
            Ok(terminal) => terminal,
            Err(never) => match never {},
        };
        Self { terminal, bytes, size }
    }

    /// The terminal has another size now.
    pub fn resize(&mut self, size: Size) {
        self.size.set(size);
    }

    /// Nobody knows what the terminal shows: the next frame draws everything.
    pub fn forget(&mut self) {
        self.terminal.backend_mut().cursor_shown = true;
        match self.terminal.clear() {
            Ok(()) => {}
            Err(never) => match never {},
        }
    }

    /// Draws, and gives the bytes that bring the terminal there: none where it is there already.
    pub fn frame(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> Vec<u8> {
        match self.terminal.draw(draw) {
            Ok(_) => {}
            Err(never) => match never {},
        }
        let mut frame = std::mem::take(&mut *self.bytes.0.borrow_mut());
        if frame.len() >= LARGE {
            frame.splice(0..0, BEGIN_UPDATE.iter().copied());
            frame.extend(END_UPDATE);
        }
        frame
    }
}

/// Where a frame gathers until it is whole.
#[derive(Clone, Default)]
struct Bytes(Rc<RefCell<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// crossterm's escape codes without its questions, and without saying twice what holds already.
struct Lines {
    inner: CrosstermBackend<Bytes>,
    size: Rc<Shared<Size>>,
    cursor: Position,
    cursor_shown: bool,
}

/// Nothing fails that only gathers bytes.
fn sure(result: io::Result<()>) -> Result<(), Infallible> {
    if let Err(e) = result {
        tracing::error!("a frame could not be put together: {e}");
    }
    Ok(())
}

impl Backend for Lines {
    type Error = Infallible;

    fn draw<'a, I>(&mut self, content: I) -> Result<(), Infallible>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        // wherever this leaves it
        self.cursor = Position::new(u16::MAX, u16::MAX);
        sure(self.inner.draw(content))
    }

    fn hide_cursor(&mut self) -> Result<(), Infallible> {
        if std::mem::replace(&mut self.cursor_shown, false) { sure(self.inner.hide_cursor()) } else { Ok(()) }
    }

    fn show_cursor(&mut self) -> Result<(), Infallible> {
        if std::mem::replace(&mut self.cursor_shown, true) { Ok(()) } else { sure(self.inner.show_cursor()) }
    }

    fn get_cursor_position(&mut self) -> Result<Position, Infallible> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Infallible> {
        let position = position.into();
        if position == self.cursor || position.x == u16::MAX {
            return Ok(());
        }
        self.cursor = position;
        sure(self.inner.set_cursor_position(position))
    }

    fn clear(&mut self) -> Result<(), Infallible> {
        sure(self.inner.clear())
    }

    fn clear_region(&mut self, region: ClearType) -> Result<(), Infallible> {
        sure(self.inner.clear_region(region))
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
