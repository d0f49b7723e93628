//! What was found outside of the system (巡察, 审计, 民主评议, 日常监督, 提示单), put on the account by hand by the 监督室.

use app::api::{
    ApiError,
    accountability::{OpenPage, OpenQuery},
    drafts::Drafts as _,
};
use domain::{
    Rejection,
    accountability::{ItemKind, NewItem, Origin},
    ids::{CommandId, ItemId, PostId},
    people::{
        Role,
        access::{self as sight, Actor, hand},
    },
    time::Day,
};
use serde::Serialize;

use super::{
    super::{Services, posts, storage},
    measures::posts_for,
    open::{Writer, new_id, open_in},
    store,
};
use crate::{
    random,
    storage::{Failure, Tx},
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

/// Puts it on the account inside a command.
pub(crate) async fn open(tx: &mut Tx, actor: &Actor, form: Opened) -> Result<ItemId, Failure> {
    if !ItemKind::BY_HAND.contains(&form.kind) {
        return Err(Rejection::field("kind", "还没有选来源，没有保存。请选择。").into());
    }
    let today = tx.now().day();
    let missing = || Rejection::field("post", "还没有选单位，没有保存。请选择。");
    let info = posts::post(tx, actor.district, form.post, today).await?.ok_or_else(missing)?;
    let _proof = sight::open_item(actor, info.access()).map_err(|_| missing())?;
    let by = Writer { district: actor.district, account: actor.account, role: Role::ConductOffice, hand: hand(actor) };
    let id = new_id(tx);
    let new = NewItem {
        id,
        // By hand there is no document of the system behind it: the item is its own.
        origin: Origin { feature: "by_hand".to_owned(), id: id.to_string() },
        kind: form.kind,
        unit: info.unit,
        post: info.post,
        duty: None,
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
    }
    Ok(id)
}
