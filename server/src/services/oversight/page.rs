//! One reading as its viewer sees it: the readers with their forms, the head with his answers.

use std::collections::{HashMap, HashSet};

use app::api::{
    ApiError,
    drafts::Drafts as _,
    oversight::{ReadingPage, ReadingQuery, RemarkRow, SignRow},
};
use domain::{
    Rejection,
    ids::{CommandId, DutyId, InspectionId, PersonId, RecordId, RemarkId},
    oversight::{Phase, RemarkKind, Sampling},
    people::access::{self, Actor, Sight},
    time::{iso, zh_short},
};

use super::{
    super::{
        Services, facts, items, parse,
        records::{RecordRules, offline::since_announced, record_rules},
        storage,
        talks::checks_of,
        told,
    },
    SHEET, again,
    ending::may_end,
    hits::{self, Hit},
    owing,
    sheet::{Marks, many_words, resume},
    signing::{BY_HEAD, members, signed},
    store::{self, Kept, KeptRemark},
    tap,
};
use crate::{
    random,
    storage::{StorageError, q},
};

/// What the viewer is to this reading.
#[derive(Clone, Copy)]
struct Viewer {
    head: bool,
    /// Of a time that is over.
    former: bool,
    reader: bool,
    phase: Phase,
}

impl Services {
    pub(super) async fn reading_page(&self, actor: &Actor, query: ReadingQuery) -> Result<ReadingPage, ApiError> {
        let id: InspectionId = parse(&query.id)?;
        let today = self.today();
        let mut read = self.store.read().clone();
        let kept = store::load(&mut read, actor.district, id, today).await.map_err(told)?;
        let about = kept.info.access();
        let formers = kept.former_ids();
        let _proof = access::see_reading_of(actor, about, &formers).map_err(|_| Rejection::NotFound)?;
        let former = kept.is_former(actor);
        let viewer = Viewer {
            head: access::answer_reading_of(actor, about, &formers).is_ok(),
            former,
            reader: access::remark_reading(actor, about, &kept.plain).is_ok(),
            phase: kept.plain.phase(today),
        };
        let registers = access::register_reading(actor, about).is_ok();
        // Who left has no sight of the book any more; on the sheet he reads his own words.
        let sight = if former { Sight::Outline } else { self.sight_of(actor, &kept.info, kept.plain.year).await? };
        let reads = sight == Sight::Reading;
        if reads {
            self.note_reading(actor, &kept.info, kept.plain.year, true).await?;
        }
        let all = store::remarks(&mut read, actor.district, id).await.map_err(storage)?;
        let untouched =
            registers && all.is_empty() && matches!(viewer.phase, Phase::Planned | Phase::Running | Phase::Over);
        let given = signed(&mut read, &kept).await.map_err(storage)?;
        let head_signed = given.iter().any(|s| s.purpose == BY_HEAD);
        let own_signed = given.iter().any(|s| s.purpose != BY_HEAD && s.person == actor.person);
        let signing = viewer.phase == Phase::Signing;
        let waiting = all.iter().any(|m| m.plain.waits_for_answer() || m.plain.waits_for_office());
        let single = all.iter().any(|m| m.plain.waits_for_second() || m.plain.waits_for_office());
        let takes = viewer.reader && kept.plain.takes_remarks(today).is_ok();
        let notes = signing && !waiting && viewer.reader;
        // On paper: the head's, and that of a colleague without whom it does not close.
        let mut absent = if notes { owing::readers(&all, &given) } else { Vec::new() };
        absent.retain(|(person, _)| *person != actor.person);
        let may_note_paper = notes && (!head_signed || !absent.is_empty());
        let rules = record_rules(&mut read, actor.district).await.map_err(storage)?;
        let remarks: Vec<RemarkRow> =
            all.iter().enumerate().filter_map(|(at, m)| row(actor, &kept, (m, at, &all), viewer, &rules)).collect();
        let seen: HashSet<RemarkId> = remarks.iter().map(|m| m.id).collect();
        let running = matches!(viewer.phase, Phase::Running | Phase::Over);
        let tells = viewer.reader && running;
        let waiting_for: Vec<RecordId> = if tells {
            all.iter().filter(|m| m.plain.waits_for_second()).filter_map(|m| m.record).collect()
        } else {
            Vec::new()
        };
        let hits = hits::standing(&mut read, waiting_for).await.map_err(storage)?;
        let off = hits::taken_off(&mut read, &all).await.map_err(storage)?;
        let mut remarks = remarks;
        for (shown, m) in remarks.iter_mut().filter_map(|r| all.iter().find(|m| m.id == r.id).map(|m| (r, m))) {
            shown.reach = match off.get(&m.id) {
                Some(codes) => format!("取消对应：{}", codes.join("、")),
                None if tells && m.plain.waits_for_second() => hits::comes_to(m, of(&hits, m)),
                None => String::new(),
            };
        }
        let marks = Marks { all: &all, seen: &seen, viewer: actor.person, tells, hits: &hits };
        let sample = self.sample_rows(actor, &kept, sight, &marks).await?;
        let formers = kept.formers.iter().map(|f| (f.person, format!("{}（检查时在任）", f.name)));
        let mut acting: Vec<(PersonId, String)> = if notes && !head_signed { formers.collect() } else { Vec::new() };
        if notes && !head_signed && kept.info.head.is_none() {
            acting.extend(members(&mut read, &kept, today).await.map_err(storage)?);
        }
        acting.extend(absent.into_iter().map(|(person, name)| (person, format!("{name}（检查人员）"))));
        let draft = self.load(actor, SHEET, query.draft.as_deref()).await?;
        let draft = if draft.fields.is_empty() {
            self.load(actor, super::REMARK, query.draft.as_deref()).await?
        } else {
            draft
        };
        Ok(ReadingPage {
            id,
            post: kept.info.post,
            year: kept.plain.year,
            title: format!("{}　{}", kept.info.unit_name, kept.read_of),
            purpose: kept.plain.purpose.label().to_owned(),
            days: kept.plain.days(),
            phase: viewer.phase,
            readers: format!("{}　{}", kept.body, kept.names.join("、")),
            sampling: kept.sampling.words(),
            many: many_words(&kept),
            earlier: again::earlier(&mut read, &kept).await.map_err(storage)?,
            blocked: if takes { blocked(&all) } else { Vec::new() },
            drawn: matches!(kept.sampling, Sampling::Draw { .. }),
            redraw: if query.recheck { self.redraw_view(&kept).await.map_err(storage)? } else { None },
            items: self.open_rows(actor, &kept).await.map_err(storage)?,
            planned: if viewer.reader {
                checks_of(&mut read, actor, kept.info.post).await.map_err(storage)?
            } else {
                Vec::new()
            },
            resume: if takes { resume(&sample) } else { None },
            sample,
            change: kept.change_words(),
            until: iso(kept.plain.to),
            choices: if untouched { self.items_to_choose(&kept).await.map_err(storage)? } else { Vec::new() },
            remarks,
            unmatched: self
                .unmatched_rows(&kept)
                .await
                .map_err(storage)?
                .into_iter()
                .map(|(record, what, why)| {
                    let hint = if viewer.reader { hint(&rules, &[&why]) } else { String::new() };
                    (record, what, format!("{why}{hint}"))
                })
                .collect(),
            // Written for both; until it stands, it is the readers' draft.
            conclusion: kept.conclusion.clone(),
            signed: given
                .iter()
                .map(|s| SignRow {
                    role: if s.purpose == BY_HEAD { "党组织主要负责人" } else { "检查人员" }.to_owned(),
                    words: format!("{}　{}　{}", s.shown(), zh_short(s.on), s.signing.label()),
                })
                .collect(),
            withdrawn: if kept.ended().is_empty() { kept.withdrawn_why.clone() } else { String::new() },
            ended: kept.ended().to_owned(),
            who_signs: if signing && !head_signed { kept.who_signs() } else { String::new() },
            may_end: !waiting && may_end(actor, &kept, &all, &given, today),
            reads,
            may_remark: takes,
            may_withdraw: untouched,
            may_feed_back: takes && !single,
            may_reopen: viewer.reader && signing,
            may_sign: signing && !waiting && ((viewer.head && !head_signed) || (viewer.reader && !own_signed)),
            may_note_paper,
            head_signed,
            awaits: if signing { owing::words(&all, &given) } else { String::new() },
            both: signing && owing::takes_two(&all),
            acting,
            signers: if notes && !head_signed { kept.signers() } else { Vec::new() },
            may_prolong: registers && kept.plain.prolong(today, kept.plain.to.max(today).succ_opt()).is_ok(),
            head: viewer.head,
            name: actor.name.clone(),
            version: kept.version,
            command: CommandId(random::id(self.clock.now())),
            today: iso(today),
            draft,
        })
    }

    async fn items_to_choose(&self, kept: &Kept) -> Result<Vec<(DutyId, String)>, StorageError> {
        let mut read = self.store.read().clone();
        let heads = facts::lists(&mut read, kept.info.post, kept.plain.year).await?;
        let Some(list) = heads.iter().find(|l| l.state.is_in_force()).or(heads.first()) else { return Ok(Vec::new()) };
        let items = items::items_of_list(&mut read, list.id).await?;
        Ok(items.into_iter().map(|i| (i.duty, format!("{} {}", i.code, i.short()))).collect())
    }

    /// Ticks that a checker took off in this book, and pages that went offline since it was announced.
    async fn unmatched_rows(&self, kept: &Kept) -> Result<Vec<(RecordId, String, String)>, StorageError> {
        let rows = self
            .store
            .read()
            .rows(
                q("SELECT r.id, r.page, d.code, d.unmatched_why FROM record_duties d JOIN records r ON r.id = d.record_id
                   WHERE r.post_id = $1 AND r.year = $2 AND d.unmatched_why IS NOT NULL
                     AND d.unmatched_by IN (SELECT person_id FROM inspection_readers WHERE inspection_id = $3)
                     AND d.unmatched_by <> r.author_person ORDER BY r.page, d.code")
                .bind(kept.info.post)
                .bind(kept.plain.year)
                .bind(kept.id),
            )
            .await?;
        let unmatched = rows.iter().map(|row| {
            let page = row.opt_int("page")?.unwrap_or_default();
            Ok((row.id("id")?, format!("第 {page} 页　{}", row.text("code")?), row.text("unmatched_why")?))
        });
        let gone = since_announced(&mut self.store.read().clone(), kept.id).await?;
        let gone = gone
            .into_iter()
            .map(|(id, page, on)| Ok((id, format!("第 {page} 页"), format!("{}转线下，不能翻阅", zh_short(on)))));
        unmatched.chain(gone).collect()
    }
}

/// What the record of a remark corresponds to.
fn of<'a>(hits: &'a HashMap<RecordId, Vec<Hit>>, m: &KeptRemark) -> &'a [Hit] {
    m.record.and_then(|record| hits.get(&record)).map_or(&[], Vec::as_slice)
}

/// Why the feedback can not be written yet, remark by remark: which, and who is waited for.
fn blocked(all: &[KeptRemark]) -> Vec<(RemarkId, String)> {
    let why = |(at, m): (usize, &KeptRemark)| {
        let about = m.about();
        let words = if m.plain.waits_for_second() {
            format!("{about}“与实际不符”（{}填写）：待另一名翻阅人员认定，或由{}撤回", m.by_name, m.by_name)
        } else if m.plain.waits_for_office() {
            format!("{about}：提请转为整改事项，待党风政风监督室审定")
        } else {
            let against = if m.plain.withdrawn { String::new() } else { tap::against_words(all, at) };
            (!against.is_empty()).then(|| format!("{about}（{}填写）：{against}", m.by_name))?
        };
        Some((m.id, words))
    };
    all.iter().enumerate().filter_map(why).collect()
}

/// What is said beside words that may hint at a clue.
fn hint(rules: &RecordRules, texts: &[&str]) -> String {
    let hint = rules.hint(texts);
    if hint.is_empty() { hint } else { format!("　{hint}") }
}

/// [`hint`] about what the viewer's side wrote.
fn own_words(rules: &RecordRules, m: &KeptRemark, viewer: Viewer) -> String {
    match (viewer.reader, viewer.head) {
        (true, _) => hint(rules, &[&m.text, &m.answer, &m.withdrawn_why]),
        (false, true) => hint(rules, &[&m.check_words]),
        (false, false) => String::new(),
    }
}

/// A remark as the viewer sees it. What is one person's word only is not there for the head.
fn row(
    actor: &Actor,
    kept: &Kept,
    (m, at, all): (&KeptRemark, usize, &[KeptRemark]),
    viewer: Viewer,
    rules: &RecordRules,
) -> Option<RemarkRow> {
    if viewer.former && !m.concerns(actor.person) {
        return None;
    }
    if viewer.head && !m.plain.counts() && !(m.plain.withdrawn && (m.plain.agreed || m.plain.check_asked)) {
        return None;
    }
    let running = matches!(viewer.phase, Phase::Running | Phase::Over);
    let open = running || viewer.phase == Phase::Signing;
    // The words are frozen by both signatures, what follows from them is not.
    let follows = open || viewer.phase == Phase::Closed;
    let stands = !m.plain.withdrawn;
    // What is only proposed is seen by who proposes and who decides, an item by everybody here.
    let decides = m.proposal.as_ref().is_some_and(|p| access::decide_remark(actor, kept.info.access(), p.by).is_ok());
    let proposal = m.proposal.as_ref().filter(|_| stands && (viewer.reader || decides || m.item.is_some()));
    Some(RemarkRow {
        id: m.id,
        about: m.about(),
        record: m.record,
        kind: m.plain.kind,
        text: m.text.clone(),
        by: format!("{}　{}{}", m.by_name, zh_short(m.at.day()), own_words(rules, m, viewer)),
        second: match (m.plain.kind, m.plain.agreed) {
            (RemarkKind::Mismatch, true) if open && m.leaving() => format!(
                "第二人认定：{}；{}提出撤回（{}），待{}同意",
                m.agreed_name, m.by_name, m.withdrawn_why, m.agreed_name
            ),
            (RemarkKind::Mismatch, true) => format!("第二人认定：{}", m.agreed_name),
            (RemarkKind::Mismatch, false) if stands => "待第二人认定".to_owned(),
            _ => String::new(),
        },
        check: m.check_words.clone(),
        answer: m.answer.clone(),
        withdrawn: if stands { String::new() } else { m.withdrawn_why.clone() },
        item: m.item,
        may_agree: viewer.reader && running && stands && m.plain.agree(actor.person).is_ok(),
        may_retract: viewer.reader
            && running
            && !m.plain.check_asked
            && m.item.is_none()
            && m.plain.retract(actor.person, m.agreed_by, m.leaving()).is_ok(),
        may_ask: viewer.head && open && stands && m.plain.ask_check().is_ok(),
        may_answer: viewer.reader && open && m.plain.waits_for_answer(),
        may_yield: viewer.reader && open && m.plain.waits_for_answer() && m.plain.is_of(actor.person, m.agreed_by),
        reach: String::new(),
        seen: m.seen(),
        may_open: viewer.reader && follows && m.item.is_none() && m.plain.propose().is_ok(),
        proposal: proposal.map(|p| p.words(m.plain.proposal)).unwrap_or_default(),
        may_decide: follows && decides && m.plain.waits_for_office(),
        against: if stands && viewer.reader && running { tap::against_words(all, at) } else { String::new() },
    })
}
