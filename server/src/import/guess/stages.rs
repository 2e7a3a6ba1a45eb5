//! Into which pipeline a file's deals go, and what its stages are.

use super::{File, key};
use app::import::{
    inspection::ColumnFacts,
    plan::{DealPlan, NewStage, OwnerChoice, PipelineChoice, StageChoice},
};
use domain::{id::PipelineId, pipeline::Outcome, view::View};
use std::{collections::BTreeMap, path::Path};

/// More different values than this are no stages.
const MOST: usize = 40;

const WON: &[&str] = &["won", "win", "signed", "赢", "成交", "签约", "签单"];
const LOST: &[&str] = &[
    "lost",
    "lose",
    "disqualified",
    "dead",
    "rejected",
    "cancelled",
    "canceled",
    "输",
    "丢单",
    "失败",
    "流失",
    "无效",
    "作废",
];
/// Words of open stages in the order in which deals pass them.
const ORDER: &[&[&str]] = &[
    &["lead", "new", "prospect", "线索", "新建", "潜在"],
    &["contact", "appointment", "接触", "联系", "初步"],
    &["qualif", "engag", "discover", "确认", "需求", "意向"],
    &["demo", "present", "meeting", "visit", "演示", "拜访", "方案"],
    &["proposal", "quot", "bid", "报价", "投标"],
    &["negotiat", "decision", "谈判", "商务", "审批"],
    &["contract", "legal", "合同"],
];

/// What a stage's name says of its outcome.
fn outcome_of(name: &str) -> Outcome {
    let name = key(name);
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(LOST) {
        Outcome::Lost
    } else if says(WON) {
        Outcome::Won
    } else {
        Outcome::Open
    }
}

/// Gives the open stages win probabilities that rise evenly.
fn spread_probabilities(stages: &mut [NewStage]) {
    let open = stages.iter().filter(|stage| stage.outcome == Outcome::Open).count();
    let mut place = 0;
    for stage in stages {
        stage.probability = match stage.outcome {
            Outcome::Won => 100,
            Outcome::Lost => 0,
            Outcome::Open => {
                place += 1;
                u8::try_from(place * 20 / (open + 1) * 5).unwrap_or(0)
            }
        };
    }
}

/// Whether a column's values can be stages: neither too many, nor the codes of states and countries.
pub fn are_stages(column: &ColumnFacts) -> bool {
    let is_region = |name: &str| name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    column.values.as_ref().is_some_and(|values| !values.iter().all(|(name, _)| is_region(name)))
}

/// A plan for rows that are no deals.
pub fn none() -> DealPlan {
    DealPlan {
        pipeline: PipelineChoice::New { name: String::new() },
        new_stages: Vec::new(),
        stages: BTreeMap::new(),
        first_stage: None,
        closed_stage: None,
        last_open: None,
        owners: BTreeMap::new(),
        other_owners: OwnerChoice::Refuse,
        title_from: Vec::new(),
    }
}

/// The pipeline that knows all of the file's stages; else a new one made of them; the first where the file has none.
pub fn guess(file: &File, settings: &View, column: Option<usize>, has_closed_on: bool) -> DealPlan {
    let values = column.and_then(|at| file.columns[at].values.as_ref()).filter(|values| values.len() <= MOST);
    let names: Vec<&str> =
        values.map(|values| values.iter().map(|(name, _)| name.as_str()).collect()).unwrap_or_default();
    let knows = |pipeline: PipelineId| {
        let known: Vec<String> = settings.stages_of(pipeline).iter().map(|stage| key(&stage.name)).collect();
        names.iter().all(|name| known.contains(&key(name)))
    };
    match settings.pipelines().into_iter().find(|pipeline| knows(pipeline.id)) {
        Some(pipeline) => existing(settings, pipeline.id, has_closed_on),
        None => new(file, &names, has_closed_on),
    }
}

fn existing(settings: &View, pipeline: PipelineId, has_closed_on: bool) -> DealPlan {
    let stages = settings.stages_of(pipeline);
    let first = |outcome| {
        let stage = stages.iter().find(|stage| stage.outcome == outcome);
        stage.map(|stage| StageChoice::Existing { id: stage.id })
    };
    DealPlan {
        pipeline: PipelineChoice::Existing { id: pipeline },
        first_stage: first(Outcome::Open),
        closed_stage: first(Outcome::Won).filter(|_| has_closed_on),
        last_open: None,
        ..none()
    }
}

fn new(file: &File, names: &[&str], has_closed_on: bool) -> DealPlan {
    let stem = Path::new(file.name).file_stem().and_then(|stem| stem.to_str()).unwrap_or(file.name);
    let mut new_stages: Vec<NewStage> = Vec::new();
    for name in names {
        if !new_stages.iter().any(|stage| key(&stage.name) == key(name)) {
            new_stages.push(NewStage { name: (*name).to_owned(), outcome: outcome_of(name), probability: 0 });
        }
    }
    new_stages.sort_by_key(|stage| (stage.outcome as u8, rank(&stage.name)));
    spread_probabilities(&mut new_stages);
    let stages = names.iter().map(|name| {
        let stage = new_stages.iter().find(|stage| key(&stage.name) == key(name));
        ((*name).to_owned(), StageChoice::New { name: stage.map_or(*name, |stage| &stage.name).to_owned() })
    });
    let first = |outcome| {
        let stage = new_stages.iter().find(|stage| stage.outcome == outcome);
        stage.map(|stage| StageChoice::New { name: stage.name.clone() })
    };
    DealPlan {
        pipeline: PipelineChoice::New { name: stem.chars().take(60).collect() },
        stages: stages.collect(),
        first_stage: first(Outcome::Open),
        closed_stage: first(Outcome::Won).filter(|_| has_closed_on),
        last_open: last_open(&new_stages),
        new_stages,
        ..none()
    }
}

/// The last of the open stages, where their names tell the order in which deals pass them.
fn last_open(stages: &[NewStage]) -> Option<StageChoice> {
    let open: Vec<&NewStage> = stages.iter().filter(|stage| stage.outcome == Outcome::Open).collect();
    let places: Option<Vec<usize>> = open.iter().map(|stage| place(&stage.name)).collect();
    let is_ordered = places?.windows(2).all(|two| two[0] < two[1]);
    open.last().filter(|_| is_ordered).map(|stage| StageChoice::New { name: stage.name.clone() })
}

/// Where an open stage stands among the usual ones; unknown ones in the middle, in the file's order.
fn rank(name: &str) -> usize {
    place(name).unwrap_or(ORDER.len() / 2)
}

/// Which of the usual open stages a name says.
fn place(name: &str) -> Option<usize> {
    let name = key(name);
    ORDER.iter().position(|words| words.iter().any(|word| name.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_outcomes_and_order() {
        for (name, outcome) in [
            ("Won", Outcome::Won),
            ("Closed Lost", Outcome::Lost),
            ("Engaging", Outcome::Open),
            ("已成交", Outcome::Won),
            ("输单", Outcome::Lost),
        ] {
            assert_eq!(outcome_of(name), outcome, "{name}");
        }
        assert!(rank("Prospecting") < rank("Engaging") && rank("Engaging") < rank("Negotiation"));
        let stage = |name: &str| NewStage { name: name.to_owned(), outcome: outcome_of(name), probability: 0 };
        let mut stages = ["Prospecting", "Engaging", "Won", "Lost"].map(stage);
        spread_probabilities(&mut stages);
        assert_eq!(stages.map(|stage| stage.probability), [30, 65, 100, 0]);
    }

    #[test]
    fn deals_end_after_the_last_open_stage_where_there_is_an_order() {
        let check = |names: &[&str], expected: Option<&str>| {
            let stage = |name: &&str| NewStage { name: (*name).to_owned(), outcome: outcome_of(name), probability: 0 };
            let stages: Vec<NewStage> = names.iter().map(stage).collect();
            let expected = expected.map(|name| StageChoice::New { name: name.to_owned() });
            assert!(last_open(&stages) == expected, "{names:?}");
        };
        check(&["Prospecting", "Engaging", "Won", "Lost"], Some("Engaging"));
        check(&["线索", "报价", "赢单"], Some("报价"));
        check(&["Alpha", "Beta", "Won"], None);
        check(&["Lead", "New lead", "Won"], None);
        check(&["Won", "Lost"], None);
    }
}
