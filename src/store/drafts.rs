//! What is being edited and not saved: kept beside the journal, out of the way of the actions' own files. Every running
//! program has a folder of its own in there, its *desk*, and holds a file in it: nobody else touches what lies on a desk
//! that is held. What lies on others was left by a program that has ended, and is offered to whoever comes. Must not know
//! who edits.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::document::Loaded;
use super::error::WorkspaceError;
use super::files::{self, Held, Readers, is_file_name};
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
    /// The desk of an ended program that it lies on; `None`: our own.
    pub left_on: Option<u32>,
}

/// A field of the agent's as it was being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptField {
    /// As it was before; `None` for a new one.
    pub was: Option<AstraField>,
    /// As typed, however unfinished.
    pub typed: AstraField,
    /// The desk of an ended program that it lies on (0: of a version without desks for it); `None`: our own.
    pub left_on: Option<u32>,
}

/// A running program's own folder of drafts.
#[derive(Debug)]
pub(super) struct Desk {
    folder: PathBuf,
    /// As long as it is, nobody else takes what lies there.
    _held: Held,
}

/// The file in a desk's folder that its owner holds.
const HELD: &str = "held";
/// The file in a desk's folder with the field that is being typed.
const HALF_FIELD: &str = "field";
/// How many desks there may be; a program that finds none keeps no drafts.
const DESKS: u32 = 1_000;

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

    /// A desk's folder; 0: where versions before there were desks kept drafts.
    fn desk_dir(&self, number: u32) -> PathBuf {
        let all = self.drafts_dir();
        if number == 0 { all } else { all.join(number.to_string()) }
    }

    /// Our own desk's folder, once something was kept.
    fn own_desk(&self) -> Option<PathBuf> {
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        desk.as_ref().map(|d| d.folder.clone())
    }

    /// The same, found or made where there is none: one that nobody holds and nothing lies on.
    fn make_desk(&self) -> Result<PathBuf, WorkspaceError> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = &*desk {
            files::private_folder(&desk.folder).map_err(WorkspaceError::io("make the folder", &desk.folder))?;
            return Ok(desk.folder.clone());
        }
        let is_clear = |folder: &Path| {
            let mut entries = fs::read_dir(folder)?;
            entries.try_fold(true, |clear, entry| Ok::<_, io::Error>(clear && entry?.file_name() == HELD))
        };
        for number in 1..=DESKS {
            let folder = self.desk_dir(number);
            files::private_folder(&folder).map_err(WorkspaceError::io("make the folder", &folder))?;
            let take = || -> io::Result<Option<Held>> {
                if !is_clear(&folder)? {
                    return Ok(None);
                }
                let held = files::try_hold(&folder.join(HELD))?;
                // somebody may have come and gone meanwhile
                Ok(if is_clear(&folder)? { held } else { None })
            };
            if let Some(held) = take().map_err(WorkspaceError::io("write", &folder))? {
                *desk = Some(Desk { folder: folder.clone(), _held: held });
                return Ok(folder);
            }
        }
        Err(WorkspaceError::io("make a folder in", self.drafts_dir())(io::Error::other("there are too many")))
    }

    /// Lets go of our own desk: what lies there is whoever's comes next.
    pub fn leave_desk(&self) {
        drop(self.desk.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Keeps an action as it is being edited, in place of what this program kept of it before.
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
        let name = draft_name(&action.id)?;
        let path = self.make_desk()?.join(name);
        let base = base.filter(|b| b.exists()).map(|b| b.text().to_owned());
        let kept = Kept { kept_at: now, base, field: field.cloned(), action: action.clone() };
        let text = serde_json::to_string(&kept).map_err(|e| WorkspaceError::io("write", &path)(e.into()))?;
        files::replace(&path, text.as_bytes(), Readers::Owner).map_err(WorkspaceError::io("write", &path))
    }

    /// Takes what an ended program left of an action to our own desk. Where somebody else was faster there is nothing.
    ///
    /// # Errors
    /// Its id cannot be a file's name, or the file cannot be moved.
    pub fn take_draft(&self, id: &str, from: u32) -> Result<(), WorkspaceError> {
        let name = draft_name(id)?;
        let from = self.desk_dir(from);
        if files::is_held(&from.join(HELD)) {
            return Ok(());
        }
        let own = self.make_desk()?.join(&name);
        match fs::rename(from.join(&name), own) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(WorkspaceError::io("move", from.join(name))(e)),
            _ => Ok(()),
        }
    }

    /// Forgets what this program kept of an action; nothing may have been.
    ///
    /// # Errors
    /// Its id cannot be a file's name, or the file cannot be removed.
    pub fn drop_draft(&self, id: &str) -> Result<(), WorkspaceError> {
        let name = draft_name(id)?;
        self.own_desk().map_or(Ok(()), |desk| remove(desk.join(name)))
    }

    /// The file of a field in a desk's folder; no draft of an action has such a name.
    fn half_field_in(&self, number: u32) -> PathBuf {
        // where versions before there were desks for it kept it
        if number == 0 { self.folders().data.join("half-field.json") } else { self.desk_dir(number).join(HALF_FIELD) }
    }

    /// Keeps a field of the agent's as it is being typed, in place of the one kept before; `was`: as it was before that.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep_field(&self, was: Option<&AstraField>, typed: &AstraField) -> Result<(), WorkspaceError> {
        let path = self.make_desk()?.join(HALF_FIELD);
        let text = serde_json::to_string(&(was, typed)).map_err(|e| WorkspaceError::io("write", &path)(e.into()))?;
        files::replace(&path, text.as_bytes(), Readers::Owner).map_err(WorkspaceError::io("write", &path))
    }

    /// Takes what an ended program left of a field to our own desk. Where somebody else was faster there is nothing.
    ///
    /// # Errors
    /// The file cannot be moved.
    pub fn take_field(&self, from: u32) -> Result<(), WorkspaceError> {
        if from > 0 && files::is_held(&self.desk_dir(from).join(HELD)) {
            return Ok(());
        }
        let from = self.half_field_in(from);
        match fs::rename(&from, self.make_desk()?.join(HALF_FIELD)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(WorkspaceError::io("move", from)(e)),
            _ => Ok(()),
        }
    }

    /// Forgets the field that was being typed; there may be none.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn drop_field(&self) -> Result<(), WorkspaceError> {
        self.own_desk().map_or(Ok(()), |desk| remove(desk.join(HALF_FIELD)))
    }

    /// The field that was being typed, here or else by a program that has ended. One that cannot be read is passed over.
    ///
    /// # Errors
    /// A file or a folder is there and cannot be read.
    pub fn kept_field(&self) -> Result<Option<KeptField>, WorkspaceError> {
        let own = self.own_desk();
        if let Some(kept) = own.as_ref().map(|desk| read_field(&desk.join(HALF_FIELD))).transpose()?.flatten() {
            return Ok(Some(kept));
        }
        let left = self.desks()?.into_iter().filter(|n| {
            let folder = self.desk_dir(*n);
            own.as_ref() != Some(&folder) && !files::is_held(&folder.join(HELD))
        });
        for number in left.chain([0]) {
            if let Some(kept) = read_field(&self.half_field_in(number))? {
                return Ok(Some(KeptField { left_on: Some(number), ..kept }));
            }
        }
        Ok(None)
    }

    /// What is kept and nobody else is at, in the order of the ids: of an action our own, or else what was left last. A
    /// file that cannot be read is passed over: it is no longer what somebody edited.
    ///
    /// # Errors
    /// A folder cannot be read.
    pub fn drafts(&self) -> Result<Vec<Draft>, WorkspaceError> {
        let own = self.own_desk();
        let mut drafts = self.drafts_in(&self.desk_dir(0), Some(0))?;
        for number in self.desks()? {
            let folder = self.desk_dir(number);
            if own.as_ref() == Some(&folder) {
                drafts.extend(self.drafts_in(&folder, None)?);
            } else if !files::is_held(&folder.join(HELD)) {
                drafts.extend(self.drafts_in(&folder, Some(number))?);
            }
        }
        drafts.sort_by_key(|d| (d.action.id.clone(), d.left_on.is_some(), std::cmp::Reverse(d.kept_at)));
        drafts.dedup_by(|later, first| later.action.id == first.action.id);
        Ok(drafts)
    }

    /// The numbers of the desks that there are.
    fn desks(&self) -> Result<Vec<u32>, WorkspaceError> {
        let folder = self.drafts_dir();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
        };
        let mut numbers = Vec::new();
        for entry in entries {
            let entry = entry.map_err(WorkspaceError::io("read", &folder))?;
            numbers.extend(entry.file_name().to_str().and_then(|n| n.parse::<u32>().ok()).filter(|n| *n > 0));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn drafts_in(&self, folder: &Path, left_on: Option<u32>) -> Result<Vec<Draft>, WorkspaceError> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(WorkspaceError::io("read", folder)(e)),
        };
        let mut drafts = Vec::new();
        for entry in entries {
            let path = entry.map_err(WorkspaceError::io("read", folder))?.path();
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            match self.read_draft(&path) {
                Ok(draft) => drafts.push(Draft { left_on, ..draft }),
                Err(e) => tracing::warn!("{}: what was being edited cannot be read: {e}", path.display()),
            }
        }
        Ok(drafts)
    }

    fn read_draft(&self, path: &Path) -> Result<Draft, Box<dyn std::error::Error>> {
        let Kept { kept_at, base, field, action } = serde_json::from_slice(&fs::read(path)?)?;
        let file = self.action_path(&action.id)?;
        let base = base.map(|text| Loaded::from_text(&file, Some(text)));
        Ok(Draft { action, base, field, kept_at, left_on: None })
    }
}

fn read_field(path: &Path) -> Result<Option<KeptField>, WorkspaceError> {
    let parsed = |bytes: Vec<u8>| serde_json::from_slice(&bytes).ok();
    match fs::read(path) {
        Ok(bytes) => Ok(parsed(bytes).map(|(was, typed)| KeptField { was, typed, left_on: None })),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(WorkspaceError::io("read", path)(e)),
    }
}

/// The name of the file of an action's draft.
fn draft_name(id: &str) -> Result<String, WorkspaceError> {
    if is_file_name(id) { Ok(format!("{id}.json")) } else { Err(WorkspaceError::BadId { id: id.to_owned() }) }
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
        let kept = KeptField { was: Some(field), typed: AstraField::default(), left_on: None };
        assert_eq!(workspace.kept_field().unwrap(), Some(kept));
        assert_eq!(workspace.drafts().unwrap().len(), 2, "no action's draft");
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

    #[test]
    fn two_programs_keep_drafts_of_the_same_action_and_neither_touches_the_others() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Workspace::open(Some(dir.path().to_owned())).unwrap();
        let (p, q) = (open(), open());
        let at = |second: i64| Timestamp::new(1_772_794_800 + second, 0).unwrap();
        let named = |name: &str| Action { name: name.into(), ..Action::new("a") };
        let names = |w: &Workspace| w.drafts().unwrap().into_iter().map(|d| d.action.name).collect::<Vec<_>>();
        p.keep_draft(&named("AAA"), None, None, at(1)).unwrap();
        assert_eq!((names(&p), names(&q)), (vec!["AAA".to_owned()], vec![]), "q leaves alone what p is at");
        q.keep_draft(&named("BBB"), None, None, at(2)).unwrap();
        p.keep_draft(&named("AAA CCC"), None, None, at(3)).unwrap();
        q.drop_draft("a").unwrap();
        assert_eq!((names(&p), names(&q)), (vec!["AAA CCC".to_owned()], vec![]));
        // p ends, however it does
        drop(p);
        q.keep_draft(&named("DDD"), None, None, at(2)).unwrap();
        assert_eq!(names(&q), ["DDD"], "one's own first");
        q.drop_draft("a").unwrap();
        let left = q.drafts().unwrap().remove(0);
        assert_eq!((left.action.name.as_str(), left.left_on), ("AAA CCC", Some(1)));
        // whoever takes it has it alone
        let r = open();
        r.take_draft("a", 1).unwrap();
        q.take_draft("a", 1).unwrap();
        assert_eq!((names(&r), names(&q)), (vec!["AAA CCC".to_owned()], vec![]));
        assert_eq!(r.drafts().unwrap()[0].left_on, None);
        // of a version without desks
        drop(r);
        std::fs::rename(dir.path().join("data/drafts/3/a.json"), dir.path().join("data/drafts/a.json")).unwrap();
        assert_eq!(q.drafts().unwrap()[0].left_on, Some(0));
    }

    #[test]
    fn a_field_that_is_typed_is_its_programs_own_too() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Workspace::open(Some(dir.path().to_owned())).unwrap();
        let (p, q) = (open(), open());
        let field = |label: &str| AstraField { label: label.into(), ..AstraField::default() };
        let kept = |w: &Workspace| w.kept_field().unwrap().map(|k| (k.typed.label, k.left_on));
        p.keep_field(None, &field("AAA")).unwrap();
        assert_eq!((kept(&p), kept(&q)), (Some(("AAA".into(), None)), None), "q leaves alone what p types");
        q.keep_field(None, &field("BBB")).unwrap();
        q.drop_field().unwrap();
        q.take_field(1).unwrap();
        assert_eq!((kept(&p), kept(&q)), (Some(("AAA".into(), None)), None));
        drop(p);
        assert_eq!(kept(&q), Some(("AAA".into(), Some(1))));
        q.take_field(1).unwrap();
        assert_eq!((kept(&q), kept(&open())), (Some(("AAA".into(), None)), None));
        q.drop_field().unwrap();
        assert_eq!(kept(&open()), None);
        // of a version that had one for all
        std::fs::write(
            dir.path().join("data/half-field.json"),
            serde_json::to_string(&(None::<AstraField>, field("CCC"))).unwrap(),
        )
        .unwrap();
        assert_eq!(kept(&q), Some(("CCC".into(), Some(0))));
        q.take_field(0).unwrap();
        assert_eq!((kept(&q), kept(&open())), (Some(("CCC".into(), None)), None));
    }
}
