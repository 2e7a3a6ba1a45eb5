//! What the demo's stages ask for. Everything that happens in its year has met it.

use super::{courses::Course, fields::Own, ids, people::Person, pipelines::Line};
use domain::{
    access::Role,
    gate::{Approval, Approver, Gate, Item, Over},
    id::ConditionId,
};

/// The checklist of a stage.
fn items(line: Line, stage: usize) -> &'static [&'static str] {
    match (line, stage) {
        (Line::Enterprise, 3) => &["方案演示纪要已发送", "技术可行性评审通过"],
        (Line::Enterprise, 4) => &["报价经客户书面确认", "付款节点与财务确认"],
        (Line::International, 3) => &["Site survey done", "Distributor's margin agreed"],
        (Line::Renewals, 2) => &["设备清单已核对"],
        _ => &[],
    }
}

/// The fields of a stage: only what every deal of the line has from its beginning.
fn fields(line: Line, stage: usize) -> Vec<String> {
    let fields: &[&str] = if stage == line.lost() {
        &["loss_reason"]
    } else if stage == line.won() || stage + 1 == line.open() {
        &["amount", "contacts"]
    } else if stage == 2 {
        &["amount", "close_on"]
    } else {
        &[]
    };
    fields.iter().map(|field| (*field).to_owned()).collect()
}

pub fn loss_reasons(line: Line) -> Vec<String> {
    let reasons: &[&str] = match line {
        Line::Enterprise => &["价格", "竞争对手", "预算取消", "项目延期", "方案不匹配"],
        Line::International => &["Price", "Competitor", "No budget", "Postponed", "No fit"],
        Line::Renewals => &["价格", "设备停用", "改为按次服务", "更换供应商"],
    };
    reasons.iter().map(|reason| (*reason).to_owned()).collect()
}

/// Why a course was lost: always the same for the same course.
pub fn loss_reason(course: &Course) -> String {
    let reasons = loss_reasons(course.line);
    let number = ids::named(&format!("{} lost", course.name)).as_u128() % reasons.len() as u128;
    reasons[usize::try_from(number).unwrap_or(0)].clone()
}

fn id(line: Line, stage: usize, what: &str) -> ConditionId {
    ids::founding(stage, &format!("{} {what}", line.name())).into()
}

pub fn checklist(line: Line, stage: usize) -> impl Iterator<Item = Item> {
    items(line, stage).iter().map(move |text| Item { id: id(line, stage, text), text: (*text).to_owned() })
}

/// Great discounts are for the manager to allow.
const DISCOUNT: f64 = 5.0;

fn approvals(line: Line, stage: usize) -> Vec<Approval> {
    if line == Line::Renewals || stage != 4 {
        return Vec::new();
    }
    let over = Some(Over { field: format!("custom.{}", Own::Discount.id()), limit: DISCOUNT });
    vec![Approval { id: id(line, stage, "discount"), by: Approver::Role(Role::Manager), over }]
}

/// The approval that a discount needs for entering a stage.
pub fn approval(line: Line, stage: usize, discount: f64) -> Option<ConditionId> {
    approvals(line, stage).first().filter(|_| discount > DISCOUNT).map(|approval| approval.id)
}

/// Who approves it.
pub fn approver(owner: Person) -> Person {
    owner.manager()
}

pub fn gate(line: Line, stage: usize) -> Gate {
    Gate {
        fields: fields(line, stage),
        checklist: checklist(line, stage).collect(),
        approvals: approvals(line, stage),
        override_by: Some(Role::Manager),
        ..Gate::default()
    }
}
