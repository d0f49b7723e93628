//! The office answers a subject, with all its voices at once; and sets the rates of the estimate.

use app::api::ApiError;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId, ReliefAnswerId},
    people::access::{self, Actor},
    relief::{Rates, Verdict, answer},
    time::zh,
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::super::{Services, rows::Rows};
use crate::{
    random,
    storage::{Failure, StorageError, Tx, q},
};

/// Name of the setting.
const RATES: &str = "relief_rates";
/// Who confirmed it, beside the other parts of 系统设置.
const CONFIRMED: &str = "confirmed";

/// An answer as typed.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// `item:…`, `other:…`.
    pub about: String,
    /// Answer.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// What changed.
    pub changed: String,
}

/// Rates as typed.
#[derive(Debug, Clone, Serialize)]
pub struct SetRates {
    /// Checked.
    pub rates: Rates,
    /// What the form showed.
    pub seen: String,
}

pub(super) async fn settings(rows: &mut impl Rows, district: DistrictId) -> Result<Map<String, Value>, StorageError> {
    let row = rows.first(q("SELECT settings FROM districts WHERE id = $1").bind(district)).await?;
    Ok(match row.map(|row| row.json("settings")).transpose()? {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    })
}

/// The district's rates, who confirmed them (empty: 示范), and a mark of them.
pub(super) fn rates(all: &Map<String, Value>) -> (Rates, String, String) {
    let stored = all.get(RATES);
    let rates = stored.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default();
    let confirmed = all.get(CONFIRMED).and_then(|all| all.get(RATES)).and_then(Value::as_str).unwrap_or_default();
    let text = stored.map(Value::to_string).unwrap_or_default();
    let seen = hex::encode(Sha256::digest(text)).chars().take(16).collect();
    (rates, confirmed.to_owned(), seen)
}

async fn write(tx: &mut Tx, actor: &Actor, form: Answer) -> Result<(), Failure> {
    let _proof = access::answer_relief(actor)?;
    let (family, name) = form.about.split_once(':').ok_or(Rejection::NotFound)?;
    let rows = tx
        .rows(
            q("SELECT title, common FROM relief_suggestions
               WHERE district_id = $1 AND family = $2 AND name = $3 AND answer_id IS NULL ORDER BY on_day DESC, id")
            .bind(actor.district)
            .bind(family)
            .bind(name),
        )
        .await?;
    let first = rows.first().ok_or(Rejection::NotFound)?;
    let (reason, changed) = answer(form.verdict, &form.reason, &form.changed)?;
    let (id, title) = (ReliefAnswerId(random::id(tx.now())), first.text("title")?);
    tx.insert(
        "INSERT INTO relief_answers (id, district_id, family, name, title, common, verdict, reason, changed, voices,
         on_day, account_id, person_name)",
        vec![
            id.into(),
            actor.district.into(),
            family.into(),
            name.into(),
            (&title).into(),
            first.flag("common")?.into(),
            form.verdict.key().into(),
            reason.into(),
            changed.into(),
            i64::try_from(rows.len()).unwrap_or(i64::MAX).into(),
            tx.now().day().into(),
            actor.account.into(),
            (&actor.name).into(),
        ],
    )
    .await?;
    tx.execute(
        q("UPDATE relief_suggestions SET answer_id = $1
           WHERE district_id = $2 AND family = $3 AND name = $4 AND answer_id IS NULL")
        .bind(id)
        .bind(actor.district)
        .bind(family)
        .bind(name),
    )
    .await?;
    let words = format!("{}：{title}", form.verdict.label());
    tx.audit(actor.district, Some(actor.account), "relief.answered", &format!("relief_answer:{id}"), &words).await?;
    Ok(())
}

impl Services {
    /// Answers a subject.
    ///
    /// # Errors
    /// Not the office; nothing open on it; no reason where one is needed.
    pub async fn answer_relief(&self, actor: &Actor, key: CommandId, form: Answer) -> Result<(), ApiError> {
        self.once(actor, key, form, |tx, actor, form| Box::pin(async move { write(tx, &actor, form).await })).await
    }

    /// Sets the rates; they are 示范 no longer.
    ///
    /// # Errors
    /// Not the office; stale.
    pub async fn set_relief_rates(&self, actor: &Actor, key: CommandId, form: SetRates) -> Result<(), ApiError> {
        let _proof = access::answer_relief(actor)?;
        self.once(actor, key, form, |tx, actor, form| {
            Box::pin(async move {
                let mut all = settings(&mut *tx, actor.district).await?;
                if rates(&all).2 != form.seen {
                    return Err(Rejection::Stale.into());
                }
                let value = serde_json::to_value(form.rates).map_err(|_| StorageError::shape("rates"))?;
                all.insert(RATES.to_owned(), value);
                let by = json!(format!("{}，{}", actor.name, zh(tx.now().day())));
                match all.get_mut(CONFIRMED).and_then(Value::as_object_mut) {
                    Some(confirmed) => drop(confirmed.insert(RATES.to_owned(), by)),
                    None => drop(all.insert(CONFIRMED.to_owned(), json!({ RATES: by }))),
                }
                tx.execute(
                    q("UPDATE districts SET settings = $1 WHERE id = $2")
                        .bind(Value::Object(all).to_string())
                        .bind(actor.district),
                )
                .await?;
                let Rates { tap, field, reminder, days } = form.rates;
                let words = format!("点按 {tap} 秒，必填项 {field} 秒，提醒 {reminder} 秒，{days} 个工作日答复");
                let object = format!("district:{}", actor.district);
                tx.audit(actor.district, Some(actor.account), "relief.rates_set", &object, &words).await?;
                Ok(())
            })
        })
        .await
    }
}
