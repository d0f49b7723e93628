//! The head signs on the reader's screen. His secret is tried last, when nothing else is in the way, so that nobody
//! learns from the form whether a guess was right without a signature standing there; each wrong one is written down,
//! told to its owner, and closes this way for the day after some.

use app::api::{ApiError, records::TodoRow};
use domain::{
    Rejection,
    ids::{AccountId, InspectionId, PersonId},
    oversight::{Phase, here_open},
    people::access::{self, Actor},
    time::{DAY_MS, Instant, zh_short},
};

use super::{
    super::{Services, people::Tried, rows::Rows, storage, talks::HERE_STEP, told},
    finish::{Do, Step},
    signing::{BY_HEAD, ready, signed},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Step of the rows in `approvals` that keep a wrong try, under the account it was tried for.
const STEP: &str = "oversight.here";
/// How long the owner reads of it on his own page, in days.
const TOLD_DAYS: i64 = 90;
/// How long it stands among his 待办, in days.
const NEWS_DAYS: i64 = 7;
/// How many lines of it.
const TOLD_LINES: i64 = 20;

fn subject(account: AccountId) -> String {
    format!("account:{account}")
}

/// Wrong tries at this reading since the day began.
async fn wrong_today(
    from: &mut impl Rows,
    account: AccountId,
    id: InspectionId,
    now: Instant,
) -> Result<u32, StorageError> {
    let find = q("SELECT COUNT(*) AS n FROM approvals WHERE subject = $1 AND step = $2 AND reason = $3 AND at >= $4");
    let find = find.bind(subject(account)).bind(STEP).bind(id.to_string()).bind(Instant::start_of(now.day()));
    from.first(find).await?.map_or(Ok(0), |row| row.small("n"))
}

async fn note(tx: &mut Tx, actor: &Actor, kept: &Kept, signer: &str, tried: &Tried) -> Result<(), Failure> {
    tx.execute(
        q("UPDATE accounts SET failures = $1, retry_after = $2 WHERE id = $3")
            .bind(tried.failures)
            .bind(tried.retry_after)
            .bind(tried.account),
    )
    .await?;
    tx.insert(
        "INSERT INTO approvals (id, district_id, subject, step, by_role, account_id, person_name, decision, reason, at)",
        vec![
            random::id(tx.now()).to_string().into(),
            actor.district.into(),
            subject(tried.account).into(),
            STEP.into(),
            "".into(),
            actor.account.to_string().into(),
            (&actor.name).into(),
            "wrong".into(),
            kept.id.to_string().into(),
            tx.now().into(),
        ],
    )
    .await?;
    let words = format!("{} {}年 {signer}的密码输错", kept.info.unit_name, kept.plain.year);
    tx.audit(actor.district, Some(actor.account), "oversight.here_refused", &format!("inspection:{}", kept.id), &words)
        .await?;
    Ok(())
}

impl Services {
    /// The head signs on the reader's screen: his own password or PIN is asked for, after everything else was looked at.
    ///
    /// # Errors
    /// Not a reader, nobody who could sign, an old page, another name, a wrong secret, too many wrong ones, or as
    /// [`reading_step`](Self::reading_step).
    pub async fn sign_here(&self, actor: &Actor, form: Step, who: PersonId, secret: &str) -> Result<(), ApiError> {
        let (now, today) = (self.clock.now(), self.today());
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, form.inspection, today).await.map_err(told)?;
        let formers = kept.former_ids();
        let _sees = access::see_reading_of(actor, kept.info.access(), &formers).map_err(|_| Rejection::NotFound)?;
        let _reads = access::remark_reading(actor, kept.info.access(), &kept.plain)?;
        // Nobody's secret is tried who has nothing to sign here.
        let signer = kept.signers().into_iter().find(|(person, _)| *person == who);
        let (Phase::Signing, Some((_, signer)), Do::SignHere(signing, _)) =
            (kept.plain.phase(today), signer, &form.act)
        else {
            return Err(Rejection::NotFound.into());
        };
        signing.clone().check_for("检查反馈意见", &signer, today)?;
        if kept.version != form.seen {
            return Err(Rejection::Stale.into());
        }
        ready(&mut read, actor.district, &kept).await.map_err(told)?;
        if signed(&mut read, &kept).await.map_err(storage)?.iter().any(|s| s.purpose == BY_HEAD) {
            return Err(Rejection::state("负责人已经签过字，没有重复签字。请刷新页面查看。").into());
        }
        let account = self.secret_holder(actor.district, who).await.map_err(told)?;
        here_open(wrong_today(&mut read, account, kept.id, now).await.map_err(storage)?)?;
        let tried = self.try_secret_of(account, secret).await.map_err(told)?;
        if !tried.right {
            let acting = actor.clone();
            let (kept, signer, tried) = (kept.clone(), signer.clone(), tried.clone());
            self.store
                .write(move |tx| Box::pin(async move { note(tx, &acting, &kept, &signer, &tried).await }))
                .await
                .map_err(told)?;
            let words =
                "负责人的密码或数字密码不对，没有签字。已记入审计日志并告知本人；请本人重新输入，或登记纸质签字。";
            return Err(Rejection::field("secret", words).into());
        }
        self.reading_step(actor, form).await?;
        // Only a signature that stands forgives the tries before it.
        self.right_secret(&tried);
        Ok(())
    }

    /// The same among his 待办 for some days, where he looks without being asked to; on his own page it stays longer.
    pub(super) async fn tried_todo(&self, actor: &Actor) -> Result<Option<TodoRow>, StorageError> {
        let since = Instant(self.clock.now().0 - NEWS_DAYS * DAY_MS);
        let find = q("SELECT person_name, at FROM approvals WHERE subject = $1 AND step = $2 AND at >= $3
               ORDER BY at DESC, id DESC LIMIT 1");
        let find = find.bind(subject(actor.account)).bind(STEP).bind(since);
        let Some(row) = self.store.read().clone().first(find).await? else { return Ok(None) };
        let at = row.instant("at")?;
        let (name, on, clock) = (row.text("person_name")?, zh_short(at.day()), at.clock());
        Ok(Some(TodoRow {
            title: "您的密码被输错".to_owned(),
            note: format!("{on} {clock}，{name}的设备上当面签字时输错。不是您本人输入的，请更换密码"),
            link: "/me".to_owned(),
        }))
    }

    /// Wrong tries of the actor's own secret on readers' screens: who, what, when.
    pub(in crate::services) async fn wrong_here(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(String, String, String)>, StorageError> {
        let since = Instant(self.clock.now().0 - TOLD_DAYS * DAY_MS);
        let find = q("SELECT person_name, step, at FROM approvals WHERE subject = $1 AND step IN ($2, $3) AND at >= $4
               ORDER BY at DESC, id DESC LIMIT $5");
        let find = find.bind(subject(actor.account)).bind(STEP).bind(HERE_STEP).bind(since).bind(TOLD_LINES);
        let rows = self.store.read().rows(find).await?;
        let line = |row: &crate::storage::Row| {
            let at = row.instant("at")?;
            let whose = if row.text("step")? == STEP { "检查人员的设备" } else { "谈话现场的设备" };
            let what = format!("在{whose}上当面签字时，您的密码输错");
            Ok((row.text("person_name")?, what, format!("{} {}", zh_short(at.day()), at.clock())))
        };
        rows.iter().map(line).collect()
    }
}
