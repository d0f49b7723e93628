//! 「请再看一眼」: what an author is asked about before it is kept, and what he answered. Words and
//! numbers are the guard's; a district adds to the words or takes from them. Refuses nothing:
//! every question has an answer that saves.

use serde::{Deserialize, Serialize};

use super::{Hit, guard, inspect, masked};

/// What a district changes of the warning words (示范 list: see [`inspect`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClueWords {
    /// Words that warn here too.
    pub more: Vec<String>,
    /// Words of the list that do not warn here.
    pub fewer: Vec<String>,
}

/// What the author said when he was asked to look again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// He has not been asked.
    #[default]
    Unasked,
    /// 「不涉及具体内容，仍然保存」, numbers as typed.
    Keep,
    /// The same, with the middle four digits of mobile numbers starred.
    Mask,
    /// Only the mark of a talk whose contents are not kept.
    Mark,
}

impl Look {
    /// The answer of a button; anything else is none.
    pub fn from_key(key: &str) -> Self {
        match key {
            "keep" => Self::Keep,
            "mask" => Self::Mask,
            "mark" => Self::Mark,
            _ => Self::Unasked,
        }
    }

    /// What is kept of a text about work, in which words that warn in a record do not warn; `before` stands there
    /// already and is not asked about again.
    ///
    /// # Errors
    /// The question about mobile numbers, which its author was not asked yet.
    pub fn numbers(self, text: String, before: &str) -> Result<String, String> {
        match self {
            Self::Mask => Ok(masked(&text)),
            Self::Keep | Self::Mark => Ok(text),
            Self::Unasked => {
                let found = findings([text.as_str()], before, &ClueWords::default());
                let numbers = Findings { words: Vec::new(), ..found };
                if numbers.is_empty() { Ok(text) } else { Err(numbers.question()) }
            }
        }
    }
}

/// What an author is asked to look at again before it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    /// Words that may hint at a clue.
    pub words: Vec<String>,
    /// Mobile numbers and what may be old identity numbers, masked.
    pub numbers: Vec<String>,
}

impl Findings {
    /// Nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.numbers.is_empty()
    }

    /// 「手机号码 138****0000、139****0000」: what they are called once for each kind.
    fn named_numbers(&self) -> String {
        let mut out = String::new();
        let mut last = "";
        for number in &self.numbers {
            let name = guard::number_name(number);
            if !out.is_empty() {
                out.push('、');
            }
            if name != last {
                out.push_str(name);
                out.push(' ');
                last = name;
            }
            out.push_str(number);
        }
        out
    }

    /// The question to the author; nothing is blocked by it.
    pub fn question(&self) -> String {
        let words = (!self.words.is_empty()).then(|| {
            format!(
                "文字里有“{}”。问题线索和案件情况不能写在这里；如果只是一般工作表述，点一下就能保存。",
                self.words.join("”“")
            )
        });
        let numbers =
            (!self.numbers.is_empty()).then(|| format!("文字里有{}，可以把中间四位遮住再保存。", self.named_numbers()));
        words.into_iter().chain(numbers).collect()
    }
}

/// What of `texts` their author should look at again, and did not stand in `before`.
pub fn findings<'a>(texts: impl IntoIterator<Item = &'a str>, before: &str, clues: &ClueWords) -> Findings {
    let mut found = Findings::default();
    let old = inspect(before);
    for text in texts {
        for hit in inspect(text).into_iter().filter(|hit| !old.contains(hit)) {
            match hit {
                Hit::Warn { word } if !clues.fewer.contains(&word) && !found.words.contains(&word) => {
                    found.words.push(word);
                }
                Hit::Mask { number } if !found.numbers.contains(&number) => found.numbers.push(number),
                _ => {}
            }
        }
        for word in clues.more.iter().filter(|w| !w.is_empty() && text.contains(w.as_str())) {
            if !found.words.contains(word) && !before.contains(word.as_str()) {
                found.words.push(word.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asks_once_and_about_new_words_only() {
        let clues = ClueWords { more: vec!["内鬼".into()], fewer: vec!["留置".into()] };
        let ask = |text: &str, before: &str| findings([text], before, &clues);
        assert!(ask("听取信访形势分析，研究全面从严治党", "").is_empty());
        assert_eq!(ask("移送问题线索，电话13800000000", "").words, ["线索"]);
        assert_eq!(ask("移送问题线索，电话13800000000", "").numbers, ["138****0000"]);
        assert!(ask("移送问题线索", "问题线索一件").is_empty());
        assert!(ask("采取留置措施", "").is_empty());
        assert_eq!(ask("查内鬼", "").words, ["内鬼"]);
        // A number of 15 digits has no check character: one tap, never a block.
        let old = ask("联系 13800000000、13900000000，工单 330205490131002", "");
        let words = "手机号码 138****0000、139****0000、疑似15位身份证号 330205****31002，";
        assert!(old.words.is_empty() && old.question().contains(words), "{}", old.question());
        let question = ask("移送问题线索，电话13800000000", "").question();
        assert!(question.contains("线索") && question.contains("138****0000"), "{question}");
    }
}
