//! 减负反馈 of the demonstration district: the figures of three quarters that are over, and five suggestions: two adopted
//! (one of them took an item off the lists), one declined, two that wait.

use chrono::Days;
use domain::{
    duties::sample::sample_items,
    ids::{AccountId, CommandId, DutyId, ReliefAnswerId},
    relief::{Figures, Quarter, Subject, Verdict},
    time::Day,
};

use super::{
    holidays, houses,
    load::{Loader, missing},
    plan::{at, worked},
};
use crate::{
    random,
    services::relief::{figures, nameless_id},
    storage::{Failure, Tx, Value},
};

/// An invented subject: `None` for the item that is on no list any more.
struct Story {
    about: Option<&'static str>,
    title: &'static str,
    /// Days before the first start.
    back: u64,
    /// House of the voice with a name, and its words.
    voice: (usize, &'static str),
    /// Words of the voice without one.
    nameless: Option<&'static str>,
    /// Days before the first start, verdict, what changed, why.
    answer: Option<(u64, Verdict, &'static str, &'static str)>,
}

const STORIES: [Story; 5] = [
    Story {
        about: Some("field:record.kind"),
        title: "",
        back: 150,
        voice: (2, "一句话里已经说清楚了，类型可以事后补。"),
        nameless: Some("手机上先选类型再写，常常选错。"),
        answer: Some((141, Verdict::Adopted, "随手记的履责类型改为选填，可以以后补。", "")),
    },
    Story {
        about: None,
        title: "14.9 每季度另报一份理论学习台账",
        back: 120,
        voice: (5, "学习情况随手记里都有，不用再报一份台账。"),
        nameless: None,
        answer: Some((
            110,
            Verdict::Adopted,
            "已从清单移出，学习情况直接从记录本里汇总。",
            "与 2.1 条要求的是同一件事。",
        )),
    },
    Story {
        about: Some("3.5"),
        title: "",
        back: 80,
        voice: (8, "平时都有记录，年度书面报告能不能不写。"),
        nameless: None,
        answer: Some((
            72,
            Verdict::Declined,
            "",
            "主体责任规定要求每年书面报告一次，不能取消；系统可以从记录本起草，改好即可。",
        )),
    },
    Story {
        about: Some("reminder:urge"),
        title: "",
        back: 5,
        voice: (4, "已经定了日期的事，到期前一天再跟进就行。"),
        nameless: None,
        answer: None,
    },
    Story {
        about: Some("8.3"),
        title: "",
        back: 3,
        voice: (6, "每月都差不多，按季度确认就够了。"),
        nameless: Some("没有情况的月份不用再写。"),
        answer: None,
    },
];

impl Loader {
    /// Subject key, title.
    fn subject(&self, story: &Story, made: DutyId) -> Result<(Subject, String), Failure> {
        let parse = |text: &str| Subject::parse(text).ok_or_else(|| missing("subject of a suggestion"));
        let Some(about) = story.about else { return Ok((parse(&format!("item:{made}"))?, story.title.to_owned())) };
        if let Some(item) = sample_items().into_iter().find(|i| i.code == about) {
            let duty = self.duties.get(about).ok_or_else(|| missing("item of a suggestion"))?;
            return Ok((parse(&format!("item:{duty}"))?, format!("{} {}", item.code, item.text)));
        }
        let subject = parse(about)?;
        let title = subject.title().ok_or_else(|| missing("title of a suggestion"))?;
        Ok((subject, title))
    }

    /// The head of a house on a day, as he signs a suggestion; of the next one where the post is vacant.
    fn speaker(&self, house: usize, day: Day) -> Result<(AccountId, String), Failure> {
        let all = houses::HOUSES.len();
        for next in (0..all).map(|n| (house + n) % all) {
            if let Some(term) = self.plan.head_on(next, day)
                && let Ok(actor) = self.actor(term.person, day)
            {
                return Ok((actor.account, actor.name));
            }
        }
        Err(missing("head"))
    }

    /// Writes it all.
    pub(super) async fn relief(&self, tx: &mut Tx) -> Result<(), Failure> {
        let base = self.plan.base;
        let calendar = holidays::calendar(&self.plan.holidays);
        let day = |back: u64| worked(&calendar, base - Days::new(back));
        let office = self.plan.person(houses::CONDUCT_STAFF[0]).ok_or_else(|| missing("office"))?;
        for story in &STORIES {
            let on = day(story.back);
            let now = at(on, 10, 0);
            let (subject, title) = self.subject(story, DutyId(random::id(now)))?;
            let (family, name) = (subject.family.key(), subject.name.clone());
            let (account, person) = self.speaker(story.voice.0, on)?;
            let answer = story.answer.map(|answer| (ReliefAnswerId(random::id(at(day(answer.0), 16, 0))), answer));
            let answered = answer.map(|(id, _)| id.to_string());
            let mut rows = vec![vec![
                Value::from(random::id(now).to_string()),
                self.district.into(),
                family.into(),
                (&name).into(),
                (&title).into(),
                true.into(),
                story.voice.1.into(),
                answer.is_some().into(),
                account.into(),
                person.into(),
                on.into(),
                answered.clone().into(),
            ]];
            if let Some(words) = story.nameless {
                let id = nameless_id(CommandId(random::id(now)), &name, words);
                rows.push(vec![
                    id.into(),
                    self.district.into(),
                    family.into(),
                    (&name).into(),
                    (&title).into(),
                    true.into(),
                    words.into(),
                    false.into(),
                    Value::Text(None),
                    "".into(),
                    on.into(),
                    answered.clone().into(),
                ]);
            }
            let voices = i64::try_from(rows.len()).unwrap_or(1);
            tx.insert_all(
                "INSERT INTO relief_suggestions (id, district_id, family, name, title, common, words, share, account_id,
                 person_name, on_day, answer_id)",
                rows,
                "",
            )
            .await?;
            let Some((id, (back, verdict, changed, reason))) = answer else { continue };
            let on = day(back);
            let actor = self.actor(office, on)?;
            tx.insert(
                "INSERT INTO relief_answers (id, district_id, family, name, title, common, verdict, reason, changed, voices,
                 on_day, account_id, person_name)",
                vec![
                    id.into(),
                    self.district.into(),
                    family.into(),
                    (&name).into(),
                    (&title).into(),
                    true.into(),
                    verdict.key().into(),
                    reason.into(),
                    changed.into(),
                    voices.into(),
                    on.into(),
                    actor.account.into(),
                    actor.name.into(),
                ],
            )
            .await?;
            let words = format!("{}：{title}", verdict.label());
            tx.audit(self.district, Some(actor.account), "relief.answered", &format!("relief_answer:{id}"), &words)
                .await?;
        }
        self.quarters(tx).await
    }

    /// Three quarters as they were when they were over: counted from the story, with the form of 随手记 as it was before
    /// the first suggestion.
    async fn quarters(&self, tx: &mut Tx) -> Result<(), Failure> {
        let houses = u32::try_from(houses::HOUSES.len() - 1).unwrap_or(0);
        let last = Quarter::of(self.plan.base).before();
        for (quarter, urged, heavier) in
            [(last.before().before(), 12, true), (last.before(), 9, true), (last, 4, false)]
        {
            let mut of = figures::count(&mut *tx, self.district, quarter).await?;
            if of.reminders.is_empty() {
                of.reminders = vec![("quarter".to_owned(), houses), ("urge".to_owned(), urged)];
            }
            if heavier {
                of.shapes = Figures::shapes_now();
                if let Some(shape) = of.shapes.iter_mut().find(|s| s.form == "record") {
                    shape.optional.retain(|field| field != "kind");
                    shape.required.push("kind".to_owned());
                }
            }
            let on = quarter.window().to.succ_opt().unwrap_or(self.plan.base);
            figures::keep(tx, self.district, quarter, &of, on).await?;
        }
        Ok(())
    }
}
