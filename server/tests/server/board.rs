//! A board's first paint: in each arrangement every card that the member sees is counted once, and no other.

use crate::support::{World, create, run};
use domain::{
    access::Role,
    board::{Lane, Slot},
    change::{Delta, Target},
    command::Command,
    deal::Deal,
    money::{Currency, Money},
    page::{Cell, Page},
    record::{Kind, Record},
};
use serde_json::json;

fn cells(page: Page) -> Vec<Cell> {
    let Page::Board(board) = page else { panic!("no board") };
    assert!(!board.complete);
    board.cells
}

#[test]
fn every_arrangement_counts_each_card_once() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = admin.hire(Role::Rep).await;
        let mut own = Vec::new();
        for number in 0..30 {
            let owner = if number % 3 == 0 { rep.id } else { admin.id };
            let stage = admin.stages[usize::from(number % 2 == 0)];
            let amount = Some(Money::new(100, Currency::USD));
            let deal = Deal { owner, stage, amount, ..admin.deal(&format!("Deal {number}")) };
            if owner == rep.id {
                own.push(deal.id);
            }
            admin.apply(create(Record::Deal(deal))).await;
        }
        for query in ["", "?lanes=owner", "?lanes=team", "?lanes=health", "?sort=amount", "?by=month", "?q=deal"] {
            let cells = cells(admin.page(&format!("/board{query}")).await.page);
            assert_eq!(cells.iter().map(|cell| cell.totals.deals).sum::<u32>(), 30, "{query}");
            let sums = cells.iter().filter_map(|cell| cell.totals.sums.get(&Currency::USD));
            assert_eq!(sums.map(|sum| sum.amount).sum::<i128>(), 3_000, "{query}");
        }
        let snapshot = admin.page("/board?lanes=owner").await;
        assert!(snapshot.view.deals.len() <= 48, "no more than a tall screen: {}", snapshot.view.deals.len());
        let of_rep = cells(snapshot.page).into_iter().filter(|cell| cell.lane == Lane::Owner(rep.id));
        assert_eq!(of_rep.map(|cell| cell.totals.deals).sum::<u32>(), 10);
        let undated = cells(admin.page("/board?by=month").await.page);
        assert!(undated.iter().all(|cell| cell.slot == Slot::Undated && cell.lane == Lane::Whole));

        // Whose scope is narrow sees, and counts, no more in any of them.
        let delta = Delta { before: json!("workspace"), after: json!("own") };
        admin.apply(Command::set(Target::new(Kind::Member, rep.id), "scope", delta)).await;
        for query in ["", "?lanes=owner", "?by=month", "?sort=title"] {
            let snapshot = rep.page(&format!("/board{query}")).await;
            assert!(snapshot.view.deals.keys().all(|deal| own.contains(&deal)), "{query}");
            let cells = cells(snapshot.page);
            assert_eq!(cells.iter().map(|cell| cell.totals.deals).sum::<u32>(), 10, "{query}");
        }
    });
}
