//! Edits of the mapping, each with its inverse, and suggestions for what is not mapped yet. Must not know files or keys.

use super::action::Row;
use super::field::{Agent, EMAIL, LAST_NAME, Mappability, SUMMARY, ZohoField};

/// One edit of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Puts a row in at an index.
    Insert(usize, Row),
    /// Takes the row at an index out.
    Remove(usize),
    /// Puts another row, or the same with other options, in a row's place.
    Replace(usize, Row),
    /// Moves a row from an index to another.
    Move(usize, usize),
}

/// Why an edit is refused; the rows are as before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditRefused {
    /// The row is Email's or Last name's.
    #[error("{0} is a required row: map it to another Astra field instead of removing or moving it")]
    Required(String),
    /// A Zoho field stands in at most one row.
    #[error("{0} is mapped already: change the row it stands in")]
    MappedAlready(String),
    /// The index names no row.
    #[error("there is no row {0}")]
    NoSuchRow(usize),
}

/// How many rows at the top are required ones and stay there.
fn required_rows(rows: &[Row]) -> usize {
    rows.iter().take_while(|r| r.is_required()).count()
}

/// Applies an edit and gives the edit that undoes it.
///
/// # Errors
/// The edit would break a rule of the mapping.
pub fn apply(rows: &mut Vec<Row>, edit: Edit) -> Result<Edit, EditRefused> {
    let taken = |rows: &[Row], row: &Row, but: Option<usize>| {
        rows.iter().enumerate().any(|(i, r)| Some(i) != but && r.zoho == row.zoho)
    };
    let top = required_rows(rows);
    let known = |i: usize| if i < rows.len() { Ok(i) } else { Err(EditRefused::NoSuchRow(i)) };
    match edit {
        Edit::Insert(i, row) => {
            if taken(rows, &row, None) {
                return Err(EditRefused::MappedAlready(row.zoho));
            }
            let i = if row.is_required() { i.min(top) } else { i.clamp(top, rows.len()) };
            rows.insert(i, row);
            Ok(Edit::Remove(i))
        }
        Edit::Remove(i) => {
            if rows[known(i)?].is_required() {
                return Err(EditRefused::Required(rows[i].zoho.clone()));
            }
            Ok(Edit::Insert(i, rows.remove(i)))
        }
        Edit::Replace(i, row) => {
            if rows[known(i)?].is_required() && row.zoho != rows[i].zoho {
                return Err(EditRefused::Required(rows[i].zoho.clone()));
            }
            if taken(rows, &row, Some(i)) {
                return Err(EditRefused::MappedAlready(row.zoho));
            }
            Ok(Edit::Replace(i, std::mem::replace(&mut rows[i], row)))
        }
        Edit::Move(from, to) => {
            if rows[known(from)?].is_required() {
                return Err(EditRefused::Required(rows[from].zoho.clone()));
            }
            let to = to.clamp(top, rows.len() - 1);
            let row = rows.remove(from);
            rows.insert(to, row);
            Ok(Edit::Move(to, from))
        }
    }
}

/// Zoho fields that an Astra field could feed, for those neither mapped nor taken: best first within Zoho's order.
/// Nothing is applied by itself.
pub fn suggestions(rows: &[Row], fields: &[ZohoField], agent: &Agent) -> Vec<Row> {
    let free = |f: &&ZohoField| {
        matches!(f.mappability(), Mappability::Mappable { .. }) && !rows.iter().any(|r| r.zoho == f.api_name)
    };
    let unused = |key: &str| !rows.iter().any(|r| r.astra == key);
    let mut out: Vec<Row> = Vec::new();
    for field in fields.iter().filter(free) {
        let match_of = |key: &str| same_thing(&field.api_name, &field.label, key);
        let found = agent
            .fields
            .iter()
            .filter(|a| unused(&a.key) && !out.iter().any(|r| r.astra == a.key))
            .find(|a| match_of(&a.key) || match_of(&a.label));
        out.extend(found.map(|a| Row::new(&field.api_name, &a.key)));
    }
    out
}

/// Both name the same thing: equal once folded, or listed as alike.
fn same_thing(api_name: &str, label: &str, astra: &str) -> bool {
    const ALIKE: [(&str, &[&str]); 8] = [
        ("phone", &["phone", "mobile"]),
        ("company", &["companyname", "organisation", "organization"]),
        ("street", &["mailingstreet"]),
        ("city", &["mailingcity"]),
        ("state", &["mailingstate"]),
        ("zip", &["mailingzip"]),
        ("channel", &["leadsource"]),
        (SUMMARY, &["description", "chatsummary"]),
    ];
    let fold = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (api_name, label, astra) = (fold(api_name), fold(label), fold(astra));
    astra == api_name
        || astra == label
        || ALIKE.iter().any(|(key, names)| *key == astra && names.iter().any(|n| *n == api_name || *n == label))
}

/// The rows a new action starts with.
pub fn required() -> Vec<Row> {
    vec![Row::new(EMAIL, "email"), Row::new(LAST_NAME, "last_name")]
}

#[cfg(test)]
mod tests {
    use super::super::field::samples::field;
    use super::*;
    use proptest::prelude::*;

    fn rows() -> Vec<Row> {
        let mut rows = required();
        rows.extend([Row::new("Phone", "phone"), Row::new("Title", "plan")]);
        rows
    }

    #[test]
    fn required_rows_stay_first_and_a_field_stands_once() {
        let mut r = rows();
        let refused = |r: &mut Vec<Row>, e| apply(r, e).unwrap_err();
        assert_eq!(refused(&mut r, Edit::Remove(0)), EditRefused::Required("Email".into()));
        assert_eq!(refused(&mut r, Edit::Move(1, 3)), EditRefused::Required("Last_Name".into()));
        assert_eq!(refused(&mut r, Edit::Replace(0, Row::new("Fax", "email"))), EditRefused::Required("Email".into()));
        assert_eq!(
            refused(&mut r, Edit::Insert(4, Row::new("Phone", "x"))),
            EditRefused::MappedAlready("Phone".into())
        );
        assert_eq!(refused(&mut r, Edit::Remove(9)), EditRefused::NoSuchRow(9));
        assert_eq!(r, rows());
        apply(&mut r, Edit::Replace(0, Row::new("Email", "work_email"))).unwrap();
        apply(&mut r, Edit::Insert(0, Row::new("Fax", "fax"))).unwrap();
        assert_eq!(r[2].zoho, "Fax", "below the required ones");
    }

    #[test]
    fn suggests_what_is_free_on_both_sides() {
        let fields = [
            field("Mobile", "phone", 30),
            field("Mailing_City", "text", 100),
            field("Other_City", "text", 100),
            field("First_Name", "text", 40),
        ];
        let got: Vec<_> = suggestions(&rows(), &fields, &Agent::default())
            .iter()
            .map(|r| format!("{}<-{}", r.zoho, r.astra))
            .collect();
        assert_eq!(got, ["Mailing_City<-city", "First_Name<-first_name"], "phone feeds a row already");
    }

    proptest! {
        /// Whatever is edited, undoing it brings back what was.
        #[test]
        fn an_inverse_undoes(edits in proptest::collection::vec((0..4usize, 0..8usize, 0..8usize, "[A-E]"), 1..20)) {
            let mut r = rows();
            for (kind, i, j, name) in edits {
                let before = r.clone();
                let edit = match kind {
                    0 => Edit::Insert(i, Row::new(name, "x")),
                    1 => Edit::Remove(i),
                    2 => Edit::Replace(i, Row::new(name, "y")),
                    _ => Edit::Move(i, j),
                };
                match apply(&mut r, edit) {
                    Err(_) => prop_assert_eq!(&r, &before),
                    Ok(inverse) => {
                        let mut back = r.clone();
                        apply(&mut back, inverse).unwrap();
                        prop_assert_eq!(back, before);
                    }
                }
                prop_assert_eq!(required_rows(&r), 2);
            }
        }
    }
}
