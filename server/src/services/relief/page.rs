//! The page: figures of four quarters, what became lighter, open subjects and answers. About fifteen statements,
//! whatever the number of suggestions; eight more for each quarter that is not kept yet.

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::{Draft, Drafts as _},
    relief::{AnswerRow, MineRow, OpenRow, QuarterRow, ReliefPage, ReliefQuery},
};
use chrono::Datelike as _;
use domain::{
    ids::{CommandId, DistrictId, ReliefAnswerId},
    people::{
        UnitKind,
        access::{self, Actor},
    },
    relief::{FORMS, Figures, Quarter, Rates, Verdict, lighter},
    time::{Day, zh, zh_short},
};

use super::{
    super::{Services, parse, posts, storage},
    ANSWER, RATES, SUGGEST, answer, figures, subject,
};
use crate::{
    random,
    storage::{Pool, Row, StorageError, q},
};

/// Open subjects and answers of a page.
const ROWS: usize = 20;
/// Suggestions whose words are shown to the office below one subject; in the file; and to everybody below an answer.
pub(super) const WORDS: usize = 20;
pub(super) const FILE_WORDS: usize = 2_000;
const SHARED: usize = 5;
/// Own suggestions shown.
const MINE: i64 = 20;

/// Words of the kinds of reminders.
fn reminder_label(kind: &str) -> String {
    match kind {
        "quarter" => "季度履责提醒",
        "digest" => "当日提醒",
        "urge" => "请联络员跟进",
        _ => "其他提醒",
    }
    .to_owned()
}

fn quarter_row(quarter: Quarter, running: bool, of: &Figures, rates: Rates) -> QuarterRow {
    let shown = of.may_show();
    let fields =
        of.shapes.iter().fold([0_usize; 2], |[must, may], s| [must + s.required.len(), may + s.optional.len()]);
    let mut row = QuarterRow {
        label: quarter.label(),
        running,
        shown,
        reminders: Vec::new(),
        reminder_minutes: 0,
        forms: Vec::new(),
        fields: fields.map(|n| u32::try_from(n).unwrap_or(u32::MAX)),
        minutes: 0,
    };
    if shown {
        row.reminders = of.reminders.iter().map(|(kind, n)| (reminder_label(kind), *n)).collect();
        row.reminder_minutes = of.minutes_of_reminders(rates);
        row.forms = FORMS.iter().map(|f| (f.label.to_owned(), of.used(f.key), of.minutes_of(f.key, rates))).collect();
        row.minutes = of.minutes(rates);
    }
    row
}

/// Quarters of the page, the oldest first; none before the district began.
async fn quarters(read: &mut Pool, district: DistrictId, today: Day) -> Result<Vec<(Quarter, Figures)>, StorageError> {
    let begun = posts::enabled_on(read, district).await?.map(Quarter::of);
    let mut quarter = Quarter::of(today);
    let mut out = vec![(quarter, figures::count(read, district, quarter).await?)];
    for _ in 0..figures::BEFORE {
        quarter = quarter.before();
        if begun.is_none_or(|first| quarter < first) {
            break;
        }
        out.push((quarter, figures::of(read, district, quarter).await?));
    }
    out.reverse();
    Ok(out)
}

/// What the office read of a subject: who, words; and how many more wrote some.
type Said = HashMap<String, (Vec<(String, String)>, u32)>;

async fn said(read: &mut Pool, district: DistrictId, keys: Vec<String>, most: usize) -> Result<Said, StorageError> {
    let find = q("SELECT id, family, name, words, person_name, account_id FROM relief_suggestions
                  WHERE district_id = $1 AND answer_id IS NULL AND words <> ''")
    .bind(district)
    .and_in("family || ':' || name", keys)
    .push("ORDER BY family, name, id");
    let mut out: Said = HashMap::new();
    for row in &read.rows(find).await? {
        let (list, cut) = out.entry(format!("{}:{}", row.text("family")?, row.text("name")?)).or_default();
        let named = row.opt_text("account_id")?.is_some();
        let who = if named { row.text("person_name")? } else { "不署名".to_owned() };
        if list.len() < most {
            list.push((who, row.text("words")?));
        } else {
            *cut += 1;
        }
    }
    Ok(out)
}

fn open_row(row: &Row, due: Day, today: Day, office: bool, said: &mut Said) -> Result<OpenRow, StorageError> {
    let key = format!("{}:{}", row.text("family")?, row.text("name")?);
    let (words, cut) = said.remove(&key).unwrap_or_default();
    let wrote = u32::try_from(words.len()).unwrap_or(u32::MAX).saturating_add(cut);
    let voices = row.small("n")?;
    Ok(OpenRow {
        title: subject::shown(row.text("title")?, row.flag("common")?, office),
        voices,
        since: zh_short(row.day("since")?),
        due: zh_short(due),
        late: today > due,
        more: if office { voices.saturating_sub(wrote) } else { 0 },
        cut,
        words,
        key,
    })
}

async fn answers(
    read: &mut Pool,
    district: DistrictId,
    before: Option<ReliefAnswerId>,
    office: bool,
) -> Result<(Vec<AnswerRow>, Option<ReliefAnswerId>), StorageError> {
    let mut find = q("SELECT * FROM relief_answers WHERE district_id = $1").bind(district);
    if let Some(before) = before {
        find = find.push_bind(
            "AND (on_day, id) < (SELECT b.on_day, b.id FROM relief_answers b WHERE b.district_id = $1 AND b.id = ?)",
            before,
        );
    }
    let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
    let mut rows = read.rows(find.push_bind("ORDER BY on_day DESC, id DESC LIMIT ?", limit)).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let ids = rows.iter().map(|row| row.id("id")).collect::<Result<Vec<ReliefAnswerId>, _>>()?;
    let find = q("SELECT id, answer_id, words FROM relief_suggestions
                  WHERE district_id = $1 AND share = 1 AND words <> ''")
    .bind(district)
    .and_in("answer_id", ids.iter().copied())
    .push("ORDER BY answer_id, id");
    let mut shared: HashMap<ReliefAnswerId, Vec<String>> = HashMap::new();
    for row in &read.rows(find).await? {
        let list = shared.entry(row.id("answer_id")?).or_default();
        if list.len() < SHARED {
            list.push(row.text("words")?);
        }
    }
    let out = rows
        .iter()
        .map(|row| {
            let id: ReliefAnswerId = row.id("id")?;
            Ok(AnswerRow {
                title: subject::shown(row.text("title")?, row.flag("common")?, office),
                verdict: row.keyed("verdict", Verdict::from_key)?,
                reason: row.text("reason")?,
                changed: row.text("changed")?,
                voices: row.small("voices")?,
                on: zh(row.day("on_day")?),
                words: shared.remove(&id).unwrap_or_default(),
                id,
            })
        })
        .collect::<Result<Vec<_>, StorageError>>()?;
    Ok((out, ids.last().copied().filter(|_| more)))
}

async fn tally(read: &mut Pool, district: DistrictId) -> Result<[u32; 2], StorageError> {
    let find =
        q("SELECT verdict, COUNT(*) AS n FROM relief_answers WHERE district_id = $1 GROUP BY verdict ORDER BY verdict");
    let mut out = [0, 0];
    for row in &read.rows(find.bind(district)).await? {
        let n = row.small("n")?;
        out[0] += n;
        if row.keyed("verdict", Verdict::from_key)?.changes() {
            out[1] += n;
        }
    }
    Ok(out)
}

async fn mine(read: &mut Pool, actor: &Actor) -> Result<Vec<MineRow>, StorageError> {
    let find = q("SELECT s.id, s.title, s.words, s.on_day, a.verdict FROM relief_suggestions s
                  LEFT JOIN relief_answers a ON a.id = s.answer_id
                  WHERE s.district_id = $1 AND s.account_id = $2 ORDER BY s.on_day DESC, s.id DESC LIMIT $3");
    let rows = read.rows(find.bind(actor.district).bind(actor.account).bind(MINE)).await?;
    rows.iter()
        .map(|row| {
            Ok(MineRow {
                id: row.id("id")?,
                title: row.text("title")?,
                words: row.text("words")?,
                on: zh_short(row.day("on_day")?),
                verdict: row.opt_text("verdict")?.and_then(|key| Verdict::from_key(&key)),
            })
        })
        .collect()
}

impl Services {
    /// The page; the office reads the words of at most `most` voices below each open subject.
    pub(super) async fn relief_page_of(
        &self,
        actor: &Actor,
        query: ReliefQuery,
        most: usize,
    ) -> Result<ReliefPage, ApiError> {
        let before = query.before.as_deref().filter(|id| !id.is_empty()).map(parse).transpose()?;
        let (draft, draft_of) = self.relief_draft(actor, query.draft.as_deref()).await?;
        // What was typed before a refusal is about what it was about.
        let about = query.about.clone().or_else(|| Some(draft.value("about", "")).filter(|a| !a.is_empty()));
        self.page_read(actor, (&query, most), before, about, (draft, draft_of)).await.map_err(storage)
    }

    /// The refused form of whichever of the three it is.
    async fn relief_draft(&self, actor: &Actor, id: Option<&str>) -> Result<(Draft, String), ApiError> {
        for (form, of) in [(SUGGEST, "suggest"), (ANSWER, "answer"), (RATES, "rates")] {
            let draft = self.load(actor, form, id).await?;
            if !draft.fields.is_empty() || !draft.problem.is_empty() {
                return Ok((draft, of.to_owned()));
            }
        }
        Ok((Draft::default(), String::new()))
    }

    async fn page_read(
        &self,
        actor: &Actor,
        (query, most): (&ReliefQuery, usize),
        before: Option<ReliefAnswerId>,
        about: Option<String>,
        (draft, draft_of): (Draft, String),
    ) -> Result<ReliefPage, StorageError> {
        let (mut read, today, district) = (self.store.read().clone(), self.today(), actor.district);
        let office = access::answer_relief(actor).is_ok();
        let (rates, confirmed, seen) = answer::rates(&answer::settings(&mut read, district).await?);
        let calendar = posts::calendar(&mut read, district).await?;

        let all = quarters(&mut read, district, today).await?;
        let now = Quarter::of(today);
        let groups = all.last().map(|(_, of)| of.groups(rates)).unwrap_or_default();
        let label = |kind: &str| UnitKind::from_key(kind).map_or(kind.to_owned(), |k| k.label().to_owned());
        let mut less: Vec<String> = Vec::new();
        for (before, after) in all.iter().zip(all.iter().skip(1)) {
            for line in lighter(&before.1.shapes, &after.1.shapes) {
                if !less.contains(&line) {
                    less.push(line);
                }
            }
        }

        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let total = read
            .rows(
                q("SELECT COUNT(*) AS n FROM (SELECT family, name FROM relief_suggestions
                   WHERE district_id = $1 AND answer_id IS NULL GROUP BY family, name) AS subjects")
                .bind(district),
            )
            .await?;
        let open_total = total.first().map_or(Ok(0), |row| row.small("n"))?;
        let rows = read
            .rows(
                q("SELECT family, name, MAX(title) AS title, MIN(common) AS common, COUNT(*) AS n, MIN(on_day) AS since
                   FROM relief_suggestions WHERE district_id = $1 AND answer_id IS NULL
                   GROUP BY family, name ORDER BY since, family, name LIMIT $2 OFFSET $3")
                .bind(district)
                .bind(i64::try_from(ROWS).unwrap_or(i64::MAX))
                .bind(i64::from(page - 1) * i64::try_from(ROWS).unwrap_or(i64::MAX)),
            )
            .await?;
        let mut heard = Said::new();
        if office {
            let keys = rows.iter().map(|row| Ok(format!("{}:{}", row.text("family")?, row.text("name")?)));
            heard = said(&mut read, district, keys.collect::<Result<_, StorageError>>()?, most).await?;
        }
        let mut open = Vec::with_capacity(rows.len());
        for row in &rows {
            let due = calendar.plus_working(row.day("since")?, rates.days);
            open.push(open_row(row, due, today, office, &mut heard)?);
        }

        let choices = subject::choices(&mut read, actor, today.year()).await?;
        let about = match about {
            Some(about) => subject::known(&mut read, actor, &about, today.year()).await?.ok(),
            None => None,
        };
        let (answers, older) = answers(&mut read, district, before, office).await?;
        Ok(ReliefPage {
            lighter: less,
            quarters: all.iter().map(|(q, of)| quarter_row(*q, *q == now, of, rates)).collect(),
            groups: groups
                .into_iter()
                .map(|g| (g.kinds.iter().map(|k| label(k)).collect::<Vec<_>>().join("、"), g.units, g.minutes))
                .collect(),
            rates,
            confirmed,
            seen,
            choices,
            about: about.map(|known| (known.subject.key(), known.title)),
            next: usize::try_from(open_total).unwrap_or(0) > ROWS * usize::try_from(page).unwrap_or(1),
            open,
            open_total,
            page,
            answers,
            older,
            tally: tally(&mut read, district).await?,
            mine: mine(&mut read, actor).await?,
            office,
            command: CommandId(random::id(self.clock.now())),
            draft,
            draft_of,
        })
    }
}
