//! `/oversight/colours/{post}`: every item with its colour, why, on what it rests, and all that it was before, with
//! the version of the rules that made it so. Stored colours only; nothing is recomputed here.

use std::collections::HashMap;

use app::api::{
    ApiError,
    drafts::Drafts as _,
    rules::{ColourChange, ColourRow, ColoursPage, ColoursQuery, FactLink},
};
use chrono::Datelike as _;
use domain::{
    Rejection,
    board::{Cell, Duty, RuleSet, Tone, word_of, worst},
    duties::{DutyItem, Frequency, period_label},
    ids::{CommandId, DistrictId, DutyId, PostId},
    people::access::{self, Actor},
    records::CARRIED,
    time::{Day, Window, sane_year, zh, zh_short},
};

use super::{
    super::{
        Services, checks,
        duties::sight,
        items::issued_item,
        parse,
        posts::{self, PostInfo},
        records::closing,
        rows::Rows,
        storage,
    },
    heads, kind_words,
    page::BROUGHT,
    version_words,
};
use crate::{
    random,
    storage::{Row, StorageError, q},
};

/// Most changes shown of a post and year: far more than sixty items come to.
const CHANGES: i64 = 2_000;

/// What the facts of a post and year are called.
struct Names {
    occurrences: HashMap<String, String>,
    records: HashMap<String, String>,
    /// With the page of the reading.
    remarks: HashMap<String, FactLink>,
}

impl Services {
    pub(super) async fn colours_page(&self, actor: &Actor, query: ColoursQuery) -> Result<ColoursPage, ApiError> {
        let today = self.today();
        let info = self.post_info(actor, parse(&query.post)?, today).await?;
        let _proof = access::see_colours(actor, info.access()).map_err(|_| Rejection::NotFound)?;
        let year = sane_year(query.year.unwrap_or_else(|| today.year()));
        let mut read = self.store.read().clone();
        let rules = posts::rules(&mut read, actor.district).await.map_err(storage)?;
        let head = actor.terms.iter().any(|t| t.post == info.post);
        let readable = sight::reads_items(&mut read, actor, info.post, year).await.map_err(storage)?;
        let rows = if readable {
            self.colour_rows(actor, &info, year, &rules, head).await.map_err(storage)?
        } else {
            Vec::new()
        };
        let mut years = read
            .rows(q("SELECT DISTINCT year FROM board_cells WHERE post_id = $1 ORDER BY year DESC").bind(info.post))
            .await
            .map_err(storage)?
            .iter()
            .filter_map(|row| row.year("year").ok())
            .collect::<Vec<_>>();
        if !years.contains(&year) {
            years.push(year);
            years.sort_unstable_by(|a, b| b.cmp(a));
        }
        let closed = match (readable, rows.is_empty()) {
            (false, _) => "这张清单由上级单位下发，内容只由本单位和上级单位查看。",
            (true, true) => "这一年还没有下达清单，没有条目的颜色。",
            (true, false) => "",
        };
        let since = heads::since(&mut read, &info).await.map_err(storage)?;
        let (who, earlier) = heads::of_year(&mut read, &info, since, year).await.map_err(storage)?;
        Ok(ColoursPage {
            post: info.post,
            unit: info.unit_name.clone(),
            who,
            earlier,
            year,
            years,
            worst: of_unit(&mut read, info.post, year, readable).await.map_err(storage)?,
            rows,
            head,
            days: rules.check_days,
            closed: closed.to_owned(),
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, checks::ASK, query.draft.as_deref()).await?,
        })
    }

    async fn colour_rows(
        &self,
        actor: &Actor,
        info: &PostInfo,
        year: i32,
        rules: &RuleSet,
        head: bool,
    ) -> Result<Vec<ColourRow>, StorageError> {
        let mut read = self.store.read().clone();
        let find = q(concat!(
            "SELECT c.*, COALESCE(",
            issued_item!("text", "c.duty_id", "c.post_id", "c.year"),
            ", '') AS text, COALESCE(",
            issued_item!("hard", "c.duty_id", "c.post_id", "c.year"),
            ", 0) AS hard, (SELECT COUNT(*) FROM occurrences o WHERE o.post_id = c.post_id AND o.year = c.year
               AND o.duty_id = c.duty_id AND o.state = 'carried') AS carried
             FROM colours c WHERE c.post_id = $1 AND c.year = $2"
        ));
        let found = read.rows(find.bind(info.post).bind(year)).await?;
        // Each colour is explained by the rules that made it, not by those of today.
        let versions = versions(&mut read, actor.district).await?;
        let closed = closing::closed_on(&mut read, info.post, year).await?.is_some();
        let names = names(&mut read, info.post, year).await?;
        let since = heads::since(&mut read, info).await?;
        let mut changes = changes(&mut read, info.post, year, &names, since).await?;
        let mut asked = checks::views(&mut read, actor, info.access(), "colour", year).await?;
        let open = checks::open_keys(&mut read, info.post, year, "colour").await?;
        let brought = RuleSet::default();
        let mut out = Vec::with_capacity(found.len());
        for row in &found {
            let duty: DutyId = row.id("duty_id")?;
            let (code, text) = (row.text("code")?, row.text("text")?);
            let carried = row.int("carried")? > 0;
            let (tone, word, why) = if carried {
                let why = format!("没有记录的部分已结转到{}年。", year + 1);
                (Tone::None, CARRIED.to_owned(), why)
            } else {
                (row.keyed("tone", Tone::from_key)?, row.text("word")?, row.text("reason")?)
            };
            let version = row.int("rule_version")?;
            // Version 1 is what the program brings with it; it may never have been written.
            let first = (version == 1).then_some(&brought);
            let made_by = versions.get(&version).or(first).unwrap_or(rules);
            let hard = made_by.counts_as_hard(row.flag("hard")?, &code, &DutyItem::shorten(&text));
            let kind = kind_words((tone, &word), hard, made_by);
            let key = duty.to_string();
            let mine = asked.remove(&key).unwrap_or_default();
            let before_me =
                head && open.contains(&key) && mine.iter().all(|one| one.state != domain::oversight::CheckState::Asked);
            out.push(ColourRow {
                duty,
                code,
                text,
                tone,
                word,
                why,
                rule: format!("{} · {kind}", version_words(version)),
                facts: links(&row.text("facts")?, &names),
                changes: changes.remove(&key).unwrap_or_default(),
                may_ask: head && !closed && !carried && tone.needs_attention() && !open.contains(&key),
                checks: mine,
                before_me,
            });
        }
        out.sort_by_cached_key(|row| DutyItem::order(&row.code));
        Ok(out)
    }
}

/// Every adopted version by its number.
pub(super) async fn versions(
    rows: &mut impl Rows,
    district: DistrictId,
) -> Result<HashMap<i64, RuleSet>, StorageError> {
    let find = q("SELECT version, rules FROM rule_sets WHERE district_id = $1 ORDER BY version").bind(district);
    rows.all(find).await?.iter().map(|row| Ok((row.int("version")?, row.json("rules")?))).collect()
}

/// The rules of version `number`; those that the program brings along where they were never written, and `now` where
/// there is no such version.
pub(super) fn version(all: &HashMap<i64, RuleSet>, number: u32, now: &RuleSet) -> RuleSet {
    let brought = || if number == BROUGHT { RuleSet::default() } else { now.clone() };
    all.get(&i64::from(number)).cloned().unwrap_or_else(brought)
}

/// The colour of the whole unit: tone, word, duty, why; the words stay below where its items do.
async fn of_unit(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    readable: bool,
) -> Result<(Tone, String, String, String), StorageError> {
    let find = q("SELECT duty, tone, word, text, why FROM board_cells WHERE post_id = $1 AND year = $2 ORDER BY duty");
    let found = rows.all(find.bind(post).bind(year)).await?;
    let read = |row: &Row| -> Result<Cell, StorageError> {
        let cell = Cell::new(
            row.keyed("duty", Duty::from_key)?,
            row.keyed("tone", Tone::from_key)?,
            row.text("text")?,
            row.text("why")?,
        );
        Ok(cell.word(&row.text("word")?))
    };
    let mut cells = found.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    cells.sort_by_key(|cell| cell.duty);
    Ok(match worst(&cells) {
        Some(cell) => {
            let why = if readable { cell.why.clone() } else { String::new() };
            (cell.tone, cell.word.clone(), cell.duty.label().to_owned(), why)
        }
        None => (Tone::None, Tone::None.word().to_owned(), String::new(), String::new()),
    })
}

async fn names(rows: &mut impl Rows, post: PostId, year: i32) -> Result<Names, StorageError> {
    let found = rows
        .all(
            q(concat!(
                "SELECT o.id, o.window_from, o.window_to, o.due_on, ",
                issued_item!("frequency", "o.duty_id", "o.post_id", "o.year"),
                " AS frequency, ",
                issued_item!("routine", "o.duty_id", "o.post_id", "o.year"),
                " AS routine FROM occurrences o WHERE o.post_id = $1 AND o.year = $2 ORDER BY o.id"
            ))
            .bind(post)
            .bind(year),
        )
        .await?;
    let mut occurrences = HashMap::new();
    for row in &found {
        let due = zh_short(row.day("due_on")?);
        let period = match row.opt_text("frequency")?.as_deref().and_then(Frequency::from_key) {
            Some(frequency) => {
                let routine = frequency == Frequency::Monthly && row.opt_int("routine")? == Some(1);
                let cadence = if routine { Frequency::Quarterly } else { frequency };
                period_label(cadence, Window { from: row.day("window_from")?, to: row.day("window_to")? })
            }
            None => String::new(),
        };
        occurrences.insert(row.text("id")?, format!("{period}应落实事项，{due}到期"));
    }
    let find = q("SELECT id, page, event_on FROM records WHERE post_id = $1 AND year = $2 AND state = 'recorded'
                  ORDER BY page, id");
    let mut records = HashMap::new();
    for row in &rows.all(find.bind(post).bind(year)).await? {
        let page = row.opt_int("page")?.unwrap_or_default();
        records.insert(row.text("id")?, format!("记录第 {page} 页，{}开展", zh_short(row.day("event_on")?)));
    }
    Ok(Names { occurrences, records, remarks: remarks(rows, post, year).await? })
}

/// Remarks that a colour may rest on: 核查不符.
async fn remarks(rows: &mut impl Rows, post: PostId, year: i32) -> Result<HashMap<String, FactLink>, StorageError> {
    let find = q("SELECT m.id, m.inspection_id, m.agreed_on, r.page FROM inspection_remarks m
                  JOIN inspections n ON n.id = m.inspection_id LEFT JOIN records r ON r.id = m.record_id
                  WHERE n.post_id = $1 AND n.year = $2 AND m.kind = 'mismatch' ORDER BY m.id");
    let mut out = HashMap::new();
    for row in &rows.all(find.bind(post).bind(year)).await? {
        let id = row.text("id")?;
        let page = row.opt_int("page")?.map(|page| format!("：记录第 {page} 页")).unwrap_or_default();
        let agreed = row.opt_day("agreed_on")?.map(|on| format!("，{}两人认定", zh_short(on))).unwrap_or_default();
        let link = format!("/oversight/{}#remark-{id}", row.text("inspection_id")?);
        out.insert(id, FactLink { words: format!("翻阅检查意见{page}与实际不符{agreed}"), link });
    }
    Ok(out)
}

/// Stored facts, `occurrence:…,record:…`, in words.
fn links(facts: &str, names: &Names) -> Vec<FactLink> {
    let one = |fact: &str| {
        let (kind, id) = fact.split_once(':')?;
        Some(match kind {
            "record" => match names.records.get(id) {
                Some(words) => FactLink { words: words.clone(), link: format!("/records/{id}") },
                None => FactLink { words: "一条已不在记录本里的记录".to_owned(), link: String::new() },
            },
            "remark" => names
                .remarks
                .get(id)
                .cloned()
                .unwrap_or_else(|| FactLink {
                    words: "一条已不在检查意见里的意见".to_owned(), link: String::new()
                }),
            _ => {
                let words = names.occurrences.get(id).cloned();
                FactLink { words: words.unwrap_or_else(|| "一期已取消的事项".to_owned()), link: String::new() }
            }
        })
    };
    facts.split(',').filter(|fact| !fact.is_empty()).filter_map(one).collect()
}

/// Changes by item, the newest first. `since`: from when on the present head answers for the post.
async fn changes(
    rows: &mut impl Rows,
    post: PostId,
    year: i32,
    names: &Names,
    since: Option<Day>,
) -> Result<HashMap<String, Vec<ColourChange>>, StorageError> {
    let find = q("SELECT * FROM colour_changes WHERE post_id = $1 AND year = $2 ORDER BY at DESC, id DESC LIMIT $3");
    let mut out: HashMap<String, Vec<ColourChange>> = HashMap::new();
    for row in &rows.all(find.bind(post).bind(year).bind(CHANGES)).await? {
        let at = row.instant("at")?;
        let (from, to) = (row.keyed("before_tone", Tone::from_key)?, row.keyed("after_tone", Tone::from_key)?);
        let reason = row.text("reason")?;
        let all = out.entry(row.text("duty_id")?).or_default();
        // What stood before the newer change is what this one made of it.
        if let Some(newer) = all.last_mut().filter(|newer: &&mut ColourChange| newer.from.0 == to) {
            newer.from.1 = word_of(to, &reason).to_owned();
        }
        all.push(ColourChange {
            at: format!("{} {}", zh(at.day()), at.clock()),
            from: (from, from.word().to_owned()),
            to: (to, word_of(to, &reason).to_owned()),
            reason,
            rule: format!("规则第{}版", row.int("rule_version")?),
            earlier: since.is_some_and(|since| at.day() < since),
            facts: links(&row.text("facts")?, names),
        });
    }
    Ok(out)
}
