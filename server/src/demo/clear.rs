//! Takes back a demonstration district whose loading was cut short, so that the next
//! start begins again. Touches nothing but a district that still bears the mark.

use domain::ids::DistrictId;

use crate::storage::{Failure, StorageError, Tx, q};

/// Written into the settings while a district is being loaded.
pub const MARK: &str = r#"{"demo_loading":true}"#;

/// Every table in an order that its references allow.
const TABLES: &[&str] = &[
    "DELETE FROM warning_starts WHERE district_id = $1",
    "DELETE FROM warning_progress WHERE district_id = $1",
    "DELETE FROM warning_talks WHERE district_id = $1",
    "DELETE FROM warning_notices WHERE district_id = $1",
    "DELETE FROM warning_handoffs WHERE district_id = $1",
    "DELETE FROM warning_countersigns WHERE district_id = $1",
    "DELETE FROM warning_situations WHERE district_id = $1",
    "DELETE FROM warning_cells WHERE district_id = $1",
    "DELETE FROM warning_duties WHERE district_id = $1",
    "DELETE FROM warning_problems WHERE district_id = $1",
    "DELETE FROM warning_supervisors WHERE district_id = $1",
    "DELETE FROM warning_matters WHERE district_id = $1",
    "DELETE FROM report_openings WHERE district_id = $1",
    "DELETE FROM report_readers WHERE district_id = $1",
    "DELETE FROM report_texts WHERE district_id = $1",
    "DELETE FROM report_facts WHERE district_id = $1",
    "DELETE FROM report_editions WHERE district_id = $1",
    "DELETE FROM reports WHERE district_id = $1",
    "DELETE FROM outside_papers WHERE district_id = $1",
    "DELETE FROM relief_suggestions WHERE district_id = $1",
    "DELETE FROM relief_answers WHERE district_id = $1",
    "DELETE FROM relief_quarters WHERE district_id = $1",
    "DELETE FROM comment_readings WHERE district_id = $1",
    "DELETE FROM reminders WHERE district_id = $1",
    "DELETE FROM reminder_rounds WHERE district_id = $1",
    "DELETE FROM season_steps WHERE district_id = $1",
    "DELETE FROM season_settings WHERE district_id = $1",
    "DELETE FROM book_takings WHERE district_id = $1",
    "DELETE FROM inspection_remarks WHERE district_id = $1",
    "DELETE FROM inspection_readers WHERE district_id = $1",
    "DELETE FROM inspections WHERE district_id = $1",
    "DELETE FROM review_results WHERE district_id = $1",
    "DELETE FROM regulation_items WHERE district_id = $1",
    "DELETE FROM regulations WHERE district_id = $1",
    "DELETE FROM measures WHERE district_id = $1",
    "DELETE FROM measure_dictionaries WHERE district_id = $1",
    "DELETE FROM letter_units WHERE district_id = $1",
    "DELETE FROM letters WHERE district_id = $1",
    "DELETE FROM document_numbers WHERE district_id = $1",
    "DELETE FROM document_series WHERE district_id = $1",
    "DELETE FROM tolerance_events WHERE district_id = $1",
    "DELETE FROM tolerance_cases WHERE district_id = $1",
    "DELETE FROM clearances WHERE district_id = $1",
    "DELETE FROM excused WHERE district_id = $1",
    "DELETE FROM tolerance_settings WHERE district_id = $1",
    "DELETE FROM advices WHERE district_id = $1",
    "DELETE FROM talk_passed WHERE district_id = $1",
    "DELETE FROM talk_events WHERE district_id = $1",
    "DELETE FROM talks WHERE district_id = $1",
    "DELETE FROM talk_groups WHERE district_id = $1",
    "DELETE FROM talk_risks WHERE district_id = $1",
    "DELETE FROM talk_cases WHERE district_id = $1",
    "DELETE FROM talk_settings WHERE district_id = $1",
    "DELETE FROM item_events WHERE district_id = $1",
    "DELETE FROM chain_proposals WHERE district_id = $1",
    "DELETE FROM item_grams WHERE district_id = $1",
    "DELETE FROM item_lines WHERE district_id = $1",
    "DELETE FROM items WHERE district_id = $1",
    "DELETE FROM feedback_sheets WHERE district_id = $1",
    "DELETE FROM meeting_remarks WHERE district_id = $1",
    "DELETE FROM meeting_questions WHERE district_id = $1",
    "DELETE FROM meeting_reports WHERE district_id = $1",
    "DELETE FROM sealed_comments WHERE district_id = $1",
    "DELETE FROM sealed_marks WHERE district_id = $1",
    "DELETE FROM sealed_ballots WHERE district_id = $1",
    "DELETE FROM meeting_rounds WHERE district_id = $1",
    "DELETE FROM meeting_secrets WHERE district_id = $1",
    "DELETE FROM meeting_roll WHERE district_id = $1",
    "DELETE FROM meeting_seats WHERE district_id = $1",
    "DELETE FROM meeting_events WHERE district_id = $1",
    "DELETE FROM meeting_people WHERE district_id = $1",
    "DELETE FROM meetings WHERE district_id = $1",
    "DELETE FROM colour_changes WHERE district_id = $1",
    "DELETE FROM board_cells WHERE district_id = $1",
    "DELETE FROM colours WHERE district_id = $1",
    "DELETE FROM rule_sets WHERE district_id = $1",
    "DELETE FROM rule_drafts WHERE district_id = $1",
    "DELETE FROM fact_checks WHERE district_id = $1",
    "DELETE FROM search_index WHERE rowid IN (SELECT doc FROM search_docs WHERE district_id = $1)",
    "DELETE FROM search_docs WHERE district_id = $1",
    "DELETE FROM evidence_links WHERE district_id = $1",
    "DELETE FROM evidence_files WHERE district_id = $1",
    "DELETE FROM evidence_uploads WHERE district_id = $1",
    "DELETE FROM book_closings WHERE district_id = $1",
    "DELETE FROM record_duties WHERE district_id = $1",
    "DELETE FROM record_corrections WHERE district_id = $1",
    "DELETE FROM offline_officers WHERE district_id = $1",
    "DELETE FROM offline_requests WHERE district_id = $1",
    "DELETE FROM records WHERE district_id = $1",
    "DELETE FROM handovers WHERE district_id = $1",
    "DELETE FROM annual_tasks WHERE district_id = $1",
    "DELETE FROM holidays WHERE district_id = $1",
    "DELETE FROM occurrences WHERE district_id = $1",
    "DELETE FROM leader_items WHERE district_id = $1",
    "DELETE FROM leader_lists WHERE district_id = $1",
    "DELETE FROM template_items WHERE district_id = $1",
    "DELETE FROM templates WHERE district_id = $1",
    "DELETE FROM duty_lists WHERE district_id = $1",
    "DELETE FROM uploads WHERE district_id = $1",
    "DELETE FROM portrait_looks WHERE district_id = $1",
    "DELETE FROM readings WHERE district_id = $1",
    "DELETE FROM approvals WHERE district_id = $1",
    "DELETE FROM signatures WHERE district_id = $1",
    "DELETE FROM drafts WHERE district_id = $1",
    "DELETE FROM thread_events WHERE district_id = $1",
    "DELETE FROM audit_details WHERE district_id = $1",
    "DELETE FROM audit WHERE district_id = $1",
    "DELETE FROM commands WHERE district_id = $1",
    "DELETE FROM sessions WHERE district_id = $1",
    "DELETE FROM devices WHERE district_id = $1",
    "DELETE FROM activations WHERE district_id = $1",
    "DELETE FROM accounts WHERE district_id = $1",
    "DELETE FROM oversight_map WHERE district_id = $1",
    "DELETE FROM role_grants WHERE district_id = $1",
    "DELETE FROM terms WHERE district_id = $1",
    "DELETE FROM persons WHERE district_id = $1",
    "DELETE FROM posts WHERE district_id = $1",
    "DELETE FROM unit_names WHERE district_id = $1",
    "DELETE FROM units WHERE district_id = $1",
    "DELETE FROM districts WHERE id = $1",
];

/// What stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// No district.
    Nothing,
    /// A district, whole.
    District,
    /// A demonstration district that is not whole.
    Torso(DistrictId),
}

/// Looks.
pub async fn look(tx: &mut Tx) -> Result<Found, StorageError> {
    let rows = tx.rows(q("SELECT id, demo, settings FROM districts ORDER BY created_at, id")).await?;
    match rows.as_slice() {
        [] => Ok(Found::Nothing),
        [only] if only.flag("demo")? && only.text("settings")? == MARK => Ok(Found::Torso(only.id("id")?)),
        _ => Ok(Found::District),
    }
}

/// Takes a torso back.
pub async fn clear(tx: &mut Tx, district: DistrictId) -> Result<(), Failure> {
    for statement in TABLES.iter().copied() {
        tx.execute(q(statement).bind(district)).await?;
    }
    Ok(())
}
