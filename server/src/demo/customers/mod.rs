//! Accounts with their contacts.

pub mod companies;
mod names;

use super::{calendar::Minute, fields::Own, ids, people::Person, random::Random, story::Story};
use companies::{COMPANIES, Company};
use domain::{
    account::Account,
    contact::Contact,
    field::{Custom, FieldValue},
    id::{AccountId, ContactId},
    record::Record,
};

/// A company of the story, once its account is made.
pub struct Customer {
    pub company: &'static Company,
    pub account: AccountId,
    /// Those who decide first.
    pub people: Vec<Someone>,
}

pub struct Someone {
    pub contact: ContactId,
    pub name: String,
    pub title: &'static str,
}

impl Someone {
    /// As a note would call them.
    pub fn called(&self, english: bool) -> String {
        if english { format!("{} ({})", self.name, self.title) } else { format!("{}（{}）", self.name, self.title) }
    }
}

/// Makes a company's account and contacts at the given time.
pub fn make(place: usize, at: Minute, by: Person, story: &mut Story) -> Customer {
    let company = &COMPANIES[place];
    let random = &mut Random::named(&format!("account {}", company.slug));
    let now = story.calendar.instant(at);
    let id = AccountId(ids::made(now, company.slug));
    let mut account = Account::new(id, company.name.to_owned(), now);
    company.industry.name(company.english).clone_into(&mut account.industry);
    account.website = format!("https://www.{}.example", company.slug);
    company.address.clone_into(&mut account.address);
    account.phone = phone(company, random);
    note(company, random).clone_into(&mut account.notes);
    account.custom = Custom::from([(Own::Employees.id(), FieldValue::Number(f64::from(company.employees)))]);
    story.create(at, by, Record::Account(account));

    let count = 1 + random.weighted(&[20, 35, 30, 15]);
    let mut people: Vec<Someone> = Vec::with_capacity(count);
    let titles = titles(company, count, random);
    for (number, title) in titles.into_iter().enumerate() {
        let (name, mailbox) = loop {
            let (name, mailbox) = name(place, number, random);
            if people.iter().all(|other| other.name != name) {
                break (name, mailbox);
            }
        };
        let made_at = at + 2 + u32::try_from(number).unwrap_or(0) * 3;
        let now = story.calendar.instant(made_at);
        let contact = ContactId(ids::made(now, &format!("{} {number}", company.slug)));
        let mut record = Contact::new(contact, name.clone(), now);
        record.account = Some(id);
        title.clone_into(&mut record.title);
        record.email = format!("{mailbox}@{}.example", company.slug);
        record.phone = phone(company, random);
        story.create(made_at, by, Record::Contact(record));
        people.push(Someone { contact, name, title });
    }
    Customer { company, account: id, people }
}

/// Different job titles in the order of rank.
fn titles(company: &Company, count: usize, random: &mut Random) -> Vec<&'static str> {
    let all: &[&str] = if company.english { &names::ENGLISH_TITLES } else { &names::TITLES };
    let places: Vec<usize> = (0..all.len()).collect();
    let mut chosen: Vec<usize> = random.shuffled(&places).into_iter().take(count).collect();
    chosen.sort_unstable();
    chosen.into_iter().map(|place| all[place]).collect()
}

/// A name, and the part of the e-mail address that follows from it.
fn name(company: usize, number: usize, random: &mut Random) -> (String, String) {
    if COMPANIES[company].english {
        // Four for each company: the same name comes again only far down the list.
        let name = names::ENGLISH_NAMES[(company * 4 + number) % names::ENGLISH_NAMES.len()];
        return (name.to_owned(), name.split(' ').map(plain).collect::<Vec<_>>().join("."));
    }
    let ((family, family_spelt), (given, given_spelt)) = (random.pick(&names::FAMILIES), random.pick(&names::GIVEN));
    (format!("{family}{given}"), format!("{given_spelt}.{family_spelt}"))
}

/// The word in small letters without accents.
fn plain(word: &str) -> String {
    let letter = |letter: char| match letter {
        'á' | 'ã' => 'a',
        'ń' => 'n',
        'ü' => 'u',
        'é' | 'è' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ř' => 'r',
        other => other,
    };
    word.to_lowercase().chars().map(letter).collect()
}

/// Numbers that nobody has: 555-01xx is kept for fiction, and no Chinese mobile number begins with 100.
fn phone(company: &Company, random: &mut Random) -> String {
    if !company.english {
        format!("100 {:04} {:04}", random.below(10_000), random.below(10_000))
    } else if company.address.ends_with("USA") {
        format!("+1 {} 555 01{:02}", random.between(201, 989), random.below(100))
    } else {
        String::new()
    }
}

fn note(company: &Company, random: &mut Random) -> &'static str {
    const CHINESE: [&str; 9] = [
        "",
        "",
        "",
        "年度预算一般在 11 月提报，次年 3 月批复。",
        "采购走集团平台，单笔 50 万以上需招标。",
        "门卫需提前一天报备车牌，进厂要穿劳保鞋。",
        "付款习惯 3-6-1，质保金一年。",
        "信息化部只有三个人，上线要我们多驻场。",
        "老厂区网络条件差，先做现场勘测再报价。",
    ];
    const ENGLISH: [&str; 7] = [
        "",
        "",
        "",
        "Buys through the local distributor; keep them in copy.",
        "Fiscal year ends in June, budget is fixed in April.",
        "Site visits need a safety induction, 30 minutes.",
        "Prefers quotes CIF with a delivery window of two weeks.",
    ];
    if company.english { random.pick(&ENGLISH) } else { random.pick(&CHINESE) }
}
