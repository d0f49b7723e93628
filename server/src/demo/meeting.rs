//! Last year's review meeting, held and followed up, and this year's, in preparation: what happens
//! when, as steps of the story; who is in them; how the ballots fell. Pure, from seed and day.

use chrono::{Datelike as _, Days};
use domain::{
    reviews::{Grade, Mark, ReviewRules, Vote},
    time::{Day, WorkCalendar, first_of, last_of},
};

use super::{
    dice::Dice,
    houses::{self, COMMITTEES, HOUSES, OFFICES, TEAMS, part},
    plan::{Act, Step, UnitNo, at, minus_working, worked},
};

/// The one that was held, and the one to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// Held in December of last year.
    Last,
    /// Planned for a few weeks after the base day.
    Next,
}

/// A step of an item of the closed loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAct {
    /// 报送方案.
    Plan,
    /// 填报进展.
    Progress,
    /// 填报整改情况.
    Fill,
    /// 责任领导 on paper.
    Lead,
    /// 申请销号.
    Apply,
    /// 复核.
    Check,
    /// 退回.
    Return,
    /// 销号.
    Strike,
}

/// What happens around the meetings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    /// The plan is drafted.
    Draft(Which, Day),
    /// 提请审定.
    Ask(Which),
    /// 审定.
    Approve(Which),
    /// The 述责报告 of the step's house is handed in.
    Report(Which),
    /// The body that supervises the step's house puts a sealed question.
    Question(Which, &'static str),
    /// From check-in to 一人一单; the step is its end.
    Hold,
    /// Two read the comments.
    Comments,
    /// The sheet of the step's house is drafted and goes to the signature.
    Sheet,
    /// 签发.
    Sign,
    /// Handed over face to face.
    Hand,
    /// A step of the n-th problem of the step's house.
    Item(usize, ItemAct),
}

/// Who reports: last year's, then this year's houses.
pub const PRESENTERS: [[UnitNo; 5]; 2] = [[part::LEADER, 2, 8, part::UNSIGNED, 22], [part::GAP, 5, 10, 19, 23]];

/// The houses of a meeting.
pub fn presenters(which: Which) -> [UnitNo; 5] {
    PRESENTERS[usize::from(which == Which::Next)]
}

/// A line of the roll: name, house or body it belongs to by name, group.
pub fn raters() -> Vec<(&'static str, &'static str)> {
    let leads = [houses::SECRETARY, houses::DEPUTY, houses::GENERAL_HEAD, houses::PROPOSED];
    let first = leads.into_iter().chain(OFFICES.iter().map(|o| o.1)).map(|name| (name, "a"));
    let teams = TEAMS.iter().map(|t| t.1);
    let committees = COMMITTEES[1..5].iter().map(|c| c.1);
    let second = teams.chain(committees).map(|name| (name, "b"));
    let third = [4, 9, 11, 15, 18, 20].into_iter().map(|house: usize| (HOUSES[house].members[0], "c"));
    first.chain(second).chain(third).collect()
}

/// How far a problem comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Struck off; filled in so many working days after the hand-over.
    Closed(u32),
    /// Returned once, then struck off.
    Returned,
    /// A matter of the whole year, with progress in between.
    Going,
    /// Past its day.
    Overdue,
    /// Applied a few days ago, waits for the check.
    Checking,
}

/// A problem of a feedback sheet.
#[derive(Debug, Clone, Copy)]
pub struct Problem {
    /// What is wrong.
    pub text: &'static str,
    /// What is asked.
    pub demand: &'static str,
    /// 责任部门.
    pub department: &'static str,
    /// What is to be done.
    pub measures: &'static str,
    /// What was done.
    pub done: &'static str,
    course: Course,
}

const fn problem(
    text: &'static str,
    demand: &'static str,
    department: &'static str,
    measures: &'static str,
    done: &'static str,
    course: Course,
) -> Problem {
    Problem { text, demand, department, measures, done, course }
}

/// Problems of last year's presenters, in their order.
#[rustfmt::skip]
static PROBLEMS: [&[Problem]; 5] = [
    &[
        problem("对班子成员履行“一岗双责”的点评不够具体。", "每季度听取一次汇报，点评到人到事。", "党建工作办公室", "建立季度汇报点评制度，会前列出每名班子成员的具体事项。", "已开展季度汇报点评，四名班子成员的点评意见均已落实。", Course::Closed(30)),
        problem("背街小巷整治项目的小额工程监管有薄弱环节。", "排查近两年小额工程，完善监管办法。", "城市建设办公室", "逐项排查，修订小额工程管理办法，公开结果。", "已排查二十一个项目，修订管理办法并公开。", Course::Closed(48)),
        problem("联系群众偏重走访数量，解决问题的跟踪不够。", "走访收集的问题全年逐件跟踪到底。", "党政综合办公室", "建立走访问题台账，每月核对一次办理情况。", "台账内问题正在逐件办理。", Course::Going),
    ],
    &[
        problem("出租房管理中的廉政风险排查不够深入。", "重新排查风险点，明确防控措施。", "综治办公室", "对审批、检查、处罚三个环节逐一排查。", "已排查出七个风险点，防控措施全部上墙。", Course::Returned),
        problem("对村社干部的日常提醒不够经常。", "每半年开展一次集体提醒谈话。", "党建工作办公室", "列出谈话计划，按期开展。", "已按计划开展集体提醒谈话。", Course::Closed(40)),
    ],
    &[
        problem("政府投资项目审批的时限公开不够及时。", "审批时限和进度按月公开。", "投资科", "在审批窗口和网站按月公开。", "已连续公开，群众可随时查询。", Course::Closed(26)),
        problem("重大项目前期的廉政提醒没有做到全覆盖。", "对在建重大项目逐个开展廉政提醒。", "办公室", "列出项目清单，逐个开展提醒。", "十二个项目已全部开展廉政提醒。", Course::Checking),
    ],
    &[
        problem("文化惠民演出的采购需求论证不够充分。", "完善采购需求论证和验收办法。", "公共文化科", "修订采购管理办法，引入第三方评价。", "办法正在征求意见。", Course::Overdue),
        problem("旅游市场检查的自由裁量没有统一尺度。", "统一检查尺度，组织案例学习。", "市场管理科", "编制检查要点，每季度开展案例学习。", "已编制检查要点并组织学习。", Course::Closed(36)),
    ],
    &[
        problem("工程变更审批的集体研究记录不够完整。", "完善变更审批流程，全程留痕。", "工程管理部", "修订变更审批流程，重大变更必须集体研究。", "流程已修订，三项重大变更均经集体研究。", Course::Closed(44)),
        problem("对下属公司负责人的监督办法不多。", "建立下属公司负责人谈话和述责办法。", "党群工作部", "全年分两批谈话，年底组织述责。", "第一批谈话已完成，第二批正在安排。", Course::Going),
    ],
];

/// Problems of the n-th presenter of last year.
pub fn problems(presenter: usize) -> &'static [Problem] {
    PROBLEMS.get(presenter).copied().unwrap_or_default()
}

/// Sealed questions to this year's presenters, by place.
const QUESTIONS: [(usize, &str); 3] = [
    (0, "征迁安置房交付后，群众反映的质量问题由谁跟踪、怎么反馈？"),
    (3, "危化品企业检查发现的同类问题为什么反复出现？"),
    (3, "应急物资采购和调拨的监督是怎么安排的？"),
];

/// Days that everything else is counted from.
struct Dates<'a> {
    calendar: &'a WorkCalendar,
    base: Day,
    held: Day,
    handed: Day,
}

impl Dates<'_> {
    fn plus(&self, from: Day, n: u32) -> Day {
        self.calendar.plus_working(from, n)
    }

    fn before_base(&self, n: u32) -> Day {
        minus_working(self.calendar, self.base, n)
    }

    /// The plan came in; nothing of an item happens before.
    fn planned(&self) -> Day {
        self.plus(self.handed, 12)
    }
}

fn dates(base: Day, calendar: &WorkCalendar) -> Dates<'_> {
    let held = worked(calendar, first_of(base.year() - 1, 12) + Days::new(9));
    Dates { calendar, base, held, handed: calendar.plus_working(held, 5) }
}

/// Last day of a problem, as the sheet names it.
pub fn due(base: Day, calendar: &WorkCalendar, problem: &Problem) -> Day {
    let d = dates(base, calendar);
    let short = d.plus(d.handed, 65);
    match problem.course {
        Course::Going => calendar.last_working(last_of(base.year(), 12), d.handed),
        // Early in the year nothing can be overdue yet.
        Course::Overdue => worked(calendar, base - Days::new(9)).max(d.plus(d.handed, 30)),
        Course::Checking => d.plus(base, 10).max(short),
        Course::Closed(_) | Course::Returned => short.max(d.plus(d.handed, 80)),
    }
}

/// The steps of both meetings.
pub fn steps(base: Day, calendar: &WorkCalendar) -> Vec<Step> {
    let d = dates(base, calendar);
    let (last, this) = (base.year() - 1, base.year());
    let mut all = Vec::new();
    let mut push = |day: Day, hour, minute, house, year, review| {
        all.push(Step { at: at(day, hour, minute), house, year, act: Act::Review(review) });
    };
    let [first, ..] = presenters(Which::Last);
    push(minus_working(calendar, d.held, 22), 9, 5, first, last, Review::Draft(Which::Last, d.held));
    push(minus_working(calendar, d.held, 18), 9, 10, first, last, Review::Ask(Which::Last));
    push(minus_working(calendar, d.held, 15), 16, 20, first, last, Review::Approve(Which::Last));
    for (n, house) in (0..).zip(presenters(Which::Last)) {
        push(minus_working(calendar, d.held, 7), 10, 4 + n, house, last, Review::Report(Which::Last));
        push(d.plus(d.held, 2), 15, 6 + n, house, last, Review::Sheet);
        push(d.plus(d.held, 3), 16, 6 + n, house, last, Review::Sign);
        push(d.handed, 9, 6 + n * 9, house, last, Review::Hand);
    }
    push(d.held, 16, 40, first, last, Review::Hold);
    push(d.plus(d.held, 1), 10, 30, first, last, Review::Comments);
    for (n, house) in presenters(Which::Last).into_iter().enumerate() {
        for (m, problem) in problems(n).iter().enumerate() {
            let minute = u32::try_from(n * 6 + m).unwrap_or(0);
            for (k, (day, step)) in (0..).zip(course(&d, problem)) {
                push(day, 9 + k % 7, 20 + minute, house, day.year(), Review::Item(m, step));
            }
        }
    }
    let on = d.plus(base, 18);
    let [next, ..] = presenters(Which::Next);
    push(d.before_base(9), 9, 5, next, this, Review::Draft(Which::Next, on));
    push(d.before_base(7), 9, 15, next, this, Review::Ask(Which::Next));
    push(d.before_base(5), 15, 40, next, this, Review::Approve(Which::Next));
    for (n, (place, text)) in (0..).zip(QUESTIONS) {
        push(d.before_base(3), 11, 10 + n, presenters(Which::Next)[place], this, Review::Question(Which::Next, text));
    }
    push(d.before_base(2), 14, 30, presenters(Which::Next)[4], this, Review::Report(Which::Next));
    all
}

/// What happens to a problem, in order; days that are not reached yet are cut off with the story.
fn course(d: &Dates, problem: &Problem) -> Vec<(Day, ItemAct)> {
    use ItemAct::*;
    let mut all = vec![(d.planned(), Plan)];
    let mut run = |from: u32, end: &[(u32, ItemAct)]| {
        let steps = [(0, Fill), (1, Lead), (2, Apply)];
        all.extend(steps.iter().chain(end).map(|(n, act)| (d.plus(d.handed, from + n), *act)));
    };
    match problem.course {
        Course::Closed(from) => run(from, &[(8, Check), (11, Strike)]),
        Course::Returned => {
            run(28, &[(8, Return)]);
            run(46, &[(9, Check), (12, Strike)]);
        }
        Course::Going => all.extend([55, 118, 180].map(|n| (d.plus(d.handed, n), Progress))),
        Course::Overdue => all.extend([30, 90].map(|n| (d.plus(d.handed, n), Progress))),
        Course::Checking => {
            let recent = [(8, Fill), (7, Lead), (6, Apply)].map(|(n, act)| (d.before_base(n), act));
            if recent[0].0 > d.planned() {
                all.extend(recent);
            }
        }
    }
    all
}

/// How good the n-th presenter was thought: percent of 好, 较好, 一般; the rest 差.
const LIKED: [[u32; 3]; 5] = [[78, 20, 2], [62, 32, 6], [70, 26, 4], [40, 44, 14], [74, 22, 4]];

/// The vote of a rater on a presenter. `None`: he did not come.
pub fn vote(seed: u64, presenter: usize, group: &str, place: usize, rules: &ReviewRules) -> Option<Vote> {
    if group == "c" && place == 5 {
        return None;
    }
    // The 纪工委 of a town does not rate its own.
    if group == "b" && place == 6 + presenter && presenter < 2 {
        return Some(Vote::Recuse);
    }
    let mut dice = Dice::new(seed, &format!("vote {presenter} {group} {place}"));
    if dice.chance(3) {
        return Some(Vote::Abstain);
    }
    let [good, better, fair] = LIKED.get(presenter).copied().unwrap_or([60, 30, 10]);
    let mut grade = || match dice.within(1, 100) {
        n if n <= good => Grade::Good,
        n if n <= good + better => Grade::Better,
        n if n <= good + better + fair => Grade::Fair,
        _ => Grade::Poor,
    };
    let overall = Mark::Grade(grade());
    let dimensions = rules.dimensions.iter().map(|row| (row.key.clone(), Mark::Grade(grade()))).collect();
    Some(Vote::Rate { overall, dimensions })
}

/// Words of a few raters.
pub fn comment(presenter: usize, group: &str, place: usize) -> &'static str {
    match (presenter, group, place) {
        (0, "b", 2) => "走访解决的问题建议逐件公开结果。",
        (0, "c", 1) => "背街小巷整治成效明显，希望管好后期维护。",
        (2, "a", 4) => "项目审批提速明显，建议同步加强廉政提醒。",
        (3, "b", 4) => "文化惠民演出的群众评价建议纳入验收。",
        _ => "",
    }
}
