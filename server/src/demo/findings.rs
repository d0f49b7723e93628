//! A finding of the year's 半年梳理 on its way into the closed loop: proposed by the reader, agreed to by the office,
//! planned by the house; the next sheet of that book shows it.

use chrono::Days;
use domain::{
    accountability::Step as LoopStep,
    ids::{CommandId, ItemId, RemarkId},
    people::access::Actor,
};

use super::{
    houses::{self, HOUSES},
    load::{Loader, missing},
    plan::{Reading, Step},
};
use crate::{
    random,
    services::{
        accountability::{
            step::{self, StepWords},
            store as loops,
        },
        oversight::{self, About, RemarkStep},
    },
    storage::{Failure, Tx, q},
};

/// Whose book had one: a house that no review and no delay of the story touches.
const HOUSE: usize = 20;
/// Days from the first start to its deadline: under way, never overdue.
const LEFT: u64 = 40;

/// Does this reading of the story find something that becomes an item?
pub(super) fn finds(loader: &Loader, step: &Step, how: Reading) -> bool {
    let base = chrono::Datelike::year(&loader.plan.base);
    how == Reading::Signed && step.house == HOUSE && step.year == base && chrono::Datelike::month(&step.at.day()) < 9
}

impl Loader {
    /// From the remark to the item with its plan.
    pub(super) async fn found(
        &self,
        tx: &mut Tx,
        reader: &Actor,
        step: &Step,
        remark: RemarkId,
    ) -> Result<(), Failure> {
        let day = step.at.day();
        let office = self.actor(self.named(houses::CONDUCT_STAFF[0])?, day)?;
        let demand = "建立办理台账，逐件写明经办人和办理结果。".to_owned();
        let about = About::Item { demand, deadline: Some(self.plan.base + Days::new(LEFT)) };
        let form = |about, words: &str, tx: &Tx| RemarkStep {
            command: CommandId(random::id(tx.now())),
            remark,
            about,
            words: words.to_owned(),
            seen: None,
        };
        let asked = form(about, "半年梳理发现：议定事项的办理结果没有逐件记录。", tx);
        oversight::remark_quietly(tx, reader, &asked).await?;
        let agreed = form(About::Approve, "", tx);
        oversight::remark_quietly(tx, &office, &agreed).await?;
        let find = q("SELECT item_id FROM inspection_remarks WHERE id = $1").bind(remark);
        let row = tx.row(find).await?.ok_or_else(|| missing("finding"))?;
        let item: ItemId = row.opt_id("item_id")?.ok_or_else(|| missing("item"))?;
        let seen = loops::load(tx, self.district, item).await?.item.version;
        let house = &HOUSES[HOUSE];
        let liaison = self.actor(self.named(house.liaison)?, day)?;
        let said = StepWords {
            words: "由办公室建立议定事项台账，每月核对一次。".to_owned(),
            owner_name: house.members[0].to_owned(),
            department: "办公室".to_owned(),
            adopted_on: Some(day),
            ..StepWords::default()
        };
        step::take(tx, &liaison, item, seen, LoopStep::Plan, said).await
    }
}
