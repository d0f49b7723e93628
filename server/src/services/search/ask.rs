//! A question in the query languages of both databases. Tokens hold no character that either
//! language reads (`domain::search` sees to that); each still stands in quotes.

use domain::search::Expr;

use crate::storage::{Pool, StorageError, q};

/// Newest documents that PostgreSQL reads in their order before it asks the inverted index.
const NEWEST: i64 = 20_000;

/// Documents that answer, newest first, below `before`.
pub async fn documents(read: &Pool, expr: &Expr, before: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    if expr.is_none() {
        return Ok(Vec::new());
    }
    if !read.is_sqlite() {
        return in_two_steps(read, expr, before, limit).await;
    }
    // FTS5 walks all lists of the question from the newest document down and skips as it goes.
    let query = q("SELECT rowid AS doc FROM search_index WHERE search_index MATCH $1")
        .bind(fts5(expr))
        .push_bind("AND rowid < ?", before)
        .push_bind("ORDER BY rowid DESC LIMIT ?", limit);
    read.rows(query).await?.iter().map(|row| row.int("doc")).collect()
}

/// PostgreSQL has no order in its inverted index, and its planner cannot know how often words and
/// rights meet: left alone it walked 200,000 rows for a rare word and 400 rights (2.4 s). So a
/// common word is answered from the newest documents, and what is not filled by them is rare
/// enough to be taken from the inverted index whole and sorted.
async fn in_two_steps(read: &Pool, expr: &Expr, before: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    let text = tsquery(expr);
    let newest = read.row(q("SELECT COALESCE(MAX(rowid), 0) + 1 AS doc FROM search_index")).await?;
    let top = newest.map_or(Ok(1), |row| row.int("doc"))?.min(before);
    let low = top.saturating_sub(NEWEST);
    let first = q("SELECT rowid AS doc FROM search_index WHERE tokens @@ CAST($1 AS tsquery)")
        .bind(&text)
        .push_bind("AND rowid < ?", top)
        .push_bind("AND rowid >= ?", low)
        .push_bind("ORDER BY rowid DESC LIMIT ?", limit)
        .for_these_values();
    let mut docs: Vec<i64> = read.rows(first).await?.iter().map(|row| row.int("doc")).collect::<Result<_, _>>()?;
    let rest = limit.saturating_sub(i64::try_from(docs.len()).unwrap_or(limit));
    if rest > 0 && low > 1 {
        let second = q("WITH hit AS MATERIALIZED (SELECT rowid FROM search_index WHERE tokens @@ CAST($1 AS tsquery)")
            .bind(&text)
            .push_bind("AND rowid < ?)", low)
            .push_bind("SELECT rowid AS doc FROM hit ORDER BY rowid DESC LIMIT ?", rest)
            .for_these_values();
        for row in read.rows(second).await? {
            docs.push(row.int("doc")?);
        }
    }
    Ok(docs)
}

fn fts5(expr: &Expr) -> String {
    render(expr, '"', [" AND ", " OR ", " NOT "])
}

fn tsquery(expr: &Expr) -> String {
    render(expr, '\'', [" & ", " | ", " & !"])
}

fn render(expr: &Expr, quote: char, words: [&str; 3]) -> String {
    let mut out = String::new();
    fill(&mut out, expr, quote, words);
    out
}

fn fill(out: &mut String, expr: &Expr, quote: char, words: [&str; 3]) {
    let [and, or, not] = words;
    match expr {
        Expr::Token(token) => {
            out.push(quote);
            out.extend(token.chars().filter(|c| !c.is_ascii() || c.is_ascii_alphanumeric()));
            out.push(quote);
        }
        Expr::All(parts) => list(out, parts, and, quote, words),
        Expr::Any(parts) => list(out, parts, or, quote, words),
        Expr::But(yes, no) => {
            out.push('(');
            fill(out, yes, quote, words);
            out.push_str(not);
            fill(out, no, quote, words);
            out.push(')');
        }
    }
}

fn list(out: &mut String, parts: &[Expr], between: &str, quote: char, words: [&str; 3]) {
    out.push('(');
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push_str(between);
        }
        fill(out, part, quote, words);
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_in_both_languages() {
        let t = Expr::token;
        let expr = Expr::all([t("t廉政"), Expr::any([t("p1"), t("p2")]).but(t("a\"'&|!():*-\\ "))]);
        assert_eq!(fts5(&expr), r#"("t廉政" AND (("p1" OR "p2") NOT "a"))"#);
        assert_eq!(tsquery(&expr), "('t廉政' & (('p1' | 'p2') & !'a'))");
    }
}
