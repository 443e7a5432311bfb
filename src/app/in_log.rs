//! What the commands of the Sync log do.

use super::command::Command;
use super::edit::{Editor, wrap};
use super::effect::{Effect, Format};
use super::explain::explain;
use super::layer::{Becomes, Layer, Page, Text};
use super::msg::LoggedRun;
use super::{App, layout};
use crate::domain::text::visible;

impl App {
    pub(super) fn in_log(&mut self, command: Command, out: &mut Vec<Effect>) {
        use Command as C;
        let explained = self.explained();
        let run_pane = self.layout().run_text();
        let Some(opened) = &mut self.opened else { return };
        match command {
            C::RunDetail if !run_pane.is_empty() => {
                let next = opened.log.detail + usize::from(run_pane.height).max(1);
                if opened.log.explained != opened.log.run().map(|r| r.place) {
                    opened.log.explain_here();
                } else {
                    opened.log.detail = if next < detail_rows(&explained, run_pane).len() { next } else { 0 };
                }
            }
            C::RunDetail => {
                if let Some(run) = opened.log.run() {
                    let title = format!("Run of {}", run.record.conversation);
                    self.layers.push(Layer::Page(Page { title, lines: explained, top: 0 }));
                }
            }
            C::FilterLog => {
                let typed = opened.log.filter.search.clone();
                let hint = "Words of an address, a value, a rule, an error; empty shows all";
                self.type_filter("Filter the log", hint, typed, Becomes::LogSearch);
            }
            C::FilterConversation => {
                let typed = opened.log.filter.conversation.clone();
                let hint = "The id of a conversation, or how the only one begins; empty shows all";
                self.type_filter("Filter by conversation", hint, typed, Becomes::LogConversation);
            }
            C::FilterOutcome => {
                opened.log.next_outcome();
                self.reload_log(true, out);
            }
            C::FilterRule => {
                opened.log.next_rule();
                self.reload_log(true, out);
            }
            C::ThisConversation => {
                opened.log.this_conversation();
                self.reload_log(true, out);
            }
            C::ClearFilter => {
                opened.log.filter = opened.log.unfiltered();
                self.reload_log(true, out);
            }
            C::Follow => self.jump(true, out),
            C::ExportLog | C::ExportCsv => {
                let format = if command == C::ExportCsv { Format::Csv } else { Format::JsonLines };
                out.push(Effect::Export { filter: opened.log.filter.clone(), format });
            }
            C::CopyExplanation => out.push(Effect::Copy(explained.join("\n"))),
            _ => {
                if let Some(text) = opened.log.run().and_then(|r| serde_json::to_string(&r.record).ok()) {
                    out.push(Effect::Copy(text));
                }
            }
        }
    }

    /// The selected run, explained; empty where there is none.
    pub fn explained(&self) -> Vec<String> {
        self.explain(self.opened.as_ref().and_then(|o| o.log.run()))
    }

    /// A run of the open action, explained.
    pub fn explain(&self, run: Option<&LoggedRun>) -> Vec<String> {
        let (Some(opened), Some(run)) = (&self.opened, run) else { return Vec::new() };
        let fields = self.world.fields(&opened.editing.action.account).map(|k| &k.by_name);
        let replays = self.keymap.shown(super::command::Command::Replay);
        explain(run, fields, &self.world.agent, self.shows_replays().then_some(replays.as_str()))
    }

    fn type_filter(&mut self, title: &'static str, hint: &'static str, typed: Option<String>, becomes: Becomes) {
        let editor = Editor::line(&typed.unwrap_or_default());
        self.layers.push(Layer::Text(Text { title, hint, editor, several_lines: false, becomes }));
    }
}

/// The rows of an explanation in an area, harmless; what a step does not get into one row stands a little to the right.
pub fn detail_rows(lines: &[String], area: layout::Area) -> Vec<String> {
    let width = usize::from(area.width);
    let mut rows = Vec::new();
    for line in lines {
        let line: String = line.split('\n').map(visible).collect::<Vec<_>>().join("\n");
        let first = wrap(&line, width).first().cloned().unwrap_or(0..0);
        rows.push(line[first.clone()].trim_end().to_owned());
        let rest = line[first.end..].trim_start_matches('\n');
        if !rest.is_empty() {
            rows.extend(wrap(rest, width.saturating_sub(2)).into_iter().map(|r| format!("  {}", rest[r].trim_end())));
        }
    }
    rows
}
