//! 干部廉情状况分析 and 廉情报告: a skeleton of facts made on the spot and stored nowhere, and the register of number,
//! date and copies. A 派驻组 reads its own lines, the 监督室 all.

use app::api::ApiError;
use domain::{
    Rejection,
    documents::Doc,
    ids::{CommandId, PersonId},
    people::{
        Role,
        access::{Actor, draft_office_report, register_outside},
    },
    reports::{Block, Cover, Outside, Period, Registered, skeleton_doc},
    time::{Day, Instant},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Services, posts, rows::Rows, storage, told},
    cover,
    gather::{self, Ask},
    page::in_sight,
    work,
};
use crate::{
    random,
    storage::{Failure, StorageError, q},
};

/// Lines of the register that are shown.
const SHOWN: i64 = 100;
/// Facts of a skeleton.
const FACTS: [Block; 6] =
    [Block::Receipts, Block::Items, Block::Colours, Block::Inspections, Block::Reviews, Block::Loop];

/// What a skeleton is asked for.
#[derive(Debug, Clone)]
pub struct Skeleton {
    /// Which paper.
    pub paper: Outside,
    /// Key of the cover.
    pub cover: String,
    /// Period.
    pub period: Period,
}

/// A line for the register.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewOutside {
    /// Key of the form.
    pub command: CommandId,
    /// Which paper.
    pub paper: Outside,
    /// 文号.
    pub number: String,
    /// Date on it.
    pub on: Day,
    /// Copies.
    pub copies: u32,
}

/// A line of the register.
#[derive(Debug, Clone)]
pub struct Noted {
    /// What is kept of the paper.
    pub paper: Registered,
    /// Who registered it.
    pub name: String,
    /// When.
    pub at: Instant,
}

/// Lines in the actor's sight, newest first.
pub async fn registered(from: &mut impl Rows, actor: &Actor) -> Result<Vec<Noted>, StorageError> {
    let mut find = q("SELECT * FROM outside_papers WHERE district_id = $1").bind(actor.district);
    if !actor.has(Role::ConductOffice) {
        find = find.push_bind("AND noted_by = ?", actor.person);
    }
    let rows = from.all(find.push_bind("ORDER BY on_day DESC, noted_at DESC, id DESC LIMIT ?", SHOWN)).await?;
    rows.iter()
        .map(|row| {
            Ok(Noted {
                paper: Registered {
                    paper: row.keyed("paper", Outside::from_key)?,
                    number: row.text("number")?,
                    on: row.day("on_day")?,
                    copies: row.small("copies")?,
                },
                name: row.text("noted_name")?,
                at: row.instant("noted_at")?,
            })
        })
        .collect()
}

impl Services {
    /// The skeleton as a document; nothing of it is kept but that it was made.
    ///
    /// # Errors
    /// A cover that is not the actor's, a period to come, a meeting being rated, or storage failed.
    pub async fn report_skeleton(&self, actor: &Actor, form: Skeleton) -> Result<Doc, ApiError> {
        let _proof = register_outside(actor)?;
        let cover = Cover::from_key(&form.cover).filter(|cover| matches!(cover, Cover::Body(_) | Cover::Unit(_)));
        let cover = cover.ok_or_else(|| {
            Rejection::field("cover", "底稿只按一个单位或一个派驻组、联系室的归口单位生成，没有生成。请重新选择范围。")
        })?;
        let _proof = draft_office_report(actor, cover).map_err(|_| Rejection::NotFound)?;
        let (now, today) = (self.clock.now(), self.today());
        let period = form.period.begun(today)?;
        let mut read = self.store.read().clone();
        let name = cover::name(&mut read, actor.district, cover).await.map_err(told)?;
        let covered = cover::posts(&mut read, actor.district, cover, today).await.map_err(storage)?;
        if work::is_busy(&mut read).await.map_err(storage)? {
            let words = "有评议会正在测评，底稿没有生成。请等测评封存后再下载。";
            return Err(Rejection::state(words).into());
        }
        let version = posts::rules(&mut read, actor.district).await.map_err(storage)?.version;
        let ask = Ask { district: actor.district, cover, posts: covered, period, as_of: now };
        let mut facts = Vec::new();
        for block in FACTS {
            facts.push(gather::block(&mut read, &ask, block, now).await.map_err(storage)?);
        }
        let details = format!("{}{}{}", name, period.label(), form.paper.label());
        let by = actor.clone();
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    let object = format!("district:{}", by.district);
                    tx.audit(by.district, Some(by.account), "reports.skeleton", &object, &details).await?;
                    Ok::<(), Failure>(())
                })
            })
            .await
            .map_err(told)?;
        Ok(skeleton_doc(form.paper, &name, period, (now, version), &in_sight(actor, facts)))
    }

    /// Registers number, date and copies of a paper that was finished outside.
    ///
    /// # Errors
    /// Not the actor's to do, a wrong field, a number that is there already, or storage failed.
    pub async fn register_outside_paper(&self, actor: &Actor, form: NewOutside) -> Result<(), ApiError> {
        let today = self.today();
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move {
                let _proof = register_outside(&actor)?;
                let NewOutside { paper, number, on, copies, .. } = form;
                let checked = Registered { paper, number, on, copies }.check(today)?;
                let find = q("SELECT noted_name FROM outside_papers WHERE district_id = $1 AND paper = $2 AND number = $3")
                    .bind(actor.district)
                    .bind(checked.paper.key())
                    .bind(&checked.number);
                if tx.row(find).await?.is_some() {
                    let words = "这个文号已经登记过，没有重复登记。请核对文号。";
                    return Err(Rejection::field("number", words).into());
                }
                let (id, by): (_, PersonId) = (random::id(tx.now()).to_string(), actor.person);
                tx.insert(
                    "INSERT INTO outside_papers (id, district_id, paper, number, on_day, copies, noted_by, noted_name, noted_at)",
                    vec![
                        (&id).into(),
                        actor.district.into(),
                        checked.paper.key().into(),
                        (&checked.number).into(),
                        checked.on.into(),
                        checked.copies.into(),
                        by.into(),
                        (&actor.name).into(),
                        tx.now().into(),
                    ],
                )
                .await?;
                let details = format!("{} {} {} 份", checked.paper.label(), checked.number, checked.copies);
                let object = format!("outside:{id}");
                tx.audit(actor.district, Some(actor.account), "reports.registered", &object, &details).await?;
                Ok(())
            })
        })
        .await
    }
}
