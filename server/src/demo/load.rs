//! Writes a plan: first who is there, then the steps in the order of time, a few hundred
//! to a command so that other writes wait a moment only, then the colours of the day.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant as Stopwatch,
};

use domain::{
    ids::{AccountId, DistrictId, DutyId, PersonId, PostId, RecordId, SessionId, TemplateId, TermId, UnitId},
    people::{Grant, HeadTerm, Role, UnitKind, access::Actor},
    time::{Day, Instant},
};

use super::{
    accounts::PASSWORD,
    clear::{self, Found},
    plan::{Act, DemoPlan, PersonNo, UnitNo},
    setup, templates,
};
use crate::{
    hasher::Hasher,
    random,
    services::{colours, records::Book},
    storage::{Failure, StorageError, Store, Tx, q},
};

/// Steps in one command: about 150 ms of the writer.
const AT_ONCE: usize = 120;
/// Units coloured in one command.
const COLOURED_AT_ONCE: usize = 3;

/// Units whose history is written in one command.
const HISTORIES_AT_ONCE: usize = 5;

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loaded {
    /// District.
    pub district: DistrictId,
    /// Records written.
    pub records: usize,
    /// How long it took.
    pub milliseconds: u128,
}

/// Ids of what the plan knows by place.
pub struct Loader {
    /// Plan.
    pub plan: Arc<DemoPlan>,
    /// District.
    pub district: DistrictId,
    units: Vec<UnitId>,
    persons: Vec<PersonId>,
    accounts: Vec<Option<AccountId>>,
    /// Head posts by unit.
    pub head_posts: HashMap<UnitNo, PostId>,
    /// Terms in the order of the plan.
    pub terms: Vec<TermId>,
    /// Items by printed number, 自选动作 by text: the same in both years.
    pub duties: HashMap<String, DutyId>,
    /// Templates by year and variant.
    pub templates: HashMap<(i32, Option<UnitKind>), TemplateId>,
    /// Books as they stand; taken out when a list changes.
    pub books: HashMap<(UnitNo, i32), Book>,
    /// Records in the order of the plan's numbers.
    pub records: HashMap<usize, RecordId>,
    /// Review meetings.
    pub(super) meetings: HashMap<super::meeting::Which, domain::ids::MeetingId>,
}

/// The plan names something it does not have.
pub(super) fn missing(what: &str) -> Failure {
    StorageError::Shape(format!("demo plan: {what}")).into()
}

impl Loader {
    /// A loader that knows units, persons and accounts.
    pub fn new(
        plan: Arc<DemoPlan>,
        district: DistrictId,
        units: Vec<UnitId>,
        persons: Vec<PersonId>,
        accounts: Vec<Option<AccountId>>,
    ) -> Self {
        let now = Instant::start_of(plan.founded);
        let texts = plan.optional.iter().map(|o| o.text);
        let duties = templates::codes().chain(texts).map(|key| (key.to_owned(), DutyId(random::id(now)))).collect();
        Self {
            plan,
            district,
            units,
            persons,
            accounts,
            head_posts: HashMap::new(),
            terms: Vec::new(),
            duties,
            templates: HashMap::new(),
            books: HashMap::new(),
            records: HashMap::new(),
            meetings: HashMap::new(),
        }
    }

    /// Id of a unit.
    pub fn unit(&self, no: UnitNo) -> Result<UnitId, Failure> {
        self.units.get(no).copied().ok_or_else(|| missing("unit"))
    }

    /// Id of a person.
    pub fn person(&self, no: PersonNo) -> Result<PersonId, Failure> {
        self.persons.get(no).copied().ok_or_else(|| missing("person"))
    }

    /// Account of a person who has one.
    pub fn account(&self, no: PersonNo) -> Option<AccountId> {
        self.accounts.get(no).copied().flatten()
    }

    /// Head post of a house.
    pub fn post(&self, house: UnitNo) -> Result<PostId, Failure> {
        self.head_posts.get(&house).copied().ok_or_else(|| missing("head post"))
    }

    /// The person as access sees him on `day`: what a session of that day would have held.
    pub fn actor(&self, no: PersonNo, day: Day) -> Result<Actor, Failure> {
        let plan = &self.plan;
        let person = plan.persons.get(no).ok_or_else(|| missing("person"))?;
        let account = self.account(no).ok_or_else(|| missing("account"))?;
        let mut grants = Vec::new();
        let mut watched = BTreeSet::new();
        for (role, unit, _) in person.roles.iter().filter(|r| r.2) {
            grants.push(Grant { role: *role, unit: self.unit(*unit)? });
            let column = match role {
                Role::ResidentTeam => 0,
                Role::SupervisionOffice => 1,
                Role::TownCommittee => 2,
                _ => continue,
            };
            for (below, id) in plan.units.iter().zip(&self.units) {
                if below.watched_by[column] == Some(*unit) {
                    watched.insert(*id);
                }
            }
        }
        let mut terms = Vec::new();
        for (term, id) in plan.terms.iter().zip(&self.terms) {
            if term.head && term.person == no && term.runs_on(day) {
                let (post, unit) = (self.post(term.unit)?, self.unit(term.unit)?);
                terms.push(HeadTerm { term: *id, post, unit, from: term.from, to: term.to, acting: term.acting });
            }
        }
        let session = SessionId(random::id(Instant::start_of(day)));
        let (district, id, name) = (self.district, self.person(no)?, person.name.clone());
        Ok(Actor { district, account, person: id, session, name, grants, terms, post: None, watched })
    }

    async fn colour(&self, tx: &mut Tx, houses: &[UnitNo]) -> Result<(), Failure> {
        let today = self.plan.base;
        tx.pretend(Instant::start_of(today));
        for house in houses {
            for year in self.plan.years() {
                colours::refresh(tx, self.district, self.post(*house)?, year, today).await?;
            }
        }
        Ok(())
    }

    async fn close(&self, tx: &mut Tx) -> Result<(), Failure> {
        let district = self.district;
        tx.execute(q("UPDATE districts SET settings = '{}' WHERE id = $1").bind(district)).await?;
        let words = format!("种子 {}，记录 {} 条", self.plan.seed, self.records.len());
        tx.audit(district, None, "demo.loaded", &format!("district:{district}"), &words).await?;
        Ok(())
    }
}

/// Writes `plan` into a database without a district; `None` where there is one already. What a
/// start that was cut short left behind is taken back first.
///
/// # Errors
/// Storage failed, or a rule refused a step: the plan is wrong.
pub async fn load(store: &Store, hasher: Arc<dyn Hasher>, plan: DemoPlan) -> Result<Option<Loaded>, Failure> {
    let watch = Stopwatch::now();
    let free = store
        .write(|tx| {
            Box::pin(async move {
                match clear::look(tx).await? {
                    Found::District => Ok(false),
                    Found::Nothing => Ok(true),
                    Found::Torso(district) => clear::clear(tx, district).await.map(|()| true),
                }
            })
        })
        .await?;
    if !free {
        return Ok(None);
    }
    let hash = tokio::task::spawn_blocking(move || hasher.hash(PASSWORD)).await.map_err(|_| StorageError::Stopped)?;
    let plan = Arc::new(plan);
    let own = plan.clone();
    let mut loader = store.write(move |tx| Box::pin(setup::write(tx, own, hash))).await?;
    let is_report = |at: usize| matches!(plan.steps.get(at).map(|step| &step.act), Some(Act::Report(_)));
    let mut from = 0;
    while from < plan.steps.len() {
        if is_report(from) {
            // It reads the history of the colours, which the nights up to then had written.
            loader = histories(store, loader, plan.steps[from].at.day()).await?;
            loader = store
                .write(move |tx| {
                    Box::pin(async move {
                        loader.brief(tx, from).await?;
                        Ok(loader)
                    })
                })
                .await?;
            from += 1;
            continue;
        }
        let end = (from + AT_ONCE).min(plan.steps.len());
        let to = (from..end).find(|at| is_report(*at)).unwrap_or(end);
        loader = store
            .write(move |tx| {
                Box::pin(async move {
                    loader.steps(tx, from..to).await?;
                    Ok(loader)
                })
            })
            .await?;
        from = to;
    }
    let houses: Vec<UnitNo> = (0..super::houses::HOUSES.len()).collect();
    for some in houses.chunks(COLOURED_AT_ONCE) {
        let some = some.to_vec();
        loader = store
            .write(move |tx| {
                Box::pin(async move {
                    loader.colour(tx, &some).await?;
                    Ok(loader)
                })
            })
            .await?;
    }
    loader = histories(store, loader, plan.base).await?;
    let (district, records) = (loader.district, loader.records.len());
    store
        .write(move |tx| {
            Box::pin(async move {
                tx.pretend(Instant::start_of(loader.plan.base));
                loader.relief(tx).await?;
                loader.portrait_question(tx).await?;
                loader.close(tx).await
            })
        })
        .await?;
    Ok(Some(Loaded { district, records, milliseconds: watch.elapsed().as_millis() }))
}

/// The colours of all houses as the nights up to `until` had written them. What a night writes is appended at the end
/// of its command: so many histories have commands of their own.
async fn histories(store: &Store, mut loader: Loader, until: Day) -> Result<Loader, Failure> {
    let houses: Vec<UnitNo> = (0..super::houses::HOUSES.len()).collect();
    for some in houses.chunks(HISTORIES_AT_ONCE) {
        let some = some.to_vec();
        loader = store
            .write(move |tx| {
                Box::pin(async move {
                    loader.colour_history(tx, &some, until).await?;
                    Ok(loader)
                })
            })
            .await?;
    }
    Ok(loader)
}
