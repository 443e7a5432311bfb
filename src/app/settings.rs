//! What the two toggles mean together: for each state of a contact, what a run would do. Must not know screens.

use crate::domain::action::Action;
use crate::domain::run::Rule;

/// A line of the table: a state of the contact, and what happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// What the look-up found.
    pub contact: &'static str,
    /// What a run does.
    pub then: &'static str,
    /// The rule that decides so: by it runs are counted and filtered.
    pub rule: Rule,
}

/// The table for an action's present settings, in the order in which a run asks.
pub fn cases(action: &Action) -> Vec<Case> {
    let on = action.contacts;
    let case = |contact, then, rule| Case { contact, then, rule };
    let mut out = vec![case("no usable email", "nothing", Rule::NoEmail)];
    if on.create_and_update_new {
        out.push(case("none found", "create it", Rule::Create));
        out.push(case("none, no last name", "nothing", Rule::NoLastName));
    } else {
        out.push(case("none found", "nothing", Rule::CreationOff));
    }
    if on.update_existing {
        out.push(case("found", "update all mapped", Rule::UpdateExisting));
        return out;
    }
    let mut found = "found";
    if on.create_and_update_new {
        out.push(case("found, by Astra", "update all mapped", Rule::UpdateAstraContact));
        found = "found, others'";
    }
    if action.maps_summary() {
        out.push(case(found, "the summary only", Rule::SummaryOnly));
    } else {
        out.push(case(found, "nothing", Rule::UpdatesOff));
    }
    out
}
