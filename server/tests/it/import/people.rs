//! Name lists and the 归口表.

use domain::{
    ids::{PersonId, UnitId},
    people::{Role, UnitKind},
    time::iso,
};
use server::import::{
    Answers, Outcome, Preview, UnitFact,
    people::{PeopleSnapshot, PersonFact, PersonRow, PostFact, plan},
    units::{self, Assignment, UnitsSnapshot},
};
use uuid::Uuid;

use super::{book, sheet};

const HEAD: &[&str] = &["单位", "单位类型", "姓名", "职务", "系统角色", "任职起", "任职止"];

/// The snapshot that committing a preview leaves behind.
fn committed(preview: &Preview<PersonRow>) -> PeopleSnapshot {
    let mut snapshot = PeopleSnapshot::default();
    let mut keys: Vec<String> = Vec::new();
    for row in &preview.rows {
        let unit = unit_id(&mut snapshot.units, &row.item.unit.name, row.item.unit.kind);
        let at = keys.iter().position(|k| *k == row.item.person_key).unwrap_or_else(|| {
            keys.push(row.item.person_key.clone());
            snapshot.persons.push(PersonFact {
                id: PersonId(Uuid::from_u128(1_000 + keys.len() as u128)),
                name: row.item.name.clone(),
                mobile: row.item.mobile.clone(),
                posts: Vec::new(),
            });
            keys.len() - 1
        });
        snapshot.persons[at].posts.push(PostFact {
            unit,
            title: row.item.title.clone(),
            roles: row.item.roles.clone(),
            from: row.item.from,
            to: row.item.to,
        });
    }
    snapshot
}

fn unit_id(units: &mut Vec<UnitFact>, name: &str, kind: UnitKind) -> UnitId {
    if let Some(fact) = units.iter().find(|u| u.name == name) {
        return fact.id;
    }
    let id = UnitId(Uuid::from_u128(1 + units.len() as u128));
    units.push(UnitFact { id, name: name.to_owned(), kind, former: Vec::new() });
    id
}

fn counts<T>(preview: &Preview<T>) -> (u32, u32, u32, usize) {
    (preview.new, preview.updated, preview.skipped, preview.errors.len())
}

fn run(rows: &[&[&str]], snapshot: &PeopleSnapshot) -> Preview<PersonRow> {
    plan(&sheet(rows), snapshot, &Answers::default())
}

#[test]
fn the_name_list_imports_once() {
    let preview = plan(&book("people.xlsx"), &PeopleSnapshot::default(), &Answers::default());
    assert_eq!(counts(&preview), (124, 0, 0, 0), "{:#?}", preview.errors);
    let first = &preview.rows[0].item;
    assert_eq!((first.name.as_str(), first.roles.as_slice()), ("段敏", &[Role::Principal][..]));
    assert_eq!(first.from.map(iso).as_deref(), Some("2026-03-12"));
    let word = preview.rows.iter().find(|r| r.row == 6).unwrap();
    assert_eq!(word.item.from.map(iso).as_deref(), Some("2021-12-01"));
    assert!(preview.notes.iter().any(|n| n.contains("不授角色")), "{:?}", preview.notes);
    let again = plan(&book("people.xlsx"), &committed(&preview), &Answers::default());
    assert_eq!(counts(&again), (0, 0, 124, 0), "{:#?}", again.rows.iter().find(|r| r.outcome != Outcome::Skipped));
    assert!(again.questions.is_empty());
}

#[test]
fn names_are_folded_and_rare_characters_kept() {
    let preview = run(
        &[
            HEAD,
            &["青禾镇", "镇", "王　伟", "镇长", "班子成员", "２０２４．６．１", ""],
            &["青禾镇", "", "王伟", "党委副书记", "班子成员", "2024-06", "至今"],
            &["青禾镇", "", "𠮷䶮😀", "办公室主任", "联络员、班子成员", "45444", ""],
        ],
        &PeopleSnapshot::default(),
    );
    assert_eq!(counts(&preview), (3, 0, 0, 0), "{:#?}", preview.errors);
    assert_eq!(preview.rows[0].item.person_key, preview.rows[1].item.person_key, "several posts, one person");
    assert_eq!(preview.rows[2].item.name, "𠮷䶮😀");
    assert_eq!(preview.rows[2].item.roles, [Role::Liaison, Role::Member]);
    assert!(preview.rows.iter().all(|r| r.item.from.map(iso).as_deref() == Some("2024-06-01")));
}

#[test]
fn equal_names_in_two_units_are_asked() {
    let rows: &[&[&str]] = &[
        HEAD,
        &["青禾镇", "镇", "王伟", "镇长", "班子成员", "2024-06-01", ""],
        &["区民政局", "部门", "王伟", "副局长", "班子成员", "2024-06-01", ""],
    ];
    let none = PeopleSnapshot::default();
    let preview = run(rows, &none);
    assert_eq!(preview.questions.len(), 1);
    assert_eq!(preview.questions[0].rows, [2, 3]);
    assert_ne!(preview.rows[0].item.person_key, preview.rows[1].item.person_key);
    let answers = Answers([(preview.questions[0].id.clone(), "same".to_owned())].into());
    let same = plan(&sheet(rows), &none, &answers);
    assert_eq!(same.rows[0].item.person_key, same.rows[1].item.person_key);
    let again = run(rows, &committed(&same));
    assert_eq!(counts(&again), (0, 0, 2, 0));
    assert!(again.questions.is_empty());
}

#[test]
fn wrong_cells_are_named() {
    let preview = run(
        &[
            HEAD,
            &["青禾镇", "镇", "甲", "党委书记", "一把手", "2024-06-01", ""],
            &["青禾镇", "镇", "乙", "党委书记", "一把手", "2025-06-01", ""],
            &["不认识局", "", "丙", "局长", "一把手", "2025-06-01", ""],
            &["区民政局", "部门", "丁", "局长", "厨师", "2025-06-01", ""],
            &["区民政局", "部门", "", "局长", "联络员", "某天", "2020-01-01"],
            &["区民政局", "飞船", "戊", "局长", "联络员", "2025-06-01", "2020-01-01"],
        ],
        &PeopleSnapshot::default(),
    );
    let places: Vec<(u32, &str)> = preview.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
    assert_eq!(places, [(3, "E"), (4, "A"), (5, "E"), (6, "C"), (6, "F"), (7, "B"), (7, "G")]);
    assert!(preview.errors[0].message.contains("第2行“甲”和第3行“乙”"));
    assert_eq!(preview.new, 1);
}

#[test]
fn a_successor_needs_the_end_of_his_predecessor() {
    let before = committed(&run(
        &[HEAD, &["青禾镇", "镇", "甲", "党委书记", "一把手", "2024-06-01", ""]],
        &PeopleSnapshot::default(),
    ));
    let successor: &[&str] = &["青禾镇", "", "乙", "党委书记", "一把手", "2026-11-01", ""];
    let clash = run(&[HEAD, successor], &before);
    assert_eq!(clash.errors.len(), 1);
    assert!(clash.errors[0].message.contains("甲"));
    let handed =
        run(&[HEAD, &["青禾镇", "", "甲", "党委书记", "一把手", "2024-06-01", "2026-11-01"], successor], &before);
    assert_eq!(counts(&handed), (1, 1, 0, 0), "{:#?}", handed.errors);
}

#[test]
fn identity_numbers_and_births_are_dropped_unread() {
    let preview = run(
        &[
            &["单位", "单位类型", "姓名", "身份证号", "出生年月", "职务", "号码", "备注"],
            &["青禾镇", "镇", "甲", "11010519491231002X", "1949.12", "镇长", "11010519491231002X", "x"],
            &["青禾镇", "镇", "乙", "", "", "11010519491231002X", "", ""],
        ],
        &PeopleSnapshot::default(),
    );
    let dropped: Vec<&String> = preview.notes.iter().filter(|n| n.contains("已整列丢弃")).collect();
    assert_eq!(dropped.len(), 4, "{:?}", preview.notes);
    let all = serde_json::to_string(&preview).unwrap();
    assert!(!all.contains("11010519491231002"), "{all}");
}

#[test]
fn one_stray_identity_number_is_an_error_without_the_number() {
    let rows: Vec<Vec<&str>> = std::iter::once(vec!["单位", "单位类型", "姓名", "职务"])
        .chain((0..5).map(|n| vec!["青禾镇", "镇", if n == 3 { "11010519491231002X" } else { "甲" }, "镇长"]))
        .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let preview = run(&rows, &PeopleSnapshot::default());
    assert_eq!(preview.errors.iter().map(|e| (e.row, e.column.as_str())).collect::<Vec<_>>(), [(5, "C")]);
    assert!(!serde_json::to_string(&preview).unwrap().contains("11010519491231002"));
}

#[test]
fn two_header_rows_are_one() {
    use rust_xlsxwriter::{Format, Workbook};
    let mut made = Workbook::new();
    let sheet = made.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 4, "青禾镇人员表", &plain).unwrap();
    for (column, title) in [(0, "单位"), (1, "姓名"), (2, "职务")] {
        sheet.merge_range(1, column, 2, column, title, &plain).unwrap();
    }
    sheet.merge_range(1, 3, 1, 4, "任职时间", &plain).unwrap();
    for (column, text) in (0_u16..).zip(["", "", "", "起", "止"]) {
        if !text.is_empty() {
            sheet.write_string(2, column, text).unwrap();
        }
    }
    sheet.merge_range(3, 0, 4, 0, "青禾镇", &plain).unwrap();
    for (row, cells) in [(3, ["甲", "镇长", "2024.1", "2025.2"]), (4, ["乙", "副镇长", "2024.3", ""])] {
        for (column, text) in (1_u16..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    let book = server::import::read("人员.xlsx", &made.save_to_buffer().unwrap()).unwrap();
    let mut snapshot = PeopleSnapshot::default();
    unit_id(&mut snapshot.units, "青禾镇", UnitKind::Town);
    let preview = plan(&book, &snapshot, &Answers::default());
    assert_eq!(counts(&preview), (2, 0, 0, 0), "{:#?}", preview.errors);
    assert_eq!(preview.rows[0].item.to.map(iso).as_deref(), Some("2025-02-01"));
    assert_eq!(preview.rows[1].item.unit.name, "青禾镇", "merged unit filled down");
}

#[test]
fn the_supervision_table_imports_once() {
    let preview = units::plan(&book("units.xlsx"), &UnitsSnapshot::default());
    assert_eq!(counts(&preview), (24, 0, 0, 0), "{:#?}", preview.errors);
    assert!(preview.notes.iter().any(|n| n.contains("派驻第一纪检监察组")));
    let mut snapshot = UnitsSnapshot::default();
    for row in &preview.rows {
        let mut id = |unit: &server::import::UnitRef| unit_id(&mut snapshot.units, &unit.name, unit.kind);
        let item = &row.item;
        let assignment = Assignment {
            unit: id(&item.unit),
            team: item.team.as_ref().map(&mut id),
            office: item.office.as_ref().map(&mut id),
            committee: item.committee.as_ref().map(&mut id),
        };
        snapshot.assignments.push(assignment);
    }
    let again = units::plan(&book("units.xlsx"), &snapshot);
    assert_eq!(counts(&again), (0, 0, 24, 0));
    let moved = units::plan(
        &sheet(&[
            &["单位", "归口派驻组"],
            &["区教育局", "派驻第一纪检监察组"],
            &["区教育局", "派驻第二纪检监察组"],
            &["区财政局", "区教育局"],
        ]),
        &snapshot,
    );
    assert_eq!((moved.updated, moved.errors.len()), (1, 2));
    assert!(moved.errors[0].message.contains("第2行和第3行"));
}

#[test]
fn ten_thousand_people_in_a_thousand_units_are_planned() {
    let mut csv = String::from("单位,单位类型,姓名,职务,系统角色,任职起\n");
    for n in 0..10_000 {
        csv.push_str(&["单位", &(n / 10).to_string(), ",部门,甲", &n.to_string(), ",干部,,2024-01-01\n"].concat());
    }
    let book = server::import::read("人员.csv", csv.as_bytes()).unwrap();
    let preview = plan(&book, &PeopleSnapshot::default(), &Answers::default());
    assert_eq!(counts(&preview), (10_000, 0, 0, 0));
    assert_eq!(counts(&plan(&book, &committed(&preview), &Answers::default())), (0, 0, 10_000, 0));
}

#[test]
fn a_former_name_finds_the_unit() {
    let mut snapshot = PeopleSnapshot::default();
    unit_id(&mut snapshot.units, "区文化旅游局", UnitKind::Department);
    snapshot.units[0].former.push("区文化局".to_owned());
    let preview = run(&[HEAD, &["区文化局", "", "甲", "局长", "", "2024-01-01", ""]], &snapshot);
    assert_eq!(preview.rows[0].item.unit.name, "区文化旅游局");
    assert!(preview.notes.iter().any(|n| n.contains("旧名")));
}
