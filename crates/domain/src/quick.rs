//! One line that logs or plans: `明天下午3点 拜访 @赵一鸣`, `call with Bo tomorrow 3pm`. A day or a time ahead makes it a plan.

use crate::{
    activity::ActivityType,
    id::MemberId,
    view::View,
    when::{Moment, moment_at_start},
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub kind: ActivityType,
    /// What is left when day, time and member are taken out; as typed where there are none.
    pub subject: String,
    /// Whose it is, where the line names somebody.
    pub owner: Option<MemberId>,
    /// When it is planned for; it has happened where this is `None`.
    pub plan: Option<(NaiveDate, Option<NaiveTime>)>,
}

/// Words that say of which kind an activity is.
const KINDS: [(&str, ActivityType); 21] = [
    ("电话", ActivityType::Call),
    ("拜访", ActivityType::Visit),
    ("会议", ActivityType::Meeting),
    ("开会", ActivityType::Meeting),
    ("邮件", ActivityType::Email),
    ("消息", ActivityType::Message),
    ("微信", ActivityType::Message),
    ("备注", ActivityType::Note),
    ("任务", ActivityType::Task),
    ("call", ActivityType::Call),
    ("phone", ActivityType::Call),
    ("visit", ActivityType::Visit),
    ("meeting", ActivityType::Meeting),
    ("meet", ActivityType::Meeting),
    ("email", ActivityType::Email),
    ("e-mail", ActivityType::Email),
    ("mail", ActivityType::Email),
    ("message", ActivityType::Message),
    ("note", ActivityType::Note),
    ("task", ActivityType::Task),
    ("todo", ActivityType::Task),
];

/// Reads a line as of `now` on the workspace's wall. Where `planning`, a line without a day is planned for today.
pub fn read(view: &View, typed: &str, now: NaiveDateTime, planning: bool) -> Line {
    let today = now.date();
    let (mut kind, mut owner, mut when) = (None, None, None::<Moment>);
    let mut subject: Vec<&str> = Vec::new();
    let mut rest = typed.trim_start();
    while !rest.is_empty() {
        if when.is_none()
            && let Some((moment, used)) = moment_at_start(rest, today)
            && lies_ahead(moment, now)
        {
            when = Some(moment);
            rest = rest[used..].trim_start();
            continue;
        }
        // A name may follow its word without a space, as in `拜访@赵一鸣`.
        let end = rest.char_indices().skip(1).find(|(_, letter)| letter.is_whitespace() || *letter == '@');
        let (word, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        let following: Vec<&str> = after.split_whitespace().take(3).collect();
        if owner.is_none()
            && let Some((member, more)) = word.strip_prefix('@').and_then(|name| find_member(view, name, &following))
        {
            owner = Some(member);
            rest = after.trim_start();
            for word in &following[..more] {
                rest = rest[word.len()..].trim_start();
            }
            continue;
        }
        kind = kind.or_else(|| kind_of(word));
        subject.push(word);
        rest = after.trim_start();
    }
    let is_plain = owner.is_none() && when.is_none();
    let plan = when.map(|moment| (moment.day.unwrap_or(today), moment.time));
    let plan = plan.or_else(|| planning.then_some((today, None)));
    let usual = if plan.is_some() { ActivityType::Task } else { ActivityType::Note };
    Line {
        kind: kind.unwrap_or(usual),
        subject: if is_plain { typed.trim().to_owned() } else { subject.join(" ") },
        owner,
        plan,
    }
}

/// What lies behind has happened: its words stay in the text. Today alone says nothing of it.
fn lies_ahead(moment: Moment, now: NaiveDateTime) -> bool {
    match (moment.day, moment.time) {
        (Some(day), None) => day > now.date(),
        (day, Some(time)) => day.unwrap_or(now.date()).and_time(time) > now,
        (None, None) => false,
    }
}

/// In Chinese what is done may follow without a space: `拜访王凯`.
fn kind_of(word: &str) -> Option<ActivityType> {
    let lower = word.to_lowercase();
    let plain = lower.trim_end_matches(|letter: char| !letter.is_alphanumeric());
    let fits = |name: &str| if name.is_ascii() { plain == name } else { plain.starts_with(name) };
    KINDS.iter().find(|(name, _)| fits(name)).map(|(_, kind)| *kind)
}

/// The member whom a name means, and how many of the following words belong to it: a whole name before a beginning.
pub fn find_member(view: &View, name: &str, following: &[&str]) -> Option<(MemberId, usize)> {
    let name = name.to_lowercase();
    let active = || view.members.values().filter(|member| member.active && !name.is_empty());
    let whole = (0..=following.len().min(3)).rev().find_map(|more| {
        let words: Vec<String> = following[..more].iter().map(|word| word.to_lowercase()).collect();
        let full = std::iter::once(name.clone()).chain(words).collect::<Vec<_>>().join(" ");
        active().find(|member| member.name.to_lowercase() == full).map(|member| (member.id, more))
    });
    let beginning =
        || active().find(|member| member.name.to_lowercase().starts_with(&name)).map(|member| (member.id, 0));
    whole.or_else(beginning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_logged_or_planned() {
        // A Wednesday, ten in the morning.
        let now: NaiveDateTime = "2026-11-25T10:00:00".parse().unwrap();
        let check = |typed: &str, kind: ActivityType, subject: &str, plan: Option<(&str, Option<&str>)>| {
            let line = read(&View::default(), typed, now, false);
            let plan = plan.map(|(day, time)| (day.parse().unwrap(), time.map(|time| time.parse().unwrap())));
            let expected = Line { kind, subject: subject.to_owned(), owner: None, plan };
            assert_eq!(line, expected, "{typed}");
        };
        check("They want two", ActivityType::Note, "They want two", None);
        check("call: they want two", ActivityType::Call, "call: they want two", None);
        check("明天下午3点 拜访", ActivityType::Visit, "拜访", Some(("2026-11-26", Some("15:00:00"))));
        check("明天下午3点拜访王凯", ActivityType::Visit, "拜访王凯", Some(("2026-11-26", Some("15:00:00"))));
        check(
            "Visit the yard tomorrow 3pm",
            ActivityType::Visit,
            "Visit the yard",
            Some(("2026-11-26", Some("15:00:00"))),
        );
        check("next Friday send offer", ActivityType::Task, "send offer", Some(("2026-12-04", None)));
        check("14:30 电话 李敏", ActivityType::Call, "电话 李敏", Some(("2026-11-25", Some("14:30:00"))));
        // What is over has happened.
        check("9:30 电话 李敏", ActivityType::Call, "9:30 电话 李敏", None);
        check("今天 拜访", ActivityType::Visit, "今天 拜访", None);
        check("谈了3点建议", ActivityType::Note, "谈了3点建议", None);
        let planned = read(&View::default(), "quote", now, true);
        assert_eq!(planned.plan, Some((now.date(), None)));
    }
}
