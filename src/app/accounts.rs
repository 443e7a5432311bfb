//! Accounts from the screen: looking at one is done here; connecting and removing one are commands of this program that the
//! terminal is lent to, since addresses and codes must be selectable and secrets typed unseen. Must not know how a
//! connection is made.

use super::App;
use super::command::Command;
use super::edit::Editor;
use super::effect::Effect;
use super::layer::{Becomes, Item, Layer, Page, Pick, Picker, Text};
use super::layout::Pane;
use super::msg::Trouble;
use super::world::Connection;
use crate::domain::account::{Account, SANDBOX};
use crate::domain::health::Health;
use crate::domain::metadata::ago;
use crate::domain::text::is_blank;

/// The ways to connect: flag, name, and what Zoho's API console calls the client.
const WAYS: [(&str, &str, &str); 4] = [
    (
        "--device",
        "Device: type a short code in any browser",
        "Fits a machine without a browser. In Zoho's API console the client is a \"Non-browser\" one.",
    ),
    (
        "--self-client",
        "Self Client: a code or file of Zoho's API console",
        "For an administrator: client type \"Self Client\", Generate Code there; paste the code, or give the self_client.json that it lets you download.",
    ),
    (
        "--browser",
        "Browser: accept there, or paste the address",
        "In Zoho's API console the client is a \"Server-based\" one with this program's redirect address.",
    ),
    (
        "--from-json",
        "Refresh token: credentials you have, as JSON",
        "For who has a refresh token already, with its client id, secret and addresses: a file or pasted text, as `astra-zoho sandbox` prints it.",
    ),
];

impl App {
    /// Asks how to connect a new account, or the one named anew.
    pub(super) fn choose_way(&mut self, account: Option<String>) {
        let item = |(key, label, help): &(&str, &str, &str)| Item {
            key: (*key).to_owned(),
            label: (*label).to_owned(),
            help: (*help).to_owned(),
            ..Item::default()
        };
        let title = account.as_ref().map_or_else(|| "Add account".to_owned(), |id| format!("Reconnect {id}"));
        let picker = Picker::new(Pick::Way(account), title, WAYS.iter().map(item).collect());
        self.layers.push(Layer::Picker(picker));
    }

    /// The way is chosen: a new account needs a short name first.
    pub(super) fn connect(&mut self, account: Option<String>, way: String, out: &mut Vec<Effect>) {
        if let Some(id) = account {
            self.errand(out, format!("reconnecting {id}"), &["account", "reconnect", &id, &way]);
            self.to_look_at = Some(id);
            return;
        }
        self.layers.push(Layer::Text(Text {
            title: "Add account",
            hint: "A short name for the account, such as main: letters, digits, -, _ and .",
            editor: Editor::line(""),
            several_lines: false,
            becomes: Becomes::AccountId(way),
        }));
    }

    /// The name is typed.
    pub(super) fn connect_as(&mut self, id: &str, way: &str, out: &mut Vec<Effect>) {
        self.errand(out, format!("connecting {id}"), &["account", "add", "--id", id, way]);
        self.to_look_at = Some(id.to_owned());
    }

    /// Why an account cannot be called so.
    pub(super) fn account_id_trouble(&self, id: &str) -> Option<String> {
        let good = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if is_blank(id) {
            Some("a short name is needed: type one".into())
        } else if !id.chars().all(good) || id.starts_with(['-', '.']) {
            Some("a short name has letters, digits, -, _ and . alone (neither - nor . first): type another".into())
        } else if self.world.accounts.iter().any(|a| a.id == id) {
            Some(format!("there is an account {id} already: type another name"))
        } else {
            None
        }
    }

    /// What is done about the account under the cursor.
    pub(super) fn with_account(&mut self, command: Command, out: &mut Vec<Effect>) {
        let Some(id) = self.selected_account().map(|a| a.id.clone()) else {
            return self.complain("select an account first");
        };
        match command {
            Command::ReconnectAccount => self.choose_way(Some(id)),
            Command::RemoveAccount => {
                let mut arguments = vec!["account", "remove", &id];
                let editing = self.editing_with(&id).map(|name| format!("--editing={name}"));
                arguments.extend(editing.as_deref());
                self.errand(out, format!("removing {id}"), &arguments);
            }
            Command::CheckAccount => self.read_check(&id, out),
            _ => self.look_at_by_key(&id, out),
        }
    }

    /// The same as [`App::look_at`] for somebody who is there: a passphrase that it takes is asked for.
    fn look_at_by_key(&mut self, id: &str, out: &mut Vec<Effect>) {
        self.look_at(id, out);
        self.may_unlock = Some(id.to_owned());
    }

    /// Asks an account's Zoho what it needs to be asked.
    pub(super) fn look_at(&mut self, id: &str, out: &mut Vec<Effect>) {
        let generation = self.generation();
        self.world.ask_connection(id, generation);
        out.push(Effect::TestAccount { account: id.to_owned(), generation });
    }

    /// Everything that the last look found, to read; where nobody looked yet, somebody does now.
    fn read_check(&mut self, id: &str, out: &mut Vec<Effect>) {
        let label = self.world.label_of(id);
        let Some(health) = self.world.health(id) else {
            self.look_at_by_key(id, out);
            self.to_be_read = Some(id.to_owned());
            return self.say(format!("nobody has looked at {label} yet: Zoho is being asked"));
        };
        let mut lines = vec![format!("{}, {}.", checked(health), ago(health.checked_at, self.now))];
        lines.push(String::new());
        for check in &health.checks {
            lines.push(format!("{:<9} {:<12} {}", check.verdict, check.subject, check.found));
            lines.extend(check.todo.iter().map(|todo| format!("  to do: {todo}")));
        }
        lines.push(String::new());
        lines.push(format!("{} looks again.", self.keymap.shown(Command::TestAccount)));
        self.layers.push(Layer::Page(Page { title: format!("The connection of {label}"), lines, top: 0 }));
    }

    /// An answer about a connection that was waited for came in.
    pub(super) fn connection_told(&mut self, id: &str, out: &mut Vec<Effect>) {
        let by_key = self.may_unlock.take_if(|asked| asked == id).is_some();
        let locked = matches!(self.world.connection(id), Connection::Fails(trouble) if trouble.code == Trouble::LOCKED);
        if locked && by_key && self.layers.is_empty() {
            return out.push(Effect::Unlock { account: id.to_owned() });
        }
        let is_to_be_read = self.to_be_read.take_if(|wanted| wanted == id).is_some();
        if is_to_be_read && self.layers.is_empty() && matches!(self.world.connection(id), Connection::Checked(_)) {
            self.notice = None;
            return self.read_check(id, out);
        }
        // that all is well the pane tells; and what was said of the last key stays
        if self.notice.is_some() {
            return;
        }
        let label = self.world.label_of(id);
        match self.world.connection(id) {
            Connection::Checked(health) => {
                let failed: Vec<&str> = health.failed().map(|c| c.subject.as_str()).collect();
                if !failed.is_empty() {
                    let (n, all) = (failed.len(), health.checks.len());
                    let read = self.keymap.shown(Command::CheckAccount);
                    let failed = failed.join(", ");
                    self.complain(format!("{label}: {n} of {all} checks failed ({failed}); {read} tells what to do"));
                }
            }
            Connection::Fails(trouble) => {
                let message = trouble.message.clone();
                self.complain(message);
            }
            Connection::Unknown | Connection::Asked => {}
        }
    }

    /// The passphrase was asked for.
    pub(super) fn unlocked(&mut self, id: &str, result: Result<bool, String>, out: &mut Vec<Effect>) {
        match result {
            Ok(true) => {
                // one passphrase opens the secrets of all of them
                for account in self.world.unlocked() {
                    self.fetch_fields(account, false, out);
                }
                self.look_at(id, out);
                // and what is locked all the same says so again
                out.push(Effect::LoadWorkspace);
            }
            Ok(false) => {
                let again = self.keymap.shown(Command::TestAccount);
                self.complain(format!("the secrets stay locked: {again} asks for the passphrase again"));
            }
            Err(why) => self.complain(why),
        }
    }

    /// The account that was connected a moment ago is there.
    pub(super) fn look_at_new(&mut self, out: &mut Vec<Effect>) {
        let Some(id) = self.new_account.take() else { return };
        if self.world.account(&id).is_some() {
            self.look_at(&id, out);
        } else if let Some(twin) = self.world.looked_at_since(self.lent_at) {
            let (twin, again) = (twin.to_owned(), self.keymap.shown(Command::TestAccount));
            self.say(format!(
                "no account {id} was added: its organisation is connected as {twin}, which is connected again; {again} tests it"
            ));
        } else {
            // the files as they were before
            self.new_account = Some(id);
        }
    }

    fn errand(&mut self, out: &mut Vec<Effect>, title: String, arguments: &[&str]) {
        (self.to_look_at, self.new_account, self.lent_at) = (None, None, self.now);
        out.push(Effect::Errand { title, arguments: arguments.iter().map(|a| (*a).to_owned()).collect() });
    }

    /// The open action's name, where it would use the account once saved and does not yet.
    fn editing_with(&self, id: &str) -> Option<String> {
        let editing = &self.opened.as_ref()?.editing;
        let saved = editing.saved.as_ref().is_some_and(|saved| saved.action.account == id);
        (editing.action.account == id && !saved).then(|| editing.action.name.clone())
    }

    fn selected_account(&self) -> Option<&Account> {
        self.world.accounts.get(self.opened.as_ref()?.selected[Pane::Account as usize])
    }

    /// An account is selected.
    pub(super) fn on_an_account(&self) -> bool {
        self.selected_account().is_some()
    }

    /// The selected account is the one that is built in.
    pub(super) fn on_the_sandbox(&self) -> bool {
        self.selected_account().is_none_or(|a| a.id == SANDBOX)
    }

    /// A command that had the terminal has ended.
    pub(super) fn errand_done(&mut self, title: &str, result: Result<bool, String>, out: &mut Vec<Effect>) {
        let connected = self.to_look_at.take();
        match result {
            Ok(true) => {
                self.new_account = connected;
                self.say(format!("{title}: done"));
            }
            // what it kept all the same stands there once the files are read
            Ok(false) => {
                self.complain(format!("{title}: not done; the accounts listed are as it left them"));
            }
            Err(why) => self.complain(format!("{title}: {why}")),
        }
        // the files are watched, but what is seen next must be what is there now
        out.push(Effect::LoadWorkspace);
    }
}

/// What a look came to, in words.
fn checked(health: &Health) -> String {
    match health.failed().count() {
        0 => "nothing failed".to_owned(),
        n => format!("{}: {n} of {} checks failed", health.in_short(), health.checks.len()),
    }
}
