//! What is sold: titles of deals with the customers they suit and what they cost.

pub mod board;
mod enterprise;
mod international;
mod renewals;

use super::{customers::companies::Industry, pipelines::Line};

/// A kind of project.
pub struct Product {
    pub title: &'static str,
    /// Whom it suits; nobody named means everybody.
    pub suits: &'static [Industry],
    /// What it costs at least and at most, in thousands of the customer's currency.
    pub price: (u32, u32),
}

const fn product(title: &'static str, suits: &'static [Industry], low: u32, high: u32) -> Product {
    Product { title, suits, price: (low, high) }
}

pub fn products(line: Line) -> &'static [Product] {
    match line {
        Line::Enterprise => &enterprise::PRODUCTS,
        Line::International => &international::PRODUCTS,
        Line::Renewals => &renewals::PRODUCTS,
    }
}

impl Line {
    /// Where deals come from.
    pub fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Enterprise => {
                &["老客户转介绍", "行业展会", "官网咨询", "电话拓展", "合作伙伴", "招标平台", "老客户增购"]
            }
            Self::International => {
                &["Trade fair", "Distributor", "Website", "Referral", "Outbound", "Existing customer"]
            }
            Self::Renewals => &["合同到期", "服务团队", "老客户增购"],
        }
    }

    pub fn tags(self) -> &'static [&'static str] {
        match self {
            Self::Enterprise => &["重点", "招标", "标杆案例", "二期", "集团客户", "需驻场", "价格敏感", "国产替代"],
            Self::International => &["key account", "tender", "via distributor", "pilot", "retrofit", "long lead time"],
            Self::Renewals => &["维保", "涨价", "多年合同", "设备老化", "服务投诉"],
        }
    }

    pub fn notes(self) -> &'static [&'static str] {
        match self {
            Self::Enterprise => &[
                "客户希望春节前完成地坪验收，旺季不停产切换。",
                "一期由友商交付，接口文档不全，需预留两周联调。",
                "集团要求三家比价，技术分占 60%。",
                "现场立柱间距与图纸不符，以复测为准。",
                "关键诉求：盘点差异率降到千分之一以内。",
                "已有 ERP 不动，只对接出入库单和库存。",
                "厂长关心投资回收期，最好控制在 20 个月内。",
                "预算已批，年底前必须签约，否则额度收回。",
            ],
            Self::International => &[
                "Site runs two shifts; cut-over only on weekends.",
                "They compare us with the incumbent on service response, not on price.",
                "Installation by the distributor, commissioning by us.",
                "CE and UL documents requested with the offer.",
                "Budget is approved, the purchase order needs two signatures.",
                "Wants a reference visit in the same time zone.",
            ],
            Self::Renewals => &[
                "上年度响应时效 98.6%，有两次夜间故障。",
                "设备已过质保，备件价格需单列。",
                "希望三年一签，锁定价格。",
                "新增 6 台设备要并入合同。",
            ],
        }
    }
}
