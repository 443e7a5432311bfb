//! Two people's changes to one action, put together section by section. Pure. Must not know files.

use crate::domain::action::Action;

/// A part of an action that is taken from one side as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// The template.
    Template,
    /// The name.
    Name,
    /// The intent.
    Intent,
    /// Draft or active.
    State,
    /// Offline Sync.
    OfflineSync,
    /// The account.
    Account,
    /// Contact creation and updates.
    Contacts,
    /// The mapping.
    Mapping,
}

impl Section {
    const ALL: [Self; 8] = [
        Self::Template,
        Self::Name,
        Self::Intent,
        Self::State,
        Self::OfflineSync,
        Self::Account,
        Self::Contacts,
        Self::Mapping,
    ];

    /// Its title on screens.
    pub fn title(self) -> &'static str {
        match self {
            Self::Template => "Template",
            Self::Name => "Name",
            Self::Intent => "Intent",
            Self::State => "State",
            Self::OfflineSync => "Offline Sync",
            Self::Account => "Account",
            Self::Contacts => "Settings",
            Self::Mapping => "Field mapping",
        }
    }

    fn same(self, a: &Action, b: &Action) -> bool {
        match self {
            Self::Template => a.template == b.template,
            Self::Name => a.name == b.name,
            Self::Intent => a.intent == b.intent,
            Self::State => a.state == b.state,
            Self::OfflineSync => a.offline_sync == b.offline_sync,
            Self::Account => a.account == b.account,
            Self::Contacts => a.contacts == b.contacts,
            Self::Mapping => a.mapping == b.mapping,
        }
    }

    fn copy(self, from: &Action, to: &mut Action) {
        match self {
            Self::Template => to.template.clone_from(&from.template),
            Self::Name => to.name.clone_from(&from.name),
            Self::Intent => to.intent.clone_from(&from.intent),
            Self::State => to.state = from.state,
            Self::OfflineSync => to.offline_sync = from.offline_sync,
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
