//! The workspace's own fields.

use super::ids;
use domain::{
    field::{Field, FieldType},
    id::FieldId,
    record::{Kind, Record},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Own {
    Discount,
    Decider,
    Budget,
    Competitor,
    ValidUntil,
    Engineer,
    Employees,
}

pub const COMPETITORS: [&str; 5] = ["国内同行", "国际品牌", "本地集成商", "客户自研", "暂无"];

impl Own {
    const ALL: [Self; 7] = [
        Self::Discount,
        Self::Decider,
        Self::Budget,
        Self::Competitor,
        Self::ValidUntil,
        Self::Engineer,
        Self::Employees,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Discount => "折扣",
            Self::Decider => "决策人",
            Self::Budget => "预算上限",
            Self::Competitor => "竞争对手",
            Self::ValidUntil => "报价有效至",
            Self::Engineer => "技术负责人",
            Self::Employees => "员工数",
        }
    }

    fn field_type(self) -> FieldType {
        match self {
            Self::Discount | Self::Employees => FieldType::Number,
            Self::Decider => FieldType::Text,
            Self::Budget => FieldType::Money,
            Self::Competitor => FieldType::Choice { options: COMPETITORS.map(str::to_owned).to_vec() },
            Self::ValidUntil => FieldType::Date,
            Self::Engineer => FieldType::Person,
        }
    }

    pub fn id(self) -> FieldId {
        ids::founding(self as usize, self.name()).into()
    }
}

pub fn records() -> Vec<Record> {
    let (mut on_deals, mut on_accounts) = (0.., 0..);
    Own::ALL
        .iter()
        .map(|own| {
            let (on, position) = match own {
                Own::Employees => (Kind::Account, on_accounts.next()),
                _ => (Kind::Deal, on_deals.next()),
            };
            Record::Field(Field {
                id: own.id(),
                on,
                name: own.name().to_owned(),
                field_type: own.field_type(),
                position: position.unwrap_or(0),
            })
        })
        .collect()
}
