//! Which deals there are, and the course of each through its pipeline.

use super::{
    calendar::{Calendar, DAY, END, Minute},
    catalogue::{
        Product,
        board::{self, Next},
        products,
    },
    customers::companies::{CHINESE, COMPANIES},
    people::Person,
    pipelines::Line,
    random::Random,
    texts::{Plan, words},
};
use std::collections::HashSet;

/// A deal from its first day to its last, or to today.
pub struct Course {
    /// Names the deal's randomness and its identifier.
    pub name: String,
    pub line: Line,
    pub title: &'static str,
    /// A place in [`COMPANIES`].
    pub company: usize,
    /// In thousands of the customer's currency.
    pub amount: u32,
    pub owner: Person,
    pub created: Minute,
    pub stays: Vec<Stay>,
    pub end: End,
}

/// Time spent in a stage.
#[derive(Clone, Copy)]
pub struct Stay {
    pub stage: usize,
    pub minutes: Minute,
}

pub enum End {
    Won,
    Lost,
    /// Expected to close so many days from today.
    Open {
        next: Next,
        plan: Plan,
        close: i64,
    },
}

/// How many deals of a pipeline, besides the board's, are where.
struct Quota {
    line: Line,
    /// By open stage.
    open: &'static [u32],
    won: u32,
    lost: u32,
}

const QUOTAS: [Quota; 3] = [
    Quota { line: Line::Enterprise, open: &[], won: 31, lost: 82 },
    Quota { line: Line::International, open: &[8, 8, 7, 7, 5], won: 16, lost: 40 },
    Quota { line: Line::Renewals, open: &[9, 7, 6, 4], won: 25, lost: 9 },
];

/// From which open stage deals are lost, by percent.
const LOST_FROM: [u32; 5] = [24, 30, 24, 15, 7];

/// Nobody's deal takes longer.
const LONGEST: Minute = 210 * DAY;

/// The first deal comes when the first accounts are there.
const FIRST: Minute = 2 * DAY;

pub fn all() -> Vec<Course> {
    let mut market = Market::default();
    let mut courses: Vec<Course> = Vec::new();
    courses.extend(board::OPEN.iter().enumerate().map(|(place, card)| open_card(place, card, &mut market)));
    courses.extend(board::WON.iter().enumerate().map(|(place, success)| lately_won(place, success, &mut market)));
    for quota in &QUOTAS {
        drawn(quota, &mut market, &mut courses);
    }
    courses
}

/// A card that stands on the board.
fn open_card(place: usize, card: &board::Card, market: &mut Market) -> Course {
    let name = format!("board {place}");
    let random = &mut Random::named(&name);
    let mut stays = path(Line::Enterprise, card.stage, random);
    let created = open_since(&mut stays, card.age, random);
    Course {
        name,
        line: Line::Enterprise,
        title: card.title,
        company: market.reserve(card.title, card.company),
        amount: card.amount,
        owner: card.owner,
        created,
        stays,
        end: End::Open { next: card.next, plan: card.plan, close: card.close },
    }
}

fn lately_won(place: usize, success: &board::Success, market: &mut Market) -> Course {
    let name = format!("success {place}");
    let random = &mut Random::named(&name);
    let stays = path(Line::Enterprise, Line::Enterprise.open() - 1, random);
    let closed = Calendar::start_of(success.back) + random.below(DAY - 60);
    Course {
        name,
        line: Line::Enterprise,
        title: success.title,
        company: market.reserve(success.title, success.company),
        amount: success.amount,
        owner: success.owner,
        created: closed - length(&stays),
        stays,
        end: End::Won,
    }
}

/// Everything else.
fn drawn(quota: &Quota, market: &mut Market, courses: &mut Vec<Course>) {
    let open = quota.open.iter().enumerate();
    let open = open.flat_map(|(stage, &count)| (0..count).map(move |_| Fate::Open(stage)));
    let closed = (0..quota.won).map(|_| Fate::Won).chain((0..quota.lost).map(|_| Fate::Lost));
    let random = &mut Random::named(quota.line.name());
    let fates = random.shuffled(&open.chain(closed).collect::<Vec<_>>());
    let count = u32::try_from(fates.len()).unwrap_or(1);
    let mut shelf = Shelf { products: products(quota.line), order: Vec::new() };
    for (place, fate) in (0..).zip(fates) {
        let (product, company) = loop {
            let product = shelf.next(random);
            if let Some(company) = market.find(quota.line, product, random) {
                break (product, company);
            }
        };
        courses.push(course(quota.line, product, company, fate, (place, count)));
    }
}

/// Where a deal is in the end.
#[derive(Clone, Copy)]
enum Fate {
    Open(usize),
    Won,
    Lost,
}

/// `place` of `count` is the deal's place in its pipeline; closed ones are spread over the year by it.
fn course(line: Line, product: &'static Product, company: usize, fate: Fate, (place, count): (u32, u32)) -> Course {
    let name = format!("{} {place}", line.name());
    let random = &mut Random::named(&name);
    let (sellers, shares) = line.sellers();
    let owner = sellers[random.weighted(shares)];
    let amount = price(product.price, random);
    let last = match fate {
        Fate::Open(stage) => stage,
        Fate::Won => line.open() - 1,
        Fate::Lost => random.weighted(&LOST_FROM[..line.open()]),
    };
    let mut stays = path(line, last, random);
    let (created, end) = match fate {
        Fate::Open(stage) => {
            let age = random.around(line.stages()[stage].stay).clamp(1, 45);
            let created = open_since(&mut stays, age, random);
            let next = next(age, random);
            // The working days of the stages that are still to come; a week of them is seven days.
            let rest: u32 = line.stages()[stage..].iter().map(|row| row.stay).sum();
            let close = if random.chance(14) {
                -i64::from(random.between(1, 18))
            } else {
                i64::from(rest * 7 / 5 + random.around(rest / 2).max(2))
            };
            (created, End::Open { next, plan: random.pick(words(line).plans[stage]), close })
        }
        Fate::Won | Fate::Lost => {
            let room = END - DAY - FIRST - length(&stays);
            let created = FIRST + room / count * place + random.below(room / count);
            (created, if matches!(fate, Fate::Won) { End::Won } else { End::Lost })
        }
    };
    Course { name, line, title: product.title, company, amount, owner, created, stays, end }
}

/// The stages up to the last open one: mostly in order, sometimes entered late, skipped or gone back to.
fn path(line: Line, last: usize, random: &mut Random) -> Vec<Stay> {
    let first = usize::from(last > 0 && random.chance(10));
    let mut stages: Vec<usize> = (first..=last).collect();
    if stages.len() > 2 && random.chance(9) {
        stages.remove(1);
    }
    if stages.len() > 1 && random.chance(9) {
        let back = stages.len() - 2;
        stages.extend([stages[back], last]);
    }
    let mut stays: Vec<Stay> = stages
        .into_iter()
        .map(|stage| {
            let median = line.stages()[stage].stay * DAY;
            // Some get stuck.
            let median = if random.chance(6) { median * 5 / 2 } else { median };
            Stay { stage, minutes: random.around(median).max(45) }
        })
        .collect();
    let total = length(&stays);
    if total > LONGEST {
        for stay in &mut stays {
            // In hours, so that the product stays small.
            stay.minutes = ((stay.minutes / 60) * (LONGEST / 60) / (total / 60)).max(1) * 60;
        }
    }
    stays
}

fn length(stays: &[Stay]) -> Minute {
    stays.iter().map(|stay| stay.minutes).sum()
}

/// Makes the last stay one that still goes on since `age` working days; when the deal was created.
fn open_since(stays: &mut [Stay], age: u32, random: &mut Random) -> Minute {
    let entered = Calendar::start_of(age) + random.below(DAY - 60);
    let Some((last, before)) = stays.split_last_mut() else { return entered };
    last.minutes = END - entered;
    entered - length(before)
}

/// What is planned next, fitting to how long the deal has been in its stage.
fn next(age: u32, random: &mut Random) -> Next {
    match random.weighted(&[14, 16, 42, 18, 10]) {
        0 => Next::Today(random.between(9, 17), random.pick(&[0, 30])),
        1 if age > 1 => Next::Late(u8::try_from(random.between(1, (age - 1).min(5))).unwrap_or(1)),
        3 if age > 11 => Next::Idle(age - 1),
        3 | 4 => Next::None,
        _ => Next::Later(u8::try_from(random.around(5).clamp(1, 28)).unwrap_or(5)),
    }
}

/// A price within the bounds that looks like one; lower ones are more common.
fn price((low, high): (u32, u32), random: &mut Random) -> u32 {
    let step = if high > 400 { 20 } else { 5 };
    random.between(low, high).min(random.between(low, high)).next_multiple_of(step)
}

/// Hands out products in some order, each once before any comes again.
struct Shelf {
    products: &'static [Product],
    order: Vec<&'static Product>,
}

impl Shelf {
    fn next(&mut self, random: &mut Random) -> &'static Product {
        if self.order.is_empty() {
            self.order = random.shuffled(&self.products.iter().collect::<Vec<_>>());
        }
        self.order.pop().expect("every pipeline sells something")
    }
}

/// Who has bought what.
#[derive(Default)]
struct Market {
    sold: HashSet<(&'static str, usize)>,
}

impl Market {
    fn reserve(&mut self, title: &'static str, company: &str) -> usize {
        let place = COMPANIES.iter().position(|row| row.name == company).expect("the board's companies are listed");
        self.sold.insert((title, place));
        place
    }

    /// A company that the product suits, that has not bought it, and that has bought little else.
    fn find(&mut self, line: Line, product: &Product, random: &mut Random) -> Option<usize> {
        let places = if line.is_english() { CHINESE..COMPANIES.len() } else { 0..CHINESE };
        let suited = |place: &usize| product.suits.is_empty() || product.suits.contains(&COMPANIES[*place].industry);
        let fresh = |place: &usize| !self.sold.contains(&(product.title, *place));
        let mut fitting: Vec<usize> = places.filter(suited).filter(fresh).collect();
        let bought = |place: &usize| self.sold.iter().filter(|(_, company)| company == place).count();
        let least = fitting.iter().map(bought).min()?;
        fitting.retain(|place| bought(place) <= least + 1);
        let company = random.pick(&fitting);
        self.sold.insert((product.title, company));
        Some(company)
    }
}
