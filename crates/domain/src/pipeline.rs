//! Pipelines and their stages.

use crate::{
    gate::Gate,
    id::{PipelineId, PlanId, StageId},
    record::Kind,
    refusal::{Refusal, Rule},
    text,
    view::View,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: String,
    /// Where it stands in lists, from 0.
    pub position: u32,
    /// Why its deals are lost. Where there are none, one says it in one's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loss_reasons: Vec<String>,
}

impl Pipeline {
    pub(crate) fn check(&self) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        if self.loss_reasons.len() > text::LIST {
            return Err(Refusal::invalid("loss_reasons", Rule::TooMany { max: text::LIST }));
        }
        for reason in &self.loss_reasons {
            text::required("loss_reasons", reason, text::SHORT)?;
        }
        check_position(self.position)
    }
}

/// What a deal in a stage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    #[default]
    Open,
    Won,
    Lost,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub id: StageId,
    pub pipeline: PipelineId,
    pub name: String,
    /// Its place among the pipeline's stages, from 0.
    pub position: u32,
    #[serde(default)]
    pub outcome: Outcome,
    /// Win probability in percent, 0 to 100.
    pub probability: u8,
    /// Working days that a deal may stay before it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<u16>,
    /// In this stage one waits for the customer: meanwhile the time limit rests.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub waiting: bool,
    /// How many deals should be in the stage at most; a warning, not a bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wip_limit: Option<u16>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub guidance: String,
    /// What a deal needs before it may enter. In recorded changes each of its entries is a field of its own, `gate.…`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gate: Gate,
    /// The template of the plan that a deal gets when it enters for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<PlanId>,
}

fn is_default(gate: &Gate) -> bool {
    *gate == Gate::default()
}

impl Stage {
    /// The time limit, unless it rests.
    pub fn limit(&self) -> Option<u16> {
        self.time_limit.filter(|_| !self.waiting)
    }

    pub(crate) fn check(&self, old: Option<&Self>, view: &View) -> Result<(), Refusal> {
        text::required("name", &self.name, text::NAME)?;
        text::optional("guidance", &self.guidance, text::LONG)?;
        check_position(self.position)?;
        if !view.pipelines.contains_key(&self.pipeline) {
            return Err(Refusal::invalid("pipeline", Rule::Unknown { kind: Kind::Pipeline }));
        }
        if self.probability > 100 {
            return Err(Refusal::invalid("probability", out_of_range(0, 100)));
        }
        if self.time_limit == Some(0) {
            return Err(Refusal::invalid("time_limit", out_of_range(1, u16::MAX)));
        }
        let starts = self.starts.filter(|_| old.is_none_or(|old| old.starts != self.starts));
        if starts.is_some_and(|plan| view.plans.get(&plan).is_none_or(|plan| !plan.template)) {
            return Err(Refusal::invalid("starts", Rule::Unknown { kind: Kind::Plan }));
        }
        self.gate.check(self.id, old.map(|old| &old.gate), view)
    }
}

/// A place in a list, as far as the database can count.
pub(crate) fn check_position(position: u32) -> Result<(), Refusal> {
    if i32::try_from(position).is_ok() {
        return Ok(());
    }
    Err(Refusal::invalid("position", out_of_range(0, i32::MAX)))
}

fn out_of_range(min: impl ToString, max: impl ToString) -> Rule {
    Rule::OutOfRange { min: min.to_string(), max: max.to_string() }
}
