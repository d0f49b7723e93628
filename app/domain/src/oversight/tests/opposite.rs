//! What nobody signs at once: 印证充分 and its opposite, by one reader or by two, of one thing or of an item and its page.

use super::*;

#[test]
fn opposite_things_are_told_whoever_said_them() {
    use RemarkKind::{Mismatch, Sound, Wanting};
    let duty = Some(DutyId(Uuid::from_u128(1)));
    let against = |a: &Remark, b: &Remark| {
        let mark = |remark| Mark { record: None, duty, remark, text: "", reach: &[] };
        contradicting(&[mark(a), mark(b)])
    };
    assert_eq!(against(&said(Sound, 1), &said(Wanting, 2)), [true, true]);
    assert_eq!(against(&said(Sound, 1), &said(Mismatch, 2)), [true, true]);
    assert_eq!(against(&said(Wanting, 1), &said(Mismatch, 2)), [false, false], "both find fault");
    assert_eq!(against(&said(Sound, 1), &said(Sound, 2)), [false, false]);
    assert_eq!(against(&said(Sound, 1), &said(Wanting, 1)), [true, true], "one person's own words too");
    assert_eq!(against(&said(Mismatch, 1), &said(Wanting, 1)), [false, false]);
    let gone = Remark { withdrawn: true, ..said(Wanting, 2) };
    assert_eq!(against(&said(Sound, 1), &gone), [false, false]);
}

#[test]
fn an_item_is_not_sound_while_a_page_of_it_does_not_match() {
    use crate::ids::RecordId;
    use RemarkKind::{Mismatch, Sound, Wanting};
    let (page, next) = (RecordId(Uuid::from_u128(17)), RecordId(Uuid::from_u128(18)));
    let (item, other) = (DutyId(Uuid::from_u128(93)), DutyId(Uuid::from_u128(94)));
    let table = [
        // Of the item, of a page for these items; what the page corresponds to; opposite?
        (Sound, Mismatch, Some(item), vec![], true),
        (Sound, Mismatch, None, vec![item, other], true),
        (Sound, Mismatch, Some(other), vec![item, other], false),
        (Sound, Mismatch, None, vec![other], false),
        (Mismatch, Sound, Some(item), vec![], true),
        // A page in order does not make the item complete, nor the other way round.
        (Wanting, Sound, Some(item), vec![], false),
        (Sound, Wanting, Some(item), vec![], false),
        (Sound, Sound, Some(item), vec![], false),
        (Mismatch, Mismatch, Some(item), vec![], false),
    ];
    for by in [1, 2] {
        for (of_item, of_page, duty, reach, opposite) in &table {
            let (first, second) = (said(*of_item, 1), said(*of_page, by));
            let whole = on(Some(item), &first, "");
            let leaf = Mark { record: Some(page), duty: *duty, remark: &second, text: "", reach };
            assert_eq!(contradicting(&[whole, leaf]), [*opposite; 2], "{of_item:?} {of_page:?} {duty:?} {by}");
            let gone = Remark { withdrawn: true, ..second.clone() };
            assert_eq!(contradicting(&[whole, Mark { remark: &gone, ..leaf }]), [false; 2]);
        }
    }
    // Another page of the item may be in order.
    let (sound, wrong) = (said(Sound, 1), said(Mismatch, 1));
    let mark = |record, remark| Mark { record: Some(record), duty: Some(item), remark, text: "", reach: &[] };
    assert_eq!(contradicting(&[mark(page, &wrong), mark(next, &sound)]), [false; 2]);
}
