//! Rows of append-only tables that a batch writes once, before its commit, in few statements: a statement costs two
//! changes of thread, and the audit, the command's answer, the thread and the changes of colour were a fifth of all
//! statements of a save. Refuses tables with foreign keys or conditions: a row that the database does not take would
//! fail the whole batch.

use super::Value;

/// Tables written late. A statement that names one of them finds what is waiting already written.
const TABLES: [&str; 5] = ["audit", "audit_details", "colour_changes", "commands", "thread_events"];

/// Rows that wait, by the head of their INSERT, in the order of their writing.
#[derive(Debug, Clone, Default)]
pub(super) struct Late {
    tables: Vec<(&'static str, Vec<Vec<Value>>)>,
}

/// How many rows waited at one time.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark(Vec<usize>);

impl Late {
    /// Lets rows wait. PostgreSQL takes no NUL in a text; it is replaced here, because it would fail the others, too.
    pub fn add(&mut self, head: &'static str, rows: impl IntoIterator<Item = Vec<Value>>) {
        debug_assert!(TABLES.iter().any(|table| names(head, table)), "{head}: reads of it would not wait");
        let rows = rows.into_iter().map(|row| row.into_iter().map(without_nul).collect());
        match self.tables.iter_mut().find(|table| table.0 == head) {
            Some(table) => table.1.extend(rows),
            None => self.tables.push((head, rows.collect())),
        }
    }

    /// What waits now.
    pub fn mark(&self) -> Mark {
        Mark(self.tables.iter().map(|table| table.1.len()).collect())
    }

    /// Forgets what came after `mark`.
    pub fn cut(&mut self, mark: &Mark) {
        for (n, table) in self.tables.iter_mut().enumerate() {
            table.1.truncate(mark.0.get(n).copied().unwrap_or(0));
        }
    }

    /// Does anything wait?
    pub fn waits(&self) -> bool {
        self.tables.iter().any(|table| !table.1.is_empty())
    }

    /// Would a statement see less than it may expect?
    pub fn concerns(&self, statement: &str) -> bool {
        self.waits() && TABLES.iter().any(|table| names(statement, table))
    }

    /// The rows whose first values are these texts, of the table with this head.
    pub fn find(&self, head: &'static str, key: [&str; 2]) -> Option<&[Value]> {
        let (_, rows) = self.tables.iter().find(|table| table.0 == head)?;
        let is = |value: Option<&Value>, text: &str| matches!(value, Some(Value::Text(Some(v))) if v == text);
        rows.iter().rev().find(|row| is(row.first(), key[0]) && is(row.get(1), key[1])).map(Vec::as_slice)
    }
}

impl IntoIterator for Late {
    type Item = (&'static str, Vec<Vec<Value>>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.tables.into_iter()
    }
}

/// A text as PostgreSQL takes it.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn without_nul(value: Value) -> Value {
    match value {
        Value::Text(Some(text)) if text.contains('\0') => Value::Text(Some(plain(&text))),
        other => other,
    }
}

/// Is the word in the statement, by itself?
fn names(statement: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    statement.match_indices(word).any(|(at, _)| {
        let before = statement[..at].chars().next_back();
        let after = statement[at + word.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "INSERT INTO commands (account_id, key)";

    fn row(account: &str, key: &str) -> Vec<Value> {
        vec![account.into(), key.into()]
    }

    #[test]
    fn what_came_after_a_mark_is_forgotten() {
        let mut late = Late::default();
        late.add(HEAD, [row("a", "1")]);
        let mark = late.mark();
        late.add(HEAD, [row("a", "2")]);
        late.add("INSERT INTO audit (seq)", [vec![Value::Int(Some(1))]]);
        late.cut(&mark);
        assert!(late.find(HEAD, ["a", "1"]).is_some() && late.find(HEAD, ["a", "2"]).is_none());
        assert_eq!(late.into_iter().map(|(_, rows)| rows.len()).sum::<usize>(), 1);
    }

    #[test]
    fn only_a_statement_that_names_a_table_has_to_wait() {
        let mut late = Late::default();
        assert!(!late.concerns("SELECT 1 FROM audit"));
        late.add(HEAD, [row("a", "1")]);
        for (statement, concerned) in [
            ("SELECT 1 FROM audit", true),
            ("UPDATE thread_events SET title = $1", true),
            ("DELETE FROM audit_details WHERE seq = $1", true),
            ("SELECT * FROM audited", false),
            ("SELECT my_commands FROM records", false),
        ] {
            assert_eq!(late.concerns(statement), concerned, "{statement}");
        }
    }

    #[test]
    fn no_nul_gets_to_the_database() {
        let mut late = Late::default();
        late.add(HEAD, [row("a", "x\0y")]);
        assert!(late.find(HEAD, ["a", "x\u{fffd}y"]).is_some());
    }
}
