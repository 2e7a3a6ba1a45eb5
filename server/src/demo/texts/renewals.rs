//! 续约与维保

use super::{Plan, Talk, Words, talk};
use domain::activity::ActivityType::{Call, Email, Meeting, Message, Note, Task, Visit};

pub const WORDS: Words = Words {
    stages: &[&REMIND, &TALKS, &QUOTE, &SIGN],
    always: &ALWAYS,
    won: &WON,
    lost: &LOST,
    plans: &[&REMIND_PLANS, &TALKS_PLANS, &QUOTE_PLANS, &SIGN_PLANS],
};

const REMIND: [Talk; 6] = [
    talk(Call, "到期提醒", "合同还有 90 天到期，{who}表示会继续，但要先看服务报告。"),
    talk(Email, "发送年度服务报告", "工单 64 件，平均响应 1.6 小时，{who}转给了使用部门。"),
    talk(Visit, "年度回访", "{who}对夜间响应满意，希望增加备件现场库。"),
    talk(Message, "预约回访时间", "{who}约在下周二下午。"),
    talk(Note, "设备台账核对", "有 3 台已报废，新增 5 台未入合同。"),
    talk(Call, "了解对接人变化", "原对接人调岗，{who}接手。"),
];

const TALKS: [Talk; 6] = [
    talk(Meeting, "续约沟通会", "{who}希望把巡检从季度改为双月。"),
    talk(Call, "未结工单处理", "{who}提出两件未结工单要先关闭，已转服务台。"),
    talk(Visit, "现场巡检并清点设备", "清点 42 台，{who}签字确认清单。"),
    talk(Email, "发送服务方案对比", "标准与 7×24 两档，{who}倾向后者。"),
    talk(Message, "确认设备清单", "{who}补充了二车间的 6 台。"),
    talk(Note, "客户满意度", "评分 8.6，扣分在备件到货慢。"),
];

const QUOTE: [Talk; 5] = [
    talk(Email, "发送续约报价", "含新增设备，{who}要求备件单列。"),
    talk(Call, "解释价格调整", "人工成本上调 3%，{who}希望三年锁价。"),
    talk(Meeting, "商务沟通", "{who}接受三年一签，首年不涨价。"),
    talk(Note, "让步范围", "最多免一次巡检，不降单价。"),
    talk(Message, "催问审批进度", "{who}说已到采购。"),
];

const SIGN: [Talk; 5] = [
    talk(Email, "发送续约合同", "日期与旧合同连续，{who}转法务。"),
    talk(Call, "确认盖章", "{who}说本周内寄回。"),
    talk(Task, "合同用印", "内部审批已通过。"),
    talk(Message, "快递单号已发", "{who}确认收到两份原件。"),
    talk(Note, "付款方式", "半年付，先票后款。"),
];

const ALWAYS: [Talk; 5] = [
    talk(Call, "例行问候", "{who}表示设备运行平稳。"),
    talk(Message, "发送保养提示", "换季保养要点已发，{who}转班组。"),
    talk(Visit, "陪同工程师抢修", "两小时恢复，{who}当面致谢。"),
    talk(Call, "未接通", "{who}在开会，晚些再打。"),
    talk(Email, "答复服务范围问题", "{who}问软件升级是否包含，已书面答复。"),
];

const WON: [Talk; 3] = [
    talk(Note, "续约完成", "服务台账已更新，新合同即日生效。"),
    talk(Message, "合同已寄回", "{who}发来寄件照片。"),
    talk(Call, "首期款确认", "{who}确认已付，财务查收。"),
];

const LOST: [Talk; 4] = [
    talk(Note, "未续约：自建团队", "客户招了两名维修工程师，转按次服务。"),
    talk(Call, "未续约：设备停用", "{who}说产线年底搬迁，设备不再使用。"),
    talk(Note, "未续约：价格", "第三方维保低 20%，约定半年后回访。"),
    talk(Call, "未续约：预算冻结", "{who}表示先按次付费，明年再看。"),
];

const REMIND_PLANS: [Plan; 3] = [(Call, "到期提醒电话"), (Email, "发送年度服务报告"), (Visit, "年度回访")];

const TALKS_PLANS: [Plan; 3] = [(Meeting, "续约沟通会"), (Visit, "清点设备"), (Call, "关闭未结工单")];

const QUOTE_PLANS: [Plan; 3] = [(Task, "发送续约报价"), (Call, "解释价格调整"), (Meeting, "商务沟通")];

const SIGN_PLANS: [Plan; 3] = [(Task, "合同用印"), (Call, "确认盖章"), (Message, "催寄合同原件")];
