//! Ledgers that were kept outside until now, brought in by the 监督室 with a preview: 整改, “三交底”, 提示单, 建议书. A 文号 of the
//! district is taken in its register, so that it is never given again.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use app::api::imports::Sheet;
use async_trait::async_trait;
use domain::{
    Rejection,
    accountability::{External, Item, ItemKind, NewItem, Origin},
    ids::{DistrictId, PostId, UnitId},
    papers::number::{self, Series},
    people::{
        Role, UnitKind,
        access::{self as sight, Actor, hand},
    },
    time::{Day, WorkCalendar, zh},
};

use super::{
    open::{Writer, new_id, thread},
    store,
};
use crate::{
    import::{
        self, Answers, Book, Outcome, Preview, UnitFact,
        ledger::{Answering, LedgerLine, LedgerOf, LedgerSnapshot, same},
    },
    services::{
        imports::{self, ImportTarget},
        numbers, posts,
        reviews::{raters, report::refresh_board},
        rows::Rows,
    },
    storage::{Failure, Pool, StorageError, Tx, q},
};

/// Ledgers from outside; the target is the key of [`LedgerOf`].
pub struct LedgerImport;

fn of(target: &str) -> Result<LedgerOf, Rejection> {
    let missing = || Rejection::state("还没有选是哪一种台账，没有导入。请回到导入页选择。");
    LedgerOf::from_key(target.trim()).ok_or_else(missing)
}

async fn snapshot(rows: &mut impl Rows, district: DistrictId, today: Day) -> Result<LedgerSnapshot, StorageError> {
    let mut former: HashMap<UnitId, Vec<String>> = HashMap::new();
    for row in rows.all(q("SELECT unit_id, name FROM unit_names WHERE district_id = $1").bind(district)).await? {
        former.entry(row.id("unit_id")?).or_default().push(row.text("name")?);
    }
    let mut heads: HashMap<UnitId, PostId> = HashMap::new();
    let find = q("SELECT id, unit_id FROM posts WHERE district_id = $1 AND is_head = 1 AND ends_on IS NULL
         ORDER BY position DESC, id DESC");
    for row in rows.all(find.bind(district)).await? {
        heads.insert(row.id("unit_id")?, row.id("id")?);
    }
    // The unit of the 区委书记 is not the district's to supervise.
    let find = q("SELECT id, name, kind FROM units WHERE district_id = $1 AND ends_on IS NULL AND leads_district = 0");
    let mut units = Vec::new();
    for row in rows.all(find.bind(district)).await? {
        let id: UnitId = row.id("id")?;
        let kind = row.keyed("kind", UnitKind::from_key)?;
        let fact = UnitFact { id, name: row.text("name")?, kind, former: former.remove(&id).unwrap_or_default() };
        units.push(Answering { fact, post: heads.get(&id).copied() });
    }
    Ok(LedgerSnapshot {
        units,
        persons: raters::known(rows, district, today).await?,
        calendar: posts::calendar(rows, district).await?,
    })
}

/// Problems that the units of a file have on the account already.
async fn known(
    rows: &mut impl Rows,
    district: DistrictId,
    units: HashSet<UnitId>,
) -> Result<HashSet<(UnitId, ItemKind, String)>, StorageError> {
    let find = q("SELECT i.item FROM items i WHERE i.district_id = $1").bind(district).and_in("i.unit_id", units);
    let mut known = HashSet::new();
    for row in rows.all(find.for_these_values()).await? {
        let item: Item = row.json("item")?;
        known.insert((item.unit, item.kind, same(&item.problem)));
    }
    Ok(known)
}

/// The row of numbers that papers of a kind stand in.
fn series(kind: ItemKind) -> Option<Series> {
    match kind {
        ItemKind::Prompt => Some(Series::Prompt),
        ItemKind::Suggestion => Some(Series::Suggestion),
        ItemKind::Recommendation => Some(Series::Recommendation),
        _ => None,
    }
}

/// A 文号 of this district on a matter: row, year, number, and what it stands on.
async fn own_number(
    rows: &mut impl Rows,
    district: DistrictId,
    (kind, unit): (ItemKind, UnitId),
    external: Option<&External>,
) -> Result<Option<(Series, i32, u32, String)>, StorageError> {
    let (Some(series), Some(external)) = (series(kind), external) else { return Ok(None) };
    let Some((prefix, year, n)) = number::parse(&external.number) else { return Ok(None) };
    // Another body's paper keeps its number as a word of the ledger.
    if numbers::series_year(rows, district, series, year).await?.prefix != prefix {
        return Ok(None);
    }
    Ok(Some((series, year, n, subject_of(series, unit, year, n))))
}

/// A paper of an outside ledger to a unit, as the register knows it.
fn subject_of(series: Series, unit: UnitId, year: i32, n: u32) -> String {
    format!("ledger:{}:{unit}:{year}:{n}", series.key())
}

/// A row of numbers of a year.
struct Numbers {
    prefix: String,
    /// What each number stands on, and its title.
    taken: HashMap<i64, (String, String)>,
}

async fn numbers_of(
    rows: &mut impl Rows,
    district: DistrictId,
    series: Series,
    year: i32,
) -> Result<Numbers, StorageError> {
    let find = q("SELECT number, subject, title FROM document_numbers
                  WHERE district_id = $1 AND series = $2 AND year = $3");
    let found = rows.all(find.bind(district).bind(series.key()).bind(year)).await?;
    let taken = found.iter().map(|row| Ok((row.int("number")?, (row.text("subject")?, row.text("title")?))));
    let taken = taken.collect::<Result<_, StorageError>>()?;
    Ok(Numbers { prefix: numbers::series_year(rows, district, series, year).await?.prefix, taken })
}

/// A 文号 of this district that somebody typed beside an item is taken in the register as well: once for a paper to the
/// unit, however many of its problems are on the account.
///
/// # Errors
/// The number stands on something else, which is named.
pub(super) async fn keep_number(tx: &mut Tx, actor: &Actor, item: &Item, unit_name: &str) -> Result<(), Failure> {
    // The paper of the system itself has its number already.
    if item.origin.feature == "advices" {
        return Ok(());
    }
    let of = (item.kind, item.unit);
    let Some((series, year, n, subject)) = own_number(tx, actor.district, of, item.external.as_ref()).await? else {
        return Ok(());
    };
    if numbers::of_subject(tx, actor.district, series, &subject).await?.is_none() {
        let number = numbers::claim(tx, actor.district, series, year, n, &subject).await?;
        let title = format!("{unit_name}（原台账）");
        numbers::named(tx, actor, &number, &title, &format!("/accountability/{}", item.id)).await?;
    }
    Ok(())
}

async fn planned(
    rows: &mut impl Rows,
    today: Day,
    district: DistrictId,
    target: &str,
    book: &Book,
    answers: &Answers,
) -> Result<Preview<LedgerLine>, Failure> {
    let of = of(target)?;
    let snapshot = snapshot(rows, district, today).await?;
    let lines = import::ledger::read(book, of, &snapshot, answers, today);
    let known = known(rows, district, lines.units()).await?;
    let mut preview = lines.plan(&known);
    let mut held = Vec::new();
    let mut rows_of: HashMap<(Series, i32), Numbers> = HashMap::new();
    for planned in preview.rows.iter().filter(|row| row.outcome == Outcome::New) {
        let line = &planned.item;
        let (Some(series), Some(external)) = (series(line.kind), &line.line.external) else { continue };
        let Some((prefix, year, n)) = number::parse(&external.number) else { continue };
        let row = match rows_of.entry((series, year)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(numbers_of(rows, district, series, year).await?),
        };
        if row.prefix != prefix {
            continue;
        }
        if let Some((subject, title)) = row.taken.get(&i64::from(n))
            && *subject != subject_of(series, line.unit, year, n)
        {
            held.push(import::CellProblem {
                sheet: planned.sheet.clone(),
                row: planned.row,
                column: String::new(),
                header: "文号".to_owned(),
                value: format!("{year}年{n}号"),
                message: format!("这个文号系统里已经用于“{title}”。一个文号只能用一次，请核对。"),
            });
        }
    }
    preview.errors.extend(held);
    Ok(preview)
}

fn display(preview: &Preview<LedgerLine>) -> Sheet {
    let columns = ["单位", "来源", "问题", "责任领导", "挂账日期", "整改期限", "进度", "文号"];
    let mut sheet = imports::sheet(preview, &columns, |line| {
        let day = |day: Option<Day>| day.map(zh).unwrap_or_default();
        let progress = line.line.progress.map(|p| p.label().to_owned()).unwrap_or_default();
        let closed = line.line.closed_on.map(|day| format!("（{}）", zh(day))).unwrap_or_default();
        vec![
            line.unit_name.clone(),
            line.kind.label().to_owned(),
            line.problem.clone(),
            line.line.owner.as_ref().map(|o| o.name.clone()).unwrap_or_default(),
            day(line.line.opened_on),
            day(line.deadline),
            format!("{progress}{closed}"),
            line.line.external.as_ref().map(|e| e.number.clone()).unwrap_or_default(),
        ]
    });
    if preview.skipped > 0 {
        sheet.notes.push("系统里已有的问题跳过不动，以系统里的办理情况为准。".to_owned());
    }
    sheet
}

/// Stores one line. One paper to several units stands on one row, and its number is `taken` once.
async fn bring(
    tx: &mut Tx,
    actor: &Actor,
    (by, calendar): (&Writer, &WorkCalendar),
    taken: &mut BTreeSet<(Series, i32, u32)>,
    line: &LedgerLine,
) -> Result<Item, Failure> {
    let today = tx.now().day();
    let id = new_id(tx);
    let new = NewItem {
        id,
        origin: Origin { feature: "ledger".to_owned(), id: id.to_string() },
        kind: line.kind,
        unit: line.unit,
        post: line.post,
        duty: None,
        problem: line.problem.clone(),
        demand: line.demand.clone(),
        deadline: line.deadline,
    };
    let (item, event) = Item::brought(new, line.line.clone(), &by.hand, today, calendar)?;
    store::insert(tx, by.district, &item).await?;
    store::note(tx, by.district, id, &event, by.role).await?;
    if !item.is_closed() {
        thread(tx, by.district, &item, &event).await?;
    }
    let (of, external) = ((line.kind, line.unit), line.line.external.as_ref());
    if let Some((series, year, n, subject)) = own_number(tx, by.district, of, external).await?
        && taken.insert((series, year, n))
    {
        let number = numbers::claim(tx, by.district, series, year, n, &subject).await?;
        let title = format!("{}（原台账）", line.unit_name);
        numbers::named(tx, actor, &number, &title, &format!("/accountability/{id}")).await?;
    }
    Ok(item)
}

#[async_trait]
impl ImportTarget for LedgerImport {
    fn key(&self) -> &'static str {
        "ledger"
    }
    fn label(&self) -> &'static str {
        "问题台账"
    }
    fn template(&self) -> import::Kind {
        import::Kind::Ledger
    }
    fn may(&self, actor: &Actor) -> Result<(), Rejection> {
        sight::bring_ledger(actor).map(|_| ())
    }
    fn back(&self, target: &str) -> String {
        let key = of(target).map_or(LedgerOf::Work.key(), LedgerOf::key);
        format!("/accountability/bring?of={key}")
    }
    fn done(&self, _target: &str) -> String {
        "/accountability?done=brought".to_owned()
    }
    async fn titled(&self, _pool: &Pool, _district: DistrictId, target: &str) -> Result<String, Failure> {
        Ok(of(target)?.label().to_owned())
    }

    async fn plan(
        &self,
        pool: &Pool,
        today: Day,
        district: DistrictId,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        Ok(display(&planned(&mut pool.clone(), today, district, target, book, answers).await?))
    }

    async fn commit(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        today: Day,
        target: &str,
        book: &Book,
        answers: &Answers,
    ) -> Result<Sheet, Failure> {
        let _proof = sight::bring_ledger(actor)?;
        let preview = planned(tx, today, actor.district, target, book, answers).await?;
        let sheet = display(&preview);
        let rows = imports::to_write(&preview, &sheet)?;
        let by =
            Writer { district: actor.district, account: actor.account, role: Role::ConductOffice, hand: hand(actor) };
        let calendar = posts::calendar(tx, actor.district).await?;
        let (mut touched, mut taken) = (BTreeSet::<(PostId, i32)>::new(), BTreeSet::new());
        for (at, line) in rows {
            // Nobody brings lines about his own unit, as nobody opens one.
            if by.hand.units.contains(&line.unit) {
                let words = format!("第{at}行是您所在的单位，不能由您导入，没有导入任何一行。请由其他同志办理。");
                return Err(Rejection::state(words).into());
            }
            let named = |r: Failure| match r {
                Failure::Rejected(r) => Rejection::state(format!("第{at}行：{r}")).into(),
                other => other,
            };
            let item = bring(tx, actor, (&by, &calendar), &mut taken, line).await.map_err(named)?;
            touched.insert((item.post, chrono::Datelike::year(&item.opened_on)));
        }
        for (post, year) in touched {
            refresh_board(tx, actor.district, post, year).await?;
        }
        let details = format!("{}：新增 {}，跳过 {}", of(target)?.label(), preview.new, preview.skipped);
        let account = imports::auditor(actor);
        let object = format!("district:{}", actor.district);
        tx.audit(actor.district, account, "accountability.brought", &object, &details).await?;
        Ok(sheet)
    }
}
