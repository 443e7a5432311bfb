//! When the fields under the rows are no longer what they were: changed in Zoho, or those of another account. Lists what
//! that means for each row, every line leading there. Must not know where fields come from or are kept.

use jiff::Timestamp;

use super::App;
use super::command::Command;
use super::editing::Change;
use super::effect::Effect;
use super::layer::{Item, Layer, Pick, Picker};
use super::layout::Pane;
use super::mapping::place_of;
use super::msg::{FieldList, Generation, Trouble};
use super::opened::Side;
use super::wording;
use crate::domain::check::check_fields;
use crate::domain::metadata::ago;
use crate::domain::problem::Problem;
use crate::domain::words::plural;

/// Where the lines of a list lead to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The line of the mapper, by the number that an item's key begins with.
    pub lines: Vec<usize>,
    /// What its last line acknowledges: the account, and when its fields were told.
    pub seen: Option<(String, Timestamp)>,
}

/// An account was chosen whose fields are not known yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Choosing {
    /// The account.
    account: String,
    /// What did not fit the fields of the account before.
    before: Vec<Problem>,
}

impl App {
    /// The action goes to another account: which rows no longer fit is shown at once, or once its fields are known.
    pub(super) fn choose_account(&mut self, account: &str, label: &str, out: &mut Vec<Effect>) {
        let Some(opened) = &mut self.opened else { return };
        let action = &opened.editing.action;
        if action.account == account {
            return;
        }
        let before = self.world.fields(&action.account).map(|k| check_fields(action, &k.by_name));
        opened.choosing = Some(Choosing { account: account.to_owned(), before: before.unwrap_or_default() });
        self.change(format!("choose account {label}"), Change::Account(account.to_owned()));
        self.want_fields(out);
        self.show_unfit();
    }

    /// Fields have come, or why there are none.
    pub(super) fn fields_told(
        &mut self,
        account: &str,
        generation: Generation,
        result: Result<FieldList, Trouble>,
        out: &mut Vec<Effect>,
    ) {
        let changed = result.as_ref().map_or(0, |list| list.changed.len());
        let failed = result.as_ref().err().map(|trouble| trouble.message.clone());
        let Some(by_key) = self.world.take_fields(account, generation, result) else { return };
        let shown = self.opened.as_ref().is_some_and(|o| o.editing.action.account == account);
        let before = self.world.fields(account).map(|k| k.list.fetched_at);
        if !self.world.fields_waiting(account) {
            match (failed, before) {
                (Some(why), Some(at)) => {
                    let age = ago(at, self.now);
                    self.complain(format!("the fields of {account} as read {age} stand: {why}"));
                }
                (Some(_), None) => {}
                (None, _) if changed > 0 => {
                    let key = self.keymap.shown(Command::ListChanges);
                    let fields = plural(changed, "field");
                    self.say(format!("{fields} of {account} changed: {key} lists what, and the rows it hits"));
                    if by_key && shown && self.is_undisturbed() {
                        self.list_changes();
                    }
                }
                (None, _) if by_key => self.say(format!("the fields of {account} are read: nothing changed")),
                (None, _) => {}
            }
        }
        self.show_unfit();
        self.go_on_activating(account, out);
    }

    /// Nothing is open that a list would cover.
    fn is_undisturbed(&self) -> bool {
        self.layers.is_empty() && self.opened.as_ref().is_some_and(|o| o.review.is_none())
    }

    /// Lists what changed about the account's fields since somebody last said to have seen it: what hits a row comes first.
    pub(super) fn list_changes(&mut self) {
        let Some(opened) = &self.opened else { return };
        let action = &opened.editing.action;
        let Some(known) = self.world.fields(&action.account) else { return };
        let rows = &action.mapping;
        let mut changes: Vec<_> = known
            .list
            .changed
            .iter()
            .map(|change| (rows.iter().position(|r| r.zoho == change.api_name), change))
            .collect();
        changes.sort_by_key(|(row, _)| row.unwrap_or(usize::MAX));
        let mut items = Vec::new();
        for (i, (row, change)) in changes.iter().enumerate() {
            let others = self.world.actions.iter().map(|f| &f.action).filter(|a| a.id != action.id);
            let others = others.filter(|a| a.account == action.account && a.row(&change.api_name).is_some());
            let others: Vec<&str> = others.map(|a| a.name.as_str()).collect();
            let also =
                if others.is_empty() { String::new() } else { format!(" Also mapped by {}.", others.join(", ")) };
            let (place, leads) = match row {
                Some(row) => (format!("row {}", row + 1), "Enter leads to its row."),
                None => ("no row".to_owned(), "No row maps it; Enter leads to where one is added."),
            };
            items.push(Item {
                // what changed is searched too
                key: format!("{i} {} {}", change.api_name, change.what),
                label: change.label.clone(),
                note: format!("{place}: {}", change.what),
                help: format!("{} {}. {leads}{also}", change.label, change.what),
                ..Item::default()
            });
        }
        items.push(Item {
            label: "I have seen this: do not tell it again".into(),
            help: "What changes from now on is told again.".into(),
            creates: true,
            ..Item::default()
        });
        let lines = changes.iter().map(|(row, _)| row.unwrap_or(rows.len())).collect();
        let seen = Some((action.account.clone(), known.list.fetched_at));
        let title = format!("Changed fields of {}", self.world.label_of(&action.account));
        self.layers.push(Layer::Picker(Picker::new(Pick::Places(Places { lines, seen }), title, items)));
    }

    /// Shows which rows no longer fit the account that was chosen, once its fields are known.
    fn show_unfit(&mut self) {
        let undisturbed = self.is_undisturbed();
        let Some(opened) = &mut self.opened else { return };
        let Some(choosing) = &opened.choosing else { return };
        let action = &opened.editing.action;
        if choosing.account != action.account {
            // chosen otherwise meanwhile
            opened.choosing = None;
            return;
        }
        let Some(known) = self.world.fields(&action.account) else { return };
        let label = self.world.label_of(&action.account);
        let unfit = check_fields(action, &known.by_name).into_iter().filter(|p| !choosing.before.contains(p));
        let unfit: Vec<Problem> = unfit.collect();
        let fields = Some(&known.by_name);
        let name =
            |p: &Problem| place_of(p).and_then(|i| action.mapping.get(i)).map(|row| wording::label(&row.zoho, fields));
        let unfit: Vec<Problem> =
            unfit.into_iter().map(|p| wording::spoken(p, action, fields, &self.world.agent)).collect();
        let item = |(i, p): (usize, &Problem)| Item {
            key: format!("{i} {}", p.what),
            label: name(p).unwrap_or_else(|| "no row".into()),
            note: p.what.clone(),
            help: format!("{p}. Nothing is dropped: Enter leads to the row."),
            ..Item::default()
        };
        let items: Vec<Item> = unfit.iter().enumerate().map(item).collect();
        let lines = unfit.iter().map(|p| place_of(p).unwrap_or(action.mapping.len())).collect();
        let review = self.keymap.shown(Command::OpenReview);
        opened.choosing = None;
        match items.len() {
            0 => self.say(format!("every row fits the fields of {label}")),
            n if !undisturbed => {
                let rows = if n == 1 { "1 row does".to_owned() } else { format!("{n} rows do") };
                self.complain(format!("{rows} not fit the fields of {label}: {review} tells why"));
            }
            _ => {
                let title = format!("What no longer fits in {label}");
                self.layers.push(Layer::Picker(Picker::new(Pick::Places(Places { lines, seen: None }), title, items)));
            }
        }
    }

    /// A line of such a list was taken: to its row, or it was all seen.
    pub(super) fn go_to_place(&mut self, places: Places, item: &Item, out: &mut Vec<Effect>) {
        self.layers.pop();
        if item.creates {
            let Some((account, fetched_at)) = places.seen else { return };
            self.world.acknowledge_fields(&account, fetched_at);
            out.push(Effect::AcknowledgeFields { account, fetched_at });
            return self.say("seen: what changes from now on is told again");
        }
        let at = item.key.split(' ').next().and_then(|i| i.parse().ok());
        let Some(line) = at.and_then(|i: usize| places.lines.get(i)) else { return };
        let Some(opened) = &mut self.opened else { return };
        if opened.focus != Pane::Mapping {
            opened.leave_behind();
        }
        opened.focus = Pane::Mapping;
        opened.selected[Pane::Mapping as usize] = *line;
        opened.side = Side::Zoho;
        self.say(format!("{}: {}", item.label, item.note));
    }
}
