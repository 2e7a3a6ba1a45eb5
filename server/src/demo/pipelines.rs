//! The three pipelines with their stages.

use super::{gates, ids, people::Person};
use domain::{
    id::{PipelineId, StageId},
    pipeline::{Outcome, Pipeline, Stage},
    record::Record,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Enterprise,
    International,
    Renewals,
}

pub struct StageRow {
    pub name: &'static str,
    pub outcome: Outcome,
    pub probability: u8,
    pub time_limit: Option<u16>,
    pub wip_limit: Option<u16>,
    /// How many working days half of the deals stay at most.
    pub stay: u32,
    pub guidance: &'static str,
}

const fn open(
    name: &'static str,
    probability: u8,
    time_limit: u16,
    wip_limit: Option<u16>,
    stay: u32,
    guidance: &'static str,
) -> StageRow {
    StageRow { name, outcome: Outcome::Open, probability, time_limit: Some(time_limit), wip_limit, stay, guidance }
}

const fn closed(name: &'static str, outcome: Outcome, guidance: &'static str) -> StageRow {
    let probability = if matches!(outcome, Outcome::Won) { 100 } else { 0 };
    StageRow { name, outcome, probability, time_limit: None, wip_limit: None, stay: 0, guidance }
}

const ENTERPRISE: [StageRow; 7] = [
    open("初步接触", 10, 10, None, 6, "首访提纲：现状、痛点、预算周期、决策链。两周内约到现场。"),
    open("需求确认", 25, 15, Some(8), 10, "现场走一遍流程，需求问卷由客户使用部门签字，确认预算上限。"),
    open("方案演示", 40, 12, Some(6), 8, "演示用客户自己的数据。会后两天内发纪要，列明竞争对手与差异点。"),
    open("报价", 60, 10, None, 7, "报价书先过技术复核，折扣超过 5% 由经理批准，写明报价有效期。"),
    open("合同审批", 80, 8, Some(6), 5, "付款节点与财务确认，合同用公司模板，法务意见三个工作日内答复。"),
    closed("成交", Outcome::Won, "一周内开交接会，把承诺清单交给实施。"),
    closed("丢单", Outcome::Lost, "写明原因和对手，半年后回访。"),
];

const INTERNATIONAL: [StageRow; 7] = [
    open("Lead", 10, 10, None, 6, "Reply within one working day. Find out who runs the site and who signs."),
    open("Qualified", 25, 15, None, 9, "Budget, timing and the distributor's role are known and written down."),
    open("Demo", 40, 12, Some(8), 9, "Show it with the customer's own layout. Send minutes within two days."),
    open("Proposal", 60, 12, Some(8), 9, "Price list of the quarter, Incoterms, and a delivery plan with the port."),
    open(
        "Negotiation",
        80,
        15,
        None,
        8,
        "One list of open points, each with an owner. Discounts above 5 % go to Xue Han.",
    ),
    closed("Won", Outcome::Won, "Hand over to delivery with the list of what was promised."),
    closed("Lost", Outcome::Lost, "Write down the reason and ask again in six months."),
];

const RENEWALS: [StageRow; 6] = [
    open("到期提醒", 50, 15, None, 8, "到期前 90 天联系，带上本年度服务报告。"),
    open("续约沟通", 65, 15, Some(8), 8, "确认设备数量变化，收集未结工单。"),
    open("续约报价", 80, 10, None, 6, "价格调整超过 3% 要说明理由。"),
    open("合同签署", 90, 8, None, 4, "新旧合同日期连续，不留空档。"),
    closed("已续约", Outcome::Won, "更新服务台账。"),
    closed("未续约", Outcome::Lost, "写明原因，转按次服务。"),
];

impl Line {
    pub const ALL: [Self; 3] = [Self::Enterprise, Self::International, Self::Renewals];

    pub fn name(self) -> &'static str {
        match self {
            Self::Enterprise => "企业销售流程",
            Self::International => "International distribution",
            Self::Renewals => "续约与维保",
        }
    }

    pub fn stages(self) -> &'static [StageRow] {
        match self {
            Self::Enterprise => &ENTERPRISE,
            Self::International => &INTERNATIONAL,
            Self::Renewals => &RENEWALS,
        }
    }

    /// How many open stages there are; they come first, then won, then lost.
    pub fn open(self) -> usize {
        self.stages().len() - 2
    }

    pub fn won(self) -> usize {
        self.open()
    }

    pub fn lost(self) -> usize {
        self.open() + 1
    }

    pub fn id(self) -> PipelineId {
        ids::founding(self as usize, self.name()).into()
    }

    pub fn stage_id(self, place: usize) -> StageId {
        ids::founding(place, &format!("{} {}", self.name(), self.stages()[place].name)).into()
    }

    /// Who sells here, and how much of it each.
    pub fn sellers(self) -> (&'static [Person], &'static [u32]) {
        match self {
            Self::Enterprise => {
                (&[Person::Lin, Person::Zhou, Person::Wu, Person::Zhao, Person::Han], &[27, 23, 22, 15, 13])
            }
            Self::International => (&[Person::Zhao, Person::Brooks, Person::Han, Person::Zhou], &[40, 25, 20, 15]),
            Self::Renewals => (&[Person::Wu, Person::Lin, Person::Zhou, Person::Han], &[45, 25, 20, 10]),
        }
    }

    pub fn is_english(self) -> bool {
        self == Self::International
    }
}

pub fn records() -> Vec<Record> {
    let mut records = Vec::new();
    for (position, line) in (0..).zip(Line::ALL) {
        records.push(Record::Pipeline(Pipeline {
            id: line.id(),
            name: line.name().to_owned(),
            position,
            loss_reasons: gates::loss_reasons(line),
        }));
        for (position, (place, row)) in (0..).zip(line.stages().iter().enumerate()) {
            records.push(Record::Stage(Stage {
                id: line.stage_id(place),
                pipeline: line.id(),
                name: row.name.to_owned(),
                position,
                outcome: row.outcome,
                probability: row.probability,
                time_limit: row.time_limit,
                waiting: false,
                wip_limit: row.wip_limit,
                guidance: row.guidance.to_owned(),
                gate: gates::gate(line, place),
                starts: None,
            }));
        }
    }
    records
}
