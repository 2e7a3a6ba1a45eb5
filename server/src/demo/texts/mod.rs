//! What people wrote down. `{who}` stands for the customer's person.

mod enterprise;
mod international;
mod renewals;

use super::pipelines::Line;
use domain::activity::ActivityType;

/// Something that was done: what, and what came of it.
#[derive(Clone, Copy)]
pub struct Talk {
    pub activity: ActivityType,
    pub subject: &'static str,
    pub note: &'static str,
}

const fn talk(activity: ActivityType, subject: &'static str, note: &'static str) -> Talk {
    Talk { activity, subject, note }
}

/// Something to be done.
pub type Plan = (ActivityType, &'static str);

/// The words of one pipeline.
pub struct Words {
    /// What is done in each open stage.
    pub stages: &'static [&'static [Talk]],
    /// What is done at any time.
    pub always: &'static [Talk],
    /// What is done when a deal is won, and when it is lost.
    pub won: &'static [Talk],
    pub lost: &'static [Talk],
    /// What is planned next in each open stage.
    pub plans: &'static [&'static [Plan]],
}

pub fn words(line: Line) -> &'static Words {
    match line {
        Line::Enterprise => &enterprise::WORDS,
        Line::International => &international::WORDS,
        Line::Renewals => &renewals::WORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_stage_has_words() {
        for line in Line::ALL {
            let words = words(line);
            assert_eq!(words.stages.len(), line.open());
            assert_eq!(words.plans.len(), line.open());
            assert!(words.stages.iter().all(|talks| talks.len() >= 5));
            assert!(words.plans.iter().all(|plans| plans.len() >= 3));
        }
    }
}
