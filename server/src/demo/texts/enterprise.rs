//! 企业销售流程

use super::{Plan, Talk, Words, talk};
use domain::activity::ActivityType::{Call, Email, Meeting, Message, Note, Task, Visit};

pub const WORDS: Words = Words {
    stages: &[&CONTACT, &NEEDS, &DEMO, &QUOTE, &CONTRACT],
    always: &ALWAYS,
    won: &WON,
    lost: &LOST,
    plans: &[&CONTACT_PLANS, &NEEDS_PLANS, &DEMO_PLANS, &QUOTE_PLANS, &CONTRACT_PLANS],
};

const CONTACT: [Talk; 10] = [
    talk(Call, "首次电话，了解现状", "{who}说旺季出库要排队两小时，想先看同行怎么做。约好下周到现场。"),
    talk(Call, "回拨官网咨询", "{who}在官网下载了白皮书，主要关心系统切换期间能不能不停产。"),
    talk(Visit, "初访，参观车间", "{who}陪同走了一圈，现场全靠纸单流转，叉车司机凭经验找货。"),
    talk(Visit, "拜访，介绍公司与案例", "讲了两个同行业案例，{who}对盘点差异率下降那一页拍了照。"),
    talk(Meeting, "线上交流会", "客户四人参加，{who}主持。已有 ERP，接口由信息化部负责。"),
    talk(Message, "微信发送案例视频", "{who}转给了厂长，回复说可以安排一次现场交流。"),
    talk(Email, "发送公司介绍与资质", "含软著、等保与体系证书，{who}已转采购备案。"),
    talk(Note, "决策链初步判断", "使用部门推动，{who}能影响选型，最终由分管副总拍板。"),
    talk(Call, "确认预算周期", "{who}透露今年技改还有额度，要在十月前完成立项。"),
    talk(Message, "展会后跟进", "{who}在展台留了名片，想看多层穿梭车和 AGV 的对接演示。"),
];

const NEEDS: [Talk; 12] = [
    talk(Visit, "现场调研，走完整个收发流程", "从卸货到上架共 11 个环节，{who}指出复核台是瓶颈，每天加班两小时。"),
    talk(Visit, "现场勘测", "测了立柱间距与净高，东侧与图纸差 6 厘米，{who}同意以复测为准。"),
    talk(Meeting, "需求评审会", "{who}和使用班组逐条确认 43 项需求，砍掉 8 项，二期再做。"),
    talk(Meeting, "与信息化部核对接口", "ERP 开放中间表，{who}要求接口失败能自动重传并留痕。"),
    talk(Call, "确认预算上限", "{who}说立项金额基本定了，超出要重新报集团。"),
    talk(Call, "追问决策流程", "{who}：先过技术评审，再三家比价，最后总经理办公会。"),
    talk(Email, "发送需求问卷", "问卷 26 题，{who}答应周五前由各班组填好。"),
    talk(Email, "回传需求确认书", "{who}签字扫描件已收到，差异两处已在附件标注。"),
    talk(Message, "补要出入库数据", "{who}发来近三个月流水，日均 1,800 行，峰值 4,200 行。"),
    talk(Note, "竞争情况", "友商上周也来过现场，报了整包价，{who}觉得他们对工艺不熟。"),
    talk(Visit, "夜班蹲点", "夜里两点看了一轮补货，空托盘回流占用主通道，已画进流程图。"),
    talk(Task, "整理痛点清单与收益测算", "按人工、差错、库存三项测算，{who}认可回收期约 19 个月。"),
];

const DEMO: [Talk; 10] = [
    talk(Meeting, "方案演示会", "客户方 7 人到场，库位利用率从 61% 提到 84% 的测算被认可，{who}要求补充消防分区说明。"),
    talk(Meeting, "二次演示，面向管理层", "{who}带了分管副总，重点问了投资回收与停线风险。"),
    talk(Visit, "带客户参观样板工厂", "{who}一行五人，看完分拣线后主动问交付周期。"),
    talk(Call, "演示后回访", "{who}反馈一线员工担心学不会，建议加一天实操培训。"),
    talk(Email, "发送会议纪要与方案 v2", "按{who}意见把盘点改为循环盘点，新增异常看板。"),
    talk(Message, "发送演示录像", "{who}转发到项目群，夜班组长提了三个问题，已当天答复。"),
    talk(Meeting, "技术评审", "{who}确认网络与服务器条件，要求支持离线作业 4 小时。"),
    talk(Note, "差异点", "友商不支持批次混放规则，我们现场用客户数据跑通了。"),
    talk(Task, "用客户数据搭演示环境", "导入 3 个月历史单据，路径优化后行走距离少 27%。"),
    talk(Visit, "产线试点安装", "在 2 号线装了两块看板，{who}要求试跑一周再评。"),
];

const QUOTE: [Talk; 10] = [
    talk(Email, "发送报价书 v1", "含软件、硬件、实施三部分，{who}要求硬件单列品牌型号。"),
    talk(Email, "发送报价书 v2", "付款节点改为 3-5-2，{who}转采购比价。"),
    talk(Call, "报价澄清", "{who}问实施人天为什么比友商多，解释了接口联调与驻场部分。"),
    talk(Meeting, "商务谈判第一轮", "{who}希望总价再降 8%，我们提出减少一次驻场、保持单价。"),
    talk(Meeting, "商务谈判第二轮", "价格基本达成一致，{who}追加两年免费升级，待经理批准。"),
    talk(Visit, "拜访决策人", "{who}倾向月中定标，要求春节前完成地坪验收。"),
    talk(Message, "催问比价结果", "{who}说技术分我们第一，商务分还差一点。"),
    talk(Call, "确认付款方式", "{who}接受承兑，账期 60 天，财务已同意。"),
    talk(Note, "价格底线", "毛利率不低于 28%，再降需砍掉备件包。"),
    talk(Task, "技术复核报价清单", "核减 3 台多余网关，补上两台交换机，总价持平。"),
];

const CONTRACT: [Talk; 9] = [
    talk(Email, "发送合同草案", "用公司模板，{who}转法务，预计三天内回。"),
    talk(Call, "法务意见沟通", "{who}要求删除验收视同条款，我们改为 15 天内书面异议。"),
    talk(Meeting, "合同评审会", "{who}与双方法务逐条过，剩违约金比例一条待定。"),
    talk(Message, "确认盖章进度", "{who}说流程到总经理了，最迟周四盖章。"),
    talk(Visit, "当面敲定验收标准", "与{who}写成 12 条可测指标，作为合同附件。"),
    talk(Email, "付款节点书面确认", "{who}回复同意 3-5-2，质保金 5% 一年后付清。"),
    talk(Task, "合同用印申请", "内部审批两步，法务与财务均已通过。"),
    talk(Call, "确认开票信息", "{who}提供税号与收票地址，要求专票。"),
    talk(Note, "交付风险", "客户要求提前两周到货，已与供应链确认可分两批。"),
];

const ALWAYS: [Talk; 12] = [
    talk(Call, "例行跟进", "{who}在外地出差，约周三再谈。"),
    talk(Message, "节前问候", "{who}回复感谢，提到节后开项目会。"),
    talk(Call, "未接通", "打了两次{who}的座机没人接，改发微信。"),
    talk(Message, "推送行业政策文章", "技改补贴可以覆盖一部分投入，{who}说会跟财务提。"),
    talk(Visit, "顺路拜访", "{who}在开会，和班组长聊了二十分钟，了解到新库房明年投用。"),
    talk(Email, "回复客户提问", "{who}问的三个技术问题已书面答复，附截图。"),
    talk(Note, "内部讨论", "经理建议先保进度，价格留到下一轮。"),
    talk(Call, "进度确认", "{who}说内部还在走流程，不需要我们补材料。"),
    talk(Meeting, "周会同步", "客户项目组换了对接人，{who}接手。"),
    talk(Message, "发送参考客户联系方式", "{who}打过去聊了半小时，反馈不错。"),
    talk(Call, "了解延期原因", "{who}解释集团审计，所有采购顺延两周。"),
    talk(Visit, "陪同实施工程师复勘", "补测了网络与供电，{who}确认可以利旧一半桥架。"),
];

const WON: [Talk; 5] = [
    talk(Note, "合同签回", "原件已归档，交接会定在下周一。"),
    talk(Meeting, "项目交接会", "承诺清单 9 条已交给实施，{who}指定了客户方项目经理。"),
    talk(Message, "中标通知", "{who}第一时间发来中标截图。"),
    talk(Call, "首付款到账确认", "{who}确认首付款已付，财务已查收。"),
    talk(Note, "赢单复盘", "用客户数据演示是关键，技术分领先 6 分。"),
];

const LOST: [Talk; 9] = [
    talk(Note, "丢单复盘：价格", "对手比我们低 11%，{who}表示技术更认可我们，但集团看总价。"),
    talk(Call, "丢单电话", "{who}说预算被砍，项目推到明年，届时再邀请。"),
    talk(Note, "丢单复盘：关系", "对手从集团层面切入，我们只覆盖到使用部门。"),
    talk(Call, "确认落选原因", "{who}：需要本地驻场团队，我们最近的在邻省。"),
    talk(Note, "丢单复盘：需求变化", "客户决定先换 ERP，仓库项目暂停。"),
    talk(Message, "感谢与约定回访", "{who}同意半年后再交流一次。"),
    talk(Note, "丢单复盘：自研", "客户信息化部决定自己开发，规模不大。"),
    talk(Email, "落标通知", "收到招标平台通知，技术第二、商务第三。"),
    talk(Note, "主动放弃", "付款条件背靠背，且要求垫资，经理决定退出。"),
];

const CONTACT_PLANS: [Plan; 5] = [
    (Call, "再次电话，确认对接人"),
    (Visit, "初访现场，看收发流程"),
    (Meeting, "线上介绍同行案例"),
    (Message, "发送公司资料并约时间"),
    (Call, "确认预算与立项时间"),
];

const NEEDS_PLANS: [Plan; 5] = [
    (Visit, "现场调研第二天"),
    (Meeting, "需求评审会"),
    (Task, "整理需求确认书"),
    (Call, "催收需求问卷"),
    (Meeting, "与信息化部核对接口"),
];

const DEMO_PLANS: [Plan; 4] =
    [(Meeting, "方案演示"), (Task, "修订方案 v2"), (Visit, "带客户参观样板工厂"), (Call, "演示后回访")];

const QUOTE_PLANS: [Plan; 4] =
    [(Task, "发出正式报价"), (Meeting, "商务谈判"), (Call, "报价澄清"), (Visit, "拜访决策人")];

const CONTRACT_PLANS: [Plan; 4] =
    [(Task, "合同用印"), (Call, "确认法务意见"), (Visit, "合同签字"), (Message, "确认盖章进度")];
