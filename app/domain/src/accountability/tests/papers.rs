//! Measures by two persons, suggestions with a day of reply, 制度 that link back.

use super::*;
use crate::ids::{AdviceId, MeasureId, RegulationId};

const POST: PostId = PostId(Uuid::from_u128(30));

fn who(n: u128) -> (PersonId, String) {
    (person(n), format!("人{n}"))
}

fn noted() -> NewMeasure {
    NewMeasure {
        unit: TOWN,
        post: POST,
        item: None,
        kind: "circular".into(),
        responsibility: Some(Responsibility::Principal),
        number: "滨纪通〔2026〕3号".into(),
        decided_on: d("2026-03-02"),
        published_on: Some(d("2026-03-05")),
        dual: None,
    }
}

fn enter(what: NewMeasure) -> Result<Measure, Rejection> {
    Measure::enter(MeasureId(Uuid::from_u128(1)), what, who(1), &Dictionary::sample(), d("2026-03-10"))
}

#[test]
fn only_number_date_and_kind_of_what_is_published_are_kept() {
    let refused = |what: NewMeasure, field: &str| {
        let no = enter(what).unwrap_err();
        assert_eq!(no.field_name(), Some(field), "{no}");
    };
    refused(NewMeasure { number: String::new(), ..noted() }, "number");
    // A field that took any text would soon hold a name or a conclusion.
    refused(NewMeasure { number: "给予某某党内警告".into(), ..noted() }, "number");
    refused(NewMeasure { published_on: None, ..noted() }, "published_on");
    refused(NewMeasure { published_on: Some(d("2026-03-11")), ..noted() }, "published_on");
    refused(NewMeasure { published_on: Some(d("2026-03-01")), ..noted() }, "published_on");
    refused(NewMeasure { decided_on: d("2026-03-11"), ..noted() }, "decided_on");
    refused(NewMeasure { kind: "hanging".into(), ..noted() }, "kind");
    refused(NewMeasure { responsibility: Some(Responsibility::Overall), ..noted() }, "responsibility");
    refused(NewMeasure { kind: "org_check".into(), ..noted() }, "responsibility");
    let dual = |number: &str, on: &str| Some(Dual { number: number.into(), on: d(on) });
    refused(NewMeasure { dual: dual("查清领导责任", "2026-03-05"), ..noted() }, "dual_number");
    refused(NewMeasure { dual: dual("", "2026-03-11"), ..noted() }, "dual_on");
    assert!(enter(NewMeasure { dual: dual("", "2026-03-05"), ..noted() }).is_ok());
    assert!(enter(NewMeasure { kind: "remind_talk".into(), number: String::new(), ..noted() }).is_ok());
    let text = serde_json::to_string(&enter(noted()).unwrap()).unwrap();
    for word in ["reason_text", "defence", "conclusion", "name_of"] {
        assert!(!text.contains(word), "{text}");
    }
}

#[test]
fn a_measure_takes_two_persons() {
    let mut measure = enter(noted()).unwrap();
    assert_eq!((measure.state, measure.form, measure.way), (MeasureState::Entered, Some(Form::First), Way::Expose));
    assert!(measure.confirm(who(1)).unwrap_err().to_string().contains("不能自己核对"));
    assert!(measure.send_back(person(1), "日期不对").is_err());
    measure.send_back(person(2), "日期不对").unwrap();
    assert!(measure.confirm(who(2)).is_err());
    let elsewhere = NewMeasure { unit: COMMISSION, ..noted() };
    assert!(measure.mend(elsewhere, who(1), &Dictionary::sample(), d("2026-03-10")).is_err());
    measure.mend(noted(), who(1), &Dictionary::sample(), d("2026-03-10")).unwrap();
    measure.confirm(who(2)).unwrap();
    assert_eq!((measure.state, measure.version), (MeasureState::Confirmed, 4));
    assert!(measure.strike_out(person(1), "重复").is_err());
    measure.strike_out(person(2), "重复").unwrap();
    assert!(measure.strike_out(person(2), "重复").is_err());
}

#[test]
fn the_dictionaries_are_the_districts_own() {
    let mut own = Dictionary::sample();
    let keys: BTreeSet<_> = own.0.iter().map(|kind| kind.key.clone()).collect();
    assert_eq!(keys.len(), own.0.len());
    for book in Rulebook::ALL {
        assert!(own.present().any(|kind| kind.book == *book));
    }
    let twice = own.0[0].clone();
    assert_eq!(own.add(twice).unwrap_err().field_name(), Some("label"));
    let fresh = MeasureKind { label: "工作约谈".into(), ..own.0[0].clone() };
    own.add(fresh).unwrap();
    let key = own.0.last().unwrap().key.clone();
    own.retire(&key, true).unwrap();
    assert!(own.present().all(|kind| kind.key != key) && own.find(&key).is_some());
    assert!(own.retire("nobody", true).is_err());
    for kind in own.0.clone().iter().skip(1) {
        own.retire(&kind.key, true).unwrap();
    }
    let last = own.0[0].key.clone();
    assert!(own.retire(&last, true).is_err());
}

fn lines() -> AdviceLines {
    AdviceLines {
        title: "关于规范零星工程采购的建议".into(),
        problem: "零星工程未比选".into(),
        demand: "建立比选制度".into(),
        reply_by: None,
    }
}

fn advice(lines: AdviceLines) -> Result<Advice, Rejection> {
    let id = AdviceId(Uuid::from_u128(5));
    Advice::draft(id, AdviceKind::Recommendation, (TOWN, POST), None, lines, who(1), d("2026-03-02"))
}

#[test]
fn a_suggestion_is_approved_by_another_and_opens_an_item_with_the_day_of_its_reply() {
    let past = AdviceLines { reply_by: Some(d("2026-03-02")), ..lines() };
    assert_eq!(advice(past).unwrap_err().field_name(), Some("reply_by"));
    assert_eq!(advice(AdviceLines { demand: " ".into(), ..lines() }).unwrap_err().field_name(), Some("demand"));
    let (calendar, on, item) = (WorkCalendar::default(), d("2026-03-03"), ItemId(Uuid::from_u128(8)));
    let mut paper = advice(lines()).unwrap();
    assert!(paper.issue(who(2), "1".into(), item, on, &calendar).is_err(), "not asked for");
    paper.ask().unwrap();
    assert!(paper.rewrite(lines(), who(1), on).is_err());
    assert!(paper.issue(who(1), "1".into(), item, on, &calendar).is_err(), "the drafter himself");
    paper.send_back(person(2), "写明期限").unwrap();
    paper.rewrite(AdviceLines { reply_by: Some(d("2026-03-20")), ..lines() }, who(1), on).unwrap();
    paper.ask().unwrap();
    // The day passed while it waited.
    let after = d("2026-03-20");
    assert!(paper.clone().issue(who(2), "1".into(), item, after, &calendar).is_err());
    let day = paper.issue(who(2), "滨纪建书〔2026〕1号".into(), item, on, &calendar).unwrap();
    assert_eq!((day, paper.state, paper.item), (d("2026-03-20"), AdviceState::Issued, Some(item)));
    assert!(paper.drop_it("不发了").is_err());
    // Without a day of its own it is the kind's: 20 working days from Tuesday 3 March.
    let mut paper = advice(lines()).unwrap();
    paper.ask().unwrap();
    assert_eq!(paper.issue(who(2), "2".into(), item, on, &calendar).unwrap(), d("2026-03-31"));
    assert!(!AdviceKind::Suggestion.item().is_planned() && AdviceKind::Recommendation.item().is_signed());
}

#[test]
fn a_regulation_is_adopted_and_named() {
    let made = Regulation {
        id: RegulationId(Uuid::from_u128(6)),
        unit: TOWN,
        kind: RegulationKind::Decisions,
        title: "《“三重一大”议事规则》".into(),
        number: String::new(),
        adopted_on: d("2026-03-02"),
        mended: true,
        items: Vec::new(),
    };
    let today = d("2026-03-02");
    assert_eq!(made.clone().checked(today).unwrap().title, "“三重一大”议事规则");
    let early = made.clone().checked(d("2026-03-01")).unwrap_err();
    assert_eq!(early.field_name(), Some("adopted_on"));
    assert_eq!(Regulation { title: "《》".into(), ..made }.checked(today).unwrap_err().field_name(), Some("title"));
}
