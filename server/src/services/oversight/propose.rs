//! A remark on its way to an item of the closed loop (H3): a reader proposes, the 党风政风监督室
//! decides, and only then there is an item, opened in the office's name.

use std::collections::HashMap;

use app::api::records::TodoRow;
use domain::{
    Rejection,
    accountability::{Item, ItemKind, NewItem, Origin},
    approval::Decision,
    ids::{DistrictId, PostId, RemarkId},
    oversight::{Phase, Proposal, ProposalState, check_word},
    people::{
        Role,
        access::{self, Actor},
    },
    time::Day,
};

use super::{
    super::{
        Services,
        accountability::open::{Writer, new_id, open_in},
        posts::{self, PostInfo},
        reviews::{Approved, approved},
        rows::Rows,
    },
    remark::audit,
    store::{Kept, KeptRemark},
};
use crate::storage::{Failure, StorageError, Tx, q};

/// Feature name of the items' origin.
const ORIGIN: &str = "oversight";
/// Most rows in one list of 待办.
const SHOWN: usize = 12;

fn item_of(tx: &Tx, kept: &Kept, remark: &KeptRemark, proposal: &Proposal) -> NewItem {
    NewItem {
        id: new_id(tx),
        origin: Origin { feature: ORIGIN.into(), id: remark.id.to_string() },
        kind: ItemKind::Inspection,
        unit: kept.info.unit,
        post: kept.info.post,
        duty: remark.duty,
        problem: proposal.problem.clone(),
        demand: proposal.demand.clone(),
        deadline: proposal.deadline,
    }
}

async fn keep(tx: &mut Tx, remark: RemarkId, state: ProposalState, proposal: &Proposal) -> Result<(), StorageError> {
    let json = serde_json::to_string(proposal).map_err(|_| StorageError::shape("proposal"))?;
    tx.execute(
        q("UPDATE inspection_remarks SET proposal_state = $1, proposal = $2 WHERE id = $3")
            .bind(state.key())
            .bind(json)
            .bind(remark),
    )
    .await?;
    Ok(())
}

/// A reader proposes an item. Nothing else changes: the head, the board and the ledger know nothing of it.
pub(super) async fn propose(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    remark: &KeptRemark,
    problem: &str,
    demand: &str,
    deadline: Option<Day>,
) -> Result<(), Failure> {
    if remark.item.is_some() {
        return Err(Rejection::state("这条意见已经转为整改事项，没有重复登记。请在问题整改台账里查看。").into());
    }
    remark.plain.propose()?;
    let proposal = Proposal {
        problem: check_word("words", "问题", problem)?,
        demand: check_word("demand", "整改要求", demand)?,
        deadline,
        by: actor.person,
        by_name: actor.name.clone(),
        returned: String::new(),
        after: kept.plain.phase(tx.now().day()) == Phase::Closed,
    };
    // What could not be opened is refused now, not when the office decides.
    let calendar = posts::calendar(tx, actor.district).await?;
    Item::open(item_of(tx, kept, remark, &proposal), &access::hand(actor), tx.now().day(), &calendar)?;
    keep(tx, remark.id, ProposalState::Waiting, &proposal).await?;
    audit(tx, actor, "oversight.item_proposed", remark.id, &proposal.problem).await
}

/// The office decides: 同意 opens the item, 不同意 says why.
pub(super) async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    kept: &Kept,
    remark: &KeptRemark,
    agrees: bool,
    words: &str,
) -> Result<(), Failure> {
    let proposal = remark.proposal.clone().filter(|_| remark.plain.waits_for_office());
    // Whose word it takes decides before what there is to decide.
    let proposer = proposal.as_ref().map_or(remark.plain.by, |p| p.by);
    let _proof = access::decide_remark(actor, kept.info.access(), proposer)?;
    let mut proposal =
        proposal.ok_or_else(|| Rejection::state("这条意见没有等待审定的整改事项，没有保存。请刷新页面查看。"))?;
    let role = if kept.info.leads_district { Role::Secretary } else { Role::ConductOffice };
    let words = match (agrees, words.trim()) {
        (true, "") => String::new(),
        (true, words) => check_word("words", "审定意见", words)?,
        (false, words) => check_word("words", "不同意的原因", words)?,
    };
    let decision = if agrees { Decision::Agreed } else { Decision::Returned };
    let subject = remark.id.to_string();
    let approval = Approved { subject: &subject, step: "审定", role, decision, reason: &words, paper: None };
    approved(tx, actor, approval).await?;
    if !agrees {
        proposal.returned.clone_from(&words);
        keep(tx, remark.id, ProposalState::Returned, &proposal).await?;
        return audit(tx, actor, "oversight.item_returned", remark.id, &words).await;
    }
    let by = Writer { district: actor.district, account: actor.account, role, hand: access::hand(actor) };
    let opened = open_in(tx, &by, item_of(tx, kept, remark, &proposal)).await?;
    keep(tx, remark.id, ProposalState::Approved, &proposal).await?;
    tx.execute(q("UPDATE inspection_remarks SET item_id = $1 WHERE id = $2").bind(opened.id).bind(remark.id)).await?;
    // A signature covers the paper without the item; what both signed stays what they signed.
    let changed = if proposal.after {
        "UPDATE inspections SET version = version + 1 WHERE id = $1"
    } else {
        "UPDATE inspections SET edition = edition + 1, version = version + 1 WHERE id = $1"
    };
    tx.execute(q(changed).bind(kept.id)).await?;
    audit(tx, actor, "oversight.item_opened", remark.id, &opened.problem).await
}

/// Where an item came from, for whoever may read that reading: the remark on its page.
pub(in crate::services) async fn place_of(
    from: &mut impl Rows,
    district: DistrictId,
    origin: &Origin,
) -> Result<Option<String>, StorageError> {
    if origin.feature != ORIGIN {
        return Ok(None);
    }
    let row = from
        .first(
            q("SELECT inspection_id FROM inspection_remarks WHERE id = $1 AND district_id = $2")
                .bind(&origin.id)
                .bind(district),
        )
        .await?;
    row.map(|row| Ok(format!("/oversight/{}#remark-{}", row.text("inspection_id")?, origin.id))).transpose()
}

impl Services {
    /// Proposals that wait for the actor's word. Three statements at most.
    pub(super) async fn proposal_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        if !actor.has(Role::ConductOffice) && !actor.has(Role::Secretary) {
            return Ok(Vec::new());
        }
        let mut read = self.store.read().clone();
        let rows = read
            .rows(
                q("SELECT m.id, m.inspection_id, m.proposal, i.post_id FROM inspection_remarks m
                   JOIN inspections i ON i.id = m.inspection_id
                   WHERE m.district_id = $1 AND m.proposal_state = 'waiting' AND m.withdrawn_at IS NULL
                     AND i.standing IN ('open', 'feedback', 'closed') ORDER BY m.at, m.id")
                .bind(actor.district),
            )
            .await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let posts = posts::heads(&mut read, actor.district, self.today()).await?;
        let posts: HashMap<PostId, PostInfo> = posts.into_iter().map(|info| (info.post, info)).collect();
        let mut out = Vec::new();
        for row in &rows {
            let Some(info) = posts.get(&row.id("post_id")?) else { continue };
            let proposal: Proposal = row.json("proposal")?;
            if access::decide_remark(actor, info.access(), proposal.by).is_ok() {
                out.push(TodoRow {
                    title: format!("检查意见转整改待审定 · {}", info.unit_name),
                    note: format!("{}提请，请审定", proposal.by_name),
                    link: format!("/oversight/{}#remark-{}", row.text("inspection_id")?, row.text("id")?),
                });
            }
            if out.len() == SHOWN {
                break;
            }
        }
        Ok(out)
    }
}
