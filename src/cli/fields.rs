//! `astra-zoho fields`: the Zoho fields that can be mapped, and why the others cannot.

use std::sync::Arc;

use serde::Serialize;

use super::Context;
use super::account::known_account;
use super::out::{Failure, Role};
use super::progress::while_waiting;
use super::table::Table;
use crate::connect::{ConnectError, Link};
use crate::domain::account::SANDBOX;
use crate::domain::action::State;
use crate::domain::field::{Mappability, Writes, ZohoField};
use crate::store::Workspace;

/// List the Zoho fields that can be mapped
///
/// Asks the account's Zoho which fields Contacts have. With --all also those that cannot be mapped, each with the reason.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The account; without it that of the first active action, else the sandbox
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,
    /// Also fields that cannot be mapped, unused and hidden ones included
    #[arg(long)]
    all: bool,
    /// `table` for people, `json` for programs: one field a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How fields are written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Table,
    /// For programs: one JSON object a line.
    Json,
}

/// A field as it is told; keys and order are the contract's.
#[derive(Serialize)]
struct Line<'a> {
    api_name: &'a str,
    label: &'a str,
    data_type: &'a str,
    mappable: bool,
    reason: Option<String>,
    create_only: bool,
    update_only: bool,
    required: bool,
}

impl<'a> From<&'a ZohoField> for Line<'a> {
    fn from(field: &'a ZohoField) -> Self {
        let (writes, reason) = match field.mappability() {
            Mappability::Mappable { writes } => (Some(writes), None),
            Mappability::Not(why) => (None, Some(why.to_string())),
        };
        Self {
            api_name: &field.api_name,
            label: &field.label,
            data_type: &field.data_type,
            mappable: writes.is_some(),
            reason,
            create_only: writes == Some(Writes::CreateOnly),
            update_only: writes == Some(Writes::UpdateOnly),
            required: field.mandatory,
        }
    }
}

impl Line<'_> {
    fn remarks(&self) -> String {
        let marks = [("required", self.required), ("create only", self.create_only), ("update only", self.update_only)];
        let mut remarks: Vec<&str> = marks.iter().filter(|(_, is)| *is).map(|(mark, _)| *mark).collect();
        remarks.extend(self.reason.as_deref());
        remarks.join(", ")
    }
}

/// Runs the command.
pub async fn run(arguments: Arguments, context: &mut Context) -> Result<(), Failure> {
    let workspace = context.unlocked()?;
    let id = match arguments.account {
        Some(id) => id,
        None => usual_account(&workspace)?,
    };
    let account = known_account(&workspace, &id)?;
    let look = async || -> Result<Vec<ZohoField>, ConnectError> {
        let link = Link::open_to_look(&workspace, &account, Arc::clone(&context.clock)).await?;
        let fields = async {
            link.confirm(link.patience()).await?;
            link.fields(arguments.all).await
        };
        let fields = fields.await;
        link.close().await;
        fields
    };
    let what = format!("asking account {} for its fields", account.id);
    let fields = while_waiting(&context.out, &what, look()).await.map_err(|e| Failure::of(1, &e))?;
    let out = &mut context.out;
    let mut table = Table::default();
    let heading = Role::Strong;
    table.row([(heading, "FIELD"), (heading, "LABEL"), (heading, "TYPE"), (heading, "REMARKS")]);
    for field in &fields {
        let line = Line::from(field);
        if !line.mappable && !arguments.all {
            continue;
        }
        match arguments.format {
            Format::Json => out.json(&line)?,
            Format::Table => {
                let role = if line.mappable { Role::Plain } else { Role::Dim };
                let kind = match field.length {
                    Some(length) => format!("{} {length}", line.data_type),
                    None => line.data_type.to_owned(),
                };
                table.row([(role, line.api_name), (role, line.label), (role, &kind), (role, &line.remarks())]);
            }
        }
    }
    if let Format::Table = arguments.format {
        table.lines(out).iter().try_for_each(|line| out.line(line))?;
    }
    Ok(())
}

fn usual_account(workspace: &Workspace) -> Result<String, Failure> {
    let actions = workspace.actions().map_err(|e| Failure::unreadable(&e))?;
    let active = actions.into_iter().find(|a| !a.is_broken() && a.value.state == State::Active);
    Ok(active.map(|a| a.value.account).filter(|id| !id.is_empty()).unwrap_or_else(|| SANDBOX.to_owned()))
}
