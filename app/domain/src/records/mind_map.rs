//! 主体责任思维导图: the district's tree (示范) joined with the leader's own list. Groups find
//! their place by their words, never by their numbers, so that an imported list works; states are
//! the board's stored colours. Refuses counts.

mod layout;
mod svg;

pub use layout::{MapBox, MapLayout, map_below, map_layout};
pub use svg::map_svg;

use serde::{Deserialize, Serialize};

use super::{BookItem, YearBook};
use crate::{board::Tone, duties::DutyItem, ids::DutyId};

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapKind {
    /// 全面从严治党主体责任.
    Root,
    /// 谁来担, 担什么 ….
    Branch,
    /// A word of the template.
    Topic,
    /// A 大项 of the list.
    Group,
    /// An item of the list.
    Item,
}

/// A state shown as icon and word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapState {
    /// Tone.
    pub tone: Tone,
    /// Its word.
    pub word: String,
}

/// A node with what hangs below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapNode {
    /// Key within the tree, stable for a list.
    pub key: String,
    /// Kind.
    pub kind: MapKind,
    /// Words.
    pub title: String,
    /// Item meant.
    pub duty: Option<DutyId>,
    /// State of an item, or the most urgent one of a group.
    pub state: Option<MapState>,
    /// Below.
    pub children: Vec<MapNode>,
}

/// Longest title of an item on the map; the whole text stands behind it.
const TITLE: usize = 9;

/// Where a 大项 hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Build,
    Team,
    Own,
    Mend,
    Other,
}

/// Words of a group's name, the first match decides.
const PLACES: [(Place, &[&str]); 4] = [
    (Place::Own, &["表率", "自律", "自身"]),
    (Place::Mend, &["整改"]),
    (Place::Team, &["班子", "民主集中", "谈心", "谈话", "责任部署", "部署"]),
    (
        Place::Build,
        &[
            "政治",
            "思想",
            "理论",
            "意识形态",
            "组织",
            "选人用人",
            "作风",
            "减负",
            "纪律",
            "廉洁文化",
            "制度",
            "权力",
            "制约",
            "监督执纪",
            "反腐",
        ],
    ),
];

/// Branches of the template with their topics (示范).
const BRANCHES: [(&str, &str, &[&str]); 7] = [
    ("who", "谁来担", &["党委（党组）", "书记", "班子成员", "纪检机构", "职能部门"]),
    ("what", "担什么", &[]),
    (
        "how",
        "怎么担",
        &["亲自部署", "亲自过问", "亲自协调", "亲自督办", "年初定清单", "年中专题研究", "年底述责", "月历十二个月"],
    ),
    ("watch", "怎么看", &["季度提醒", "半年梳理", "年底检查", "状态与原因", "履责画像"]),
    ("judge", "怎么评", &["述责评议", "民主评议", "村社清廉指数"]),
    ("mend", "怎么改", &["“三交底”清单", "双报告", "对账销号"]),
    ("answer", "怎么问", &["“一件事”问责预警", "四种形态", "问责（一案双查）", "容错、澄清正名"]),
];

/// The tree of a book.
pub fn mind_map(book: &YearBook) -> MapNode {
    let groups = groups(&book.items);
    let hung = |place: Place| -> Vec<MapNode> {
        groups.iter().filter(|(at, _)| *at == place).map(|(_, node)| node.clone()).collect()
    };
    let branches = BRANCHES.map(|(key, title, topics)| {
        let mut children: Vec<MapNode> = topics
            .iter()
            .enumerate()
            .map(|(i, topic)| plain(format!("{key}-{i}"), MapKind::Topic, topic, Vec::new()))
            .collect();
        match key {
            "what" => {
                let parts = [
                    ("build", "建设", Place::Build),
                    ("team", "带班子", Place::Team),
                    ("own", "管自己", Place::Own),
                    ("other", "其他", Place::Other),
                ];
                children.extend(parts.into_iter().filter_map(|(part, title, place)| {
                    let below = hung(place);
                    (place != Place::Other || !below.is_empty())
                        .then(|| plain(format!("what-{part}"), MapKind::Topic, title, below))
                }));
            }
            "mend" => children.extend(hung(Place::Mend)),
            _ => {}
        }
        plain(key.to_owned(), MapKind::Branch, title, children)
    });
    plain("root".to_owned(), MapKind::Root, "全面从严治党主体责任", branches.into())
}

fn plain(key: String, kind: MapKind, title: &str, children: Vec<MapNode>) -> MapNode {
    MapNode { key, kind, title: title.to_owned(), duty: None, state: None, children }
}

/// The 大项 of the list in printed order, each with its place and its items.
fn groups(items: &[BookItem]) -> Vec<(Place, MapNode)> {
    let mut groups: Vec<(u32, &str, Vec<&BookItem>)> = Vec::new();
    for item in items {
        match groups.iter_mut().find(|(no, name, _)| (*no, *name) == (item.group_no, item.group.as_str())) {
            Some((.., own)) => own.push(item),
            None => groups.push((item.group_no, &item.group, vec![item])),
        }
    }
    groups
        .into_iter()
        .map(|(no, name, own)| {
            let worst = own.iter().max_by_key(|item| item.tone);
            let node = MapNode {
                key: format!("group-{no}-{name}"),
                kind: MapKind::Group,
                title: format!("{no} {name}"),
                duty: None,
                state: worst.map(|item| MapState { tone: item.tone, word: item.word.clone() }),
                children: own.into_iter().map(leaf).collect(),
            };
            (place(name), node)
        })
        .collect()
}

fn place(name: &str) -> Place {
    let found = PLACES.iter().find(|(_, words)| words.iter().any(|word| name.contains(word)));
    found.map_or(Place::Other, |(place, _)| *place)
}

fn leaf(item: &BookItem) -> MapNode {
    let short = DutyItem::shorten(&item.text);
    let mut title: String = short.chars().take(TITLE).collect();
    if short.chars().count() > TITLE {
        title.push('…');
    }
    MapNode {
        key: format!("item-{}", item.duty),
        kind: MapKind::Item,
        title: format!("{} {title}", item.code).trim_end().to_owned(),
        duty: Some(item.duty),
        state: Some(MapState { tone: item.tone, word: item.word.clone() }),
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
