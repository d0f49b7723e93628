//! What of its readings stands in the book itself.

use domain::{
    ids::{DistrictId, InspectionId, PostId},
    oversight::Purpose,
    records::BookRemark,
    time::Instant,
};

use super::{super::rows::Rows, store};
use crate::storage::{StorageError, q};

/// Remarks of the readings of a book that both signed until then, oldest first, for the book itself. Two statements.
pub async fn book_remarks(
    from: &mut impl Rows,
    district: DistrictId,
    post: PostId,
    year: i32,
    until: Instant,
) -> Result<Vec<BookRemark>, StorageError> {
    let rows = from
        .all(
            q("SELECT id, body, closed_on, conclusion, purpose FROM inspections
               WHERE district_id = $1 AND post_id = $2 AND year = $3 AND standing = 'closed'
                 AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.subject = inspections.id
                   AND s.version = inspections.edition AND s.at > $4) ORDER BY closed_on, id")
            .bind(district)
            .bind(post)
            .bind(year)
            .bind(until),
        )
        .await?;
    let readings = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<InspectionId>, _>>()?;
    let mut all = store::remarks_of(from, district, &readings).await?;
    let mut out = Vec::new();
    for (row, reading) in rows.iter().zip(&readings) {
        let (body, on) = (row.text("body")?, row.day("closed_on")?);
        let own = all.remove(reading).unwrap_or_default();
        for m in own.into_iter().filter(|m| m.plain.counts()) {
            let whole = m.record.is_none() && m.code.is_empty();
            let answer = match (m.check_words.as_str(), m.answer.as_str()) {
                ("", _) => String::new(),
                (asked, "") => format!("申请核对：{asked}"),
                (asked, answer) => format!("申请核对：{asked}；答复：{answer}"),
            };
            let said = if m.text.is_empty() { String::new() } else { format!("：{}", m.text) };
            out.push(BookRemark {
                // Its own day; the days of signing stand at the signatures.
                on: m.at.day(),
                by: format!("{body} {}", m.by_name),
                about: if whole { String::new() } else { m.about() },
                kind: Some(m.plain.kind),
                text: format!("{}{said}", m.plain.kind.label()),
                answer,
            });
        }
        let purpose = row.keyed("purpose", Purpose::from_key)?;
        out.push(BookRemark {
            on,
            by: body,
            about: String::new(),
            kind: None,
            text: format!("{}综合意见：{}", purpose.label(), row.text("conclusion")?),
            answer: String::new(),
        });
    }
    Ok(out)
}
