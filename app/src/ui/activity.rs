//! Activities' types as words and icons.

use super::IconName;
use crate::texts::Texts;
use domain::activity::ActivityType;

pub fn kind_name(texts: Texts, activity_type: ActivityType) -> &'static str {
    let texts = texts.activity();
    match activity_type {
        ActivityType::Call => texts.call(),
        ActivityType::Visit => texts.visit(),
        ActivityType::Meeting => texts.meeting(),
        ActivityType::Message => texts.message(),
        ActivityType::Email => texts.email(),
        ActivityType::Note => texts.note(),
        ActivityType::Task => texts.task(),
    }
}

pub fn kind_icon(activity_type: ActivityType) -> IconName {
    match activity_type {
        ActivityType::Call => IconName::Phone,
        ActivityType::Visit => IconName::Pin,
        ActivityType::Meeting => IconName::Meet,
        ActivityType::Message => IconName::Chat,
        ActivityType::Email => IconName::Mail,
        ActivityType::Note => IconName::Note,
        ActivityType::Task => IconName::Check,
    }
}
