//! Rules as a JSON file, to take along to another district. What the language has no word for is refused by name.

use domain::{
    Rejection,
    board::{Condition, Count, RuleSet, foreign},
};
use serde_json::Value;

/// Longest file, in bytes.
const FILE_MAX: usize = 65_536;
/// Keys of a rule and of its conditions, besides those of a share.
const KEYS: [&str; 9] = ["name", "when", "tone", "because", "factor", "at_most", "at_least", "is", "one_of"];
/// Keys of a share.
const SHARE: [&str; 2] = ["of", "per"];

/// The rules of a file.
///
/// # Errors
/// No JSON of this kind; something the language has no word for; or what [`RuleSet::validate`] refuses.
pub fn from_json(text: &str) -> Result<RuleSet, Rejection> {
    let bad = |words: &str| Rejection::field("json", format!("{words}，没有保存。请用本系统导出的规则文件修改。"));
    if text.len() > FILE_MAX {
        return Err(bad("规则文件超过 64 KB"));
    }
    if text.trim().is_empty() {
        return Err(Rejection::field("json", "还没有贴入规则文件的内容，没有保存。请补上后再提交。"));
    }
    let value: Value = serde_json::from_str(text.trim().trim_start_matches('\u{FEFF}'))
        .map_err(|e| bad(&format!("规则文件第 {} 行读不懂", e.line())))?;
    let Value::Object(set) = &value else { return Err(bad("规则文件的内容不是一套规则")) };
    let usual = serde_json::to_value(RuleSet::default()).unwrap_or_default();
    if let Some(key) = set.keys().find(|key| usual.get(key.as_str()).is_none()) {
        return Err(foreign("json", key));
    }
    for rule in set.get("rules").and_then(Value::as_array).into_iter().flatten() {
        known(rule)?;
    }
    let rules: RuleSet = serde_json::from_value(value).map_err(|e| {
        // The words of the parser are no Chinese; the place they name is in what was sent.
        let said = e.to_string();
        let place: String = said.split('`').nth(1).unwrap_or_default().chars().take(40).collect();
        if place.is_empty() {
            bad("规则文件里有一项的内容不对")
        } else {
            bad(&format!("规则文件里“{place}”的内容不对"))
        }
    })?;
    rules.validate()?;
    Ok(rules)
}

/// Refuses what a rule of a file speaks of though the language does not.
fn known(rule: &Value) -> Result<(), Rejection> {
    let keys = |value: &Value, more: &[&str]| {
        let strange = |key: &&String| !KEYS.contains(&key.as_str()) && !more.contains(&key.as_str());
        value.as_object().and_then(|o| o.keys().find(strange)).map_or(Ok(()), |key| Err(foreign("json", key)))
    };
    keys(rule, &[])?;
    for condition in rule.get("when").and_then(Value::as_array).into_iter().flatten() {
        if let Some(factor) = condition.get("factor").and_then(Value::as_str)
            && !Condition::FACTORS.iter().any(|(key, _)| *key == factor)
        {
            return Err(foreign("json", factor));
        }
        keys(condition, &SHARE)?;
        for side in SHARE {
            if let Some(count) = condition.get(side).and_then(Value::as_str)
                && Count::from_key(count).is_none()
            {
                return Err(foreign("json", count));
            }
        }
    }
    Ok(())
}

/// The file of these rules.
pub fn to_json(rules: &RuleSet) -> String {
    serde_json::to_string_pretty(rules).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        from_json(text).unwrap_err().to_string()
    }

    #[test]
    fn a_file_leads_back_to_its_rules() {
        let rules = RuleSet { quarterly_days: 15, ..RuleSet::default() };
        assert_eq!(from_json(&to_json(&rules)).unwrap(), rules);
        assert_eq!(from_json(&format!("\u{FEFF}{}", to_json(&rules))).unwrap(), rules);
    }

    #[test]
    fn factors_that_must_not_be_are_refused_by_name() {
        let with = |rule: &str| to_json(&RuleSet::default()).replace("\"rules\": []", &format!("\"rules\": [{rule}]"));
        for factor in ["logins", "record_count", "online_minutes", "words"] {
            let rule = format!(
                r#"{{"name":"甲","tone":"warn","because":"乙","when":[{{"factor":"{factor}","at_least":3}}]}}"#
            );
            let said = refused(&with(&rule));
            assert!(said.contains(factor) && said.contains("不能作为变色的依据"), "{said}");
        }
        let share = r#"{"name":"甲","tone":"warn","because":"乙","when":[{"factor":"share","of":"logins","per":"fell_due","at_least":3}]}"#;
        assert!(refused(&with(share)).contains("登录次数"));
        let key = to_json(&RuleSet::default()).replace("\"check_days\"", "\"minutes_online\"");
        assert!(refused(&key).contains("在线时长"));
        assert!(refused(&with(r#"{"name":"甲","weight":1}"#)).contains("没有这个依据"));
    }

    #[test]
    fn what_is_no_file_of_rules_is_said_in_words() {
        for (text, words) in [
            ("", "还没有贴入"),
            ("{", "第 1 行读不懂"),
            ("[]", "不是一套规则"),
            (r#"{"version":"二"}"#, "内容不对"),
            (r#"{"version":1}"#, "内容不对"),
        ] {
            let said = refused(text);
            assert!(said.contains(words), "{text}: {said}");
        }
        assert!(refused(&" x".repeat(FILE_MAX)).contains("64 KB"));
        let long = RuleSet { monthly_days: 28, ..RuleSet::default() };
        assert!(refused(&to_json(&long)).contains("应在 0 到 20 之间"));
    }
}
