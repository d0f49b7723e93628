//! What was found outside of the system (巡察, 审计, 民主评议, 日常监督, 提示单), put on the account by hand by the 监督室.

use app::api::{
    ApiError,
    accountability::{OpenPage, OpenQuery},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{ItemKind, NewItem, Origin},
    ids::{CommandId, DutyId, ItemId, PostId},
    people::{
        Role,
        access::{self as sight, Actor, hand},
    },
    text,
    time::Day,
};
use serde::Serialize;

use super::{
    super::{Services, posts, storage},
    bring,
    measures::posts_for,
    open::{Writer, new_id, open_in, over},
    store,
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// Form of the drafts of a new item.
pub const DRAFT: &str = "accountability.new";

/// What was typed.
#[derive(Debug, Clone, Serialize)]
pub struct Opened {
    /// Kind.
    pub kind: ItemKind,
    /// Head post that answers for it.
    pub post: PostId,
    /// What is wrong.
    pub problem: String,
    /// What is asked for.
    pub demand: String,
    /// Deadline, or the kind's default.
    pub deadline: Option<Day>,
    /// Item of this year's list that it is about, such as `3.3`, or empty.
    pub code: String,
    /// Another ledger and its number, or empty.
    pub ledger: String,
    /// Number there.
    pub number: String,
}

impl Services {
    pub(super) async fn opening_page(&self, actor: &Actor, query: OpenQuery) -> Result<OpenPage, ApiError> {
        let _proof = sight::bring_ledger(actor)?;
        let mut read = self.store.read().clone();
        let may = |a: &Actor, p| sight::open_item(a, p).is_ok();
        let posts = posts_for(&mut read, actor, self.today(), may).await.map_err(storage)?;
        Ok(OpenPage {
            command: CommandId(random::id(self.clock.now())),
            posts,
            kinds: ItemKind::BY_HAND
                .into_iter()
                .map(|k| (k.key().to_owned(), k.label().to_owned(), k.days().work))
                .collect(),
            draft: self.load(actor, DRAFT, query.draft.as_deref().filter(|d| !d.is_empty())).await?,
        })
    }

    /// Puts it on the account, at most once for its key; gives the id.
    ///
    /// # Errors
    /// Not the actor's to open; a wrong text or day.
    pub async fn open_by_hand(&self, actor: &Actor, key: CommandId, form: Opened) -> Result<ItemId, ApiError> {
        self.once(actor, key, form, move |tx, actor, form| Box::pin(async move { open(tx, &actor, form).await })).await
    }
}

/// The item of this year's list that a problem is about: by it a problem that comes again is recognised, and the thread
/// of the list shows it.
async fn duty_of(tx: &mut Tx, post: PostId, code: &str, today: Day) -> Result<Option<DutyId>, Failure> {
    let code = text::optional("code", "清单条目编号", code, text::NAME_MAX)?;
    if code.is_empty() {
        return Ok(None);
    }
    let find = q("SELECT i.duty_id FROM leader_items i JOIN leader_lists l ON l.id = i.list_id
         WHERE l.post_id = $1 AND l.year = $2 AND i.code = $3 AND l.state IN ('issued', 'signed', 'superseded', 'frozen')
         ORDER BY l.edition DESC LIMIT 1");
    let row = tx.row(find.bind(post).bind(chrono::Datelike::year(&today)).bind(&code)).await?;
    let none = || {
        let words = format!("这个单位今年下达的清单里没有“{code}”这一条，没有保存。请核对编号，或者不填。");
        Rejection::field("code", words)
    };
    Ok(Some(row.ok_or_else(none)?.id("duty_id")?))
}

/// Puts it on the account inside a command.
pub(crate) async fn open(tx: &mut Tx, actor: &Actor, form: Opened) -> Result<ItemId, Failure> {
    if !ItemKind::BY_HAND.contains(&form.kind) {
        return Err(Rejection::field("kind", "还没有选来源，没有保存。请选择。").into());
    }
    let today = tx.now().day();
    let missing = || Rejection::field("post", "还没有选单位，没有保存。请选择。");
    let info = posts::post(tx, actor.district, form.post, today).await?.ok_or_else(missing)?;
    let _proof = sight::open_item(actor, info.access()).map_err(|_| missing())?;
    if let Some(words) = over(tx, info.unit, today).await? {
        return Err(Rejection::field("post", words).into());
    }
    let by = Writer { district: actor.district, account: actor.account, role: Role::ConductOffice, hand: hand(actor) };
    let id = new_id(tx);
    let new = NewItem {
        id,
        // By hand there is no document of the system behind it: the item is its own.
        origin: Origin { feature: "by_hand".to_owned(), id: id.to_string() },
        kind: form.kind,
        unit: info.unit,
        post: info.post,
        duty: duty_of(tx, info.post, &form.code, today).await?,
        problem: form.problem,
        demand: form.demand,
        deadline: form.deadline,
    };
    let mut item = open_in(tx, &by, new).await?;
    if !form.ledger.trim().is_empty() || !form.number.trim().is_empty() {
        let seen = item.version;
        let event = item.link(&by.hand, today, &form.ledger, &form.number)?;
        store::save(tx, &item, seen).await?;
        store::note(tx, actor.district, id, &event, by.role).await?;
        bring::keep_number(tx, actor, &item, &info.unit_name).await?;
    }
    Ok(id)
}
