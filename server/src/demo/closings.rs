//! 年度结转 of last year's books in the story: most heads sign in January, a few books are left for the day on
//! which an open one closes by itself. No book is closed before its last entry was written down.

use std::collections::HashSet;

use chrono::{Datelike as _, Days};
use domain::{
    people::access,
    records::ClosedBy,
    time::{Day, WorkCalendar, first_of},
};

use super::{
    houses::HOUSES,
    load::Loader,
    people::Change,
    plan::{Act, How, Step, UnitNo, at, worked},
    story::signing,
};
use crate::{
    services::{
        colours,
        records::closing::{self, Closer, Of},
    },
    storage::{Failure, Tx},
};

/// Every so manieth book is left for the automatic day.
const LEFT: usize = 6;

/// The closings, given everything else that happens. A house whose head changed is left alone, too.
pub fn closings(base: Day, calendar: &WorkCalendar, changes: &[Change], steps: &[Step]) -> Vec<Step> {
    let year = base.year() - 1;
    let changed: HashSet<UnitNo> = changes.iter().map(|change| change.house).collect();
    let last_entry = |house: UnitNo| {
        let writes = |step: &&Step| {
            step.house == house
                && step.year == year
                && matches!(step.act, Act::Save(_) | Act::Confirm(_) | Act::Refuse(..) | Act::Correct(..))
        };
        steps.iter().filter(writes).map(|step| step.at.day()).max()
    };
    (0..HOUSES.len())
        .filter(|house| house % LEFT != LEFT - 1 && !changed.contains(house))
        .filter_map(|house| {
            let n = u64::try_from(house % 9).unwrap_or_default();
            let usual = first_of(base.year(), 1) + Days::new(11 + n);
            let day = last_entry(house).map_or(usual, |last| usual.max(last + Days::new(1)));
            let day = if calendar.is_working(day) { day } else { calendar.plus_working(day, 1) };
            let how = [How::Drawn, How::Typed, How::Paper][house % 3];
            // Later ones are the automatic day's.
            (day.month() < 3).then(|| Step {
                at: at(worked(calendar, day), 16, 5 + u32::try_from(house).unwrap_or_default()),
                house,
                year,
                act: Act::Close(how),
            })
        })
        .collect()
}

impl Loader {
    /// The head closes his book of last year.
    pub(super) async fn close_year(&self, tx: &mut Tx, step: &Step, how: How) -> Result<(), Failure> {
        let (day, house) = (step.at.day(), step.house);
        let (actor, _) = self.head(step, day)?;
        let post = self.post_ref(house)?;
        let _proof = access::close_own_book(&actor, post)?;
        // A closed book keeps the colours of its last day.
        colours::refresh(tx, self.district, post.post, step.year, day).await?;
        let of = Of { district: self.district, post: post.post, unit: post.unit, year: step.year };
        let account = Some(actor.account);
        let signed = Some((actor.person, actor.name.clone(), signing(how, &actor.name, day, house)));
        let closer = Closer { by: ClosedBy::Head, account, signed };
        closing::close(tx, of, &closer, day).await.map(drop)
    }
}
