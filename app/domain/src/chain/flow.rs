//! The flow between the five duties as one picture: how many matters are at which stage, with whom they wait, and for
//! how long the longest. By stages and bodies only: never by person, and no unit is put before another.

use serde::{Deserialize, Serialize};

use crate::{
    accountability::{State, Waits},
    board::{Duty, Tone},
    duties::ListState,
    overview::Tones,
    time::Day,
};

/// How many, and since which day the oldest of them waits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// How many.
    pub n: u32,
    /// The oldest; `None` where no day says it.
    pub since: Option<Day>,
}

impl Counted {
    /// `n` without a day.
    pub fn of(n: u32) -> Self {
        Self { n, since: None }
    }

    /// Days since then on `today`.
    fn days(self, today: Day) -> Option<u32> {
        self.since.filter(|_| self.n > 0).map(|day| u32::try_from((today - day).num_days().max(0)).unwrap_or(u32::MAX))
    }
}

/// What the flow is folded from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlowFacts {
    /// Head posts without a list of the year.
    pub without: u32,
    /// Newest lists of the year by state.
    pub lists: Vec<(ListState, Counted)>,
    /// Units by the tone of their 履责 cell.
    pub fulfilment: Tones,
    /// Since when the oldest of the items that are red is so.
    pub wanting_since: Option<Day>,
    /// Steps of 督责 past their day, since the day of the oldest.
    pub steps_late: Counted,
    /// Steps of 督责 still inside their days.
    pub steps_open: u32,
    /// Steps that were drafted and wait for the office.
    pub steps_drafted: u32,
    /// Steps without a body in the 归口表.
    pub steps_unassigned: u32,
    /// 申请核对 that wait for an answer.
    pub checks: Counted,
    /// Meetings that wait for their approval.
    pub meetings_asked: Counted,
    /// Meetings that are approved and have not begun.
    pub meetings_coming: u32,
    /// Meetings with a 评议反馈单 on its way: drafted, with the 分管副书记, to be handed over.
    pub sheets: [Counted; 3],
    /// Problems by state.
    pub items: Vec<(State, Counted)>,
    /// Open problems past their deadline by the unit's own delay.
    pub overdue: Counted,
    /// Problems struck off this year.
    pub closed: u32,
    /// Items of next year's lists that came from a problem of this year.
    pub taken: u32,
}

/// A stage at a link, with whom it waits and the place that shows exactly what was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    /// Which link.
    pub duty: Duty,
    /// Words without the number.
    pub label: String,
    /// How many.
    pub n: u32,
    /// 份, 个单位, 项, 场.
    pub measure: String,
    /// Whose turn.
    pub seat: Waits,
    /// Tone: yellow for a delay, red for 逾期 of a unit.
    pub tone: Tone,
    /// Days that the oldest of them waits.
    pub days: Option<u32>,
    /// The place.
    pub to: String,
    /// Counted among another spot of the link already.
    pub within: bool,
}

/// A link of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which duty.
    pub duty: Duty,
    /// Its stages in the order of the work; what there is none of is left out.
    pub spots: Vec<Spot>,
}

/// What waits with one body, over the whole chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Whose turn.
    pub seat: Waits,
    /// Its spots, in the order of the chain.
    pub spots: Vec<Spot>,
    /// Days that the oldest of all of them waits.
    pub days: Option<u32>,
}

/// The picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// 明履督评问.
    pub links: Vec<Link>,
    /// With whom it waits: unit, checker, office, deputy.
    pub seats: Vec<Seat>,
    /// Problems struck off this year, which the lists of the next year can learn from.
    pub closed: Spot,
    /// Items of the next year's lists that came from them.
    pub taken: u32,
}

/// Who it is that a matter waits for.
pub fn seat_label(seat: Waits) -> &'static str {
    match seat {
        Waits::Unit => "单位",
        Waits::Checker => "派驻纪检监察组、联系纪检监察室",
        Waits::Office => "党风政风监督室",
        Waits::Deputy => "分管副书记（书记）",
        Waits::Nobody => "不等待",
    }
}

struct Maker {
    today: Day,
    year: i32,
    spots: Vec<Spot>,
}

impl Maker {
    fn put(
        &mut self,
        duty: Duty,
        label: &str,
        counted: Counted,
        (measure, seat, tone): (&str, Waits, Tone),
        to: String,
    ) {
        if counted.n > 0 {
            self.spots.push(Spot {
                duty,
                label: label.to_owned(),
                n: counted.n,
                measure: measure.to_owned(),
                seat,
                tone,
                days: counted.days(self.today),
                to,
                within: false,
            });
        }
    }

    /// The last spot put is counted in an earlier one too.
    fn within(&mut self, before: usize) {
        if self.spots.len() > before
            && let Some(last) = self.spots.last_mut()
        {
            last.within = true;
        }
    }

    fn lists(&mut self, facts: &FlowFacts) {
        let to = |key: &str| format!("/duties?year={}&state={key}", self.year);
        let none = to("none");
        let of = |state: ListState| {
            facts.lists.iter().filter(|(s, _)| *s == state).fold(Counted::default(), |all, (_, one)| added(all, *one))
        };
        let lines = [
            (ListState::Draft, "起草中", Waits::Office, Tone::None),
            (ListState::Commenting, "征求单位意见", Waits::Unit, Tone::None),
            (ListState::Reviewing, "待审定", Waits::Deputy, Tone::None),
            (ListState::Approved, "待下达", Waits::Office, Tone::None),
            (ListState::Issued, "已下达，待签收", Waits::Unit, Tone::None),
            (ListState::Signed, "已签收", Waits::Nobody, Tone::Ok),
            (ListState::Frozen, "换人冻结，待开新清单", Waits::Office, Tone::None),
        ]
        .map(|(state, label, seat, tone)| (label, of(state), seat, tone, to(state.key())));
        self.put(Duty::Ming, "没有清单", Counted::of(facts.without), ("个单位", Waits::Office, Tone::None), none);
        for (label, counted, seat, tone, to) in lines {
            self.put(Duty::Ming, label, counted, ("份", seat, tone), to);
        }
    }

    fn fulfilment(&mut self, facts: &FlowFacts) {
        let labels = [
            (Tone::Late, "有事项逾期或核查不符", Waits::Unit),
            (Tone::Pending, "已补记，待核", Waits::Checker),
            (Tone::Warn, "有事项临近到期或需关注", Waits::Unit),
            (Tone::Ok, "正常", Waits::Nobody),
            (Tone::None, "未启用或未到期", Waits::Nobody),
        ];
        for (tone, label, seat) in labels {
            let since = facts.wanting_since.filter(|_| tone == Tone::Late);
            let counted = Counted { n: facts.fulfilment.of(tone), since };
            let to = format!("/board?year={}&state={}.{}", self.year, Duty::Lv.key(), tone.key());
            self.put(Duty::Lv, label, counted, ("个单位", seat, tone), to);
        }
    }

    fn oversight(&mut self, facts: &FlowFacts) {
        let to = |rest: &str| format!("/oversight/season?year={}&{rest}", self.year);
        let [late, coming, drafted, nobody] =
            ["state=late", "state=coming", "state=drafted", "body=none&state=open"].map(to);
        let checker = |tone| ("项", Waits::Checker, tone);
        self.put(Duty::Du, "应办未办的督责工作", facts.steps_late, checker(Tone::Warn), late);
        self.put(Duty::Du, "待办的督责工作", Counted::of(facts.steps_open), checker(Tone::None), coming);
        let before = self.spots.len();
        let office = |tone| ("项", Waits::Office, tone);
        self.put(Duty::Du, "其中已拟稿，待审定", Counted::of(facts.steps_drafted), office(Tone::None), drafted);
        self.within(before);
        let before = self.spots.len();
        self.put(Duty::Du, "其中归口表没有监督单位", Counted::of(facts.steps_unassigned), office(Tone::Warn), nobody);
        self.within(before);
        self.put(Duty::Du, "申请核对，待答复", facts.checks, checker(Tone::None), "/oversight/checks".to_owned());
    }

    fn reviews(&mut self, facts: &FlowFacts) {
        let deputy = ("场", Waits::Deputy, Tone::None);
        self.put(Duty::Ping, "评议方案待审定", facts.meetings_asked, deputy, "/reviews?state=asked".to_owned());
        let coming = ("场", Waits::Office, Tone::None);
        let n = Counted::of(facts.meetings_coming);
        self.put(Duty::Ping, "评议会筹备中", n, coming, "/reviews?state=coming".to_owned());
        let lines = [
            ("会后反馈单拟稿", Waits::Office, "draft"),
            ("会后反馈单待签发", Waits::Deputy, "asked"),
            ("会后反馈单待当面交接", Waits::Office, "signed"),
        ];
        for ((label, seat, key), counted) in lines.into_iter().zip(facts.sheets) {
            self.put(Duty::Ping, label, counted, ("场", seat, Tone::None), format!("/reviews?state=sheet.{key}"));
        }
    }

    fn problems(&mut self, facts: &FlowFacts) {
        for state in State::ALL.iter().copied().filter(|s| *s != State::Closed) {
            let of = facts.items.iter().filter(|(s, _)| *s == state);
            let counted = of.fold(Counted::default(), |all, (_, one)| added(all, *one));
            let seat = state.waits();
            let tone = if matches!(seat, Waits::Unit | Waits::Nobody) { Tone::None } else { Tone::Pending };
            let to = format!("/accountability?state=at:{}", state.key());
            self.put(Duty::Wen, state.label(), counted, ("项", seat, tone), to);
        }
        let before = self.spots.len();
        let late = ("项", Waits::Unit, Tone::Late);
        self.put(Duty::Wen, "其中逾期", facts.overdue, late, "/accountability?due=overdue".to_owned());
        self.within(before);
    }
}

/// Both together, since the older day.
fn added(a: Counted, b: Counted) -> Counted {
    let since = match (a.since, b.since) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    Counted { n: a.n + b.n, since }
}

/// Folds the picture on `today`.
pub fn flow(facts: &FlowFacts, year: i32, today: Day) -> Flow {
    let mut maker = Maker { today, year, spots: Vec::new() };
    maker.lists(facts);
    maker.fulfilment(facts);
    maker.oversight(facts);
    maker.reviews(facts);
    maker.problems(facts);
    let spots = maker.spots;
    let links = Duty::ALL
        .into_iter()
        .map(|duty| Link { duty, spots: spots.iter().filter(|s| s.duty == duty).cloned().collect() })
        .collect();
    let seats = [Waits::Unit, Waits::Checker, Waits::Office, Waits::Deputy]
        .into_iter()
        .map(|seat| {
            let own: Vec<Spot> = spots.iter().filter(|s| s.seat == seat).cloned().collect();
            let days = own.iter().filter_map(|s| s.days).max();
            Seat { seat, spots: own, days }
        })
        .collect();
    let closed = Spot {
        duty: Duty::Wen,
        label: "本年销号".to_owned(),
        n: facts.closed,
        measure: "项".to_owned(),
        seat: Waits::Nobody,
        tone: Tone::Ok,
        days: None,
        to: format!("/accountability?ended_from={year}-01-01&ended_to={year}-12-31"),
        within: false,
    };
    Flow { links, seats, closed, taken: facts.taken }
}
