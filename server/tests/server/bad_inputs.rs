//! Strings that break programs, through every door for text.

use crate::support::{World, applied, create, data, new_account, read, refused, request, run};
use domain::{
    record::Record,
    refusal::{Refusal, Rule},
    text,
};
use reqwest::{Method, StatusCode};
use std::fs;

#[test]
fn what_is_typed_comes_back_exactly() {
    let Some(data) = data("what_is_typed_comes_back_exactly") else { return };
    let text = fs::read_to_string(data.join("bad-inputs/blns_give.json")).expect("the strings");
    let strings: Vec<String> = serde_json::from_str(&text).expect("strings");
    assert!(strings.len() > 250);
    run(async move |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        for text in strings {
            // A name has something to be seen, and nothing that turns the direction of writing.
            let no_name = |field: &str| text::required(field, &text, usize::MAX).err();
            let blank = no_name("name").is_some();
            let account = new_account(&text);
            let mut deal = admin.deal(&text);
            deal.notes.clone_from(&text);
            deal.source.clone_from(&text);
            let mut outcomes = admin
                .post(&[request(create(Record::Account(account.clone()))), request(create(Record::Deal(deal.clone())))])
                .await
                .into_iter();
            let mut next = || outcomes.next().expect("an outcome");
            if blank {
                assert_eq!(Some(refused(next())), no_name("name"), "{text:?}");
                assert_eq!(Some(refused(next())), no_name("title"), "{text:?}");
                // The texts that may be blank.
                deal.title = "Blank".to_owned();
                admin.apply(create(Record::Deal(deal.clone()))).await;
            } else {
                applied(next());
                applied(next());
                let page = admin.page(&format!("/accounts/{}", account.id)).await;
                assert_eq!(page.view.accounts[&account.id].name, text);
            }
            let kept = admin.deal_now(deal.id).await;
            assert_eq!((&kept.title, &kept.notes, &kept.source), (&deal.title, &text, &text));

            let tagged =
                admin.carry_out(crate::support::set(deal.id, "tags", serde_json::json!([]), vec![text.clone()])).await;
            if blank {
                assert_eq!(Some(refused(tagged)), no_name("tags"), "{text:?}");
            } else if text.chars().count() > text::TAG {
                assert_eq!(refused(tagged), Refusal::invalid("tags", Rule::TooLong { max: text::TAG }));
            } else {
                applied(tagged);
                assert_eq!(admin.deal_now(deal.id).await.tags, std::slice::from_ref(&text));
            }

            let found = admin.search(&text).await;
            // What names nothing may still stand in the notes.
            if !blank || text.trim().is_empty() {
                assert_eq!(found.iter().any(|found| found.id == deal.id.0), !blank, "searching {text:?}");
            }

            // On its page it is text, not markup.
            let response = admin.get(&format!("/deals/{}", deal.id)).await;
            assert_eq!(response.status(), StatusCode::OK, "{text:?}");
            let html = response.text().await.expect("a page");
            for (at, _) in html.match_indices(text.as_str()).filter(|_| is_markup(&text)) {
                let around = &html[html.floor_char_boundary(at.saturating_sub(120))..at];
                assert!(is_data(&html[..at], &text), "{text:?} is markup after {around:?}");
            }

            // As a filter of the board, and where an address or a name is asked.
            for name in ["q", "tag", "owner", "team", "account"] {
                let board = admin.request(Method::GET, "/board").query(&[(name, &text)]);
                let status = board.send().await.expect("an answer").status();
                assert_eq!(status, StatusCode::OK, "{name}={text:?}");
            }
            let status = admin.try_page(&text).await.status();
            assert!(status.is_success() || status == StatusCode::NOT_FOUND, "{text:?} as an address: {status}");
            let accounts = admin.request(Method::GET, "/api/v1/page");
            let address = format!(
                "/accounts?{}",
                form_urlencoded::Serializer::new(String::new()).append_pair("q", &text).finish()
            );
            let accounts = accounts.query(&[("address", address)]).send().await.expect("an answer");
            let accounts: domain::page::Snapshot = read(accounts).await;
            assert!(blank || accounts.view.accounts.contains_key(&account.id), "listing accounts with {text:?}");
        }
    });
}

/// Whether a browser could read it as an element.
fn is_markup(text: &str) -> bool {
    let begins =
        |(at, _): (usize, &str)| text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic() || next == '/');
    text.match_indices('<').any(begins)
}

/// Whether what follows stands inside a script's data, and does not end it.
fn is_data(before: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let inside = before.rfind("<script") > before.rfind("</script");
    inside && !text.contains("</script") && !text.contains("<!--") && !text.contains("<script")
}
