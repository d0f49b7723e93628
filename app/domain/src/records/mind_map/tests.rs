//! The join with a list, and the layout: deterministic, without overlaps, for lists of any shape.

use std::collections::BTreeSet;

use super::*;
use crate::{
    board::Progress,
    duties::{Action, Frequency, fixture, sample::GROUPS},
    ids::PostId,
    people::access::Sight,
};

fn item(no: u32, group: &str, code: &str, text: &str, tone: Tone) -> BookItem {
    BookItem {
        duty: DutyId(fixture::id(code)),
        code: code.to_owned(),
        group_no: no,
        group: group.to_owned(),
        text: text.to_owned(),
        frequency: Frequency::Yearly,
        action: Action::Mandatory,
        months: Vec::new(),
        routine: false,
        tone,
        word: tone.word().to_owned(),
        reason: String::new(),
        progress: Progress::Going,
        pages: Vec::new(),
    }
}

fn book(items: Vec<BookItem>) -> YearBook {
    YearBook {
        post: PostId(fixture::id("post")),
        year: 2026,
        district: "示范区".into(),
        unit: "西桥街道".into(),
        title: "党工委书记".into(),
        heads: Vec::new(),
        sight: Sight::Full,
        list: None,
        items,
        months: Vec::new(),
        entries: Vec::new(),
        remarks: Vec::new(),
        signatures: Vec::new(),
        closed_on: None,
        closed_by: None,
    }
}

fn thirteen() -> YearBook {
    let items = (1_u32..).zip(GROUPS).flat_map(|(no, name)| {
        (1..=5).map(move |n| {
            let text = "与下级党组织书记、下属单位主要负责人监督谈话";
            item(no, name, &format!("{no}.{n}"), text, if n == 2 { Tone::Warn } else { Tone::Ok })
        })
    });
    book(items.collect())
}

fn path<'a>(node: &'a MapNode, title: &str) -> Option<Vec<&'a str>> {
    if node.title == title {
        return Some(vec![&node.title]);
    }
    node.children.iter().find_map(|child| {
        let mut found = path(child, title)?;
        found.insert(0, &node.title);
        Some(found)
    })
}

#[test]
fn every_group_finds_its_place_by_its_words() {
    let tree = mind_map(&thirteen());
    let table = [
        ("1 政治建设", "建设"),
        ("2 理论武装与意识形态", "建设"),
        ("3 责任部署", "带班子"),
        ("4 班子与民主集中制", "带班子"),
        ("5 选人用人", "建设"),
        ("6 谈心谈话", "带班子"),
        ("8 作风与减负", "建设"),
        ("9 纪律教育与廉洁文化", "建设"),
        ("11 支持监督执纪", "建设"),
        ("12 问题整改", "怎么改"),
        ("13 廉洁表率", "管自己"),
    ];
    for (group, place) in table {
        let found = path(&tree, group).unwrap();
        assert!(found.contains(&place), "{group}: {found:?}");
    }
    let odd = book(vec![item(1, "安全生产", "1.1", "检查", Tone::None)]);
    assert_eq!(path(&mind_map(&odd), "1 安全生产").unwrap(), ["全面从严治党主体责任", "担什么", "其他", "1 安全生产"]);
    assert!(path(&tree, "其他").is_none());
}

#[test]
fn a_group_shows_its_most_urgent_item() {
    let tree = mind_map(&thirteen());
    let build = &tree.children[1].children[0];
    let state = build.children[0].state.as_ref().unwrap();
    assert_eq!((state.tone, state.word.as_str()), (Tone::Warn, "临近到期"));
}

fn check(layout: &MapLayout) {
    for (i, a) in layout.boxes.iter().enumerate() {
        assert!(a.x >= 0 && a.y >= 0 && a.x + a.w <= layout.width && a.y + a.h <= layout.height, "{a:?}");
        for b in layout.boxes.iter().skip(i + 1) {
            let apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
            assert!(apart, "{a:?} over {b:?}");
        }
    }
}

#[test]
fn boxes_never_overlap_and_stand_where_they_stood() {
    let long = book(
        (1..=90).map(|n| item(n / 9, "很长的大项名称一二三四五六七八", &format!("{n}.1"), "短", Tone::Late)).collect(),
    );
    for book in [thirteen(), book(Vec::new()), long] {
        let tree = mind_map(&book);
        let open = map_layout(&tree, &BTreeSet::new());
        check(&open);
        assert_eq!(open, map_layout(&tree, &BTreeSet::new()));
        let folded: BTreeSet<String> = ["what-build", "how"].map(str::to_owned).into();
        let less = map_layout(&tree, &folded);
        check(&less);
        assert!(less.boxes.len() < open.boxes.len());
        assert!(less.boxes.iter().any(|b| b.key == "how" && b.folded == Some(true)));
        let all: BTreeSet<String> = tree.children.iter().map(|c| c.key.clone()).collect();
        check(&map_layout(&tree, &all));
    }
}

#[test]
fn a_full_list_is_readable_on_one_landscape_page() {
    // 277 mm × 190 mm: the letters are not smaller than 2 mm.
    let layout = map_layout(&mind_map(&thirteen()), &BTreeSet::new());
    let scale = (277.0 / f64::from(layout.width)).min(190.0 / f64::from(layout.height));
    assert!(scale * f64::from(layout::FONT) >= 2.0, "{} × {}", layout.width, layout.height);
}

#[test]
fn words_in_the_picture_are_escaped() {
    let tree = mind_map(&book(vec![item(1, "政治<b>&\"", "1.1", "<script>", Tone::Ok)]));
    let svg = map_svg(&map_layout(&tree, &BTreeSet::new()), "导图", |b| b.duty.map(|d| format!("/x?item={d}&y=1")));
    assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>") && svg.contains("&amp;y=1"));
    assert!(svg.contains("✓正常 1.1"), "icon and word, not colour only");
}
