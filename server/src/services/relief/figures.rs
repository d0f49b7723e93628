//! Totals of a quarter, counted from what stands in the tables of each feature. Those of quarters that are over are
//! kept once, so that a later removal or a changed form does not rewrite what was asked then.

use app::api::ApiError;
use domain::{
    ids::DistrictId,
    relief::{Figures, Quarter, Use},
    time::{Day, Instant},
};

use super::super::{Services, rows::Rows, told};
use crate::storage::{Query, StorageError, q};

/// How often units of each kind filled in a form within the days `$2` to `$3`.
const BY_DAY: [(&str, &str); 4] = [
    (
        "record",
        "SELECT u.kind, COUNT(*) AS n FROM records r JOIN units u ON u.id = r.unit_id
         WHERE r.district_id = $1 AND r.recorded_on >= $2 AND r.recorded_on <= $3 GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "receipt",
        "SELECT u.kind, COUNT(*) AS n FROM leader_lists ll JOIN units u ON u.id = ll.unit_id
         WHERE ll.district_id = $1 AND ll.signed_on >= $2 AND ll.signed_on <= $3 GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "closing",
        "SELECT u.kind, COUNT(*) AS n FROM book_closings b JOIN units u ON u.id = b.unit_id
         WHERE b.district_id = $1 AND b.closed_on >= $2 AND b.closed_on <= $3 AND b.by_whom = 'head'
         GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "notice",
        "SELECT u.kind, COUNT(*) AS n FROM warning_notices w JOIN units u ON u.id = w.unit_id
         WHERE w.district_id = $1 AND w.answered_on >= $2 AND w.answered_on <= $3 GROUP BY u.kind ORDER BY u.kind",
    ),
];
/// The same from the instant `$2` to before `$3`.
const BY_TIME: [(&str, &str); 5] = [
    (
        "comment",
        "SELECT u.kind, COUNT(*) AS n FROM approvals a JOIN leader_lists ll ON ll.id = a.subject
         JOIN units u ON u.id = ll.unit_id
         WHERE a.district_id = $1 AND a.at >= $2 AND a.at < $3 AND a.step = '单位意见' GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "plan",
        // The one form of a talk or a notice is the plan of many items: it is counted as what it was.
        "SELECT u.kind, COUNT(*) AS n FROM item_events e JOIN items x ON x.id = e.item_id
         JOIN units u ON u.id = x.unit_id
         WHERE e.district_id = $1 AND e.at >= $2 AND e.at < $3 AND e.step = 'plan'
           AND x.origin NOT IN ('talks', 'warnings') GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "fill",
        "SELECT u.kind, COUNT(*) AS n FROM item_events e JOIN items x ON x.id = e.item_id
         JOIN units u ON u.id = x.unit_id
         WHERE e.district_id = $1 AND e.at >= $2 AND e.at < $3 AND e.step = 'fill' GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "talk_plan",
        "SELECT u.kind, COUNT(*) AS n FROM talk_events e JOIN talks t ON t.id = e.talk_id
         JOIN units u ON u.id = t.unit_id
         WHERE e.district_id = $1 AND e.at >= $2 AND e.at < $3 AND e.step = 'plan' GROUP BY u.kind ORDER BY u.kind",
    ),
    (
        "talk_report",
        "SELECT u.kind, COUNT(*) AS n FROM talk_events e JOIN talks t ON t.id = e.talk_id
         JOIN units u ON u.id = t.unit_id
         WHERE e.district_id = $1 AND e.at >= $2 AND e.at < $3 AND e.step = 'send_report'
         GROUP BY u.kind ORDER BY u.kind",
    ),
];

async fn tally(from: &mut impl Rows, query: Query, key: &str) -> Result<Vec<(String, u32)>, StorageError> {
    from.all(query).await?.iter().map(|row| Ok((row.text(key)?, row.small("n")?))).collect()
}

/// Counts a quarter. Eleven statements.
pub(crate) async fn count(
    from: &mut impl Rows,
    district: DistrictId,
    quarter: Quarter,
) -> Result<Figures, StorageError> {
    let days = quarter.window();
    let mut out = Figures { shapes: Figures::shapes_now(), ..Figures::default() };
    let find = q("SELECT kind, COUNT(*) AS n FROM reminders WHERE district_id = $1 AND on_day >= $2 AND on_day <= $3
                  GROUP BY kind ORDER BY kind");
    out.reminders = tally(from, find.bind(district).bind(days.from).bind(days.to), "kind").await?;
    let find = q("SELECT u.kind, COUNT(*) AS n FROM units u WHERE u.district_id = $1 AND u.starts_on <= $3
                  AND (u.ends_on IS NULL OR u.ends_on >= $2)
                  AND EXISTS (SELECT 1 FROM leader_lists ll WHERE ll.unit_id = u.id)
                  GROUP BY u.kind ORDER BY u.kind");
    out.units = tally(from, find.bind(district).bind(days.from).bind(days.to), "kind").await?;
    for (form, find) in BY_DAY {
        let rows = tally(from, q(find).bind(district).bind(days.from).bind(days.to), "kind").await?;
        out.uses.extend(rows.into_iter().map(|(kind, n)| Use { kind, form: form.to_owned(), n }));
    }
    let (from_at, to_at) = (Instant::start_of(days.from), Instant::start_of(days.to.succ_opt().unwrap_or(days.to)));
    for (form, find) in BY_TIME {
        let rows = tally(from, q(find).bind(district).bind(from_at).bind(to_at), "kind").await?;
        out.uses.extend(rows.into_iter().map(|(kind, n)| Use { kind, form: form.to_owned(), n }));
    }
    Ok(out)
}

/// The figures of a quarter: as kept when it was over, else counted now.
pub(super) async fn of(from: &mut impl Rows, district: DistrictId, quarter: Quarter) -> Result<Figures, StorageError> {
    let find = q("SELECT figures FROM relief_quarters WHERE district_id = $1 AND year = $2 AND quarter = $3");
    let row = from.first(find.bind(district).bind(quarter.year).bind(quarter.number)).await?;
    match row {
        Some(row) => row.json("figures"),
        None => count(from, district, quarter).await,
    }
}

/// Keeps the figures of a quarter that is over, once.
pub(crate) async fn keep(
    tx: &mut crate::storage::Tx,
    district: DistrictId,
    quarter: Quarter,
    figures: &Figures,
    on: Day,
) -> Result<u64, StorageError> {
    let text = serde_json::to_string(figures).map_err(|_| StorageError::shape("figures"))?;
    tx.insert_all(
        "INSERT INTO relief_quarters (district_id, year, quarter, figures, kept_on)",
        vec![vec![district.into(), quarter.year.into(), quarter.number.into(), text.into(), on.into()]],
        "ON CONFLICT (district_id, year, quarter) DO NOTHING",
    )
    .await
}

/// Quarters that the page shows before the running one; so many are kept where they are missing.
pub(super) const BEFORE: usize = 3;

impl Services {
    /// Keeps the figures of quarters that are over and not kept yet (midnight, start); how many. Reading the page then
    /// counts the running quarter alone.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn keep_relief_figures(&self) -> Result<u64, ApiError> {
        let running = Quarter::of(self.today());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let (mut kept, mut quarter) = (0, running);
                    for _ in 0..BEFORE {
                        quarter = quarter.before();
                        let find =
                            q("SELECT d.id FROM districts d WHERE d.enabled_on IS NOT NULL AND d.enabled_on <= $1
                                      AND NOT EXISTS (SELECT 1 FROM relief_quarters k
                                        WHERE k.district_id = d.id AND k.year = $2 AND k.quarter = $3) ORDER BY d.id")
                            .bind(quarter.window().to)
                            .bind(quarter.year)
                            .bind(quarter.number);
                        for row in &tx.rows(find).await? {
                            let district: DistrictId = row.id("id")?;
                            let figures = count(&mut *tx, district, quarter).await?;
                            let today = tx.now().day();
                            kept += keep(tx, district, quarter, &figures, today).await?;
                        }
                    }
                    Ok(kept)
                })
            })
            .await
            .map_err(told)
    }
}
