//! What was being edited and not saved when the program ended: kept beside the journal, one file an action, out of the way
//! of the actions' own files. Must not know who edits.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::document::Loaded;
use super::error::WorkspaceError;
use super::files::{self, Readers, is_file_name};
use super::workspace::Workspace;
use crate::domain::action::Action;
use crate::domain::field::AstraField;

/// An action as it was being edited.
#[derive(Debug, Clone)]
pub struct Draft {
    /// As edited.
    pub action: Action,
    /// The file as it was when the editing began; `None` for an action that had none.
    pub base: Option<Loaded<Action>>,
    /// A new Astra field that was being typed, however unfinished.
    pub field: Option<AstraField>,
    /// When it was kept.
    pub kept_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    kept_at: Timestamp,
    base: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<AstraField>,
    action: Action,
}

impl Workspace {
    fn drafts_dir(&self) -> PathBuf {
        self.folders().data.join("drafts")
    }

    fn draft_path(&self, id: &str) -> Result<PathBuf, WorkspaceError> {
        if is_file_name(id) {
            Ok(self.drafts_dir().join(format!("{id}.json")))
        } else {
            Err(WorkspaceError::BadId { id: id.to_owned() })
        }
    }

    /// Keeps an action as it is being edited, in place of what was kept of it before.
    ///
    /// # Errors
    /// Its id cannot be a file's name, or the file cannot be written.
    pub fn keep_draft(
        &self,
        action: &Action,
        base: Option<&Loaded<Action>>,
        field: Option<&AstraField>,
        now: Timestamp,
    ) -> Result<(), WorkspaceError> {
        let path = self.draft_path(&action.id)?;
        let base = base.filter(|b| b.exists()).map(|b| b.text().to_owned());
        let kept = Kept { kept_at: now, base, field: field.cloned(), action: action.clone() };
        let text = serde_json::to_string(&kept).map_err(|e| WorkspaceError::io("write", &path)(e.into()))?;
        files::private_folder(&self.drafts_dir()).map_err(WorkspaceError::io("make the folder", self.drafts_dir()))?;
        files::replace(&path, text.as_bytes(), Readers::Owner).map_err(WorkspaceError::io("write", &path))
    }

    /// Forgets what was kept of an action; nothing may have been.
    ///
    /// # Errors
    /// Its id cannot be a file's name, or the file cannot be removed.
    pub fn drop_draft(&self, id: &str) -> Result<(), WorkspaceError> {
        remove(self.draft_path(id)?)
    }

    fn half_field_path(&self) -> PathBuf {
        self.folders().data.join("half-field.json")
    }

    /// Keeps a field of the agent's as it is being typed, in place of the one kept before; `was`: as it was before that.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_field(&self, was: Option<&AstraField>, typed: &AstraField) -> Result<(), WorkspaceError> {
        let path = self.half_field_path();
        let text = serde_json::to_string(&(was, typed)).map_err(|e| WorkspaceError::io("write", &path)(e.into()))?;
        self.make_data_folder()?;
        files::replace(&path, text.as_bytes(), Readers::Owner).map_err(WorkspaceError::io("write", &path))
    }

    /// Forgets the field that was being typed; there may be none.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn drop_field(&self) -> Result<(), WorkspaceError> {
        remove(self.half_field_path())
    }

    /// The field that was being typed: as it was, and as typed. One that cannot be read is passed over.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn kept_field(&self) -> Result<Option<(Option<AstraField>, AstraField)>, WorkspaceError> {
        let path = self.half_field_path();
        match fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(WorkspaceError::io("read", path)(e)),
        }
    }

    /// What is kept, in the order of the ids. A file that cannot be read is passed over: it is no longer what somebody
    /// edited.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn drafts(&self) -> Result<Vec<Draft>, WorkspaceError> {
        let folder = self.drafts_dir();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
        };
        let mut drafts = Vec::new();
        for entry in entries {
            let path = entry.map_err(WorkspaceError::io("read", &folder))?.path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            match self.read_draft(&path) {
                Ok(draft) => drafts.push(draft),
                Err(e) => tracing::warn!("{}: what was being edited cannot be read: {e}", path.display()),
            }
        }
        drafts.sort_by(|a, b| a.action.id.cmp(&b.action.id));
        Ok(drafts)
    }

    fn read_draft(&self, path: &Path) -> Result<Draft, Box<dyn std::error::Error>> {
        let Kept { kept_at, base, field, action } = serde_json::from_slice(&fs::read(path)?)?;
        let file = self.action_path(&action.id)?;
        let base = base.map(|text| Loaded::from_text(&file, Some(text)));
        Ok(Draft { action, base, field, kept_at })
    }
}

/// Removes a file that may not be there.
fn remove(path: PathBuf) -> Result<(), WorkspaceError> {
    match fs::remove_file(&path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(WorkspaceError::io("delete", path)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::Row;

    #[test]
    fn what_is_edited_comes_back_as_it_was_however_unfinished() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::open(Some(dir.path().to_owned())).unwrap();
        let read = workspace.actions().unwrap().remove(0);
        let mut action = read.value.clone();
        action.name.clear();
        action.mapping.push(Row { default: Some(String::new()), ..Row::new("", "x\n\u{1b}") });
        let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
        workspace.keep_draft(&Action::new("fresh"), None, None, now).unwrap();
        workspace.keep_draft(&read.value, Some(&read), None, now).unwrap();
        let field = AstraField { label: "Half a la".into(), ..AstraField::default() };
        workspace.keep_draft(&action, Some(&read), Some(&field), now).unwrap();
        let drafts = workspace.drafts().unwrap();
        assert_eq!(drafts.iter().map(|d| d.action.clone()).collect::<Vec<_>>(), [Action::new("fresh"), action.clone()]);
        assert_eq!(drafts[1].base.as_ref().unwrap().revision(), read.revision());
        assert_eq!((drafts[0].base.is_none(), drafts[0].kept_at), (true, now));
        assert_eq!((drafts[0].field.as_ref(), drafts[1].field.as_ref()), (None, Some(&field)));
        assert_eq!(workspace.kept_field().unwrap(), None);
        workspace.keep_field(None, &field).unwrap();
        workspace.keep_field(Some(&field), &AstraField::default()).unwrap();
        assert_eq!(workspace.kept_field().unwrap(), Some((Some(field), AstraField::default())));
        workspace.drop_field().unwrap();
        workspace.drop_field().unwrap();
        assert_eq!(workspace.kept_field().unwrap(), None);
        workspace.drop_draft(&action.id).unwrap();
        workspace.drop_draft(&action.id).unwrap();
        assert_eq!(workspace.drafts().unwrap().len(), 1);
        std::fs::write(dir.path().join("data/drafts/bad.json"), "{").unwrap();
        assert_eq!(workspace.drafts().unwrap().len(), 1);
        assert!(workspace.keep_draft(&Action::new("../x"), None, None, now).is_err());
    }
}
