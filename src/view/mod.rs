//! The screen: reads the app, draws it with ratatui, changes nothing. The same app gives the same cells. Must not know
//! where messages come from nor what effects do.

use ratatui::Frame;

use crate::app::App;

/// Draws the app into the frame's whole area.
pub fn draw(frame: &mut Frame<'_>, app: &App) {
    let area = frame.area();
    let title = format!("astra-zoho  {}x{}", app.size().width, app.size().height);
    frame.buffer_mut().set_stringn(0, 0, title, area.width.into(), ratatui::style::Style::new());
}
