//! The cards of the first pipeline's board as the demo shows it: chosen by hand, for it is what everybody sees first.

use crate::demo::people::Person::{self, Han, Lin, Wu, Zhao, Zhou};
use domain::activity::ActivityType::{self, Call, Meeting, Task, Visit};

/// What is planned next for an open deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing; the last word was just spoken.
    None,
    /// Nothing, and nobody has touched the deal for this many working days.
    Idle(u32),
    /// Today at this hour and minute.
    Today(u32, u32),
    /// Days ago.
    Late(u8),
    /// In so many days.
    Later(u8),
}

pub struct Card {
    pub stage: usize,
    pub title: &'static str,
    pub company: &'static str,
    /// In thousands of yuan.
    pub amount: u32,
    /// Expected to close so many days from today.
    pub close: i64,
    /// Working days in its stage.
    pub age: u32,
    pub owner: Person,
    pub next: Next,
    /// What is planned; a next activity that is not planned needs none.
    pub plan: (ActivityType, &'static str),
}

use Next::{Idle, Late, Later, Today};

const NOTHING: (ActivityType, &str) = (Task, "");

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn card(
    stage: usize,
    title: &'static str,
    company: &'static str,
    amount: u32,
    close: i64,
    age: u32,
    owner: Person,
    next: Next,
    plan: (ActivityType, &'static str),
) -> Card {
    Card { stage, title, company, amount, close, age, owner, next, plan }
}

pub const OPEN: [Card; 31] = [
    card(0, "包装线数字化", "鼎盛包装", 680, 109, 3, Lin, Later(3), (Call, "约产线负责人，确认现有设备清单")),
    card(0, "冷库温控联网", "蓝礁冷链", 540, 95, 5, Zhou, Today(10, 30), (Call, "首次电话，确认冷库数量")),
    card(0, "门店补货预测", "青柚零售", 320, 102, 2, Wu, Later(3), (Meeting, "与商品部过一遍补货口径")),
    card(0, "纺纱车间 MES 试点", "东麓纺织", 450, 79, 9, Zhao, Next::None, NOTHING),
    card(0, "粮库出入库系统", "金穗粮油", 760, 117, 4, Han, Later(4), (Visit, "拜访仓储科，看地磅与扦样流程")),
    card(0, "备件库盘点", "中岳重工", 180, 87, 12, Lin, Idle(11), NOTHING),
    card(0, "园区能耗看板", "天麓新能源", 260, 99, 6, Zhou, Later(8), (Call, "确认计量点位与采集方式")),
    card(1, "立体库改造二期", "恒泽精密", 1280, 97, 7, Lin, Today(14, 0), (Visit, "现场拜访，二期需求")),
    card(1, "GSP 合规仓储", "万禾医药", 980, 75, 6, Han, Later(2), (Meeting, "GSP 条款会议")),
    card(1, "港区设备联网 120 台", "潮汐港务", 1650, 112, 13, Zhou, Late(2), (Task, "设备清单与报价口径")),
    card(1, "批次追溯", "瑞禾食品", 420, 68, 5, Wu, Later(4), (Call, "确认批次规则与标签样张")),
    card(1, "航材仓库升级", "凌霄航材", 890, 81, 13, Zhao, Idle(12), NOTHING),
    card(1, "售后工单系统", "苏河电器", 360, 60, 8, Lin, Later(7), (Meeting, "派工流程演示")),
    card(1, "排产优化", "江川汽配", 730, 89, 3, Han, Later(3), (Meeting, "与计划科核对约束条件")),
    card(2, "WMS 二期升级", "北辰物流", 1420, 32, 10, Zhou, Today(11, 0), (Meeting, "WMS 二期方案演示")),
    card(2, "AGV 调度平台", "宏拓机电", 1150, -4, 19, Zhao, Late(5), (Task, "提交 AGV 方案修订")),
    card(2, "质量追溯系统", "云岭制药", 920, 54, 6, Lin, Today(16, 30), (Call, "回访试用结论")),
    card(2, "实验室信息系统", "云岭制药", 560, 58, 4, Wu, Later(2), (Meeting, "检验流程演示")),
    card(2, "设备点检 App", "华屿光电", 280, 37, 7, Han, Later(4), (Call, "收集试用班组意见")),
    card(2, "多仓协同", "青柚零售", 640, 50, 11, Wu, Next::None, NOTHING),
    card(2, "来料检验", "江川汽配", 390, 56, 5, Zhao, Later(4), (Meeting, "抽样方案评审")),
    card(3, "立体库改造一期", "恒泽精密", 1860, 25, 8, Lin, Today(15, 0), (Visit, "拜访厂长，复核规格")),
    card(3, "MES 扩产线", "宏拓机电", 1240, 29, 4, Zhou, Later(1), (Task, "发出正式报价")),
    card(3, "电子批记录", "万禾医药", 870, 35, 5, Han, Later(2), (Meeting, "报价澄清会")),
    card(3, "仓储机器人 8 台", "蓝礁冷链", 1560, 18, 16, Zhao, Late(3), (Task, "申请折扣 6.5%")),
    card(3, "年度维保续约", "苏河电器", 240, 11, 2, Wu, Later(3), (Call, "确认新增设备数量")),
    card(3, "数据采集网关", "中岳重工", 330, 38, 6, Wu, Later(7), (Visit, "现场复核点位，调整报价")),
    card(4, "智能分拣线", "北辰物流", 2350, 16, 7, Zhou, Today(17, 0), (Task, "法务会签，答复验收条款")),
    card(4, "SCADA 改造", "天麓新能源", 1080, 10, 3, Zhao, Later(1), (Visit, "合同签字")),
    card(4, "车间电子看板", "东麓纺织", 290, -2, 4, Han, Later(2), (Task, "合同盖章寄出")),
    card(4, "供应商门户", "华屿光电", 470, 17, 5, Wu, Later(3), (Meeting, "付款节点会")),
];

/// What was won lately: in which working day before today.
pub struct Success {
    pub title: &'static str,
    pub company: &'static str,
    pub amount: u32,
    pub back: u32,
    pub owner: Person,
}

const fn success(title: &'static str, company: &'static str, amount: u32, back: u32, owner: Person) -> Success {
    Success { title, company, amount, back, owner }
}

pub const WON: [Success; 5] = [
    success("成品库 WMS", "瑞禾食品", 960, 2, Wu),
    success("钢瓶追踪", "凌霄航材", 380, 4, Zhao),
    success("一期验收补单", "潮汐港务", 150, 7, Zhou),
    success("条码打印升级", "青柚零售", 120, 10, Wu),
    success("质检工位 12 套", "宏拓机电", 740, 12, Lin),
];
