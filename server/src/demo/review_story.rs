//! The steps of the review meetings, each through the service's own function, in the hands of the
//! person who would do it and at the time of the step.

use std::collections::BTreeSet;

use domain::{
    accountability::{Paper, Step as LoopStep},
    ids::{ItemId, MeetingId, PresenterId, QuestionId, RaterId, RoundId},
    people::access::{self, Actor},
    reviews::{
        Announce, Ballot, Event, Identity, Line, Mode, Plan, Presence, Presenter, Rater, ReviewRules, Secrecy,
        Step as Stage,
    },
    signature::Signing,
    time::{Day, Instant, WorkCalendar},
};

use super::{
    holidays,
    houses::{self, HOUSES, OFFICES},
    load::{Loader, missing},
    meeting::{self, ItemAct, Problem, Review, Which},
    people::checker,
    plan::{PersonNo, Step, at},
};
use crate::{
    live::{HeldMeeting as Held, hold},
    random,
    services::{
        accountability::{
            step::{self, StepWords},
            store as loops,
        },
        reviews::{
            self, Stored,
            approve::{self, PlanStep},
            comments::{self, Reading},
            feedback, reports,
        },
    },
    storage::{Failure, Tx, q},
};

impl Loader {
    /// One step around the meetings.
    pub(super) async fn review(&mut self, tx: &mut Tx, step: &Step, review: &Review) -> Result<(), Failure> {
        match review {
            Review::Draft(which, on) => self.draft_meeting(tx, step, *which, *on).await,
            Review::Ask(which) => {
                let actor = self.who(houses::CONDUCT_STAFF[0], step)?;
                self.plan_step(tx, &actor, *which, PlanStep::Ask).await
            }
            Review::Approve(which) => {
                let actor = self.who(houses::SECRETARY, step)?;
                self.plan_step(tx, &actor, *which, PlanStep::Approve).await
            }
            Review::Report(which) => self.report(tx, step, *which).await,
            Review::Question(which, text) => self.question(tx, step, *which, text).await,
            Review::Hold => self.hold(tx, step).await,
            Review::Comments => self.comments(tx, step).await,
            Review::Sheet | Review::Sign | Review::Hand => self.sheet(tx, step, review).await,
            Review::Item(problem, act) => self.item(tx, step, *problem, *act).await,
        }
    }

    fn who(&self, name: &str, step: &Step) -> Result<Actor, Failure> {
        self.actor(self.number(name)?, step.at.day())
    }

    fn number(&self, name: &str) -> Result<PersonNo, Failure> {
        self.plan.person(name).ok_or_else(|| missing(name))
    }

    fn head_of(&self, house: usize, day: Day) -> Result<PersonNo, Failure> {
        Ok(self.plan.head_on(house, day).ok_or_else(|| missing("head"))?.person)
    }

    fn meeting(&self, which: Which) -> Result<MeetingId, Failure> {
        self.meetings.get(&which).copied().ok_or_else(|| missing("meeting"))
    }

    fn calendar(&self) -> WorkCalendar {
        holidays::calendar(&self.plan.holidays)
    }

    async fn draft_meeting(&mut self, tx: &mut Tx, step: &Step, which: Which, on: Day) -> Result<(), Failure> {
        let now = tx.now();
        let actor = self.who(houses::CONDUCT_STAFF[0], step)?;
        let person = |name: &str| self.person(self.number(name)?);
        let mut presenters = Vec::new();
        for house in meeting::presenters(which) {
            let head = self.head_of(house, step.at.day())?;
            presenters.push(Presenter {
                id: PresenterId(random::id(now)),
                post: self.post(house)?,
                unit: self.unit(house)?,
                person: self.person(head)?,
                name: self.plan.persons[head].name.clone(),
                title: format!("{}{}", HOUSES[house].name, HOUSES[house].title),
            });
        }
        let mut raters = Vec::new();
        for (name, group) in meeting::raters() {
            let number = self.number(name)?;
            let unit = self.plan.persons[number].roles.first().map(|r| self.unit(r.1)).transpose()?;
            raters.push(Rater {
                id: RaterId(random::id(now)),
                person: Some(self.person(number)?),
                unit,
                name: name.to_owned(),
                place: String::new(),
                group: group.to_owned(),
            });
        }
        let title = if which == Which::Last || chrono::Datelike::month(&on) >= 9 {
            format!("{}年度述责述廉评议会", step.year)
        } else {
            format!("{}年述责述廉评议会", step.year)
        };
        let plan = Plan {
            title,
            year: step.year,
            on,
            place: "区行政中心三号会议室".into(),
            mode: Mode::Together,
            secrecy: Secrecy::Anonymous,
            identity: Identity::Card,
            announce: Announce::Afterwards,
            rules: ReviewRules::default(),
            presenters,
            raters,
            recusals: BTreeSet::new(),
            chair: Some(person(houses::SECRETARY)?),
            operators: BTreeSet::from([person(houses::CONDUCT_STAFF[0])?]),
            tellers: vec![person(houses::DEPUTY)?, person(houses::GENERAL_HEAD)?],
            counters: vec![person(houses::CONDUCT_STAFF[1])?, person(OFFICES[1].1)?],
        };
        let id = MeetingId(random::id(now));
        let stored = Stored { id, district: self.district, state: "draft".into(), plan, version: 1 };
        reviews::insert(tx, actor.account, &stored).await?;
        let object = format!("meeting:{id}");
        tx.audit(self.district, Some(actor.account), "reviews.created", &object, &stored.plan.title).await?;
        self.meetings.insert(which, id);
        Ok(())
    }

    async fn plan_step(&self, tx: &mut Tx, actor: &Actor, which: Which, step: PlanStep) -> Result<(), Failure> {
        let today = tx.now().day();
        let mut stored = reviews::load(tx, self.district, self.meeting(which)?).await?;
        approve::take(tx, actor, &mut stored, step, "", None, today).await
    }

    async fn presenter(&self, tx: &mut Tx, which: Which, house: usize) -> Result<Presenter, Failure> {
        let post = self.post(house)?;
        let stored = reviews::load(tx, self.district, self.meeting(which)?).await?;
        stored.plan.presenters.into_iter().find(|p| p.post == post).ok_or_else(|| missing("presenter"))
    }

    async fn report(&self, tx: &mut Tx, step: &Step, which: Which) -> Result<(), Failure> {
        let presenter = self.presenter(tx, which, step.house).await?;
        let actor = self.actor(self.head_of(step.house, step.at.day())?, step.at.day())?;
        let _proof = access::report_own(&actor, presenter.post, presenter.person)?;
        let meeting = self.meeting(which)?;
        let report =
            reports::Report { text: report_of(step.house), handed_at: Some(step.at), ..reports::Report::default() };
        reports::save(tx, self.district, meeting, presenter.id, &report).await?;
        let object = format!("report:{meeting}:{}", presenter.id);
        tx.audit(self.district, Some(actor.account), "reviews.report", &object, "述责报告已提交").await?;
        Ok(())
    }

    async fn question(&self, tx: &mut Tx, step: &Step, which: Which, text: &str) -> Result<(), Failure> {
        let presenter = self.presenter(tx, which, step.house).await?;
        let name = checker(&self.plan.units, step.house).ok_or_else(|| missing("checker"))?;
        let actor = self.who(name, step)?;
        let _proof = access::draft_question(&actor, presenter.unit)?;
        let unit = actor.grants.first().map(|g| g.unit).ok_or_else(|| missing("team"))?;
        let id = QuestionId(random::id(tx.now()));
        tx.insert(
            "INSERT INTO meeting_questions (id, meeting_id, presenter_id, district_id, text, author_unit, state, anonymous)",
            vec![
                id.into(),
                self.meeting(which)?.into(),
                presenter.id.into(),
                self.district.into(),
                text.into(),
                unit.into(),
                "sealed".into(),
                false.into(),
            ],
        )
        .await?;
        let object = format!("question:{id}");
        tx.audit(self.district, Some(actor.account), "reviews.question", &object, &presenter.title).await?;
        Ok(())
    }

    /// From two in the afternoon to the end, which is the step's own time.
    async fn hold(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let meeting = self.meeting(Which::Last)?;
        let plan = reviews::load(tx, self.district, meeting).await?.plan;
        let rules = plan.rules.clone();
        let returns = |group: &str, place: usize| {
            let mut lines = Vec::new();
            for (n, presenter) in plan.presenters.iter().enumerate() {
                let vote = meeting::vote(self.plan.seed, n, group, place, &rules)?;
                let rated = matches!(vote, domain::reviews::Vote::Rate { .. });
                let comment = if rated { meeting::comment(n, group, place) } else { "" };
                lines.push(Line { presenter: presenter.id, vote, comment: comment.to_owned() });
            }
            Some(Ballot { lines })
        };
        let mut places = std::collections::HashMap::new();
        let mut present = 0;
        for rater in &plan.raters {
            let place = places.entry(rater.group.as_str()).or_insert(0);
            present += u32::from(returns(&rater.group, *place).is_some());
            *place += 1;
        }
        let presence = Presence { entitled: u32::try_from(plan.raters.len()).unwrap_or(0), present };
        let round = RoundId(random::id(tx.now()));
        let ids: Vec<PresenterId> = plan.presenters.iter().map(|p| p.id).collect();
        let mut told = Hall { day: step.at.day(), minute: 0, events: Vec::new() };
        told.say(0, Event::CheckInOpened);
        told.say(28, Event::RoundOpened { round, presenters: ids.clone(), presence });
        for presenter in ids {
            told.say(2, Event::Called { presenter });
            told.say(0, Event::Clock { run: true });
            told.say(8, Event::Moved { step: Stage::Questions });
            told.say(8, Event::Moved { step: Stage::Comments });
            told.say(4, Event::Moved { step: Stage::Appraisal });
        }
        told.say(6, Event::RoundClosed);
        for teller in &plan.tellers {
            told.say(2, Event::SealConfirmed { teller: *teller });
        }
        let after = [domain::reviews::Phase::Announcing, domain::reviews::Phase::Feedback]
            .map(|phase| (step.at, Event::Entered { phase }));
        let account = self.who(houses::CONDUCT_STAFF[0], step)?.account;
        let held = Held { district: self.district, meeting, account, events: &told.events, after: &after };
        hold(tx, held, returns).await
    }

    /// Both of the office read every comment and keep it as it is.
    async fn comments(&self, tx: &mut Tx, step: &Step) -> Result<(), Failure> {
        let found = tx
            .rows(q("SELECT id, text FROM sealed_comments WHERE district_id = $1 ORDER BY id").bind(self.district))
            .await?;
        for row in found {
            for name in houses::CONDUCT_STAFF {
                let actor = self.who(name, step)?;
                comments::decide(tx, &actor, &row.text("id")?, (Reading::Keep, &row.text("text")?), None).await?;
            }
        }
        Ok(())
    }

    async fn sheet(&self, tx: &mut Tx, step: &Step, review: &Review) -> Result<(), Failure> {
        let find = q("SELECT id, version FROM feedback_sheets WHERE meeting_id = $1 AND post_id = $2")
            .bind(self.meeting(Which::Last)?)
            .bind(self.post(step.house)?);
        let row = tx.row(find).await?.ok_or_else(|| missing("sheet"))?;
        let (id, seen) = (row.text("id")?, row.int("version")?);
        let office = self.who(houses::CONDUCT_STAFF[0], step)?;
        match review {
            Review::Sheet => {
                let calendar = self.calendar();
                let line = |p: &Problem| {
                    let due = meeting::due(self.plan.base, &calendar, p);
                    (p.text.to_owned(), p.demand.to_owned(), due, None)
                };
                let problems = Self::problems(step.house).iter().map(line).collect();
                let opinion = "履行第一责任人责任总体到位，推动工作有力，请对照下列问题抓好整改。".to_owned();
                feedback::run(tx, &office, &id, seen, feedback::Do::Draft { opinion, problems, ask: true }).await
            }
            Review::Sign => {
                let deputy = self.who(houses::DEPUTY, step)?;
                feedback::run(tx, &deputy, &id, seen, feedback::Do::Sign).await
            }
            _ if step.house.is_multiple_of(2) => {
                let signing = Signing::Paper { on: step.at.day(), handler: houses::CONDUCT_STAFF[1].to_owned() };
                feedback::run(tx, &office, &id, seen, feedback::Do::Paper { signing }).await
            }
            _ => {
                let head = self.actor(self.head_of(step.house, step.at.day())?, step.at.day())?;
                let typed = |actor: &Actor| Signing::Typed { name: actor.name.clone() };
                let give = feedback::Do::Give { signing: typed(&office) };
                feedback::run(tx, &office, &id, seen, give).await?;
                let receive = feedback::Do::Receive { signing: typed(&head) };
                feedback::run(tx, &head, &id, seen + 1, receive).await
            }
        }
    }

    fn problems(house: usize) -> &'static [Problem] {
        let place = meeting::presenters(Which::Last).iter().position(|h| *h == house);
        place.map(meeting::problems).unwrap_or_default()
    }

    async fn item(&self, tx: &mut Tx, step: &Step, n: usize, act: ItemAct) -> Result<(), Failure> {
        let (post, day) = (self.post(step.house)?, step.at.day());
        let problem = Self::problems(step.house).get(n).ok_or_else(|| missing("problem"))?;
        let rows = tx.rows(q("SELECT id FROM items WHERE post_id = $1 ORDER BY year, number").bind(post)).await?;
        let id: ItemId = rows.get(n).ok_or_else(|| missing("item"))?.id("id")?;
        let seen = loops::load(tx, self.district, id).await?.item.version;
        let house = &HOUSES[step.house];
        let words = |text: &str| StepWords { words: text.to_owned(), ..StepWords::default() };
        let liaison = house.liaison;
        let head = || Ok::<_, Failure>(self.plan.persons[self.head_of(step.house, day)?].name.clone());
        let name = checker(&self.plan.units, step.house).ok_or_else(|| missing("checker"))?;
        let calendar = self.calendar();
        let (who, what, said) = match act {
            ItemAct::Plan => {
                let leader = self.number(house.members[n % 2])?;
                let said = StepWords {
                    owner: Some(self.person(leader)?),
                    department: problem.department.to_owned(),
                    adopted_on: Some(super::plan::minus_working(&calendar, day, 2)),
                    ..words(problem.measures)
                };
                (liaison.to_owned(), LoopStep::Plan, said)
            }
            ItemAct::Progress => {
                (liaison.to_owned(), LoopStep::Progress, words("整改措施按计划推进，本季度任务已完成。"))
            }
            ItemAct::Fill => (liaison.to_owned(), LoopStep::Fill, words(problem.done)),
            ItemAct::Lead => {
                let paper = Some(Paper { on: day, handler: liaison.to_owned() });
                (liaison.to_owned(), LoopStep::Lead, StepWords { paper, ..StepWords::default() })
            }
            ItemAct::Apply => (head()?, LoopStep::Apply, StepWords::default()),
            ItemAct::Check => (name.to_owned(), LoopStep::Check, words("查看台账并现场走访，印证充分。")),
            ItemAct::Return => (name.to_owned(), LoopStep::Return, words("防控措施没有对应到岗位，请补充。")),
            ItemAct::Strike => (houses::CONDUCT_STAFF[1].to_owned(), LoopStep::Strike, StepWords::default()),
        };
        let actor = self.who(&who, step)?;
        step::take(tx, &actor, id, seen, what, said).await
    }
}

/// Events of one afternoon.
struct Hall {
    day: Day,
    minute: u32,
    events: Vec<(Instant, Event)>,
}

impl Hall {
    /// `after` minutes later.
    fn say(&mut self, after: u32, event: Event) {
        self.minute += after;
        self.events.push((at(self.day, 13, 30).plus_ms(i64::from(self.minute) * 60_000), event));
    }
}

/// The 述责报告 of a house.
fn report_of(house: usize) -> String {
    let house = &HOUSES[house];
    format!(
        "一年来，我围绕{}、{}等重点工作，履行第一责任人责任。一是主持专题研究，把管党治党任务落到具体事项；\
         二是到{}等一线了解情况，推动解决群众反映的问题；三是与班子成员和重点岗位人员谈话，听取履行“一岗双责”情况并作点评。\
         存在的不足：对{}方面的廉政风险排查还不够细，对班子成员的日常提醒还不够经常。下一步将逐项改进，请各位评议。",
        house.focus[0], house.focus[1], house.sites[0], house.focus[2]
    )
}
