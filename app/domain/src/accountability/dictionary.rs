//! Kinds of 问责 measures: two dictionaries, 党内 and 政务, which a district keeps itself. The entries here are 示范: drawn
//! from the published rules (domain 2.4, 2.5), to be checked against the official text before they are used.

use serde::{Deserialize, Serialize};

use super::{Form, Rulebook, Target, Way};
use crate::{Rejection, text};

/// Most entries of a district.
const ENTRIES_MAX: usize = 60;

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureKind {
    /// Stable key; never used anew for something else.
    pub key: String,
    /// Word.
    pub label: String,
    /// Which dictionary.
    pub book: Rulebook,
    /// How the district sorts it.
    pub way: Way,
    /// 四种形态, where it belongs to one.
    pub form: Option<Form>,
    /// Against whom it can be taken.
    pub target: Target,
    /// Does it come with a 文号? A 提醒谈话 mostly has none.
    pub numbered: bool,
    /// No longer chosen; what was noted with it stays readable.
    #[serde(default)]
    pub retired: bool,
}

/// The kinds of a district.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dictionary(pub Vec<MeasureKind>);

impl Dictionary {
    /// 示范 until the district keeps its own.
    pub fn sample() -> Self {
        use {
            Form::{First, Second, Third},
            Rulebook::{Administrative, Party},
            Target::{Leader, Organisation},
            Way::{Expose, Handle, Remind},
        };
        let kind = |key: &str, label: &str, book, way, form, target, numbered| MeasureKind {
            key: key.to_owned(),
            label: label.to_owned(),
            book,
            way,
            form,
            target,
            numbered,
            retired: false,
        };
        Self(vec![
            kind("remind_talk", "提醒谈话", Party, Remind, Some(First), Leader, false),
            kind("criticism", "批评教育", Party, Remind, Some(First), Leader, false),
            kind("self_check", "责令检查", Party, Remind, Some(First), Leader, false),
            kind("interview", "约谈", Party, Remind, Some(First), Leader, false),
            kind("org_check", "检查", Party, Handle, None, Organisation, true),
            kind("org_circular", "通报（党组织）", Party, Expose, None, Organisation, true),
            kind("org_reform", "改组", Party, Handle, None, Organisation, true),
            kind("circular", "通报", Party, Expose, Some(First), Leader, true),
            kind("admonition", "诫勉", Party, Handle, Some(First), Leader, true),
            kind("reassignment", "组织调整或者组织处理", Party, Handle, Some(Second), Leader, true),
            kind("light_party", "党纪轻处分", Party, Handle, Some(Second), Leader, true),
            kind("heavy_party", "党纪重处分", Party, Handle, Some(Third), Leader, true),
            kind("reprimand", "训诫", Administrative, Remind, None, Leader, false),
            kind("written_check", "书面检查", Administrative, Remind, None, Leader, false),
            kind("apology", "责令公开道歉", Administrative, Expose, None, Leader, true),
            kind("transfer", "调离岗位", Administrative, Handle, None, Leader, true),
            kind("light_admin", "政务轻处分", Administrative, Handle, Some(Second), Leader, true),
            kind("heavy_admin", "政务重处分", Administrative, Handle, Some(Third), Leader, true),
        ])
    }

    /// The entry of a key, retired ones too.
    pub fn find(&self, key: &str) -> Option<&MeasureKind> {
        self.0.iter().find(|kind| kind.key == key)
    }

    /// Entries that can be chosen.
    pub fn present(&self) -> impl Iterator<Item = &MeasureKind> {
        self.0.iter().filter(|kind| !kind.retired)
    }

    /// Adds an entry under a key of its own.
    ///
    /// # Errors
    /// A word that is missing, too long or there already; too many entries.
    pub fn add(&mut self, kind: MeasureKind) -> Result<(), Rejection> {
        let label = text::required("label", "处理方式", &kind.label, text::NAME_MAX)?;
        if self.0.iter().any(|known| known.label == label && known.book == kind.book) {
            return Err(Rejection::field(
                "label",
                format!("“{label}”已在{}处理方式里，没有重复添加。", kind.book.label()),
            ));
        }
        if self.0.len() >= ENTRIES_MAX {
            return Err(Rejection::field(
                "label",
                format!("处理方式已有 {ENTRIES_MAX} 项，没有添加。请先停用不用的。"),
            ));
        }
        let mut n = self.0.len() + 1;
        while self.find(&format!("own_{n}")).is_some() {
            n += 1;
        }
        self.0.push(MeasureKind { key: format!("own_{n}"), label, retired: false, ..kind });
        Ok(())
    }

    /// Takes an entry out of the choice, or back in.
    ///
    /// # Errors
    /// No such entry; the last one that can be chosen.
    pub fn retire(&mut self, key: &str, retired: bool) -> Result<(), Rejection> {
        if retired && self.present().filter(|kind| kind.key != key).count() == 0 {
            return Err(Rejection::state("至少要保留一种处理方式，没有停用。"));
        }
        let kind = self.0.iter_mut().find(|kind| kind.key == key).ok_or(Rejection::NotFound)?;
        kind.retired = retired;
        Ok(())
    }
}
