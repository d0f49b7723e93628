//! `/oversight/checks`: questions to answer, answered ones, and what waits for the checker; and each one's 待办.

use std::collections::{BTreeSet, HashMap};

use app::api::{
    ApiError,
    checks::{CheckRow, ChecksPage, ChecksQuery},
    drafts::Drafts as _,
    records::TodoRow,
};
use domain::{
    Rejection,
    board::word_of,
    ids::{CheckId, CommandId, PostId},
    oversight::{CheckState, CheckSubject},
    people::{
        Role,
        access::{self, Actor},
    },
    portrait::Subject,
    time::zh_short,
};

use super::{
    super::{
        Services,
        duties::sight,
        posts::{self, PostInfo},
        storage,
    },
    CHECKS, said,
    store::{self, Kept},
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// Questions on a page.
const ROWS: usize = 40;
/// Rows of one's 待办.
const SHOWN: usize = 12;
/// An item of a list handed down, for those above.
const BELOW: &str = "下级清单条目";
/// Characters of an answer that a line of the 待办 shows.
const START: usize = 60;

/// May the actor open the page at all?
fn sees(actor: &Actor) -> bool {
    let roles =
        [Role::Secretary, Role::DeputySecretary, Role::ConductOffice, Role::SupervisionOffice, Role::ResidentTeam];
    roles.into_iter().any(|role| actor.has(role))
}

/// What became of a batch: `3-1`.
fn said(done: Option<&str>) -> String {
    let numbers = done.and_then(|done| done.split_once('-'));
    match numbers.map(|(a, b)| (a.parse::<u32>(), b.parse::<u32>())) {
        Some((Ok(done), Ok(0))) => format!("已核实 {done} 条，有关事项已变回绿色。"),
        Some((Ok(done), Ok(refused))) => format!("已核实 {done} 条；{refused} 条没有核实，原因见下。"),
        _ => match done {
            Some("answered") => "已答复，本人在原处和待办里看得到。".to_owned(),
            _ => String::new(),
        },
    }
}

impl Services {
    pub(super) async fn checks_page(&self, actor: &Actor, query: ChecksQuery) -> Result<ChecksPage, ApiError> {
        if !sees(actor) {
            return Err(Rejection::NotAllowed.into());
        }
        let posts = self.posts_by_id(actor).await?;
        let done = query.show.as_deref() == Some("done");
        let page = query.page.unwrap_or(1).clamp(1, 10_000);
        let mut kept = self.readable(actor, &posts, done, page).await.map_err(storage)?;
        let more = kept.len() > ROWS;
        kept.truncate(ROWS);
        let now = self.colours_now(&kept).await.map_err(storage)?;
        let closed = self.closed_items(actor, &kept).await.map_err(storage)?;
        let today = self.today();
        let open = kept.iter().filter(|kept| kept.plain.state == CheckState::Asked);
        let open = open.filter_map(|kept| Some((kept, posts.get(&kept.plain.subject.post())?)));
        let mut read = self.store.read().clone();
        let hands = said::of(&mut read, actor.district, open, today).await.map_err(storage)?;
        let rows = kept
            .iter()
            .filter_map(|kept| {
                let info = posts.get(&kept.plain.subject.post())?;
                let open = kept.plain.state == CheckState::Asked;
                let said = hands.get(&kept.id).cloned().unwrap_or_default();
                let (by, post) = (kept.plain.by, info.access());
                let may_answer = open && access::answer_check_of(actor, post, by, &said).is_ok();
                let barred = open && !may_answer && access::answer_check(actor, post, by).is_ok();
                let link = link(kept, true);
                // What an item handed down says stays below; that its colour is questioned goes up.
                let below = is_below(kept, &closed);
                let here = now.get(&kept.id).filter(|words| open && !below && **words != kept.shown);
                Some(CheckRow {
                    view: kept.view(actor.person),
                    unit: format!("{} {}", info.unit_name, kept.by_name),
                    kind: kept.plain.subject.label().to_owned(),
                    title: if below { BELOW.to_owned() } else { kept.title.clone() },
                    tone: kept.tone.map(|tone| (tone, word_of(tone, &kept.shown).to_owned())),
                    shown: if below { String::new() } else { kept.shown.clone() },
                    now: here.cloned().unwrap_or_default(),
                    link,
                    late: open && today > kept.due,
                    may_answer,
                    barred: if barred {
                        format!("这项内容由您标记或认定，不能由您答复，由{}答复。", said.others())
                    } else {
                        String::new()
                    },
                })
            })
            .collect();
        let rules = posts::rules(&mut self.store.read().clone(), actor.district).await.map_err(storage)?;
        Ok(ChecksPage {
            rows,
            show: if done { "done" } else { "open" }.to_owned(),
            page,
            more,
            pending: if done { Vec::new() } else { self.pending_rows(actor, &posts).await.map_err(storage)? },
            said: said(query.done.as_deref()),
            days: rules.check_days,
            command: CommandId(random::id(self.clock.now())),
            draft: self.load(actor, CHECKS, query.draft.as_deref()).await?,
        })
    }

    /// A page of the questions of others that the actor may read, and one more: the open ones, the oldest first, or
    /// the settled ones, the newest first.
    async fn readable(
        &self,
        actor: &Actor,
        posts: &HashMap<PostId, PostInfo>,
        done: bool,
        page: u32,
    ) -> Result<Vec<Kept>, StorageError> {
        let seen = posts.values().filter(|info| store::reads_others(actor, info.access())).map(|info| info.post);
        let seen: BTreeSet<PostId> = seen.collect();
        if seen.is_empty() {
            return Ok(Vec::new());
        }
        let find = q("SELECT * FROM fact_checks WHERE district_id = $1 AND by_person <> $2")
            .bind(actor.district)
            .bind(actor.person)
            .and_in("post_id", seen);
        let find = if done {
            find.push("AND state IN ('corrected', 'upheld') ORDER BY answered_at DESC, id DESC")
        } else {
            find.push("AND state = 'asked' ORDER BY due_on, asked_at, id")
        };
        let find = find
            .push_bind("LIMIT ?", i64::try_from(ROWS + 1).unwrap_or(i64::MAX))
            .push_bind("OFFSET ?", i64::from(page - 1) * i64::try_from(ROWS).unwrap_or(i64::MAX));
        self.store.read().rows(find).await?.iter().map(store::read).collect()
    }

    /// Posts and years whose items the actor may not read (lists handed down).
    async fn closed_items(&self, actor: &Actor, kept: &[Kept]) -> Result<BTreeSet<(PostId, i32)>, StorageError> {
        let years: BTreeSet<i32> = kept.iter().map(|k| k.plain.subject.year()).collect();
        let mut out = BTreeSet::new();
        for year in years {
            let closed = sight::closed_posts(&mut self.store.read().clone(), actor, year).await?;
            out.extend(closed.into_iter().map(|post| (post, year)));
        }
        Ok(out)
    }

    /// Reasons that stand at the items of these questions now.
    async fn colours_now(&self, kept: &[Kept]) -> Result<HashMap<CheckId, String>, StorageError> {
        let posts: BTreeSet<PostId> = kept.iter().map(|k| k.plain.subject.post()).collect();
        if posts.is_empty() {
            return Ok(HashMap::new());
        }
        let find = q("SELECT post_id, year, duty_id, reason FROM colours WHERE 1 = 1").and_in("post_id", posts);
        let mut all: HashMap<(PostId, i32, String), String> = HashMap::new();
        for row in &self.store.read().rows(find).await? {
            let key = (row.id("post_id")?, row.year("year")?, row.text("duty_id")?);
            all.insert(key, row.text("reason")?);
        }
        let mut out = HashMap::new();
        for kept in kept {
            if let CheckSubject::Colour { post, year, duty } = &kept.plain.subject
                && let Some(words) = all.get(&(*post, *year, duty.to_string()))
            {
                out.insert(kept.id, words.clone());
            }
        }
        Ok(out)
    }

    /// Rows of the actor's 待办: answers he has not seen, questions that wait for his answer.
    pub(in crate::services) async fn check_todos(&self, actor: &Actor) -> Result<Vec<TodoRow>, StorageError> {
        let mut out = Vec::new();
        let find = q("SELECT * FROM fact_checks WHERE district_id = $1 AND by_person = $2
                      AND state IN ('corrected', 'upheld') AND seen_at IS NULL ORDER BY answered_at, id");
        for row in &self.store.read().rows(find.bind(actor.district).bind(actor.person)).await? {
            let kept = store::read(row)?;
            let holds = actor.terms.iter().any(|t| t.post == kept.plain.subject.post());
            // The colours of a post that he has left are his successor's.
            if !holds && matches!(kept.plain.subject, CheckSubject::Colour { .. }) {
                continue;
            }
            let answer: String = kept.answer.chars().take(START).collect();
            out.push(TodoRow {
                title: format!("核对答复 · {}", kept.title),
                note: format!("{}：{answer}", kept.plain.state.label()),
                link: link(&kept, false),
            });
            if out.len() == SHOWN {
                break;
            }
        }
        if !sees(actor) {
            return Ok(out);
        }
        let find =
            q("SELECT * FROM fact_checks WHERE district_id = $1 AND state = 'asked' ORDER BY due_on, asked_at, id");
        let rows = self.store.read().rows(find.bind(actor.district)).await?;
        if rows.is_empty() {
            return Ok(out);
        }
        let posts = posts::heads(&mut self.store.read().clone(), actor.district, self.today()).await?;
        let posts: HashMap<PostId, PostInfo> = posts.into_iter().map(|info| (info.post, info)).collect();
        let mut waiting = 0;
        let all = rows.iter().map(store::read).collect::<Result<Vec<_>, _>>()?;
        let closed = self.closed_items(actor, &all).await?;
        let asked = all.iter().filter_map(|kept| Some((kept, posts.get(&kept.plain.subject.post())?)));
        let hands = said::of(&mut self.store.read().clone(), actor.district, asked, self.today()).await?;
        for kept in all {
            let Some(info) = posts.get(&kept.plain.subject.post()) else { continue };
            let said = hands.get(&kept.id).cloned().unwrap_or_default();
            if access::answer_check_of(actor, info.access(), kept.plain.by, &said).is_err() {
                continue;
            }
            waiting += 1;
            if waiting <= SHOWN {
                let below = is_below(&kept, &closed);
                let title = if below { BELOW } else { kept.title.as_str() };
                out.push(TodoRow {
                    title: format!("申请核对 · {}", info.unit_name),
                    note: format!("{title}，请于{}前答复", zh_short(kept.due)),
                    link: format!("/oversight/checks#c{}", kept.id),
                });
            }
        }
        Ok(out)
    }
}

/// Is the question about an item of a list handed down, which the actor may not read?
fn is_below(kept: &Kept, closed: &BTreeSet<(PostId, i32)>) -> bool {
    match &kept.plain.subject {
        CheckSubject::Colour { post, year, .. } => closed.contains(&(*post, *year)),
        // A number says nothing of an item; one fact behind it does.
        CheckSubject::Portrait { post, year, key } => {
            Subject::parse(key).is_some_and(|s| s.fact.is_some()) && closed.contains(&(*post, *year))
        }
    }
}

/// Where the question stands: for the office, or for the asker.
fn link(kept: &Kept, office: bool) -> String {
    match &kept.plain.subject {
        CheckSubject::Colour { post, year, duty } => format!("/oversight/colours/{post}?year={year}#i{duty}"),
        CheckSubject::Portrait { post, year, key } => {
            let page = if office { format!("/portraits/{post}") } else { "/portrait".to_owned() };
            // The key names the term before the number.
            let (term, fact) = key.split_once(':').unwrap_or_default();
            format!("{page}?term={term}&year={year}&fact={fact}#fact")
        }
    }
}
