//! 「这条没必要」: under the own name, or without one.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use app::api::ApiError;
use chrono::Datelike as _;
use domain::{
    Rejection,
    ids::{CommandId, VoiceId},
    people::access::Actor,
    relief::{Family, words},
};
use serde::Serialize;

use super::{
    super::{Services, storage, told},
    nameless::{self, Nameless},
    subject::{self, Choice, Choices},
};
use crate::{
    random,
    storage::{Failure, Tx, q},
};

/// Open voices of one account under its name.
const OPEN_MAX: i64 = 30;
/// Open voices without a name on one subject: more say nothing new.
const NAMELESS_MAX: usize = 200;

/// A suggestion as typed.
#[derive(Debug, Clone, Serialize)]
pub struct Suggest {
    /// `item:…`.
    pub about: String,
    /// Words.
    pub words: String,
    /// The words may be shown with the answer.
    pub share: bool,
}

/// Takes the own suggestion back.
#[derive(Debug, Clone, Serialize)]
pub struct Withdraw {
    /// Which.
    pub voice: VoiceId,
}

fn twice() -> Rejection {
    Rejection::state("您对这件事已经提过，还没有答复，没有重复提交。答复后还有不同看法的，可以再提。")
}

async fn under_name(tx: &mut Tx, actor: &Actor, form: Suggest) -> Result<(), Failure> {
    let today = tx.now().day();
    let known = subject::known(&mut *tx, actor, &form.about, today.year()).await??;
    let words = words(&known.subject, &form.words)?;
    let open = tx
        .rows(
            q("SELECT family, name FROM relief_suggestions WHERE account_id = $1 AND answer_id IS NULL ORDER BY id")
                .bind(actor.account),
        )
        .await?;
    for row in &open {
        if row.text("family")? == known.subject.family.key() && row.text("name")? == known.subject.name {
            return Err(twice().into());
        }
    }
    if i64::try_from(open.len()).unwrap_or(i64::MAX) >= OPEN_MAX {
        return Err(Rejection::state(format!(
            "您提的建议有 {OPEN_MAX} 条还在等答复，这一条没有提交。请等答复，或先撤回几条。"
        ))
        .into());
    }
    let id = VoiceId(random::id(tx.now()));
    // 别的事 is each a subject of its own.
    let name = if known.subject.family == Family::Other { id.to_string() } else { known.subject.name.clone() };
    tx.insert(
        "INSERT INTO relief_suggestions (id, district_id, family, name, title, common, words, share, account_id,
         person_name, on_day)",
        vec![
            id.into(),
            actor.district.into(),
            known.subject.family.key().into(),
            name.into(),
            (&known.title).into(),
            known.common.into(),
            words.into(),
            form.share.into(),
            actor.account.into(),
            (&actor.name).into(),
            today.into(),
        ],
    )
    .await?;
    tx.audit(actor.district, Some(actor.account), "relief.suggested", &format!("voice:{id}"), &known.title).await?;
    Ok(())
}

impl Services {
    /// A suggestion under the actor's name.
    ///
    /// # Errors
    /// No such thing for him; an open voice on it already; words that must not enter.
    pub async fn suggest_relief(&self, actor: &Actor, key: CommandId, form: Suggest) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { under_name(tx, &actor, form).await })).await
    }

    /// A suggestion without a name. The row's id comes from the form's own key, so a second click adds nothing; no
    /// command, audit row or draft of the account is written, and the database keeps no order of arrival. Whether the
    /// account said the same before is not known and so not told ([`nameless`]).
    ///
    /// # Errors
    /// As above, but for the second voice; and enough of them for a day.
    pub async fn suggest_nameless(&self, actor: &Actor, key: CommandId, form: Suggest) -> Result<(), ApiError> {
        let (heard, actor) = (self.heard.clone(), actor.clone());
        let noted = Arc::new(AtomicBool::new(false));
        let (memory, note, who) = (heard.clone(), noted.clone(), actor.account);
        let day = self.today();
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    let today = tx.now().day();
                    let known = subject::known(&mut *tx, &actor, &form.about, today.year()).await??;
                    let words = words(&known.subject, &form.words)?;
                    let id = nameless::id(key, &form.about, &words);
                    let mut all = nameless::all(tx, actor.district).await?;
                    if all.iter().any(|row| row.id == id) {
                        return Ok(());
                    }
                    let other = known.subject.family == Family::Other;
                    let name = if other { id.to_string() } else { known.subject.name.clone() };
                    let family = known.subject.family.key();
                    let same = |row: &&Nameless| row.answer.is_none() && row.family == family && row.name == name;
                    if all.iter().filter(same).count() >= NAMELESS_MAX {
                        let no = "这件事已经提过很多次，没有再记。请等党风政风监督室答复。";
                        return Err(Rejection::state(no).into());
                    }
                    if !memory.note(actor.account, day) {
                        let no = "不署名的建议一人一天最多提 5 条，这一条没有提交。请明天再提，或署名提交。";
                        return Err(Rejection::state(no).into());
                    }
                    note.store(true, Ordering::Relaxed);
                    let share = form.share && !words.is_empty();
                    let (family, title, common) = (family.to_owned(), known.title, known.common);
                    all.push(Nameless { id, family, name, title, common, words, share, on: today, answer: None });
                    nameless::rewrite(tx, actor.district, all).await?;
                    Ok(())
                })
            })
            .await;
        if done.is_err() && noted.load(Ordering::Relaxed) {
            heard.forget(who, day);
        }
        done.map_err(told)
    }

    /// What the actor may suggest about, and what `about` is where it is none of these but his to name all the same:
    /// for a form that is drawn again.
    ///
    /// # Errors
    /// Storage failed.
    pub async fn relief_choices(&self, actor: &Actor, about: &str) -> Result<(Choices, Option<Choice>), ApiError> {
        let (mut read, year) = (self.store.read().clone(), self.today().year());
        let choices = subject::choices(&mut read, actor, year).await.map_err(storage)?;
        let listed = choices.iter().any(|(_, all)| all.iter().any(|(key, _)| key == about));
        if listed || about.is_empty() {
            return Ok((choices, None));
        }
        let known = subject::known(&mut read, actor, about, year).await.map_err(storage)?.ok();
        Ok((choices, known.map(|known| (known.subject.key(), known.title))))
    }

    /// Sweeps what is left of a draft that held the same words under the name before (rare, and then worth seconds).
    ///
    /// # Errors
    /// Storage failed.
    pub async fn sweep_named_draft(&self) -> Result<(), ApiError> {
        let sweep = self.store.write(|tx| {
            Box::pin(async move {
                tx.leave_no_trace_of_record();
                Ok(())
            })
        });
        sweep.await.map_err(told)
    }

    /// Takes an own suggestion back that nobody answered yet. One without a name belongs to nobody.
    ///
    /// # Errors
    /// Not his own; answered meanwhile.
    pub async fn withdraw_relief(&self, actor: &Actor, key: CommandId, form: Withdraw) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| {
            Box::pin(async move {
                let find = q("SELECT title, answer_id FROM relief_suggestions
                              WHERE id = $1 AND district_id = $2 AND account_id = $3");
                let row = tx.row(find.bind(form.voice).bind(actor.district).bind(actor.account)).await?;
                let row = row.ok_or(Rejection::NotFound)?;
                if row.opt_text("answer_id")?.is_some() {
                    return Err(Rejection::state("这条建议已经答复，不能撤回。请在下面的答复里查看。").into());
                }
                tx.execute(q("DELETE FROM relief_suggestions WHERE id = $1").bind(form.voice)).await?;
                let object = format!("voice:{}", form.voice);
                tx.audit(actor.district, Some(actor.account), "relief.withdrawn", &object, &row.text("title")?).await?;
                Ok(())
            })
        })
        .await
    }
}
