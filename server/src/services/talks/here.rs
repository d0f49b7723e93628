//! The head signs on the commission's tablet, on the day of the talk: his own password or PIN is asked for, after
//! everything else was looked at. Each wrong one is written down, told to its owner, and closes this way for the day
//! after some.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::AccountId,
    people::access::{self, Actor},
    talks::{Side, TalkState},
    time::Instant,
};

use super::{
    super::{Services, people::Tried, rows::Rows, storage, told},
    sign::{self, TalkSign},
    store::{self, Kept},
};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Step of the rows in `approvals` that keep a wrong try, under the account it was tried for.
pub const STEP: &str = "talks.here";
/// Wrong tries of a day that close this way.
const MOST: u32 = 3;

async fn wrong_today(from: &mut impl Rows, account: AccountId, talk: &str, now: Instant) -> Result<u32, StorageError> {
    let find = q("SELECT COUNT(*) AS n FROM approvals WHERE subject = $1 AND step = $2 AND reason = $3 AND at >= $4");
    let find = find.bind(format!("account:{account}")).bind(STEP).bind(talk).bind(Instant::start_of(now.day()));
    from.first(find).await?.map_or(Ok(0), |row| row.small("n"))
}

async fn note(tx: &mut Tx, actor: &Actor, kept: &Kept, tried: &Tried) -> Result<(), Failure> {
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
            format!("account:{}", tried.account).into(),
            STEP.into(),
            "".into(),
            actor.account.to_string().into(),
            (&actor.name).into(),
            "wrong".into(),
            kept.talk.id.to_string().into(),
            tx.now().into(),
        ],
    )
    .await?;
    let words = format!("{}的密码输错", kept.label());
    let object = format!("talk:{}", kept.talk.id);
    tx.audit(actor.district, Some(actor.account), "talks.here_refused", &object, &words).await?;
    Ok(())
}

/// Whoever keeps the tablet on the day: the office, or the one who leads the talk.
pub fn may(actor: &Actor, kept: &Kept) -> bool {
    let keeps = kept.talk.lead.person == Some(actor.person) || access::run_talk(actor, kept.post()).is_ok();
    let wanting = kept.talk.unsigned().iter().any(|(_, side)| *side == Side::Leader);
    keeps && kept.talk.state == TalkState::Held && wanting && kept.talk.person != actor.person
}

impl Services {
    /// The head signs on the screen of whoever holds the talk.
    ///
    /// # Errors
    /// Nobody who holds it, nothing to sign, an old page, another name, a wrong secret, too many wrong ones.
    pub async fn sign_talk_here(&self, actor: &Actor, form: TalkSign, secret: &str) -> Result<(), ApiError> {
        let (now, today) = (self.clock.now(), self.today());
        let mut read = self.store.read().clone();
        let (kept, _) = store::readable(&mut read, actor, form.talk).await.map_err(told)?;
        // Nobody's secret is tried who has nothing to sign here.
        if !may(actor, &kept) || form.side != Side::Leader {
            return Err(Rejection::NotAllowed.into());
        }
        if kept.talk.version != form.seen {
            return Err(Rejection::Stale.into());
        }
        kept.talk.clone().sign(&access::hand(actor), today, (form.paper, form.side), form.signing.clone())?;
        let account = self.secret_holder(actor.district, kept.talk.person).await.map_err(told)?;
        let id = kept.talk.id.to_string();
        if wrong_today(&mut read, account, &id, now).await.map_err(storage)? >= MOST {
            let words = format!(
                "这次谈话今天已输错 {MOST} 次密码，当天不再接受在这里签字。请谈话对象在自己的设备上签字，或登记纸质签字。"
            );
            return Err(Rejection::field("secret", words).into());
        }
        let tried = self.try_secret_of(account, secret).await.map_err(told)?;
        if !tried.right {
            let (acting, kept, tried) = (actor.clone(), kept.clone(), tried.clone());
            self.store
                .write(move |tx| Box::pin(async move { note(tx, &acting, &kept, &tried).await }))
                .await
                .map_err(told)?;
            let words =
                "谈话对象的密码或数字密码不对，没有签字。已记入审计日志并告知本人；请本人重新输入，或登记纸质签字。";
            return Err(Rejection::field("secret", words).into());
        }
        self.once(actor, form.command, form, move |tx, actor, form| {
            Box::pin(async move { sign::sign(tx, &actor, form, true).await })
        })
        .await?;
        // Only a signature that stands forgives the tries before it.
        self.right_secret(&tried);
        Ok(())
    }
}
