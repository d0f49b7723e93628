//! One thread: what the five duties did about one item, station by station, to its place in the list of the next year.

use serde::{Deserialize, Serialize};

use crate::{
    board::{Duty, Tone},
    time::Day,
};

/// A station of the thread: the five duties, and the list of the next year, with which the chain begins again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Station {
    /// 明责: the item as it was handed out and signed for.
    Ming,
    /// 履责: what was recorded.
    Lv,
    /// 督责: what the readers of the book said of it.
    Du,
    /// 评责: what the review fed back.
    Ping,
    /// 问责: problems on the account, to their striking-off.
    Wen,
    /// 下一年清单: what became of it there.
    Next,
}

impl Station {
    /// In the order of the chain.
    pub const ALL: [Self; 6] = [Self::Ming, Self::Lv, Self::Du, Self::Ping, Self::Wen, Self::Next];

    /// The duty of a station; the last one has none.
    pub fn duty(self) -> Option<Duty> {
        match self {
            Self::Ming => Some(Duty::Ming),
            Self::Lv => Some(Duty::Lv),
            Self::Du => Some(Duty::Du),
            Self::Ping => Some(Duty::Ping),
            Self::Wen => Some(Duty::Wen),
            Self::Next => None,
        }
    }

    /// The station of a duty.
    pub fn of(duty: Duty) -> Self {
        match duty {
            Duty::Ming => Self::Ming,
            Duty::Lv => Self::Lv,
            Duty::Du => Self::Du,
            Duty::Ping => Self::Ping,
            Duty::Wen => Self::Wen,
        }
    }

    /// Word on pages.
    pub fn label(self) -> &'static str {
        self.duty().map_or("下一年清单", Duty::label)
    }

    /// One character for the ring.
    pub fn glyph(self) -> &'static str {
        self.duty().map_or("明", Duty::glyph)
    }

    /// What an empty station says.
    pub fn empty(self) -> &'static str {
        match self {
            Self::Ming => "清单还没有下达。",
            Self::Lv => "还没有履责记录对应这一条。",
            Self::Du => "还没有检查意见提到这一条。",
            Self::Ping => "评议反馈没有提到这一条。",
            Self::Wen => "没有由这一条或就这一条挂账的问题。",
            Self::Next => "起草下一年清单时研究。",
        }
    }
}

/// A line under a knot: a step of a problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Day.
    pub on: Day,
    /// What happened.
    pub words: String,
}

/// Something that happened at a station, or that stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knot {
    /// Where.
    pub station: Station,
    /// When; of what is still to come, the day on which it is due.
    pub on: Day,
    /// Icon and colour.
    pub tone: Tone,
    /// Is something still to be done?
    pub open: bool,
    /// What.
    pub title: String,
    /// Small print: by whom, until when.
    pub note: String,
    /// Where to read on; empty where the reader may not.
    pub to: String,
    /// Its own course, oldest first.
    pub lines: Vec<Line>,
}

impl Knot {
    /// Something that is over, without small print.
    pub fn done(station: Station, on: Day, title: impl Into<String>) -> Self {
        Self {
            station,
            on,
            tone: Tone::Ok,
            open: false,
            title: title.into(),
            note: String::new(),
            to: String::new(),
            lines: Vec::new(),
        }
    }

    /// With small print.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// With a place to read on.
    #[must_use]
    pub fn to(self, to: impl Into<String>) -> Self {
        Self { to: to.into(), ..self }
    }

    /// In another tone; `open` where something is still to be done.
    #[must_use]
    pub fn standing(self, tone: Tone, open: bool) -> Self {
        Self { tone, open, ..self }
    }
}

/// A station with what is on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// Which.
    pub station: Station,
    /// The most urgent tone of what is still to be done; of what is over, 正常; 未到 where there is nothing.
    pub tone: Tone,
    /// Knots in the order of their days.
    pub knots: Vec<Knot>,
}

/// The whole thread, all six stations of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// In the order of the chain.
    pub stretches: Vec<Stretch>,
    /// Where it stands: the last station with something to be done, else the last one that anything happened at.
    pub now: Option<Station>,
    /// Every problem is struck off and its place in the next year's list is known; also where there never was one.
    pub closed: bool,
}

impl Thread {
    /// One sentence: where it stands.
    pub fn words(&self) -> String {
        let problems = self.at(Station::Wen);
        let open = problems.iter().filter(|knot| knot.open).count();
        match (self.now, problems.len()) {
            (None, _) => "这一条还没有任何记载。".to_owned(),
            (Some(_), n) if n > 0 && open > 0 => format!("就这一条挂账 {n} 项问题，{open} 项还没有销号。"),
            (Some(_), n) if n > 0 && self.closed => format!("挂账的 {n} 项问题都已销号，下一年清单已有安排。"),
            (Some(_), n) if n > 0 => format!("挂账的 {n} 项问题都已销号，待研究是否列入下一年自选动作。"),
            (Some(station), _) => format!("目前在“{}”环节，没有挂账的问题。", station.label()),
        }
    }

    /// Knots of a station.
    pub fn at(&self, station: Station) -> &[Knot] {
        self.stretches.iter().find(|s| s.station == station).map_or(&[], |s| s.knots.as_slice())
    }
}

/// Puts knots in the order of the chain: stations as they follow each other, within one by day, what is over before
/// what is to be done on the same day, then by words, so that the same knots always make the same thread. A knot that
/// says exactly the same as another is one.
pub fn thread(mut knots: Vec<Knot>) -> Thread {
    for knot in &mut knots {
        knot.lines.sort_by_key(|line| line.on);
    }
    knots.sort_by(|a, b| {
        let key = |k: &Knot| (k.station, k.on, k.open);
        key(a).cmp(&key(b)).then_with(|| (&a.title, &a.note, &a.to).cmp(&(&b.title, &b.note, &b.to)))
    });
    knots.dedup();
    let mut stretches: Vec<Stretch> = Station::ALL
        .into_iter()
        .map(|station| Stretch { station, tone: Tone::None, knots: Vec::new() })
        .collect();
    for knot in knots {
        if let Some(stretch) = stretches.iter_mut().find(|s| s.station == knot.station) {
            stretch.knots.push(knot);
        }
    }
    for stretch in &mut stretches {
        let open = stretch.knots.iter().filter(|k| k.open).map(|k| k.tone).max();
        let over = (!stretch.knots.is_empty()).then_some(Tone::Ok);
        stretch.tone = open.or(over).unwrap_or(Tone::None);
    }
    let last = |wanted: &dyn Fn(&Stretch) -> bool| stretches.iter().rev().find(|s| wanted(s)).map(|s| s.station);
    let now = last(&|s| s.knots.iter().any(|k| k.open)).or_else(|| last(&|s| !s.knots.is_empty()));
    let known = |station: Station| stretches.iter().any(|s| s.station == station && !s.knots.is_empty());
    let owing = stretches.iter().any(|s| s.station >= Station::Wen && s.knots.iter().any(|k| k.open));
    let closed = !owing && (!known(Station::Wen) || known(Station::Next));
    Thread { stretches, now, closed }
}
