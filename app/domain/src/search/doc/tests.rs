//! What stands in the index, and who reaches what of it.

use super::*;
use crate::time::parse_iso;

/// Does a document with `tokens` answer?
fn answers(expr: &Expr, tokens: &BTreeSet<String>) -> bool {
    match expr {
        Expr::Token(token) => tokens.contains(token),
        Expr::All(parts) => parts.iter().all(|p| answers(p, tokens)),
        Expr::Any(parts) => parts.iter().any(|p| answers(p, tokens)),
        Expr::But(yes, no) => answers(yes, tokens) && !answers(no, tokens),
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128((0x7000_u128 << 64) | (0x8000_u128 << 48) | n)
}

fn doc(state: &'static str, kind: RecordKind) -> Doc<'static> {
    Doc {
        district: DistrictId(id(1)),
        post: PostId(id(2)),
        state,
        kind,
        text: "与年轻干部谈话",
        details: &[],
        event_on: parse_iso("2026-11-05").unwrap(),
        late: false,
        verified: false,
        corrected: false,
        added: false,
        talked: false,
        shared: false,
        author: PersonId(id(3)),
        proxy: None,
        codes: &[],
    }
}

fn reach(me: u128, sight: Option<Sight>) -> Reach {
    let reads = (sight == Some(Sight::Reading)).then_some((PostId(id(2)), 2026));
    Reach::of(PersonId(id(me)), DistrictId(id(1)), false, [(PostId(id(2)), sight)], reads)
}

#[test]
fn tokens_name_what_they_are_about() {
    let codes = ["3.3".to_owned()];
    let details = ["银杏路窗口".to_owned()];
    let tokens = Doc { late: true, codes: &codes, details: &details, ..doc("recorded", RecordKind::Visit) }.tokens();
    for token in ["t银杏", "t窗口", "kvisit", "c3x2e3", "y2026", "n11", "m202611", "srecorded", "slate", "t干部", "t话"]
    {
        assert!(tokens.contains(token), "{token} in {tokens:?}");
    }
    assert!(tokens.iter().all(|t| t.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || !c.is_ascii())));
    let marks = Doc { added: true, ..doc("recorded", RecordKind::Visit) }.tokens();
    assert!(marks.contains("sadded") && !marks.contains("scorrected"));
    // A word of the text that looks like a right is none.
    let forged = format!("{} srefused", Mark::Readable(PostId(id(9))).token());
    let tokens = Doc { text: &forged, ..doc("recorded", RecordKind::Visit) }.tokens();
    assert!(!tokens.contains(&Mark::Readable(PostId(id(9))).token()) && !tokens.contains("srefused"));
}

#[test]
fn rights_are_those_of_the_book() {
    use RecordKind::{Talk, Visit};
    let plain = doc("recorded", Visit);
    let talk = doc("recorded", Talk);
    let drafted = Doc { proxy: Some(PersonId(id(4))), ..talk };
    let shared = Doc { shared: true, ..talk };
    let earlier = Doc { event_on: parse_iso("2025-11-05").unwrap(), ..plain };
    let filled = Doc { added: true, ..drafted };
    let renamed = Doc { talked: true, corrected: true, proxy: Some(PersonId(id(4))), ..plain };
    // Record, reader, sight, text, line.
    for (name, doc, me, sight, text, line) in [
        ("own", plain, 3, Some(Sight::Full), true, true),
        ("own talk", talk, 3, Some(Sight::Full), true, true),
        ("predecessor's record", plain, 5, Some(Sight::Full), true, true),
        ("predecessor's talk", talk, 5, Some(Sight::Full), false, true),
        ("liaison", plain, 4, Some(Sight::WithoutTalks), true, true),
        ("liaison, talk", talk, 4, Some(Sight::WithoutTalks), false, true),
        ("liaison, own draft of a talk", drafted, 4, Some(Sight::WithoutTalks), true, true),
        ("liaison, own draft, filled in since", filled, 4, Some(Sight::WithoutTalks), false, true),
        ("another liaison", drafted, 6, Some(Sight::WithoutTalks), false, true),
        ("liaison, shared talk", shared, 4, Some(Sight::WithoutTalks), true, true),
        ("office, shared talk", shared, 7, Some(Sight::Reading), false, true),
        ("talk by another name", renamed, 4, Some(Sight::WithoutTalks), false, true),
        ("office", plain, 7, Some(Sight::Outline), false, true),
        ("reader", plain, 7, Some(Sight::Reading), true, true),
        ("reader, another year", earlier, 7, Some(Sight::Reading), false, true),
        ("reader, talk", talk, 7, Some(Sight::Reading), false, true),
        ("reader, not confirmed", doc("proxy", Visit), 7, Some(Sight::Reading), false, false),
        ("office, not confirmed", doc("proxy", Visit), 7, Some(Sight::Outline), false, false),
        ("office, not taken", doc("refused", Visit), 7, Some(Sight::Outline), false, false),
        ("liaison, not taken", doc("refused", Visit), 4, Some(Sight::WithoutTalks), true, true),
        ("removed", doc("stub", Visit), 3, Some(Sight::Full), false, true),
        ("stranger, even its author", talk, 3, None, false, false),
    ] {
        let (reach, tokens) = (reach(me, sight), doc.tokens());
        assert_eq!(answers(&reach.texts(), &tokens), text, "text: {name}");
        assert_eq!(answers(&reach.lines(), &tokens), line, "line: {name}");
    }
}

#[test]
fn a_few_refusals_stand_for_many_rights() {
    let post = |n| PostId(id(n));
    let sights = |n: u128| (10..n).map(move |p| (post(p), (p != 12).then_some(Sight::Outline)));
    let wide = Reach::of(PersonId(id(7)), DistrictId(id(1)), true, sights(30), None);
    assert_eq!(wide.outline, Outlook::AllBut(DistrictId(id(1)), vec![post(12)]));
    let tokens = |n| Doc { post: post(n), ..doc("recorded", RecordKind::Visit) }.tokens();
    assert!(answers(&wide.lines(), &tokens(13)) && !answers(&wide.lines(), &tokens(12)));
    let elsewhere = Doc { district: DistrictId(id(99)), ..doc("recorded", RecordKind::Visit) };
    assert!(!answers(&wide.lines(), &elsewhere.tokens()));
    let narrow = Reach::of(PersonId(id(7)), DistrictId(id(1)), false, sights(30), None);
    assert!(answers(&narrow.lines(), &tokens(13)) && !answers(&narrow.lines(), &tokens(12)));
}
