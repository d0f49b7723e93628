//! An item as typed into a form, checked and turned into a `DutyItem`.

use domain::{
    Rejection,
    duties::{Action, DutyItem, DutyListKey, Evidence, Frequency, Source},
    ids::DutyId,
    text,
};

/// The fields of the item form, as typed.
#[derive(Debug, Clone, Default)]
pub struct ItemForm {
    /// The item; a new one when empty.
    pub duty: Option<DutyId>,
    /// Number such as `6.3`.
    pub code: String,
    /// 大项.
    pub group: String,
    /// What is to be done.
    pub text: String,
    /// Frequency key.
    pub frequency: String,
    /// Named date: `6-30`, `6月30日` or `6月底`; empty for the end of the window.
    pub due: String,
    /// Suggested months: `3、6`.
    pub months: String,
    /// Evidence keys.
    pub evidence: Vec<String>,
    /// Action key.
    pub action: String,
    /// Hard item.
    pub hard: bool,
    /// Monthly routine confirmed once a quarter.
    pub routine: bool,
    /// Key of the list.
    pub list: String,
    /// Source key; empty for none.
    pub source: String,
    /// It shall stand beside one that is alike.
    pub alike: bool,
}

impl ItemForm {
    /// The item, with identity `duty`.
    pub fn build(self, duty: DutyId) -> Result<DutyItem, Rejection> {
        let code = text::required("code", "编号", &self.code, 12)?;
        let parts: Vec<&str> = code.split('.').collect();
        let numbered = !parts.is_empty()
            && parts.len() <= 3
            && parts.iter().all(|p| !p.is_empty() && p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()));
        let group_no = parts.first().and_then(|p| p.parse().ok()).filter(|n| *n > 0);
        let (true, Some(group_no)) = (numbered, group_no) else {
            return Err(Rejection::field("code", format!("编号「{code}」不对，没有保存。请写成 6.3 这样的数字。")));
        };
        let frequency = Frequency::from_key(self.frequency.trim())
            .ok_or_else(|| Rejection::field("frequency", "还没有选频次，没有保存。请选一个频次。"))?;
        let evidence = self
            .evidence
            .iter()
            .map(|key| {
                Evidence::from_key(key)
                    .ok_or_else(|| Rejection::field("evidence", "佐证材料不在可选范围，没有保存。请重新勾选。"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let action = Action::from_key(self.action.trim()).unwrap_or(Action::Mandatory);
        let source = match self.source.trim() {
            "" => None,
            key => Some(
                Source::from_key(key)
                    .ok_or_else(|| Rejection::field("source", "来源不在可选范围，没有保存。请重新选择。"))?,
            ),
        };
        Ok(DutyItem {
            duty,
            group_no,
            group: text::required("group", "大项", &self.group, text::NAME_MAX)?,
            text: text::required("text", "条目内容", &self.text, text::LINE_MAX)?,
            frequency,
            due: read_due(&self.due)?,
            months: read_months(&self.months)?,
            evidence,
            action,
            hard: self.hard,
            routine: self.routine && frequency == Frequency::Monthly,
            list: DutyListKey(if self.list.trim().is_empty() {
                DutyListKey::first_responsible().0
            } else {
                self.list.trim().to_owned()
            }),
            source,
            code,
        })
    }
}

fn read_due(typed: &str) -> Result<Option<(u32, u32)>, Rejection> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let plain = typed.trim_end_matches('前');
    let found = plain
        .strip_suffix("月底")
        .and_then(|m| m.parse().ok())
        .map(|m| (m, 31))
        .or_else(|| {
            let plain = plain.replace('月', "-").replace(['日', '号'], "").replace(['/', '.'], "-");
            let (m, d) = plain.split_once('-')?;
            Some((m.trim().parse().ok()?, d.trim().parse().ok()?))
        })
        .filter(|(m, d): &(u32, u32)| (1..=12).contains(m) && (1..=31).contains(d));
    found.map(Some).ok_or_else(|| {
        Rejection::field("due", format!("期限「{typed}」看不懂，没有保存。请写成 6月30日 或 6月底，也可以留空。"))
    })
}

fn read_months(typed: &str) -> Result<Vec<u32>, Rejection> {
    let mut months = Vec::new();
    for part in typed.split(['、', ',', '，', ' ']).map(str::trim).filter(|p| !p.is_empty()) {
        let month: Option<u32> = part.trim_end_matches('月').parse().ok().filter(|m| (1..=12).contains(m));
        let Some(month) = month else {
            return Err(Rejection::field(
                "months",
                format!("月份「{part}」不对，没有保存。请写成 3、6、9 这样的数字。"),
            ));
        };
        if !months.contains(&month) {
            months.push(month);
        }
    }
    months.sort_unstable();
    Ok(months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn form() -> ItemForm {
        ItemForm {
            code: "6.3".into(),
            group: "谈心谈话".into(),
            text: "与年轻干部经常性谈心谈话".into(),
            frequency: "quarterly".into(),
            due: "6月底".into(),
            months: "6、3月，6".into(),
            evidence: vec!["talk".into()],
            ..ItemForm::default()
        }
    }

    #[test]
    fn typed_dates_and_months_are_read() {
        let item = form().build(DutyId(Uuid::nil())).unwrap();
        assert_eq!((item.due, item.months, item.group_no), (Some((6, 31)), vec![3, 6], 6));
        assert_eq!(read_due("12月5日前").unwrap(), Some((12, 5)));
        assert_eq!(read_due("3-31").unwrap(), Some((3, 31)));
        assert!(read_due("年中").is_err());
    }

    #[test]
    fn wrong_fields_are_named() {
        let cases: [(&str, ItemForm); 4] = [
            ("code", ItemForm { code: "六之三".into(), ..form() }),
            ("frequency", ItemForm { frequency: String::new(), ..form() }),
            ("months", ItemForm { months: "13".into(), ..form() }),
            ("text", ItemForm { text: "字".repeat(501), ..form() }),
        ];
        for (field, typed) in cases {
            assert_eq!(typed.build(DutyId(Uuid::nil())).unwrap_err().field_name(), Some(field));
        }
    }
}
