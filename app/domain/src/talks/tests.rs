//! The rules of a talk, from who talks to both reports.

mod access;
mod course;
mod lists;
mod rule;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{
    Arrival, CheckPlan, Lead, Level, Lists, Minutes, Problem, Risk, RiskLevel, Side, SignedPaper, Speaker, Talk,
    TalkDays, TalkState,
};
use crate::{
    accountability::Hand,
    duties::{Frequency, Source},
    ids::{PersonId, PostId, TalkId, TermId, UnitId},
    signature::Signing,
    time::{Day, parse_iso},
};

pub fn day(text: &str) -> Day {
    parse_iso(text).unwrap()
}

/// The head of the talk is person 1, the speaker 9.
pub fn hand(n: u128) -> Hand {
    let name = if n == 1 { "韩立群" } else { "同志" };
    Hand { person: PersonId(Uuid::from_u128(n)), name: name.into(), units: BTreeSet::new() }
}

pub fn talk() -> Talk {
    Talk {
        id: TalkId(Uuid::from_u128(100)),
        group: None,
        post: PostId(Uuid::from_u128(20)),
        unit: UnitId(Uuid::from_u128(21)),
        unit_name: "区协作局".into(),
        title: "党组书记、局长".into(),
        term: TermId(Uuid::from_u128(22)),
        person: PersonId(Uuid::from_u128(1)),
        name: "韩立群".into(),
        level: Level::District,
        arrival: Arrival::New,
        arrived_on: day("2026-03-02"),
        registered_on: day("2026-03-04"),
        days: TalkDays::default(),
        lead: Lead {
            speaker: Speaker::Secretary,
            person: Some(PersonId(Uuid::from_u128(9))),
            name: "罗启明".into(),
            reason: String::new(),
        },
        lists: Lists::default(),
        prepared_by: Vec::new(),
        returned: String::new(),
        approved: None,
        minutes: None,
        signatures: Vec::new(),
        met: None,
        planned_on: None,
        stages: Vec::new(),
        checks: CheckPlan::default(),
        report: None,
        tracking: None,
        list_words: String::new(),
        listed: false,
        promise: String::new(),
        number: String::new(),
        state: TalkState::Preparing,
        since: day("2026-03-04"),
        over_on: None,
        over_why: String::new(),
        version: 1,
    }
}

pub fn problem(area: &str, symptom: &str) -> Problem {
    Problem {
        no: 0,
        area: area.into(),
        symptom: symptom.into(),
        cause: "研究不够".into(),
        remedy: "每季度研究一次".into(),
        due: None,
        duty: None,
        source: Source::Patrol,
        item: None,
    }
}

pub fn duty(text: &str) -> super::DutyLine {
    super::DutyLine {
        no: 0,
        duty: None,
        code: String::new(),
        text: text.into(),
        frequency: Frequency::Quarterly,
        optional: true,
    }
}

pub fn risk(point: &str, level: RiskLevel) -> Risk {
    Risk {
        no: 0,
        post: "项目科".into(),
        point: point.into(),
        cause: String::new(),
        level,
        control: "集体研究".into(),
        owner: "科长".into(),
        of: None,
    }
}

/// Lists of 4 方面 15 个问题.
pub fn fill(lists: &mut Lists) {
    let today = day("2026-03-05");
    for n in 0..15 {
        let area = ["决策落实", "主体责任", "权力运行", "队伍作风"][n % 4];
        lists.put_problem(problem(area, &format!("问题{n}")), today).unwrap();
    }
    lists.put_duty(duty("每季度研究协作项目")).unwrap();
    lists.put_risk(risk("资金拨付", RiskLevel::High)).unwrap();
    lists.put_risk(risk("公务接待", RiskLevel::Low)).unwrap();
}

pub fn minutes(on: &str) -> Minutes {
    Minutes {
        on: day(on),
        place: "区纪委谈话室".into(),
        present: String::new(),
        words: "逐条交底".into(),
        answer: "照单整改".into(),
        writer: "林思源".into(),
    }
}

/// A talk signed on 20 March.
pub fn signed() -> Talk {
    let mut talk = talk();
    fill(&mut talk.lists);
    talk.ask(&hand(2), day("2026-03-10")).unwrap();
    talk.approve(&hand(9), day("2026-03-12"), None).unwrap();
    talk.hold(&hand(2), day("2026-03-20"), minutes("2026-03-20")).unwrap();
    for (paper, side) in talk.unsigned() {
        let name = talk.signer(side).to_owned();
        let by = if side == Side::Leader { hand(1) } else { hand(9) };
        talk.sign(&by, day("2026-03-20"), (paper, side), Signing::Typed { name }).unwrap();
    }
    assert_eq!(talk.state, TalkState::Signed);
    assert!(talk.signature(SignedPaper::Record, Side::Speaker).is_some());
    talk
}
