//! Name lists: 单位, 单位类型, 姓名, 职务, 系统角色, 任职起, 任职止, 手机. Owns the
//! plan against the people who exist; never ends a term, removes a role or
//! merges two persons unasked.

mod heads;
mod near;
mod rows;

pub(super) use rows::{kind_message, kinds_in_words};

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    ids::{PersonId, UnitId},
    people::Role,
    time::{Day, iso},
};
use serde::{Deserialize, Serialize};

use super::{
    grid::Book,
    headers::{self, Field},
    preview::{Answers, Change, Choice, Outcome, PlannedRow, Preview, Question, UnitFact, UnitRef, row_list},
};
use rows::Draft;

/// The people who exist, as the caller may see them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleSnapshot {
    /// Units that have not ended.
    pub units: Vec<UnitFact>,
    /// Persons with their posts.
    pub persons: Vec<PersonFact>,
}

/// A person who exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFact {
    /// Person.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Mobile number, if stored.
    pub mobile: Option<String>,
    /// Terms in posts, running or ended.
    pub posts: Vec<PostFact>,
}

/// A term of a person in a post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostFact {
    /// Unit of the post.
    pub unit: UnitId,
    /// Name of the post (职务).
    pub title: String,
    /// Roles held through it.
    pub roles: Vec<Role>,
    /// First day.
    pub from: Option<Day>,
    /// Last day, if ended.
    pub to: Option<Day>,
}

/// One row of a name list, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The person, where known.
    pub person: Option<PersonId>,
    /// Rows with the same key are the same person; also where he is new.
    pub person_key: String,
    /// Name.
    pub name: String,
    /// Unit; without an id it is to be made.
    pub unit: UnitRef,
    /// 职务.
    pub title: String,
    /// Roles named by the row; none is removed by an import.
    pub roles: Vec<Role>,
    /// 任职起; `None` where the file does not say.
    pub from: Option<Day>,
    /// 任职止.
    pub to: Option<Day>,
    /// Mobile number.
    pub mobile: Option<String>,
}

pub(super) const FIELDS: &[Field] = &[
    Field {
        key: "unit",
        names: &["单位", "单位名称", "所在单位", "工作单位", "部门", "所在部门", "任职单位", "部门（单位）"],
        hints: &["单位名称"],
    },
    Field { key: "kind", names: &["单位类型", "单位类别", "单位性质", "类型"], hints: &["单位类"] },
    Field { key: "name", names: &["姓名", "名字", "人员姓名", "干部姓名"], hints: &["姓名"] },
    Field {
        key: "title",
        names: &["职务", "现任职务", "职位", "岗位", "担任职务", "党内职务", "职务名称"],
        hints: &["职务"],
    },
    Field {
        key: "role", names: &["系统角色", "角色", "用户角色", "人员类别", "账号角色"], hints: &["角色"]
    },
    Field {
        key: "from",
        names: &[
            "任职起",
            "任职时间",
            "任现职时间",
            "任职开始",
            "任职起始",
            "任职日期",
            "开始时间",
            "到任时间",
            "任职时间起",
            "任现职起始时间",
            "任职开始时间",
        ],
        hints: &["任职起", "任现职"],
    },
    Field {
        key: "to",
        names: &["任职止", "任职结束", "离任时间", "免职时间", "结束时间", "任职时间止", "任职结束时间"],
        hints: &["任职止"],
    },
    Field {
        key: "mobile",
        names: &["手机", "手机号", "手机号码", "联系电话", "电话", "联系方式", "移动电话"],
        hints: &["手机"],
    },
];

fn enough(keys: &[&str]) -> bool {
    keys.contains(&"name") && keys.contains(&"unit")
}

/// Plans the import of a name list. Same name and unit is the same person; the
/// same name in different units is asked (「同名，是否同一人」), different persons by default.
pub fn plan(book: &Book, snapshot: &PeopleSnapshot, answers: &Answers) -> Preview<PersonRow> {
    let found = headers::find(book, FIELDS, enough);
    let mut errors = found.problems;
    let mut notes = found.notes;
    let drafts = rows::read(&found.tables, snapshot, &mut errors, &mut notes);
    // On top: a misspelt unit must not drown among other notes.
    notes.splice(0..0, near::new_units(&drafts, &snapshot.units));
    let (keys, questions) = identify(&drafts, snapshot, answers);
    let (mut drafts, keys) = rows::join_repeats(drafts, keys, &mut errors, &mut notes);
    heads::name_heads(&mut drafts, snapshot);
    let mut planned = Vec::new();
    let persons: HashMap<PersonId, &PersonFact> = snapshot.persons.iter().map(|p| (p.id, p)).collect();
    for (draft, key) in drafts.iter().zip(keys) {
        let person = key.known.and_then(|id| persons.get(&id).copied());
        let post = person.and_then(|p| post_of(p, draft));
        let (item, outcome) = settle(draft, key.text, person, post);
        planned.push(PlannedRow { sheet: draft.place.sheet.clone(), row: draft.place.row, outcome, item });
    }
    errors.extend(heads::clashes(&drafts, &planned, snapshot));
    let bad: HashSet<(&str, u32)> = errors.iter().map(|e| (e.sheet.as_str(), e.row)).collect();
    planned.retain(|row| !bad.contains(&(row.sheet.as_str(), row.row)));
    if planned.is_empty() && errors.is_empty() {
        notes.push("表头下面没有找到人员。请确认内容填在表头下面。".to_owned());
    }
    Preview::of(planned, errors, questions, notes)
}

/// Who a row is about.
#[derive(Clone)]
struct Key {
    text: String,
    known: Option<PersonId>,
}

impl Key {
    fn known(person: &PersonFact) -> Self {
        Self { text: format!("id:{}", person.id), known: Some(person.id) }
    }
}

/// Who every row is about, and the questions about equal names.
fn identify(drafts: &[Draft], snapshot: &PeopleSnapshot, answers: &Answers) -> (Vec<Key>, Vec<Question>) {
    let mut by_name: BTreeMap<&str, Vec<&PersonFact>> = BTreeMap::new();
    for person in &snapshot.persons {
        by_name.entry(&person.name).or_default().push(person);
    }
    let mut units_of_name: BTreeMap<&str, Vec<(&UnitRef, u32, bool)>> = BTreeMap::new();
    let mut keys: Vec<Option<Key>> = Vec::new();
    for draft in drafts {
        let namesakes = by_name.get(draft.name.as_str()).map_or(&[][..], Vec::as_slice);
        let in_unit = |person: &&&PersonFact| person.posts.iter().any(|post| Some(post.unit) == draft.unit.id);
        // Two of one name in one unit are told apart by their title.
        let known = namesakes
            .iter()
            .filter(in_unit)
            .find(|p| p.posts.iter().any(|post| post.title == draft.title))
            .or_else(|| namesakes.iter().find(in_unit));
        keys.push(known.map(|person| Key::known(person)));
        units_of_name.entry(&draft.name).or_default().push((&draft.unit, draft.place.row, known.is_some()));
    }
    let mut questions = Vec::new();
    let mut joined: BTreeMap<&str, Key> = BTreeMap::new();
    for (name, rows) in &units_of_name {
        let namesakes = by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut units: Vec<&str> = rows.iter().map(|(unit, ..)| unit.name.as_str()).collect();
        units.sort_unstable();
        units.dedup();
        let open: Vec<u32> = rows.iter().filter(|(.., known)| !known).map(|(_, row, _)| *row).collect();
        if open.is_empty() || (units.len() < 2 && namesakes.is_empty()) {
            continue;
        }
        let elsewhere: Vec<String> = namesakes
            .iter()
            .flat_map(|p| &p.posts)
            .filter_map(|post| snapshot.units.iter().find(|u| u.id == post.unit))
            .map(|u| u.name.clone())
            .chain(units.iter().map(|u| (*u).to_owned()))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect();
        let id = format!("same:{name}");
        let same = answers.get(&id) == Some("same");
        questions.push(Question {
            question: format!("“{}”都有“{name}”，是同一个人兼任，还是同名的不同人？", elsewhere.join("”“")),
            value: (*name).to_owned(),
            rows: open,
            proposal: if same { "same" } else { "different" }.to_owned(),
            options: vec![
                Choice { key: "different".to_owned(), label: "同名，不是同一人".to_owned() },
                Choice { key: "same".to_owned(), label: "是同一人，兼任多个职务".to_owned() },
            ],
            id,
        });
        if same {
            let key =
                namesakes.first().map_or_else(|| Key { text: format!("new:{name}"), known: None }, |p| Key::known(p));
            joined.insert(name, key);
        }
    }
    let keys = drafts
        .iter()
        .zip(keys)
        .map(|(draft, key)| {
            key.or_else(|| joined.get(draft.name.as_str()).cloned())
                .unwrap_or_else(|| Key { text: format!("new:{}@{}", draft.name, draft.unit.name), known: None })
        })
        .collect();
    (keys, questions)
}

/// The term of the person that the row is about: same unit and title, the same start where several.
fn post_of<'p>(person: &'p PersonFact, draft: &Draft) -> Option<&'p PostFact> {
    let mut posts = person.posts.iter().filter(|p| Some(p.unit) == draft.unit.id && p.title == draft.title);
    let first = posts.clone().next()?;
    let exact = posts.find(|p| draft.from.is_none() || p.from == draft.from);
    // A term that ended before the row's start is another term, not an earlier version of it.
    exact.or_else(|| Some(first).filter(|p| p.to.is_none_or(|to| draft.from.is_none_or(|from| from <= to))))
}

fn settle(draft: &Draft, key: String, person: Option<&PersonFact>, post: Option<&PostFact>) -> (PersonRow, Outcome) {
    let item = PersonRow {
        person: person.map(|p| p.id),
        person_key: key,
        name: draft.name.clone(),
        unit: draft.unit.clone(),
        title: draft.title.clone(),
        roles: draft.roles.clone(),
        from: draft.from.or(post.and_then(|p| p.from)),
        to: draft.to.or(post.and_then(|p| p.to)),
        mobile: draft.mobile.clone().or_else(|| person.and_then(|p| p.mobile.clone())),
    };
    let (Some(person), Some(post)) = (person, post) else {
        return (item, Outcome::New);
    };
    let day = |day: Option<Day>| day.map(iso).unwrap_or_default();
    let words = |roles: &[Role]| roles.iter().map(|r| r.label()).collect::<Vec<_>>().join("、");
    let mut after = post.roles.clone();
    after.extend(item.roles.iter().filter(|role| !post.roles.contains(role)));
    let changes = [
        Change::between("任职起", day(post.from), day(item.from)),
        Change::between("任职止", day(post.to), day(item.to)),
        Change::between("系统角色", words(&post.roles), words(&after)),
        Change::between("手机", person.mobile.clone().unwrap_or_default(), item.mobile.clone().unwrap_or_default()),
    ];
    (item, Outcome::of(changes.into_iter().flatten().collect()))
}

/// 「旧名」 rows are told once per unit.
fn renamed_note(renamed: BTreeMap<(String, String), Vec<u32>>) -> Vec<String> {
    renamed
        .into_iter()
        .map(|((old, new), rows)| format!("{}的“{old}”是“{new}”的旧名，按现名导入。", row_list(&rows)))
        .collect()
}
