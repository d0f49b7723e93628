//! Frequencies: known words are read, unusual wordings become one question per
//! wording with a proposal, nonsense is a problem of its cell. The wordings
//! themselves are `domain`'s; this owns questions and answers.

use std::collections::BTreeMap;

use domain::duties::{DutyItem, Frequency, Reading, read_frequency};
use domain::time::zh_short;

use super::Draft;
use crate::import::{
    folding::tidy,
    grid::Row,
    headers::Table,
    preview::{Answers, Choice, Question},
};

/// A frequency with its named date (month, day).
pub(super) type Rhythm = (Frequency, Option<(u32, u32)>);

/// What a row says about its frequency.
#[derive(Clone)]
pub(super) enum Wording {
    /// A plain word.
    Known(Frequency),
    /// A wording with the reading proposed for it.
    Guess { value: String, rhythm: Rhythm, question: String },
    /// No frequency column: what the text of the item suggests.
    FromText { rhythm: Rhythm, word: &'static str },
    /// A problem was reported.
    Nothing,
}

/// Readings of all rows, in their order, and the questions behind them.
pub(super) struct Asked {
    pub(super) readings: Vec<Rhythm>,
    pub(super) questions: Vec<Question>,
}

/// Reads the frequency of a row whose item text is `text`; the error is what to say at its cell.
pub(super) fn read<'b>(table: &Table<'b>, row: &'b Row, text: &str) -> Result<Wording, String> {
    if !table.has("frequency") {
        let (frequency, word) = suggested(text);
        return Ok(Wording::FromText { rhythm: (frequency, None), word });
    }
    let Some(cell) = table.cell(row, "frequency") else {
        return Err(format!("频次没有填写。请填{}。", choices_in_words()));
    };
    let value = cell.date.map_or_else(|| tidy(&cell.text), |day| format!("{}前", zh_short(day)));
    match read_frequency(&value) {
        Reading::Known { frequency } => Ok(Wording::Known(frequency)),
        Reading::Guess { frequency, due, question } => Ok(Wording::Guess { value, rhythm: (frequency, due), question }),
        Reading::Unknown => {
            Err(format!("认不出频次“{}”。请改成{}；有固定日期的可写“6月底前”。", shortened(&value), choices_in_words()))
        }
    }
}

fn shortened(value: &str) -> String {
    crate::import::identity::masked(value).chars().take(30).collect()
}

fn choices_in_words() -> String {
    Frequency::ALL.map(|f| format!("“{}”", f.label())).join("、")
}

/// What the text of an item suggests where there is no frequency column.
fn suggested(text: &str) -> (Frequency, &'static str) {
    // A task of the year or of one half: 及时, 半年 in it say how and until when, not how often.
    const OF_THE_YEAR: [&str; 6] = ["年内完成", "年底前完成", "年内", "年底前", "上半年", "下半年"];
    let often = text.contains("每");
    if !often && let Some(word) = OF_THE_YEAR.into_iter().find(|word| text.contains(word)) {
        return (Frequency::Yearly, word);
    }
    [
        ("每月", Frequency::Monthly),
        ("每季", Frequency::Quarterly),
        ("每半年", Frequency::HalfYearly),
        ("半年", Frequency::HalfYearly),
        ("任期", Frequency::OncePerTerm),
        ("随时", Frequency::AnyTime),
        ("及时", Frequency::AnyTime),
        ("经常", Frequency::AnyTime),
    ]
    .into_iter()
    .find(|(word, _)| text.contains(word))
    .map_or((Frequency::Yearly, ""), |(word, frequency)| (frequency, word))
}

/// Settles every row: answers first, else proposals; without a frequency column an
/// item of the draft keeps what it has.
pub(super) fn ask(drafts: &[Draft<'_>], matched: &[Option<&DutyItem>], answers: &Answers) -> Asked {
    let mut questions: Vec<Question> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut readings = Vec::new();
    for (draft, item) in drafts.iter().zip(matched) {
        let (id, value, rhythm, question) = match &draft.wording {
            Wording::Known(frequency) => {
                // 每年 does not say that a named date no longer holds.
                let due = item.filter(|item| item.frequency == *frequency).and_then(|item| item.due);
                readings.push((*frequency, due));
                continue;
            }
            Wording::Nothing => {
                readings.push((Frequency::Yearly, None));
                continue;
            }
            Wording::FromText { .. } if item.is_some() => {
                readings.push(item.map_or((Frequency::Yearly, None), |item| (item.frequency, item.due)));
                continue;
            }
            Wording::FromText { rhythm, word } => {
                let question = if word.is_empty() {
                    "文件里没有频次列，这些条目也没有写明频次。按哪种频次导入？".to_owned()
                } else {
                    format!("文件里没有频次列，这些条目里写有“{word}”。按哪种频次导入？")
                };
                (format!("frequency-of-text:{word}"), (*word).to_owned(), *rhythm, question)
            }
            Wording::Guess { value, rhythm, question } => {
                (format!("frequency:{value}"), value.clone(), *rhythm, question.clone())
            }
        };
        let kept = item
            .map(|item| (item.frequency, item.due))
            .filter(|kept| within_the_year(*kept) && within_the_year(rhythm));
        let settled = answers.get(&id).and_then(parse).or(kept).unwrap_or(rhythm);
        readings.push(settled);
        let at = *places.entry(id.clone()).or_insert_with(|| {
            let mut options: Vec<Choice> = Frequency::ALL.into_iter().map(|f| choice((f, None))).collect();
            for dated in [rhythm, settled] {
                if !options.iter().any(|option| option.key == key(dated)) {
                    options.insert(0, choice(dated));
                }
            }
            questions.push(Question { id, value, question, rows: Vec::new(), proposal: key(settled), options });
            questions.len() - 1
        });
        if let Some(question) = questions.get_mut(at) {
            question.rows.push(draft.row.number);
        }
    }
    Asked { readings, questions }
}

/// 「年内完成」 and 「每年」 say the same: the draft keeps the one it has.
fn within_the_year(rhythm: Rhythm) -> bool {
    matches!(rhythm, (Frequency::Yearly, None | Some((12, 31))))
}

fn choice(rhythm: Rhythm) -> Choice {
    Choice { key: key(rhythm), label: label(rhythm.0, rhythm.1) }
}

/// `每年（6月30日前）`.
pub(super) fn label(frequency: Frequency, due: Option<(u32, u32)>) -> String {
    match due {
        None => frequency.label().to_owned(),
        Some((12, 31)) => format!("{}（12月最后一个工作日前）", frequency.label()),
        Some((month, day)) => format!("{}（{month}月{day}日前）", frequency.label()),
    }
}

/// `yearly` or `yearly@6-30`.
fn key(rhythm: Rhythm) -> String {
    match rhythm.1 {
        None => rhythm.0.key().to_owned(),
        Some((month, day)) => format!("{}@{month}-{day}", rhythm.0.key()),
    }
}

/// The rhythm of a key; anything else is no answer.
fn parse(key: &str) -> Option<Rhythm> {
    let Some((frequency, date)) = key.split_once('@') else {
        return Frequency::from_key(key).map(|frequency| (frequency, None));
    };
    let (month, day) = date.split_once('-')?;
    let (month, day): (u32, u32) = (month.parse().ok()?, day.parse().ok()?);
    // 2028 is a leap year, so that 29 February passes.
    chrono::NaiveDate::from_ymd_opt(2028, month, day)?;
    Frequency::from_key(frequency).map(|frequency| (frequency, Some((month, day))))
}
