//! Other texts of the district that people read: yearly tasks, issued feedback, questions and remarks of meetings.
//! Where a sentence of what goes offline stands there, too, the two officers are told; refuses to change them. Only
//! the log keeps nothing of a task's words.

use domain::ids::DistrictId;

use super::{
    super::super::rows::Rows,
    places::{AT_ONCE, Places, is_full},
    words::Words,
};
use crate::storage::{StorageError, Tx, q};

/// Statements by table, each with its place and four texts, and what the place is.
const SHOWN: [(&str, &str); 4] = [
    (
        "SELECT t.id, u.name AS place, t.title AS a, t.node AS b, t.owner AS c, t.done_mark AS d
         FROM annual_tasks t JOIN units u ON u.id = t.unit_id WHERE t.district_id = $1",
        "年度任务清单里的任务",
    ),
    (
        "SELECT t.id, u.name AS place, t.text AS a, '' AS b, '' AS c, '' AS d
         FROM feedback_sheets t JOIN units u ON u.id = t.unit_id WHERE t.district_id = $1",
        "评议反馈单",
    ),
    (
        "SELECT t.id, m.title AS place, t.text AS a, '' AS b, '' AS c, '' AS d
         FROM meeting_questions t JOIN meetings m ON m.id = t.meeting_id
         WHERE t.district_id = $1 AND t.state IN ('opened', 'asked')",
        "的询问题",
    ),
    (
        "SELECT t.id, m.title AS place, t.text AS a, '' AS b, '' AS c, '' AS d
         FROM meeting_remarks t JOIN meetings m ON m.id = t.meeting_id WHERE t.district_id = $1",
        "的会议记录",
    ),
];

/// Names them, page by page.
pub async fn elsewhere(
    rows: &mut impl Rows,
    district: DistrictId,
    words: &Words,
    places: &mut Places,
) -> Result<(), StorageError> {
    for (head, what) in SHOWN {
        let mut after = String::new();
        while !places.are_full() {
            let find = q(head).bind(district).push_bind("AND t.id > ?", &after);
            let page = rows.all(find.push_bind("ORDER BY t.id LIMIT ?", AT_ONCE)).await?;
            for row in &page {
                after = row.text("id")?;
                for column in ["a", "b", "c", "d"] {
                    if words.sentence_in(&row.text(column)?) {
                        places.add(format!("{}{what}", row.text("place")?));
                    }
                }
            }
            if !is_full(&page) {
                break;
            }
        }
    }
    Ok(())
}

/// Takes away what earlier lines of the log say of a task in these words.
pub async fn forget_tasks(tx: &mut Tx, district: DistrictId, words: &Words) -> Result<(), StorageError> {
    let find =
        q("SELECT d.seq, d.text FROM audit a JOIN audit_details d ON d.district_id = a.district_id AND d.seq = a.seq
         WHERE a.district_id = $1 AND a.action = 'duties.task_added'");
    for row in &tx.rows(find.bind(district)).await? {
        if words.are_in(&row.text("text")?) {
            let gone = q("DELETE FROM audit_details WHERE district_id = $1 AND seq = $2").bind(district);
            tx.execute(gone.bind(row.int("seq")?)).await?;
        }
    }
    Ok(())
}
