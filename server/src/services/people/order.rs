//! The order of supervising bodies: 第一、第二、第十 as numbers, the rest by the stored pinyin.
//! Refuses to order business units: those keep the district's own order.

use super::names::unit_key;
use crate::{
    import::numeral,
    storage::{Row, StorageError},
};

/// Sorts bodies; compare the keys of two of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BodyKey {
    /// Pinyin of what stands before the number; the whole stored key where there is none.
    before: String,
    number: u32,
    /// The stored key: which of two with the same number comes first.
    rest: String,
}

/// The key of a body's name; `pinyin` is the stored key of the same name.
///
/// A number is `第` with a numeral of characters or digits behind it, as in 派驻第十一纪检监察组.
pub(crate) fn body_key(name: &str, pinyin: &str) -> BodyKey {
    let whole = || BodyKey { before: pinyin.to_owned(), number: 0, rest: String::new() };
    let Some((before, after)) = name.split_once('第') else { return whole() };
    let is_numeral = |c: char| c.is_ascii_digit() || "〇零一二三四五六七八九十".contains(c);
    let end = after.find(|c| !is_numeral(c)).unwrap_or(after.len());
    let (digits, _) = after.split_at(end);
    match digits.parse().ok().or_else(|| numeral(digits)) {
        Some(number) => BodyKey { before: unit_key(before), number, rest: pinyin.to_owned() },
        None => whole(),
    }
}

/// Rows of bodies with `name` and `pinyin`, by number and pinyin.
pub(crate) fn in_order(rows: Vec<Row>) -> Result<Vec<Row>, StorageError> {
    let keyed = rows.into_iter().map(|row| Ok((body_key(&row.text("name")?, &row.text("pinyin")?), row)));
    let mut keyed = keyed.collect::<Result<Vec<_>, StorageError>>()?;
    keyed.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(keyed.into_iter().map(|(_, row)| row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_and_names_spell() {
        let mut names = [
            "派驻第十一纪检监察组",
            "派驻第二纪检监察组",
            "第十纪检监察室",
            "派驻区法院纪检监察组",
            "派驻第一纪检监察组",
            "第三纪检监察室",
            "派驻第十纪检监察组",
            "第2纪检监察室",
            "案件监督管理室",
        ];
        names.sort_by_key(|name| body_key(name, &unit_key(name)));
        assert_eq!(
            names,
            [
                "第2纪检监察室",
                "第三纪检监察室",
                "第十纪检监察室",
                "案件监督管理室",
                "派驻第一纪检监察组",
                "派驻第二纪检监察组",
                "派驻第十纪检监察组",
                "派驻第十一纪检监察组",
                "派驻区法院纪检监察组",
            ]
        );
        assert_eq!(body_key("第的组", "di de zu").number, 0, "no number at all");
    }
}
