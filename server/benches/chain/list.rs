//! A signed list of the 60 sample items and the year it makes.

use domain::{
    duties::{DutyItem, NewOccurrence},
    ids::{DistrictId, DutyId, PostId, UnitId},
    time::{Day, Instant, parse_iso},
};
use server::{random, services::items};

/// The sample items with identities of their own.
pub fn sample(now: Instant) -> Vec<DutyItem> {
    domain::duties::sample::sample_items().into_iter().map(|s| s.item(DutyId(random::id(now)))).collect()
}

/// What a whole year makes of them.
pub fn year_of(items: &[DutyItem], today: Day) -> Vec<NewOccurrence> {
    let since = parse_iso("2026-01-01").unwrap_or(today);
    let calendar = domain::time::WorkCalendar::default();
    let plan = domain::duties::Plan {
        year: 2026,
        items,
        term_from: since,
        enabled_on: since,
        effective_on: since,
        vacancies: &[],
        calendar: &calendar,
    };
    plan.occurrences()
}

/// The 60 sample items as a signed list, with the year's occurrences.
pub async fn signed_list(
    tx: &mut server::storage::Tx,
    district: DistrictId,
    post: PostId,
    unit: UnitId,
    today: Day,
) -> Result<(), server::storage::Failure> {
    let now = tx.now();
    let (duties, template) = (random::id(now).to_string(), random::id(now).to_string());
    let list = domain::ids::LeaderListId(random::id(now));
    tx.insert(
        "INSERT INTO duty_lists (id, district_id, key, name, party, position)",
        vec![duties.as_str().into(), district.into(), duties.as_str().into(), "清单".into(), "书记".into(), 1.into()],
    )
    .await?;
    tx.insert(
        "INSERT INTO templates (id, district_id, list_id, year, edition, state, created_at)",
        vec![
            template.as_str().into(),
            district.into(),
            duties.as_str().into(),
            2026.into(),
            1.into(),
            "issued".into(),
            now.into(),
        ],
    )
    .await?;
    tx.insert(
        "INSERT INTO leader_lists (id, district_id, post_id, unit_id, year, edition, state, template_id, effective_on, issued_at, signed_on)",
        vec![
            list.into(),
            district.into(),
            post.into(),
            unit.into(),
            2026.into(),
            1.into(),
            "signed".into(),
            template.as_str().into(),
            "2026-01-01".into(),
            now.into(),
            "2026-02-11".into(),
        ],
    )
    .await?;
    let items = sample(now);
    for (place, item) in (0_i64..).zip(&items) {
        let mut values = vec![list.into(), district.into(), place.into()];
        values.extend(items::item_values(item));
        tx.insert(
            "INSERT INTO leader_items (list_id, district_id, position, duty_id, code, group_no, group_name, text, frequency, due_month, due_day, months, evidence, action, hard, routine, list_key, source)",
            values,
        )
        .await?;
    }
    for new in year_of(&items, today) {
        tx.insert(
            "INSERT INTO occurrences (id, district_id, post_id, unit_id, year, duty_id, code, period_no, window_from, window_to, counts_from, due_on, state)",
            vec![
                random::id(now).to_string().into(),
                district.into(),
                post.into(),
                unit.into(),
                2026.into(),
                new.duty.into(),
                new.code.into(),
                new.period_no.into(),
                new.window.from.into(),
                new.window.to.into(),
                new.counts_from.into(),
                new.due.into(),
                "open".into(),
            ],
        )
        .await?;
    }
    Ok(())
}
