//! 系统设置: what the office sets for the record books, kept in the settings of the district. Saves one
//! part at a time, says who confirmed it when, and refuses to overwrite what somebody saved meanwhile.

use app::api::{
    ApiError,
    drafts::Drafts as _,
    reminders::DraftQuery,
    settings::{PartState, Settings, SettingsPage},
};
use async_trait::async_trait;
use domain::{
    Rejection,
    ids::{CommandId, DistrictId},
    oversight::{SHARE_DEFAULT, share},
    people::access::{self, Actor},
    records::{ClueWords, ProxyDays, automatic_day, closing_words, clue_list},
    time::zh,
};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{Services, rows::Rows, storage, told};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Form of the drafts.
pub const SETTINGS_DRAFT: &str = "settings.records";
/// Where it is kept who confirmed a part.
const CONFIRMED: &str = "confirmed";

/// One part, checked.
#[derive(Debug, Clone)]
pub enum Part {
    /// 涉线索词.
    Clues(ClueWords),
    /// 代录期限.
    Days(ProxyDays),
    /// 自动结转: `03-31`, or `off`.
    Closing(String),
    /// 抽查比例 of a 翻阅检查, in percent.
    Share(u32),
}

/// Name of the share among the settings.
const SHARE: &str = "inspection_share";

/// Share of items that a 翻阅检查 draws unless another one is chosen, in percent.
pub(in crate::services) async fn share_set(rows: &mut impl Rows, district: DistrictId) -> Result<u32, StorageError> {
    let all = load(rows, district).await?;
    Ok(share_of(&all))
}

fn share_of(all: &Map<String, Value>) -> u32 {
    let set = all.get(SHARE).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    set.filter(|n| share(*n).is_ok()).unwrap_or(SHARE_DEFAULT)
}

impl Part {
    /// Names of the settings, in the order of the page.
    const NAMES: [&'static str; 4] = ["clue_words", "proxy_days", "book_closes_on", SHARE];

    fn name(&self) -> &'static str {
        let [clues, days, closing, share] = Self::NAMES;
        match self {
            Self::Clues(_) => clues,
            Self::Days(_) => days,
            Self::Closing(_) => closing,
            Self::Share(_) => share,
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Clues(words) => json!({ "more": words.more, "fewer": words.fewer }),
            Self::Days(days) => json!({ "draft": days.draft, "confirm": days.confirm }),
            Self::Closing(day) => Value::String(day.clone()),
            Self::Share(percent) => json!(percent),
        }
    }

    /// For the log.
    fn words(&self) -> String {
        let list = |words: &[String]| if words.is_empty() { "无".to_owned() } else { words.join("、") };
        match self {
            Self::Clues(words) => format!("涉线索词：另加 {}；不提示 {}", list(&words.more), list(&words.fewer)),
            Self::Days(days) => format!("代录期限：代录 {} 个、确认 {} 个工作日", days.draft, days.confirm),
            Self::Closing(day) => format!("记录本：{}", closing_words(automatic_day(Some(day)))),
            Self::Share(percent) => format!("翻阅检查：抽查比例 {percent}%"),
        }
    }
}

async fn load(rows: &mut impl Rows, district: DistrictId) -> Result<Map<String, Value>, StorageError> {
    let row = rows.first(q("SELECT settings FROM districts WHERE id = $1").bind(district)).await?;
    Ok(match row.map(|row| row.json("settings")).transpose()? {
        Some(Value::Object(all)) => all,
        _ => Map::new(),
    })
}

/// Tells one state of a setting from another.
fn seen(all: &Map<String, Value>, name: &str) -> String {
    let text = all.get(name).map(Value::to_string).unwrap_or_default();
    hex::encode(Sha256::digest(text)).chars().take(16).collect()
}

fn typed<T: serde::de::DeserializeOwned + Default>(all: &Map<String, Value>, name: &str) -> T {
    all.get(name).and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
}

#[async_trait]
impl Settings for Services {
    async fn record_settings(&self, actor: &Actor, query: DraftQuery) -> Result<SettingsPage, ApiError> {
        let _proof = access::set_record_rules(actor)?;
        let draft = self.load(actor, SETTINGS_DRAFT, query.draft.as_deref()).await?;
        let all = load(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        let words: ClueWords = typed(&all, "clue_words");
        let days: ProxyDays = typed(&all, "proxy_days");
        let confirmed = |name: &str| {
            let words = all.get(CONFIRMED).and_then(|all| all.get(name)).and_then(Value::as_str);
            words.unwrap_or_default().to_owned()
        };
        Ok(SettingsPage {
            words: clue_list().map(|w| (w.to_owned(), !words.fewer.iter().any(|f| f == w))).collect(),
            more: words.more.join("\n"),
            days: [days.draft, days.confirm],
            share: share_of(&all),
            closes: automatic_day(all.get("book_closes_on").and_then(Value::as_str)),
            parts: Part::NAMES.map(|name| PartState { confirmed: confirmed(name), seen: seen(&all, name) }),
            command: CommandId(random::id(self.clock.now())),
            draft,
        })
    }
}

impl Services {
    /// Saves one part; it is 示范 no longer.
    ///
    /// # Errors
    /// Not the office's; stale where the part is no longer what the form showed.
    pub async fn set_record_rules(
        &self,
        actor: &Actor,
        key: CommandId,
        was: String,
        part: Part,
    ) -> Result<(), ApiError> {
        let _proof = access::set_record_rules(actor)?;
        let (district, account, name) = (actor.district, actor.account, actor.name.clone());
        let body = serde_json::to_vec(&(part.name(), part.value(), &was)).map_err(|_| ApiError::Unavailable)?;
        self.store
            .once(account, key.to_string(), &body, move |tx| {
                Box::pin(async move {
                    let mut all = load(tx, district).await?;
                    if seen(&all, part.name()) != was {
                        return Err(Rejection::Stale.into());
                    }
                    all.insert(part.name().to_owned(), part.value());
                    let by = json!(format!("{name}，{}", zh(tx.now().day())));
                    match all.get_mut(CONFIRMED).and_then(Value::as_object_mut) {
                        Some(confirmed) => drop(confirmed.insert(part.name().to_owned(), by)),
                        None => drop(all.insert(CONFIRMED.to_owned(), json!({ part.name(): by }))),
                    }
                    tx.execute(
                        q("UPDATE districts SET settings = $1 WHERE id = $2")
                            .bind(Value::Object(all).to_string())
                            .bind(district),
                    )
                    .await?;
                    let object = format!("district:{district}");
                    tx.audit(district, Some(account), "records.rules_set", &object, &part.words()).await?;
                    Ok(())
                })
            })
            .await
            .map_err(told)
    }
}
