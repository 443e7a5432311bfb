//! Two people's changes to one action, put together section by section. Pure. Must not know files.

use crate::domain::action::Action;

/// A part of an action that is taken from one side as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Name, intent, state and Offline Sync.
    Intent,
    /// The account.
    Account,
    /// Contact creation and updates.
    Contacts,
    /// The mapping.
    Mapping,
}

impl Section {
    const ALL: [Self; 4] = [Self::Intent, Self::Account, Self::Contacts, Self::Mapping];

    /// Its title on screens.
    pub fn title(self) -> &'static str {
        match self {
            Self::Intent => "Action (name, intent, Offline Sync, state)",
            Self::Account => "Account",
            Self::Contacts => "Settings",
            Self::Mapping => "Field mapping",
        }
    }

    fn same(self, a: &Action, b: &Action) -> bool {
        match self {
            Self::Intent => {
                (&a.template, &a.name, &a.intent, a.state, a.offline_sync)
                    == (&b.template, &b.name, &b.intent, b.state, b.offline_sync)
            }
            Self::Account => a.account == b.account,
            Self::Contacts => a.contacts == b.contacts,
            Self::Mapping => a.mapping == b.mapping,
        }
    }

    fn copy(self, from: &Action, to: &mut Action) {
        match self {
            Self::Intent => {
                to.template.clone_from(&from.template);
                to.name.clone_from(&from.name);
                to.intent.clone_from(&from.intent);
                to.state = from.state;
                to.offline_sync = from.offline_sync;
            }
            Self::Account => to.account.clone_from(&from.account),
            Self::Contacts => to.contacts = from.contacts,
            Self::Mapping => to.mapping.clone_from(&from.mapping),
        }
    }
}

/// `theirs` with the sections that only `mine` changed since `base`.
///
/// # Errors
/// The sections that both changed, each in another way.
pub fn merge(base: &Action, mine: &Action, theirs: &Action) -> Result<Action, Vec<Section>> {
    let mut merged = theirs.clone();
    let mut both = Vec::new();
    for section in Section::ALL {
        if section.same(base, mine) || section.same(mine, theirs) {
            continue;
        }
        if section.same(base, theirs) {
            section.copy(mine, &mut merged);
        } else {
            both.push(section);
        }
    }
    if both.is_empty() { Ok(merged) } else { Err(both) }
}
