//! A question in the query languages of both databases. Tokens hold no character that either
//! language reads (`domain::search` sees to that); each still stands in quotes.

use domain::search::Expr;

use crate::storage::{Pool, StorageError, q};

/// Documents that answer, newest first, below `before`.
pub async fn documents(read: &Pool, expr: &Expr, before: i64, limit: i64) -> Result<Vec<i64>, StorageError> {
    if expr.is_none() {
        return Ok(Vec::new());
    }
    let query = if read.is_sqlite() {
        q("SELECT rowid AS doc FROM search_index WHERE search_index MATCH $1").bind(fts5(expr))
    } else {
        // A common word wants the newest rows, a rare one the inverted index.
        q("SELECT rowid AS doc FROM search_index WHERE tokens @@ CAST($1 AS tsquery)")
            .bind(tsquery(expr))
            .for_these_values()
    };
    let query = query.push_bind("AND rowid < ?", before).push_bind("ORDER BY rowid DESC LIMIT ?", limit);
    read.rows(query).await?.iter().map(|row| row.int("doc")).collect()
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
