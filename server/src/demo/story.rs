//! The steps of the story, each through the service's own function, in the hands of the
//! person who would do it and at the time of the step.

use std::ops::Range;

use domain::{
    duties::DutyItem,
    ids::{DutyId, HandoverId},
    people::{
        Role,
        access::{self, Actor, PostRef},
    },
    records::{CorrectionDraft, RecordDraft},
    signature::Signing,
    time::Day,
};

use super::{
    houses::{self, HOUSES},
    load::{Loader, missing},
    phrases,
    plan::{Act, How, PersonNo, RecordPlan, Step, TaskPlan},
    templates,
};
use crate::{
    services::{
        duties::{
            handover::{self, Side},
            issue, lists, sign, steps,
            store::{self, By, ItemsOf},
            tasks,
        },
        records::{Book, Into, Writing, correct, decide, save_quietly},
    },
    storage::{Failure, Tx, q},
};

impl Loader {
    /// Carries out some steps of the plan.
    pub async fn steps(&mut self, tx: &mut Tx, range: Range<usize>) -> Result<(), Failure> {
        let plan = self.plan.clone();
        for step in plan.steps.get(range).unwrap_or_default() {
            tx.pretend(step.at);
            self.step(tx, step).await?;
        }
        Ok(())
    }

    async fn step(&mut self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        match &step.act {
            Act::Publish => self.publish(tx, step).await,
            Act::Save(record) => self.save(tx, step, record).await,
            Act::Confirm(_) | Act::Refuse(..) | Act::Correct(..) => self.decide(tx, step).await,
            Act::Verify(records) => self.verify(tx, step, records).await,
            Act::Close(how) => self.close_year(tx, step, *how).await,
            Act::Read(how) => self.read(tx, step, *how).await,
            Act::Task(task) => self.task(tx, step, task).await,
            Act::Done(title) => self.done(tx, step, title).await,
            Act::Review(review) => self.review(tx, step, review).await,
            // Told last, with its own day: it rests on the history of the colours, which is written when all is known.
            Act::Report(_) => Ok(()),
            Act::Season(what) => self.season(tx, step, *what).await,
            Act::Warn(what) => self.warn(tx, step, *what).await,
            Act::Matter(what) => self.matter(tx, step, *what).await,
            Act::Talk(what) => self.talking(tx, step, *what).await,
            Act::Account(what) => self.accounting(tx, step, *what).await,
            Act::File(what) => self.filing(tx, step, *what).await,
            _ => {
                // A step of the list changes what a record can correspond to.
                self.books.retain(|(house, _), _| *house != step.house);
                self.list(tx, step).await
            }
        }
    }

    pub(super) fn named(&self, name: &str) -> Result<PersonNo, Failure> {
        self.plan.person(name).ok_or_else(|| missing(name))
    }

    fn office(&self, step: &Step) -> Result<(Actor, By), Failure> {
        self.acts(self.named(houses::CONDUCT_STAFF[0])?, Role::ConductOffice, step)
    }

    pub(super) fn head(&self, step: &Step, day: Day) -> Result<(Actor, By), Failure> {
        let term = self.plan.head_on(step.house, day).ok_or_else(|| missing("head"))?;
        self.acts(term.person, Role::Principal, step)
    }

    fn acts(&self, person: PersonNo, role: Role, step: &Step) -> Result<(Actor, By), Failure> {
        let actor = self.actor(person, step.at.day())?;
        let by = By::of(&actor, role, step.at);
        Ok((actor, by))
    }

    fn duty(&self, key: &str) -> Option<DutyId> {
        self.duties.get(key).copied()
    }

    pub(super) fn post_ref(&self, house: usize) -> Result<PostRef, Failure> {
        let leads_district = self.plan.units.get(house).is_some_and(|u| u.leads_district);
        Ok(PostRef { post: self.post(house)?, unit: self.unit(house)?, leads_district })
    }

    async fn publish(&mut self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (_, by) = self.office(step)?;
        let last = step.year != self.plan.years()[1];
        for kind in templates::VARIANTS {
            let items = templates::items(kind, last, |code| self.duty(code));
            let id = lists::create_template(tx, self.district, "first_responsible", kind, step.year, &items).await?;
            lists::publish_template(tx, &by, id).await?;
            self.templates.insert((step.year, kind), id);
        }
        for list in ["party_committee", "dual_duty", "supervision", "function"] {
            let mut items = templates::items(None, last, |code| self.duty(code));
            items.retain(|item| item.list.0 == list);
            let id = lists::create_template(tx, self.district, list, None, step.year, &items).await?;
            lists::publish_template(tx, &by, id).await?;
        }
        Ok(())
    }

    fn optional(&self, step: &Step, second_edition: bool) -> Vec<DutyItem> {
        let mine = |o: &&super::plan::OptionalItem| {
            o.house == step.house && o.year == step.year && o.second_edition == second_edition
        };
        self.plan.optional.iter().filter(mine).filter_map(|o| Some(o.item(self.duty(o.text)?))).collect()
    }

    /// H1 and H10.
    async fn list(&mut self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let (house, year, day) = (step.house, step.year, step.at.day());
        let (post, unit, district) = (self.post(house)?, self.unit(house)?, self.district);
        let (office, by) = self.office(step)?;
        match step.act {
            Act::Make => {
                let kind = HOUSES.get(house).map(|h| h.kind);
                let variant = self.templates.get(&(year, kind)).or_else(|| self.templates.get(&(year, None)));
                let template = *variant.ok_or_else(|| missing("template"))?;
                let extra = self.optional(step, false);
                let first = domain::time::first_of(year, 1);
                lists::make_leader_list(tx, district, post, unit, year, template, &extra, first).await?;
                return Ok(());
            }
            Act::Leave => return handover::on_departure(tx, &by, post, day).await,
            Act::Arrive => return self.arrive(tx, step, &by).await,
            Act::HandOver { former, how } => return self.hand_over(tx, step, former, how).await,
            _ => {}
        }
        let row = store::newest_list(&mut *tx, district, post, year).await?.ok_or_else(|| missing("list"))?;
        let (id, seen) = (row.list.id, row.list.version);
        let keeper = || access::edit_lists(&office).map(steps::Keeper::Office);
        match step.act {
            Act::Send => steps::send_for_comment(tx, &by, keeper()?, id, seen).await,
            Act::Comment(words) => {
                let liaison = self.named(HOUSES[house].liaison)?;
                let (actor, by) = self.acts(liaison, Role::Liaison, step)?;
                steps::comment(tx, &by, access::comment_list(&actor, unit)?, id, words).await
            }
            Act::Submit => steps::submit(tx, &by, keeper()?, id, seen).await,
            Act::Approve => {
                let (actor, by) = self.acts(self.named(houses::DEPUTY)?, Role::DeputySecretary, step)?;
                let proof = access::approve_list(&actor, self.post_ref(house)?)?;
                steps::approve(tx, &by, proof, id, seen, "").await
            }
            Act::Return(why) => {
                let (actor, by) = self.acts(self.named(houses::DEPUTY)?, Role::DeputySecretary, step)?;
                let proof = access::approve_list(&actor, self.post_ref(house)?)?;
                steps::return_to_draft(tx, &by, steps::Returner::Approver(proof), id, seen, why).await
            }
            Act::Issue(effective) => {
                let issuer = issue::Issuer::Office(access::issue_list(&office)?);
                issue::issue(tx, &by, issuer, id, seen, effective).await
            }
            Act::Sign(how) => {
                let (actor, head) = self.head(step, day)?;
                let (by, signer) = match how {
                    How::Paper => (by, sign::Signer::Paper(access::note_paper_receipt(&office, unit)?)),
                    _ => (head, sign::Signer::Head(access::sign_list(&actor, post)?)),
                };
                sign::sign(tx, &by, signer, id, seen, signing(how, &actor.name, day, house)).await
            }
            Act::Revise(effective) => {
                let id = lists::next_edition(tx, &by, &row, effective).await?;
                let mut items = store::load_items(&mut *tx, ItemsOf::Leader(id)).await?;
                for item in self.optional(step, true) {
                    lists::add_item(&mut items, item)?;
                }
                Ok(store::replace_items(tx, district, ItemsOf::Leader(id), &items).await?)
            }
            _ => Err(missing("step")),
        }
    }

    async fn arrive(&self, tx: &mut Tx, step: &Step, by: &By) -> Result<(), Failure> {
        let heads = || self.plan.terms.iter().zip(&self.terms).filter(|(t, _)| t.head && t.unit == step.house);
        let (new, new_id) = heads().find(|(t, _)| t.from == step.at.day()).ok_or_else(|| missing("arrival"))?;
        let former = heads().filter(|(t, _)| t.from < new.from).max_by_key(|(t, _)| t.from);
        let (_, old_id) = former.ok_or_else(|| missing("former head"))?;
        handover::on_head_change(tx, by, self.post(step.house)?, *old_id, *new_id, new.from).await?;
        Ok(())
    }

    async fn hand_over(&self, tx: &mut Tx, step: &Step, former: bool, how: How) -> Result<(), Failure> {
        let (post, day) = (self.post(step.house)?, step.at.day());
        let found = tx
            .row(q("SELECT id FROM handovers WHERE post_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1").bind(post))
            .await?
            .ok_or_else(|| missing("hand-over"))?;
        let id: HandoverId = found.id("id")?;
        let row = handover::load(&mut *tx, self.district, id).await?;
        let new = self.plan.head_on(step.house, day).ok_or_else(|| missing("head"))?;
        let heads = self.plan.terms.iter().filter(|t| t.head && t.unit == step.house && t.from < new.from);
        let old = heads.max_by_key(|t| t.from).ok_or_else(|| missing("former head"))?;
        let (signer, side) = if former { (old.person, Side::From) } else { (new.person, Side::To) };
        let (office, office_by) = self.office(step)?;
        let (actor, own_by) = self.acts(signer, Role::Principal, step)?;
        let paper = how == How::Paper;
        let proof = if paper { Some(access::hand_over(&office, post)?) } else { None };
        let by = if paper { office_by } else { own_by };
        let signing = signing(how, &actor.name, day, step.house);
        handover::sign(tx, &by, proof, actor.person, &row, row.version, side, signing).await
    }

    async fn book(&mut self, tx: &mut Tx, step: &Step) -> Result<Book, Failure> {
        match self.books.remove(&(step.house, step.year)) {
            Some(book) => Ok(book),
            None => Ok(Book::open(tx, self.post(step.house)?, step.year).await?),
        }
    }

    async fn save(&mut self, tx: &mut Tx, step: &Step, record: &RecordPlan) -> Result<(), Failure> {
        let (post, unit, day) = (self.post(step.house)?, self.unit(step.house)?, step.at.day());
        let (place, term) = self
            .plan
            .terms
            .iter()
            .enumerate()
            .find(|(_, t)| t.head && t.unit == step.house && t.runs_on(day))
            .ok_or_else(|| missing("author"))?;
        let (author, from) = (self.person(term.person)?, term.from);
        let term_id = *self.terms.get(place).ok_or_else(|| missing("term"))?;
        let (actor, writing) = if record.proxy {
            let (actor, _) = self.acts(self.named(HOUSES[step.house].liaison)?, Role::Liaison, step)?;
            let proof = access::draft_record(&actor, self.post_ref(step.house)?)?;
            (actor, Writing::Proxy(proof))
        } else {
            let (actor, _) = self.head(step, day)?;
            let proof = access::write_record(&actor, post)?;
            (actor, Writing::Head(proof))
        };
        let mut book = self.book(tx, step).await?;
        let items = |code: &String| book.items.iter().find(|i| i.code == *code).map(|i| i.duty);
        let duties: Option<Vec<DutyId>> = record.codes.iter().map(items).collect();
        let draft = RecordDraft {
            kind: Some(record.kind),
            text: record.text.clone(),
            event_on: Some(record.event_on),
            duties: duties.ok_or_else(|| missing(&record.codes.join("、")))?,
            details: phrases::details(record.kind, record.no),
        };
        let known: Vec<DutyId> = book.items.iter().map(|i| i.duty).collect();
        let new = draft.check(day, from, &known)?;
        let proxy = record.proxy.then_some(actor.person);
        let into = Into { district: self.district, post, author, term: term_id, proxy };
        let saved = save_quietly(tx, &mut book, writing, into, unit, &new, day).await?;
        let action = if record.proxy { "records.draft" } else { "records.save" };
        let object = format!("record:{}", saved.record);
        tx.audit(self.district, Some(actor.account), action, &object, new.kind.label()).await?;
        self.books.insert((step.house, step.year), book);
        self.records.insert(record.no, saved.record);
        Ok(())
    }

    async fn decide(&mut self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let day = step.at.day();
        let find = |no: &usize| self.records.get(no).copied().ok_or_else(|| missing("record"));
        match &step.act {
            Act::Confirm(no) => {
                let (id, (actor, _)) = (find(no)?, self.head(step, day)?);
                let mut book = self.book(tx, step).await?;
                decide::confirm_quietly(tx, &mut book, &actor, id).await?;
                self.books.insert((step.house, step.year), book);
            }
            Act::Refuse(no, why) => {
                let (actor, _) = self.head(step, day)?;
                decide::refuse(tx, &actor, find(no)?, why).await?;
            }
            Act::Correct(no, text) => {
                let (actor, _) = self.head(step, day)?;
                let draft = CorrectionDraft {
                    text: text.clone(),
                    reason: "数字记错，核对后更正".into(),
                    ..CorrectionDraft::default()
                };
                correct::correct(tx, &actor, find(no)?, None, day, draft).await?;
            }
            _ => return Err(missing("decision")),
        }
        Ok(())
    }

    async fn task(&self, tx: &mut Tx, step: &Step, task: &TaskPlan) -> Result<(), Failure> {
        let (actor, by) = self.office(step)?;
        let form = tasks::TaskForm {
            title: task.title.clone(),
            node: task.node.to_owned(),
            due_on: Some(task.due_on),
            owner: task.owner.to_owned(),
            done_mark: task.done_mark.to_owned(),
            source: task.source.map_or("", domain::duties::Source::key).to_owned(),
            alike: true,
        };
        tasks::add(tx, &by, &actor, self.unit(step.house)?, step.year, form).await
    }

    async fn done(&self, tx: &mut Tx, step: &Step, title: &str) -> Result<(), Failure> {
        let (actor, by) = self.acts(self.named(HOUSES[step.house].liaison)?, Role::Liaison, step)?;
        let found = tx
            .row(
                q("SELECT id, version FROM annual_tasks WHERE unit_id = $1 AND year = $2 AND title = $3")
                    .bind(self.unit(step.house)?)
                    .bind(step.year)
                    .bind(title),
            )
            .await?
            .ok_or_else(|| missing("task"))?;
        tasks::finish(tx, &by, &actor, found.id("id")?, found.int("version")?, step.at.day()).await?;
        Ok(())
    }
}

/// A signature of `name` on `day`; the strokes differ from unit to unit.
pub(super) fn signing(how: How, name: &str, day: Day, house: usize) -> Signing {
    match how {
        How::Typed => Signing::Typed { name: name.to_owned() },
        How::Paper => Signing::Paper { on: day, handler: houses::CONDUCT_STAFF[1].to_owned() },
        How::Drawn => {
            let strokes: Vec<String> = (0..name.chars().count() * 3)
                .map(|n| {
                    let (x, y) = (40 + n * 55, 60 + (n * 37 + house * 13) % 50);
                    format!("M {x} {y} L {} {} L {} {}", x + 22, y + 34, x + 44, y + (house * 7 + n * 11) % 40)
                })
                .collect();
            Signing::Drawn { path: strokes.join(" ") }
        }
    }
}
