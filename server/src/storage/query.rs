//! A query: static SQL text with bound values, the same on both databases.
//! Text that is not `'static` never gets in: no SQL can be made from input.

use std::borrow::Cow;

use domain::people::access::Scope;

use super::Value;

/// SQL with its values; `$1…$n` in the order of binding.
#[derive(Debug, Clone)]
pub struct Query {
    pub(super) text: Cow<'static, str>,
    pub(super) values: Vec<Value>,
    /// One plan for all values, kept with the connection.
    pub(super) planned: bool,
    /// Columns that the embedded database hands over in one row.
    pub(super) packed: &'static [&'static str],
}

/// Starts a query.
pub fn q(text: &'static str) -> Query {
    Query { text: Cow::Borrowed(text), values: Vec::new(), planned: true, packed: &[] }
}

impl Query {
    /// Binds the next value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Planned anew for these values each time: where a common and a rare value need different
    /// plans, and a plan for all of them is wrong for most.
    #[must_use]
    pub fn for_these_values(mut self) -> Self {
        self.planned = false;
        self
    }

    /// Lets the embedded database hand over all rows as one: it changes threads for each, which costs a command of
    /// the writer more than the reading. `columns` are those of the result, texts and whole numbers only.
    #[must_use]
    pub fn at_once(mut self, columns: &'static [&'static str]) -> Self {
        self.packed = columns;
        self
    }

    /// Appends SQL; placeholders in it go on counting.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        let owned = self.text.to_mut();
        owned.push(' ');
        owned.push_str(text);
        self
    }

    /// Appends `text`, where `?` stands for the next placeholder, and binds `value` to it.
    #[must_use]
    pub fn push_bind(mut self, text: &'static str, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        let place = format!("${}", self.values.len());
        let owned = self.text.to_mut();
        owned.push(' ');
        owned.push_str(&text.replacen('?', &place, 1));
        self
    }

    /// Appends `($1, $2, …)` with these values.
    #[must_use]
    pub fn row(mut self, values: Vec<Value>) -> Self {
        let owned = self.text.to_mut();
        for (i, value) in values.into_iter().enumerate() {
            self.values.push(value);
            owned.push_str(if i == 0 { " ($" } else { ", $" });
            owned.push_str(&self.values.len().to_string());
        }
        owned.push(')');
        self
    }

    /// Appends `($1, $2, …)` for an `IN` inside of brackets; an empty list matches nothing.
    #[must_use]
    pub fn list<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        if values.is_empty() { self.push("(NULL)") } else { self.row(values) }
    }

    /// Appends `AND column IN (…)`; an empty list matches nothing.
    #[must_use]
    pub fn and_in<V: Into<Value>>(mut self, column: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        let mut places = Vec::new();
        for value in values {
            self.values.push(value.into());
            places.push(format!("${}", self.values.len()));
        }
        let owned = self.text.to_mut();
        if places.is_empty() {
            owned.push_str(" AND 1 = 0");
        } else {
            owned.push_str(" AND ");
            owned.push_str(column);
            owned.push_str(" IN (");
            owned.push_str(&places.join(","));
            owned.push(')');
        }
        self
    }

    /// The row filter of every list: only units within the actor's scope.
    #[must_use]
    pub fn and_scope(self, column: &'static str, scope: &Scope) -> Self {
        match scope {
            Scope::District => self,
            Scope::Units(units) => self.and_in(column, units.iter().copied()),
        }
    }
}
