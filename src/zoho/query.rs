//! What a look-up asks: which addresses go by COQL, in how many queries, and with which fields. Pure.
//!
//! COQL's bounds are Zoho's ("COQL limitations"): 50 selected fields, 50 values in `in`; up to 200 rows cost one credit.

use crate::domain::text::email_key;
use crate::ports::{CrmError, Repeat};

use super::error::error;

/// Fields that every contact is read with.
pub(super) const BASE: [&str; 4] = ["id", "Email", "Created_Time", "Modified_Time"];
/// Rows of a page: the most that one credit buys.
pub(super) const PAGE: usize = 200;
const MOST_FIELDS: usize = 50;
const MOST_VALUES: usize = 50;

/// Lists of field names, each short enough for one request: the first with [`BASE`], the others with the id.
///
/// # Errors
/// A name that is not a Zoho api_name, and would read as something else in a query.
pub(super) fn parts(fields: &[String]) -> Result<Vec<Vec<String>>, CrmError> {
    let mut rest: Vec<&str> = Vec::with_capacity(fields.len());
    for field in fields {
        if field.is_empty() || !field.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let message = format!("{field:?} is not the name of a Zoho field; correct the mapping");
            return Err(error("config_invalid", Repeat::Useless, message));
        }
        if !BASE.contains(&field.as_str()) && !rest.contains(&field.as_str()) {
            rest.push(field);
        }
    }
    let first = rest.drain(..rest.len().min(MOST_FIELDS - BASE.len())).map(str::to_owned);
    let mut out = vec![BASE.iter().map(|&b| b.to_owned()).chain(first).collect::<Vec<_>>()];
    for part in rest.chunks(MOST_FIELDS - 1) {
        out.push(std::iter::once("id").chain(part.iter().copied()).map(str::to_owned).collect());
    }
    Ok(out)
}

/// The address can stand in a query: COQL documents no way to write a quote inside a text.
pub(super) fn fits_coql(address: &str) -> bool {
    !address.chars().any(|c| matches!(c, '\'' | '"' | '\\') || c.is_control())
}

/// The values to ask for, as typed and in lower case where that differs, in lists short enough for one query.
pub(super) fn batches(addresses: &[&str]) -> Vec<Vec<String>> {
    let mut values: Vec<String> = Vec::new();
    for address in addresses {
        for value in [address.trim().to_owned(), email_key(address)] {
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    values.chunks(MOST_VALUES).map(<[String]>::to_vec).collect()
}

/// The query for one page.
pub(super) fn coql(fields: &[String], values: &[String], offset: usize) -> String {
    let quoted: Vec<String> = values.iter().map(|v| format!("'{v}'")).collect();
    let criteria = match quoted.as_slice() {
        [one] => format!("Email = {one}"),
        many => format!("Email in ({})", many.join(", ")),
    };
    let select = fields.join(", ");
    let from = if offset == 0 { String::new() } else { format!(" offset {offset}") };
    format!("select {select} from Contacts where {criteria} order by id asc limit {PAGE}{from}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(n: usize) -> Vec<String> {
        (0..n).map(|i| format!("F{i}")).collect()
    }

    #[test]
    fn a_query_reads_as_zoho_writes_it() {
        let parts = parts(&["Last_Name".into(), "Email".into()]).unwrap();
        assert_eq!(
            coql(&parts[0], &["a@example.com".into()], 0),
            "select id, Email, Created_Time, Modified_Time, Last_Name from Contacts where Email = 'a@example.com' order by id asc limit 200"
        );
        let two = coql(&["id".into()], &["a@x.org".into(), "b@x.org".into()], 200);
        assert!(two.ends_with("where Email in ('a@x.org', 'b@x.org') order by id asc limit 200 offset 200"), "{two}");
    }

    #[test]
    fn an_address_is_asked_for_as_typed_and_in_lower_case() {
        assert_eq!(batches(&[" Ana@Example.com ", "b@x.org"]), [["Ana@Example.com", "ana@example.com", "b@x.org"]]);
        let fifty: Vec<String> = (0..50).map(|i| format!("A{i}@x.org")).collect();
        let sizes: Vec<usize> =
            batches(&fifty.iter().map(String::as_str).collect::<Vec<_>>()).iter().map(Vec::len).collect();
        assert_eq!(sizes, [50, 50]);
    }

    #[test]
    fn fields_are_split_at_fifty() {
        let sizes = |n| parts(&names(n)).unwrap().iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), [4]);
        assert_eq!(sizes(46), [50]);
        assert_eq!(sizes(47), [50, 2]);
        assert_eq!(sizes(46 + 49 + 1), [50, 50, 2]);
        for bad in ["", "a b", "Email from Contacts", "é", "A'"] {
            assert!(parts(&[bad.into()]).is_err(), "{bad}");
        }
    }

    proptest! {
        /// No address ends its quotes early: what stands between them is the address.
        #[test]
        fn no_address_leaves_its_quotes(address in "\\PC{0,40}") {
            prop_assume!(fits_coql(&address));
            let query = coql(&["id".into()], std::slice::from_ref(&address), 0);
            let inside = query.split('\'').nth(1);
            prop_assert_eq!(inside, Some(address.as_str()));
            prop_assert_eq!(query.split('\'').count(), 3);
        }
    }
}
