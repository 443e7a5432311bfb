//! What the commands of the mapper do, and the pickers of its two sides.

use super::command::Command;
use super::editing::Change;
use super::form::{About, Form};
use super::key::{Key, KeyCode};
use super::layer::{Layer, Pick, Picker};
use super::layout::Pane;
use super::opened::Side;
use super::{App, mapping};
use crate::domain::mapping::Edit;

impl App {
    pub(super) fn in_mapping(&mut self, command: Command, key: Key) {
        use Command as C;
        match command {
            C::MapField => self.pick_zoho(None),
            C::CreateField => {
                self.mapping_new_field = None;
                let parked = self.opened.as_mut().and_then(|o| o.parked.take());
                let form = parked.unwrap_or_else(|| Form::new_field(""));
                self.layers.push(Layer::Form(form));
            }
            _ => {}
        }
        let row = self.opened.as_ref().and_then(|o| o.row()).map(|(i, row)| (i, row.clone()));
        let called = row.as_ref().map(|(_, row)| self.called(&row.zoho)).unwrap_or_default();
        let Some(opened) = &mut self.opened else { return };
        match (command, row) {
            (C::OtherSide, _) => {
                let left = matches!(key.code, KeyCode::Left | KeyCode::Char('h'));
                opened.side = if left { Side::Zoho } else { Side::Astra };
            }
            (C::ChangeRow, None) => self.pick_zoho(None),
            (C::ChangeRow, Some((i, row))) if opened.side == Side::Zoho => {
                if row.is_required() {
                    return self.complain(format!("{called} is a required row: only its Astra field can be changed"));
                }
                self.pick_zoho(Some(i));
            }
            (C::ChangeRow, Some((i, row))) => self.pick_astra(Pick::Astra(i), &row.zoho),
            (C::RemoveRow, Some((i, _))) => {
                self.change(format!("remove {called}"), Change::Mapping(Edit::Remove(i)));
                self.say(format!("{called} is no longer mapped (u brings it back)"));
            }
            (C::RowUp | C::RowDown, Some((i, row))) => {
                let to = if command == C::RowUp { i.saturating_sub(1) } else { i + 1 };
                self.change(format!("move {called}"), Change::Mapping(Edit::Move(i, to)));
                self.select_row(&row.zoho);
            }
            (C::RowOptions, Some((i, row))) => {
                let field = self.world.fields(&opened.editing.action.account).and_then(|k| k.by_name.get(&row.zoho));
                let unfit = opened.rows.get(i).and_then(|r| r.unfit.as_ref()).map(|u| u.value.as_str());
                let fresh = Form::row(i, &row, field, unfit);
                let again = |f: &Form| {
                    let same = match (&f.about, &fresh.about) {
                        (About::Row(i, field, _), About::Row(j, now, _)) => (i, field) == (j, now),
                        _ => false,
                    };
                    same && f.title == fresh.title && f.options_of(&row) == row
                };
                let parked = opened.parked_options.take_if(|f| again(f));
                self.layers.push(Layer::Form(parked.unwrap_or(fresh)));
            }
            (C::TakeSuggestion, _) => {
                let Some(row) = opened.suggestions.get(opened.suggestion).cloned() else { return };
                let (at, zoho) = (opened.editing.action.mapping.len(), row.zoho.clone());
                let title = format!("map {}", self.called(&zoho));
                self.change(title, Change::Mapping(Edit::Insert(at, row)));
                self.select_row(&zoho);
            }
            (C::OtherSuggestion, _) => opened.suggestion = (opened.suggestion + 1) % opened.suggestions.len().max(1),
            _ => {}
        }
    }

    /// What people call a Zoho field of the open action's account.
    pub(super) fn called(&self, zoho: &str) -> String {
        let account = self.opened.as_ref().map(|o| o.editing.action.account.as_str());
        super::wording::label(zoho, account.and_then(|a| self.world.fields(a)).map(|k| &k.by_name))
    }

    /// Puts the cursor on a field's row.
    pub(super) fn select_row(&mut self, zoho: &str) {
        let Some(opened) = &mut self.opened else { return };
        if let Some(i) = opened.editing.action.mapping.iter().position(|r| r.zoho == zoho) {
            if opened.focus != Pane::Mapping {
                opened.leave_behind();
            }
            opened.focus = Pane::Mapping;
            opened.selected[Pane::Mapping as usize] = i;
        }
    }

    pub(super) fn pick_zoho(&mut self, row: Option<usize>) {
        let Some(opened) = &self.opened else { return };
        let action = &opened.editing.action;
        let Some(known) = self.world.fields(&action.account) else { return };
        let items = mapping::zoho_items(&known.list.fields, action, row);
        self.layers.push(Layer::Picker(Picker::new(Pick::Zoho(row), "Zoho field", items)));
    }

    pub(super) fn pick_astra(&mut self, pick: Pick, zoho: &str) {
        let Some(opened) = &self.opened else { return };
        let action = &opened.editing.action;
        let field = self.world.fields(&action.account).and_then(|k| k.by_name.get(zoho));
        let label = field.map_or(zoho, |f| f.label.as_str());
        let mut items = mapping::astra_items(&self.world.agent, action, self.world.examples.get(self.example));
        let now = action.row(zoho).map(|r| r.astra.clone());
        let likely = now.or_else(|| field.and_then(|f| mapping::likely(f, action, &self.world.agent)));
        if let Some(i) = items.iter().position(|i| Some(&i.key) == likely.as_ref()) {
            let mut item = items.remove(i);
            item.mapped = false;
            items.insert(0, item);
        }
        self.layers.push(Layer::Picker(Picker::new(pick, format!("Astra field for {label}"), items)));
    }
}
