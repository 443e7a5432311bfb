//! Changing a TOML text in place: values with their comments kept, and the rows of a `[[table]]` matched by what names
//! them, so that a row's comments move with it. Must not know what the keys mean.

use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

use super::reader::tidy;

/// Sets a value; the comment and spaces around the old one stay.
pub(super) fn put(table: &mut dyn TableLike, key: &str, new: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = new;
            *old.decor_mut() = decor;
        }
        None => {
            let _replaced = table.insert(key, Item::Value(new));
        }
    }
}

/// Sets a text.
pub(super) fn put_text(table: &mut dyn TableLike, key: &str, new: &str) {
    put(table, key, Value::from(new));
}

/// Makes a table of texts say exactly these.
pub(super) fn put_map(table: &mut dyn TableLike, key: &str, new: &[(String, String)]) {
    if new.is_empty() {
        let _gone = table.remove(key);
        return;
    }
    if table.get(key).is_none_or(|item| !item.is_table_like()) {
        put(table, key, Value::InlineTable(InlineTable::new()));
    }
    let Some(map) = table.get_mut(key).and_then(Item::as_table_like_mut) else { return };
    let old: Vec<String> = map.iter().map(|(k, _)| k.to_owned()).collect();
    for gone in old.iter().filter(|k| !new.iter().any(|(n, _)| n == *k)) {
        let _gone = map.remove(gone);
    }
    for (k, v) in new {
        if map.get(k).and_then(Item::as_str) != Some(v) {
            put_text(map, k, v);
        }
    }
    if let Some(inline) = table.get_mut(key).and_then(Item::as_inline_table_mut) {
        inline.fmt();
    }
}

/// The table under a key, made where it is missing.
pub(super) fn table_at<'a>(table: &'a mut Table, key: &str) -> Option<&'a mut dyn TableLike> {
    if table.get(key).is_none_or(|item| !item.is_table_like()) {
        let _replaced = table.insert(key, Item::Table(Table::new()));
    }
    table.get_mut(key)?.as_table_like_mut()
}

/// The names of the rows that the text has under a key.
pub(super) fn row_ids(root: &Table, key: &str, id_key: &str) -> Vec<String> {
    match root.get(key) {
        Some(Item::ArrayOfTables(tables)) => tables.iter().map(|t| id_of(t, id_key)).collect(),
        Some(Item::Value(Value::Array(items))) => {
            items.iter().map(|v| v.as_inline_table().map_or_else(String::new, |t| id_of(t, id_key))).collect()
        }
        _ => Vec::new(),
    }
}

fn id_of(row: &dyn TableLike, id_key: &str) -> String {
    row.get(id_key).and_then(Item::as_str).map(tidy).unwrap_or_default()
}

/// Makes the rows under `key` say `new`, in its order. A row of the text is found by its name (the value of `id_key`;
/// the first of a name with the first, the second with the second) and changed where `old` and `new` differ.
pub(super) fn sync_rows<T>(
    root: &mut Table,
    key: &str,
    id_key: &str,
    old: &[T],
    new: &[T],
    id: impl Fn(&T) -> &str,
    write: impl Fn(&mut dyn TableLike, Option<&T>, &T),
) {
    let ids = row_ids(root, key, id_key);
    let mut taken = vec![false; ids.len()];
    let mut old: Vec<Option<&T>> = old.iter().map(Some).collect();
    // for each new row: which row of the text it was, and what that said
    let plan: Vec<(Option<usize>, Option<&T>, &T)> = new
        .iter()
        .map(|n| {
            let at = ids.iter().enumerate().position(|(i, name)| !taken[i] && name == id(n));
            if let Some(i) = at {
                taken[i] = true;
            }
            let was =
                at.and_then(|_| old.iter_mut().find(|o| o.is_some_and(|o| id(o) == id(n)))).and_then(Option::take);
            (at, was, n)
        })
        .collect();
    match root.get_mut(key) {
        Some(Item::Value(Value::Array(items))) => sync_inline(items, &plan, write),
        Some(Item::ArrayOfTables(tables)) => sync_tables(tables, &plan, write),
        _ => {
            let mut tables = ArrayOfTables::new();
            sync_tables(&mut tables, &plan, write);
            let _replaced = root.insert(key, Item::ArrayOfTables(tables));
        }
    }
}

fn sync_tables<T>(
    tables: &mut ArrayOfTables,
    plan: &[(Option<usize>, Option<&T>, &T)],
    write: impl Fn(&mut dyn TableLike, Option<&T>, &T),
) {
    let mut rows: Vec<Option<Table>> = std::mem::take(tables).into_iter().map(Some).collect();
    // rows that stand close together stay so
    let close = rows
        .get(1)
        .and_then(Option::as_ref)
        .is_some_and(|t| t.decor().prefix().and_then(|p| p.as_str()).is_some_and(|p| !p.contains('\n')));
    let first = rows.first().and_then(Option::as_ref).and_then(Table::position);
    let kept: Vec<usize> = plan.iter().map_while(|(at, ..)| *at).collect();
    let in_place = kept.is_sorted() && plan[kept.len()..].iter().all(|(at, ..)| at.is_none());
    for (i, (at, was, new)) in plan.iter().enumerate() {
        let mut table = at.and_then(|at| rows[at].take()).unwrap_or_else(|| {
            let mut table = Table::new();
            if close {
                table.decor_mut().set_prefix("");
            }
            table
        });
        write(&mut table, *was, new);
        if !in_place {
            // a table without a position stands where it is met: after the row before
            forget_position(&mut table);
            if i == 0 {
                table.set_position(first);
            }
        }
        tables.push(table);
    }
}

fn forget_position(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => forget_position(inner),
            Item::ArrayOfTables(inner) => inner.iter_mut().for_each(forget_position),
            Item::None | Item::Value(_) => {}
        }
    }
}

fn sync_inline<T>(
    items: &mut Array,
    plan: &[(Option<usize>, Option<&T>, &T)],
    write: impl Fn(&mut dyn TableLike, Option<&T>, &T),
) {
    let mut rows: Vec<Option<Value>> = items.iter().cloned().map(Some).collect();
    // a new row begins like the last one, without the comment that stands before it
    let indent = items.iter().last().and_then(|v| v.decor().prefix()?.as_str()).unwrap_or_default();
    let indent = indent[indent.rfind('\n').unwrap_or(0)..].to_owned();
    items.clear();
    for (at, was, new) in plan {
        let kept = at.and_then(|at| rows[at].take());
        let made = kept.is_none();
        let mut row = kept.unwrap_or_else(|| Value::InlineTable(InlineTable::new()));
        if let Some(table) = row.as_inline_table_mut() {
            write(table, *was, new);
            if made || was.is_none() {
                table.fmt();
            }
        }
        if made {
            row.decor_mut().set_prefix(indent.as_str());
        }
        items.push_formatted(row);
    }
}
