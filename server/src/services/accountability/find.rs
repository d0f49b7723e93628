//! Which items somebody sees, and which of them a filter asks for: conditions over the narrow lines, in the database.
//! Nothing is read and then thrown away, so that a ledger of 100,000 items answers as one of a hundred does.

use std::collections::BTreeSet;

use app::api::accountability::LedgerQuery;
use chrono::Days;
use domain::{
    accountability::{
        ItemKind, Stage, State,
        words::{asked, numbered},
    },
    ids::{DutyId, PostId, UnitId},
    people::{Role, access::Actor},
    time::{Day, parse_iso},
};

use super::grams;
use crate::{
    services::{reports::slice::Slice, rows::Rows},
    storage::{Query, StorageError, q},
};

/// Calendar days before the deadline in which an item is 临近到期.
pub(super) const SOON: u64 = 10;

/// Where a reader stands, as conditions need it.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    actor: &'a Actor,
    /// Units of the 区委书记's post: the 书记's alone.
    leading: Vec<UnitId>,
    today: Day,
}

/// What is asked for, read and bounded.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    unit: Option<String>,
    states: Option<Vec<State>>,
    kinds: Option<Vec<ItemKind>>,
    overdue: bool,
    soon: bool,
    mine: bool,
    /// Their unit ended: somebody has to take them over.
    orphan: bool,
    /// Beside what is his turn, what his unit is to do: for 待办.
    pub(super) answers: bool,
    repeated: bool,
    quick: bool,
    from: Option<Day>,
    to: Option<Day>,
    ended_from: Option<Day>,
    ended_to: Option<Day>,
    origin: Option<(String, String)>,
    duty: Option<DutyId>,
    number: Option<(i32, i64)>,
    pairs: Option<Vec<String>>,
    /// Whoever asks may know sources.
    office: bool,
    /// What a report counted.
    pub(super) slice: Option<Slice>,
    /// A question that nothing can answer.
    nothing: bool,
}

fn given(value: Option<&str>) -> Option<&str> {
    value.map(str::trim).filter(|v| !v.is_empty())
}

impl Asked {
    /// Reads the address. What is no choice asks for nothing: an address that was mistyped must not show everything.
    pub(super) fn of(query: &LedgerQuery, office: bool) -> Self {
        let day = |value: &Option<String>, nothing: &mut bool| {
            let text = given(value.as_deref())?;
            let day = parse_iso(text);
            *nothing |= day.is_none();
            day
        };
        let mut nothing = false;
        let states = given(query.state.as_deref()).map(|key| {
            let of = |stage: Option<Stage>| {
                State::ALL.iter().copied().filter(|s| Some(s.stage()) == stage).collect::<Vec<_>>()
            };
            match key {
                "open" => State::ALL.iter().copied().filter(|s| *s != State::Closed).collect(),
                key => match key.strip_prefix("at:") {
                    Some(exact) => State::from_key(exact).into_iter().collect(),
                    None => of(Stage::from_key(key)),
                },
            }
        });
        let kinds = given(query.kind.as_deref()).map(|key| match ItemKind::from_key(key) {
            // Sources stay inside: to a unit all of them are one word, in filters too.
            Some(kind) if office || !kind.is_inside() => vec![kind],
            None if key == ItemKind::PROBLEMS => {
                let advice = [ItemKind::Suggestion, ItemKind::Recommendation];
                ItemKind::ALL.into_iter().filter(|k| !advice.contains(k)).collect()
            }
            None if key == ItemKind::FOUND => ItemKind::ALL.into_iter().filter(|k| k.is_inside()).collect(),
            _ => Vec::new(),
        });
        let (mut number, mut pairs) = (None, None);
        if let Some(typed) = given(query.q.as_deref()) {
            number = numbered(typed);
            if number.is_none() {
                pairs = asked(typed);
                nothing |= pairs.is_none();
            }
        }
        let origin = given(query.origin.as_deref()).map(|text| {
            let (feature, id) = text.split_once(':').unwrap_or((text, ""));
            (feature.to_owned(), id.to_owned())
        });
        let duty = given(query.duty.as_deref()).map(str::parse::<DutyId>);
        nothing |= matches!(duty, Some(Err(_)));
        Self {
            unit: given(query.unit.as_deref()).map(str::to_owned),
            states,
            kinds,
            overdue: given(query.due.as_deref()) == Some("overdue"),
            soon: given(query.due.as_deref()) == Some("soon"),
            mine: given(query.turn.as_deref()) == Some("mine"),
            orphan: given(query.turn.as_deref()) == Some("ended"),
            answers: false,
            repeated: given(query.repeated.as_deref()).is_some(),
            quick: given(query.quick.as_deref()).is_some(),
            from: day(&query.from, &mut nothing),
            to: day(&query.to, &mut nothing),
            ended_from: day(&query.ended_from, &mut nothing),
            ended_to: day(&query.ended_to, &mut nothing),
            origin: origin.filter(|_| office),
            duty: duty.and_then(Result::ok),
            number,
            pairs,
            office,
            slice: None,
            nothing,
        }
    }

    /// What waits for somebody.
    pub(super) fn todo() -> Self {
        Self { mine: true, answers: true, ..Self::default() }
    }

    /// Is anything asked for at all?
    pub(super) fn any(&self) -> bool {
        let words = self.number.is_some() || self.pairs.is_some() || self.nothing;
        let days = [self.from, self.to, self.ended_from, self.ended_to].iter().any(Option::is_some);
        let ticks = self.overdue || self.soon || self.mine || self.orphan || self.repeated || self.quick;
        let lists = self.states.is_some() || self.kinds.is_some() || self.origin.is_some() || self.duty.is_some();
        words || days || ticks || lists || self.unit.is_some() || self.slice.is_some()
    }
}

impl<'a> Reader<'a> {
    /// Looks up what the district keeps for the 书记 alone.
    pub(super) async fn of(rows: &mut impl Rows, actor: &'a Actor, today: Day) -> Result<Self, StorageError> {
        let find = q("SELECT id FROM units WHERE district_id = $1 AND leads_district = 1").bind(actor.district);
        let leading = rows.all(find).await?.iter().map(|row| row.id("id")).collect::<Result<_, _>>()?;
        Ok(Self { actor, leading, today })
    }

    /// Is it the unit of the 区委书记?
    pub(super) fn leads(&self, unit: UnitId) -> bool {
        self.leading.contains(&unit)
    }

    fn has(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.actor.has(*role))
    }

    fn own_posts(&self) -> Vec<PostId> {
        self.actor.terms.iter().map(|t| t.post).collect()
    }

    /// Every unit of his, in any role.
    fn own_units(&self) -> BTreeSet<UnitId> {
        self.actor.terms.iter().map(|t| t.unit).chain(self.actor.grants.iter().map(|g| g.unit)).collect()
    }

    fn units_of(&self, roles: &[Role]) -> BTreeSet<UnitId> {
        self.actor.grants.iter().filter(|g| roles.contains(&g.role)).map(|g| g.unit).collect()
    }

    /// Sees items of the whole district?
    pub(super) fn whole(&self) -> bool {
        self.has(&[Role::Secretary, Role::DeputySecretary, Role::ConductOffice])
    }

    /// Units whose items he reads, for filters and facets; `None` for all.
    pub(super) fn units(&self) -> Option<BTreeSet<UnitId>> {
        if self.whole() {
            return None;
        }
        let mut units = self.units_of(&[Role::Member, Role::Liaison]);
        if self.has(&[Role::ResidentTeam, Role::SupervisionOffice, Role::TownCommittee]) {
            units.extend(self.actor.watched.iter().copied());
        }
        units.retain(|unit| !self.leading.contains(unit));
        Some(units)
    }

    /// As `access::sees` says of one item, for all of them.
    pub(super) fn sees(&self, query: Query) -> Query {
        let posts = self.own_posts();
        match self.units() {
            None if self.actor.has(Role::Secretary) => query,
            None => query
                .push("AND (l.unit_id NOT IN")
                .list(nobody(self.leading.iter().copied().collect()))
                .push("OR l.post_id IN")
                .list(posts)
                .push(")"),
            Some(units) => query.push("AND (l.unit_id IN").list(units).push("OR l.post_id IN").list(posts).push(")"),
        }
    }

    /// Only those whose next step is his: what `access::offered` gives for one item.
    fn turns(&self, query: Query, answers: bool) -> Query {
        let me = self.actor.person;
        let (own, posts) = (self.own_units(), self.own_posts());
        let department = self.units_of(&[Role::Member, Role::Liaison]);
        let mut leads = self.units_of(&[Role::Member]);
        leads.extend(self.actor.terms.iter().map(|t| t.unit));
        let mut query = query.push("AND l.turn < 3");
        // First by what the order's index holds: most lines are nobody's turn in these roles.
        if !answers || posts.is_empty() {
            query = query.push("AND (l.asked = 1 OR l.state IN").list(self.states_of()).push(")");
        }
        query = query.push("AND (1 = 0");
        if !posts.is_empty() {
            query = query.push("OR (l.post_id IN").list(posts.clone());
            query = query.push_bind(
                "AND (l.state = 'unsigned' OR (l.state = 'confirmed' AND COALESCE(l.filler_id, '') <> ?)))",
                me,
            );
            if answers {
                query = query.push("OR (l.turn = 0 AND l.post_id IN").list(posts).push(")");
            }
        }
        if !department.is_empty() {
            query = query.push("OR (l.state IN ('planning', 'working') AND l.unit_id IN").list(department).push(")");
        }
        if !leads.is_empty() {
            query = query
                .push("OR (l.state = 'filled' AND l.unit_id IN")
                .list(leads)
                .push_bind("AND COALESCE(l.owner_id, ?)", me)
                .push_bind("= ?", me)
                .push_bind("AND COALESCE(l.filler_id, '') <> ?)", me);
        }
        if self.has(&[Role::ResidentTeam, Role::SupervisionOffice]) {
            let watched = self.actor.watched.iter().filter(|u| !own.contains(u) && !self.leading.contains(u));
            query = query.push("OR (l.state = 'checking' AND l.unit_id IN").list(watched.copied());
            query = self.apart(query).push(")");
        }
        let outside = |query: Query, role: &Self| {
            let others: BTreeSet<UnitId> = own.iter().copied().chain(role.leading.iter().copied()).collect();
            query.push("AND l.unit_id NOT IN").list(nobody(others))
        };
        if self.actor.has(Role::ConductOffice) {
            query = query.push("OR ((l.state = 'suspended' OR (l.asked = 1 AND l.turn = 0)");
            query = query.push_bind("OR (l.state = 'checked' AND COALESCE(l.checker_id, '') <> ?", me);
            query = outside(self.apart(query).push("))"), self).push(")");
        }
        if self.has(&[Role::DeputySecretary, Role::Secretary]) {
            query = outside(self.apart(query.push("OR (l.state = 'deciding'")), self).push(")");
        }
        if self.actor.has(Role::Secretary) && !self.leading.is_empty() {
            query = query
                .push(
                    "OR ((l.state IN ('checking', 'checked', 'deciding', 'suspended') OR (l.asked = 1 AND l.turn = 0))",
                )
                .push("AND l.unit_id IN")
                .list(self.leading.iter().copied().filter(|unit| !own.contains(unit)));
            query = self.apart(query).push_bind("AND COALESCE(l.checker_id, '') <> ?)", me);
        }
        query.push(")")
    }

    /// States in which a step can be his at all.
    fn states_of(&self) -> Vec<&'static str> {
        let mut states = Vec::new();
        let roles: [(bool, &[State]); 6] = [
            (!self.actor.terms.is_empty(), &[State::Unsigned, State::Confirmed, State::Filled]),
            (self.has(&[Role::Member, Role::Liaison]), &[State::Planning, State::Working]),
            (self.has(&[Role::Member]), &[State::Filled]),
            (self.has(&[Role::ResidentTeam, Role::SupervisionOffice, Role::Secretary]), &[State::Checking]),
            (self.has(&[Role::ConductOffice, Role::Secretary]), &[State::Checked, State::Suspended]),
            (self.has(&[Role::DeputySecretary, Role::Secretary]), &[State::Deciding]),
        ];
        for (has, some) in roles {
            if has {
                states.extend(some.iter().map(|state| state.key()));
            }
        }
        states
    }

    /// He took no part in what is checked.
    fn apart(&self, query: Query) -> Query {
        let me = self.actor.person;
        query
            .push_bind("AND COALESCE(l.filler_id, '') <> ?", me)
            .push_bind("AND COALESCE(l.leader_id, '') <> ?", me)
            .push_bind("AND COALESCE(l.applicant_id, '') <> ?", me)
    }

    /// The conditions of a filter. `rarest` is the pair to begin with, where a search is part of it.
    pub(super) fn only(&self, query: Query, asked: &Asked, rarest: Option<&str>) -> Query {
        let mut query = query;
        if asked.nothing {
            return query.push("AND 1 = 0");
        }
        if let Some(unit) = &asked.unit {
            query = query.push_bind("AND l.unit_id = ?", unit.as_str());
        }
        if let Some(states) = &asked.states {
            query = query.and_in("l.state", states.iter().map(|s| s.key()));
        }
        if let Some(kinds) = &asked.kinds {
            query = query.and_in("l.kind", kinds.iter().map(|k| k.key()));
        }
        if asked.overdue {
            query = query.push("AND l.turn = 0").push_bind("AND l.due_on < ?", self.today);
        }
        if asked.soon {
            let until = self.today + Days::new(SOON);
            query = query.push("AND l.turn = 0").push_bind("AND l.due_on >= ?", self.today);
            query = query.push_bind("AND l.due_on <= ?", until);
        }
        if asked.repeated {
            query = query.push("AND l.repeats IS NOT NULL");
        }
        if asked.quick {
            query = query.push("AND l.quick = 1");
        }
        if asked.ended_from.is_some() || asked.ended_to.is_some() {
            query = query.push("AND l.turn = 3");
        }
        // Not by an index of days: the order of the ledger is an index, and a year holds most of it.
        for (text, day) in [
            ("AND COALESCE(l.opened_on, '') >= ?", asked.from),
            ("AND COALESCE(l.opened_on, '') <= ?", asked.to),
            ("AND COALESCE(l.closed_on, '') >= ?", asked.ended_from),
            ("AND COALESCE(l.closed_on, '') <= ?", asked.ended_to),
        ] {
            if let Some(day) = day {
                query = query.push_bind(text, day);
            }
        }
        if let Some((feature, id)) = &asked.origin {
            query = query.push_bind("AND l.origin = ?", feature.as_str()).push_bind("AND l.origin_id = ?", id.as_str());
        }
        if let Some(duty) = asked.duty {
            query = query.push_bind("AND l.duty_id = ?", duty);
        }
        if let Some((year, number)) = asked.number {
            query = query.push_bind("AND l.year = ?", year).push_bind("AND l.number = ?", number);
        }
        if let Some(slice) = &asked.slice {
            query = slice.items(query);
        }
        if asked.orphan {
            query =
                query.push("AND l.turn < 3 AND l.unit_id IN (SELECT o.id FROM units o WHERE o.ends_on IS NOT NULL)");
        }
        if asked.mine {
            query = self.turns(query, asked.answers);
        }
        grams::only(query, asked.pairs.as_deref().unwrap_or_default(), rarest, asked.office)
    }

    /// Where a search begins.
    pub(super) async fn rarest(&self, rows: &mut impl Rows, asked: &Asked) -> Result<Option<String>, StorageError> {
        grams::rarest(rows, asked.pairs.as_deref().unwrap_or_default(), asked.office).await
    }
}

/// `NOT IN ()` of nobody is everybody; `NOT IN (NULL)` would be nobody.
fn nobody(units: BTreeSet<UnitId>) -> Vec<String> {
    let mut texts: Vec<String> = units.iter().map(ToString::to_string).collect();
    if texts.is_empty() {
        texts.push(String::new());
    }
    texts
}
