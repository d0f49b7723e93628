//! Other texts of the district that people read: yearly tasks, issued feedback, questions and remarks of meetings, 通报,
//! 工作建议, published cases, talks, lists of a “一件事”, reasons of approvals.
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
const SHOWN: [(&str, &str); 16] = [
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
    (
        "SELECT t.id, t.title AS place, t.plain AS a, '' AS b, '' AS c, '' AS d FROM letters t WHERE t.district_id = $1",
        "（通报）",
    ),
    (
        "SELECT t.id, u.name AS place, t.advice AS a, '' AS b, '' AS c, '' AS d
         FROM advices t JOIN units u ON u.id = t.unit_id WHERE t.district_id = $1",
        "的工作建议、建议书",
    ),
    (
        "SELECT t.id, t.title AS place, t.point AS a, t.control AS b, t.title AS c, '' AS d
         FROM talk_cases t WHERE t.district_id = $1",
        "（典型案例）",
    ),
    (
        "SELECT t.id, u.name AS place, t.talk AS a, '' AS b, '' AS c, '' AS d
         FROM talks t JOIN units u ON u.id = t.unit_id WHERE t.district_id = $1",
        "的廉政谈话",
    ),
    (
        "SELECT t.id, t.title AS place, t.aim AS a, t.analysis AS b, t.report AS c, t.source_words AS d
         FROM warning_matters t WHERE t.district_id = $1",
        "（“一件事”）",
    ),
    (
        "SELECT t.id, m.title AS place, t.text AS a, '' AS b, '' AS c, '' AS d
         FROM warning_problems t JOIN warning_matters m ON m.id = t.matter_id WHERE t.district_id = $1",
        "（“一件事”问题清单）",
    ),
    (
        "SELECT t.id, m.title AS place, t.text AS a, t.standard AS b, '' AS c, '' AS d
         FROM warning_duties t JOIN warning_matters m ON m.id = t.matter_id WHERE t.district_id = $1",
        "（“一件事”责任清单）",
    ),
    (
        "SELECT t.id, m.title AS place, t.text AS a, t.basis AS b, '' AS c, '' AS d
         FROM warning_situations t JOIN warning_matters m ON m.id = t.matter_id WHERE t.district_id = $1",
        "（“一件事”问责清单）",
    ),
    (
        "SELECT t.id, m.title AS place, t.words AS a, '' AS b, '' AS c, '' AS d
         FROM warning_talks t JOIN warning_matters m ON m.id = t.matter_id WHERE t.district_id = $1",
        "（“一件事”会商）",
    ),
    (
        "SELECT t.id, t.person_name AS place, t.reason AS a, '' AS b, '' AS c, '' AS d
         FROM approvals t WHERE t.district_id = $1 AND t.reason <> ''",
        "填写的审批意见",
    ),
    // Of these the two officers learn no more than that there is one.
    (
        "SELECT t.id, '' AS place, t.plain AS a, '' AS b, '' AS c, '' AS d FROM tolerance_cases t WHERE t.district_id = $1",
        "容错纠错材料",
    ),
    (
        "SELECT t.id, '' AS place, t.plain AS a, '' AS b, '' AS c, '' AS d FROM clearances t WHERE t.district_id = $1",
        "澄清正名材料",
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
