//! The words by which other tools call what Fairlead knows, in English and Chinese. Case, spaces, punctuation and what
//! stands in brackets do not count.

use super::guess::{AccountField, ContactField, DealField, Target};
use super::value::narrowed;
use crate::record::Kind;

/// How a field is called elsewhere, the likeliest first.
pub(super) struct Synonyms {
    pub target: Target,
    /// Words that mean this field.
    strong: &'static [&'static str],
    /// Words that may mean it where nothing else does.
    weak: &'static [&'static str],
}

impl Synonyms {
    pub fn strong(&self) -> &'static [&'static str] {
        self.strong
    }

    pub fn weak(&self) -> &'static [&'static str] {
        self.weak
    }

    /// Whether a normalised header is one of the strong words.
    pub fn is_strong(&self, header: &str) -> bool {
        self.strong.iter().any(|word| normalised(word) == header)
    }
}

const fn deal(field: DealField, strong: &'static [&'static str], weak: &'static [&'static str]) -> Synonyms {
    Synonyms { target: Target::Deal(field), strong, weak }
}

const fn account(field: AccountField, strong: &'static [&'static str], weak: &'static [&'static str]) -> Synonyms {
    Synonyms { target: Target::Account(field), strong, weak }
}

const fn contact(field: ContactField, strong: &'static [&'static str], weak: &'static [&'static str]) -> Synonyms {
    Synonyms { target: Target::Contact(field), strong, weak }
}

/// What stands before the names of exported fields without meaning anything.
const PREFIXES: [&str; 2] = ["property_", "properties."];

static DEAL: [Synonyms; 17] = [
    deal(
        DealField::ExternalId,
        &[
            "opportunity id",
            "deal id",
            "lead id",
            "mql id",
            "record id",
            "external id",
            "id",
            "商机编号",
            "商机id",
            "线索编号",
            "线索id",
            "机会编号",
            "项目编号",
            "编号",
            "外部编号",
        ],
        &["key", "number", "deal number", "序号"],
    ),
    deal(
        DealField::Title,
        &[
            "title",
            "deal name",
            "deal title",
            "deal",
            "opportunity name",
            "opportunity",
            "opportunity title",
            "lead name",
            "商机名称",
            "商机",
            "机会名称",
            "项目名称",
            "标题",
            "线索名称",
        ],
        &["name", "subject", "topic", "summary", "product", "product name", "名称", "项目", "主题", "产品", "产品名称"],
    ),
    deal(
        DealField::Account,
        &[
            "account",
            "account name",
            "company",
            "company name",
            "customer",
            "customer name",
            "client",
            "client name",
            "organization",
            "organisation",
            "organization name",
            "associated company",
            "客户",
            "客户名称",
            "客户名",
            "公司",
            "公司名称",
            "企业名称",
            "单位名称",
            "单位",
        ],
        &["account id", "company id", "customer id", "buyer", "甲方"],
    ),
    deal(
        DealField::Amount,
        &[
            "amount",
            "deal amount",
            "deal value",
            "close value",
            "opportunity amount",
            "opportunity value",
            "expected revenue",
            "expected amount",
            "contract value",
            "contract amount",
            "total contract value",
            "tcv",
            "金额",
            "商机金额",
            "预计金额",
            "预计成交金额",
            "预计销售金额",
            "合同金额",
            "销售金额",
            "成交金额",
        ],
        &["value", "revenue", "price", "total", "budget", "arr", "acv", "报价", "总价", "总额", "预算", "价格"],
    ),
    deal(
        DealField::Currency,
        &["currency", "currency code", "deal currency", "currency iso code", "币种", "货币", "货币代码"],
        &[],
    ),
    deal(
        DealField::Stage,
        &[
            "stage",
            "deal stage",
            "sales stage",
            "stage name",
            "opportunity stage",
            "pipeline stage",
            "lead stage",
            "deal pipeline stage id",
            "阶段",
            "销售阶段",
            "商机阶段",
            "跟进阶段",
            "当前阶段",
        ],
        &["status", "deal status", "state", "phase", "stage id", "状态", "商机状态", "进度"],
    ),
    deal(
        DealField::Pipeline,
        &[
            "pipeline",
            "pipeline name",
            "deal pipeline",
            "sales pipeline",
            "deal pipeline id",
            "销售管道",
            "销售流程",
            "管道",
        ],
        &["pipeline id", "record type", "商机类型"],
    ),
    deal(
        DealField::Owner,
        &[
            "owner",
            "deal owner",
            "opportunity owner",
            "owner name",
            "owner id",
            "sales agent",
            "sales rep",
            "sales representative",
            "salesperson",
            "sales person",
            "account executive",
            "负责人",
            "所有人",
            "归属人",
            "销售",
            "销售人员",
            "销售代表",
            "业务员",
            "商机负责人",
            "跟进人",
        ],
        &["agent", "rep", "assigned to", "assignee", "seller", "user", "responsible", "经办人"],
    ),
    deal(
        DealField::CloseOn,
        &[
            "expected close date",
            "expected close",
            "estimated close date",
            "expected closing date",
            "close date",
            "closing date",
            "closedate",
            "预计成交日期",
            "预计成交时间",
            "预计签约日期",
            "预计结单日期",
            "预计关闭日期",
            "预计结束日期",
            "预计签单日期",
        ],
        &["due date", "deadline", "target date", "截止日期", "预计日期"],
    ),
    deal(
        DealField::CreatedOn,
        &[
            "created",
            "created on",
            "created at",
            "create date",
            "created date",
            "creation date",
            "date created",
            "createdate",
            "engage date",
            "first contact date",
            "创建日期",
            "创建时间",
            "建立日期",
            "录入日期",
            "首次接触日期",
        ],
        &["start date", "date", "opened", "open date", "开始日期", "日期"],
    ),
    deal(
        DealField::ClosedOn,
        &[
            "closed",
            "closed on",
            "closed at",
            "closed date",
            "date closed",
            "actual close date",
            "won date",
            "won on",
            "won time",
            "lost time",
            "成交日期",
            "成交时间",
            "签约日期",
            "签单日期",
            "关闭日期",
            "实际成交日期",
            "赢单日期",
            "结单日期",
        ],
        &["close date", "closing date", "closedate", "end date", "结束日期"],
    ),
    deal(
        DealField::EnteredOn,
        &["entered stage on", "entered stage at", "stage entered on", "进入阶段时间", "进入阶段日期"],
        &["stage date", "阶段时间"],
    ),
    deal(
        DealField::Source,
        &[
            "source",
            "lead source",
            "deal source",
            "origin",
            "original source",
            "channel",
            "来源",
            "线索来源",
            "商机来源",
            "渠道",
            "来源渠道",
        ],
        &["campaign", "referrer", "市场活动"],
    ),
    deal(
        DealField::LossReason,
        &["loss reason", "lost reason", "closed lost reason", "丢单原因", "输单原因", "失单原因"],
        &["lost because", "失败原因"],
    ),
    deal(
        DealField::Priority,
        &["priority", "deal priority", "优先级", "重要程度", "紧急程度"],
        &["urgency", "importance"],
    ),
    deal(DealField::Tags, &["tags", "tag", "labels", "label", "标签"], &["keywords", "关键词"]),
    deal(
        DealField::Notes,
        &[
            "notes",
            "note",
            "description",
            "comments",
            "comment",
            "remarks",
            "remark",
            "备注",
            "说明",
            "描述",
            "商机描述",
        ],
        &["details", "next step", "详情", "跟进记录"],
    ),
];

static ACCOUNT: [Synonyms; 7] = [
    account(
        AccountField::ExternalId,
        &[
            "account id",
            "company id",
            "customer id",
            "client id",
            "organization id",
            "record id",
            "external id",
            "id",
            "客户编号",
            "客户id",
            "公司编号",
            "企业编号",
            "编号",
            "外部编号",
        ],
        &["key", "number", "account number", "统一社会信用代码", "序号"],
    ),
    account(
        AccountField::Name,
        &[
            "account name",
            "account",
            "company name",
            "company",
            "customer name",
            "customer",
            "client name",
            "client",
            "organization name",
            "organization",
            "organisation",
            "name",
            "客户名称",
            "客户",
            "客户名",
            "公司名称",
            "公司",
            "企业名称",
            "单位名称",
            "单位",
        ],
        &["title", "business name", "legal name", "名称"],
    ),
    account(
        AccountField::Industry,
        &["industry", "sector", "industry sector", "行业", "所属行业", "客户行业"],
        &["vertical", "category", "business segment", "类别"],
    ),
    account(
        AccountField::Website,
        &[
            "website",
            "web site",
            "website url",
            "company domain name",
            "domain",
            "homepage",
            "网站",
            "网址",
            "官网",
            "公司网址",
        ],
        &["url", "web"],
    ),
    account(
        AccountField::Phone,
        &["phone", "phone number", "telephone", "company phone", "电话", "公司电话", "联系电话", "座机"],
        &["tel", "mobile", "fax", "手机"],
    ),
    account(
        AccountField::Address,
        &[
            "address",
            "street address",
            "billing address",
            "company address",
            "office location",
            "headquarters",
            "地址",
            "公司地址",
            "详细地址",
            "办公地址",
            "注册地址",
        ],
        &["location", "street", "city", "region", "country", "所在地", "地区", "城市"],
    ),
    account(
        AccountField::Notes,
        &[
            "notes",
            "note",
            "description",
            "comments",
            "comment",
            "remarks",
            "remark",
            "备注",
            "说明",
            "描述",
            "公司简介",
        ],
        &["about", "about us", "details", "简介"],
    ),
];

static CONTACT: [Synonyms; 9] = [
    contact(
        ContactField::ExternalId,
        &["contact id", "person id", "record id", "external id", "id", "联系人编号", "联系人id", "编号", "外部编号"],
        &["key", "number", "序号"],
    ),
    contact(
        ContactField::Name,
        &[
            "name",
            "full name",
            "contact name",
            "contact",
            "person",
            "person name",
            "姓名",
            "联系人",
            "联系人姓名",
            "联系人名称",
        ],
        &["display name", "名称", "名字"],
    ),
    contact(ContactField::GivenName, &["first name", "given name", "firstname", "forename"], &["名"]),
    contact(ContactField::FamilyName, &["last name", "family name", "lastname", "surname"], &["姓", "姓氏"]),
    contact(
        ContactField::Account,
        &[
            "account",
            "account name",
            "company",
            "company name",
            "customer",
            "customer name",
            "client",
            "client name",
            "organization",
            "organisation",
            "organization name",
            "associated company",
            "employer",
            "客户",
            "客户名称",
            "客户名",
            "公司",
            "公司名称",
            "企业名称",
            "单位名称",
            "单位",
            "所属客户",
            "所属公司",
        ],
        &["account id", "company id", "customer id"],
    ),
    contact(
        ContactField::Title,
        &["job title", "position", "job", "职位", "职务", "岗位", "头衔"],
        &["title", "role", "function", "角色", "称呼"],
    ),
    contact(
        ContactField::Email,
        &[
            "email",
            "email address",
            "mail",
            "primary email",
            "work email",
            "邮箱",
            "电子邮箱",
            "电子邮件",
            "邮件",
            "邮箱地址",
            "邮件地址",
        ],
        &["email 1", "e-mail 1 - value"],
    ),
    contact(
        ContactField::Phone,
        &[
            "phone",
            "phone number",
            "telephone",
            "mobile",
            "mobile phone",
            "mobile number",
            "cell",
            "cell phone",
            "work phone",
            "手机",
            "手机号",
            "手机号码",
            "移动电话",
            "电话",
            "联系电话",
            "电话号码",
        ],
        &["tel", "phone 1", "微信", "座机"],
    ),
    contact(
        ContactField::Notes,
        &["notes", "note", "description", "comments", "comment", "remarks", "remark", "备注", "说明", "描述"],
        &["about", "details"],
    ),
];

/// The synonyms of a kind's fields; none for kinds that files do not hold.
pub(super) fn of(kind: Kind) -> &'static [Synonyms] {
    match kind {
        Kind::Deal => &DEAL,
        Kind::Account => &ACCOUNT,
        Kind::Contact => &CONTACT,
        _ => &[],
    }
}

/// A header or word with only what counts in a comparison: letters and digits outside of brackets, in lower case.
pub(super) fn normalised(header: &str) -> String {
    let header = narrowed(header.trim()).to_lowercase();
    let header = PREFIXES.iter().find_map(|prefix| header.strip_prefix(prefix)).unwrap_or(&header);
    let mut depth = 0usize;
    let outside = header.chars().filter(|c| {
        let closing = matches!(c, ')' | ']' | '】');
        depth = if matches!(c, '(' | '[' | '【') { depth + 1 } else { depth };
        let counts = depth == 0;
        depth = depth.saturating_sub(usize::from(closing));
        counts
    });
    outside.filter(|c| c.is_alphanumeric()).collect()
}

/// Whether any kind of record has a field of this name.
pub(super) fn is_known(header: &str) -> bool {
    let header = normalised(header);
    let words =
        |synonyms: &Synonyms| synonyms.strong.iter().chain(synonyms.weak).any(|word| normalised(word) == header);
    [&DEAL[..], &ACCOUNT, &CONTACT].into_iter().flatten().any(words)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn what_counts_in_a_header() {
        for header in
            ["Close Date", "close_date", "CLOSE-DATE", "closeDate", " Close date (planned) ", "property_closedate"]
        {
            assert_eq!(normalised(header), "closedate", "{header}");
        }
        assert_eq!(normalised("金额（万元）"), "金额");
        assert_eq!(normalised("【必填】姓名"), "姓名");
    }

    /// A word that strongly means two fields of one record would make the guess depend on the order of the tables.
    #[test]
    fn no_word_means_two_fields() {
        for table in [&DEAL[..], &ACCOUNT, &CONTACT] {
            for words in [Synonyms::strong as fn(&Synonyms) -> _, Synonyms::weak] {
                let mut owners = HashMap::new();
                for synonyms in table {
                    for word in words(synonyms) {
                        let other = owners.insert(normalised(word), synonyms.target);
                        assert!(other.is_none_or(|other| other == synonyms.target), "{word}");
                    }
                }
            }
        }
    }
}
