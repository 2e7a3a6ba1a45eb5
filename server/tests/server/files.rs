//! Files: their contents come and go by routes of their own, their records by commands.

use crate::support::{Member, Visitor, World, applied, create, refused, request, run};
use domain::{
    access::{Role, Scope},
    change::{Delta, Target},
    command::{Command, Outcome},
    file::{Content, File, MOST_BYTES},
    id::{DealId, FileId},
    record::{Kind, Record},
    refusal::{Refusal, Rule},
};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use server::clock;

fn path(file: FileId) -> String {
    format!("/api/v1/files/{file}/content")
}

async fn send(by: &Visitor, deal: DealId, file: FileId, bytes: Vec<u8>) -> Response {
    by.request(Method::PUT, &format!("{}?deal={deal}", path(file))).body(bytes).send().await.expect("an answer")
}

fn record(by: &Member, deal: DealId, id: FileId, name: &str, media_type: &str, content: Content) -> File {
    File {
        id,
        deal,
        name: name.to_owned(),
        bytes: content.bytes,
        media_type: media_type.to_owned(),
        sha256: content.sha256,
        by: by.id,
        created_at: clock::now(),
    }
}

/// Puts a file to a deal.
async fn attach(by: &Member, deal: DealId, name: &str, media_type: &str, bytes: &[u8]) -> File {
    let id = FileId(clock::new_id());
    let content = crate::support::read(send(by, deal, id, bytes.to_vec()).await).await;
    let file = record(by, deal, id, name, media_type, content);
    by.apply(create(Record::File(file.clone()))).await;
    file
}

/// Somebody who sees and works only on deals of their own.
async fn narrow(admin: &Member) -> Member {
    let rep = admin.hire(Role::Rep).await;
    let target = Target::new(Kind::Member, rep.id);
    let delta = Delta { before: json!(Scope::Workspace), after: json!(Scope::Own) };
    admin.carry_out(Command::set(target, "scope", delta)).await;
    rep
}

#[test]
fn a_file_is_sent_read_renamed_deleted_and_brought_back() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("With files").await;
        // More than one piece, and no two pieces alike.
        let bytes: Vec<u8> = (0..700_000_u32).map(|at| (at % 251) as u8).collect();
        let file = attach(&admin, deal, "报价 \"v2\".bin", "application/x-thing", &bytes).await;
        let page = admin.page(&format!("/deals/{deal}")).await;
        assert_eq!(page.view.files[&file.id].bytes, 700_000);

        let answer = admin.get(&path(file.id)).await;
        let headers = answer.headers().clone();
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename=\"__ _v2_.bin\"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7%20%22v2%22.bin"
        );
        assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
        assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text").contains("sandbox"));
        assert_eq!(answer.bytes().await.expect("a body"), bytes);

        let target = Target::new(Kind::File, file.id);
        let rename = Delta { before: json!(file.name), after: json!("offer.bin") };
        admin.apply(Command::set(target, "name", rename)).await;
        let asked = request(Command::Delete { target });
        let of = asked.id;
        applied(admin.send(&asked).await);
        assert_eq!(admin.status(&path(file.id)).await, StatusCode::NOT_FOUND);
        admin.apply(Command::Undo { of }).await;
        let answer = admin.get(&path(file.id)).await;
        assert_eq!(answer.bytes().await.expect("a body"), bytes);

        // A deal takes its files along, and brings them back.
        let asked = request(Command::Delete { target: Target::new(Kind::Deal, deal) });
        let of = asked.id;
        applied(admin.send(&asked).await);
        admin.apply(Command::Undo { of }).await;
        assert_eq!(admin.status(&path(file.id)).await, StatusCode::OK);
    });
}

#[test]
fn only_what_does_no_harm_opens_in_the_browser() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Shown").await;
        for (media_type, shown) in [
            ("image/png", Some("image/png")),
            ("text/plain", Some("text/plain; charset=utf-8")),
            ("application/pdf", Some("application/pdf")),
            ("text/html", None),
            ("image/svg+xml", None),
            ("", None),
        ] {
            let file = attach(&admin, deal, "a", media_type, b"<script>alert(1)</script>").await;
            let answer = admin.get(&format!("{}?open=true", path(file.id))).await;
            let text = |name: header::HeaderName| answer.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(text(header::CONTENT_TYPE), shown.unwrap_or("application/octet-stream"), "{media_type}");
            let how = if shown.is_some() { "inline" } else { "attachment" };
            assert!(text(header::CONTENT_DISPOSITION).starts_with(how), "{media_type}");
            assert_eq!(text(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            let is_pdf = media_type == "application/pdf";
            assert!(text(header::CONTENT_SECURITY_POLICY).contains("sandbox") != is_pdf, "{media_type}");
        }
    });
}

#[test]
fn no_record_without_its_content() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Empty").await;
        let id = FileId(clock::new_id());
        let claimed = Content { bytes: 3, sha256: "0".repeat(64) };
        let file = record(&admin, deal, id, "a.txt", "text/plain", claimed.clone());
        let outcome = admin.carry_out(create(Record::File(file.clone()))).await;
        assert_eq!(refused(outcome), Refusal::invalid("content", Rule::Required));
        let sent: Content = crate::support::read(send(&admin, deal, id, b"abc".to_vec()).await).await;
        assert_eq!(sent.bytes, 3);
        // What the record says is what is there.
        let outcome = admin.carry_out(create(Record::File(file.clone()))).await;
        assert_eq!(refused(outcome), Refusal::invalid("sha256", Rule::WrongType));
        // And it stays what it is.
        assert_eq!(send(&admin, deal, id, b"xyz".to_vec()).await.status(), StatusCode::CONFLICT);
        let nameless = File { name: " ".to_owned(), sha256: sent.sha256.clone(), ..file.clone() };
        let outcome = admin.carry_out(create(Record::File(nameless))).await;
        assert_eq!(refused(outcome), Refusal::invalid("name", Rule::Required));
        let true_one = File { sha256: sent.sha256, ..file };
        assert!(matches!(admin.carry_out(create(Record::File(true_one))).await, Outcome::Applied(_)));
        let forged = Command::set(Target::new(Kind::File, id), "bytes", Delta { before: json!(3), after: json!(9) });
        assert_eq!(refused(admin.carry_out(forged).await), Refusal::invalid("bytes", Rule::NotEditable));
    });
}

#[test]
fn what_is_too_large_is_refused_with_the_limit() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Large").await;
        let most = usize::try_from(MOST_BYTES).expect("a size");
        let id = FileId(clock::new_id());
        assert_eq!(send(&admin, deal, id, vec![7; most]).await.status(), StatusCode::CREATED);
        // Without a length nobody knows beforehand: it is counted.
        let parts = (0..=most / 1_000_000).map(|_| Ok::<_, std::io::Error>(vec![7_u8; 1_000_000]));
        let body = reqwest::Body::wrap_stream(futures_util::stream::iter(parts));
        let id = FileId(clock::new_id());
        let asked = admin.request(Method::PUT, &format!("{}?deal={deal}", path(id))).body(body).send().await;
        // The server does not read on, so that the sender may notice that before the answer.
        if let Ok(answer) = asked {
            assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let body: Value = answer.json().await.expect("JSON");
            assert_eq!(body, json!({ "error": "too_large", "limit": MOST_BYTES }));
        }
    });
}

#[test]
fn files_are_seen_by_those_who_see_the_deal() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Hidden").await;
        let file = attach(&admin, deal, "a.txt", "text/plain", b"abc").await;
        let rep = narrow(&admin).await;
        let stranger = server.found().await;
        let new = || FileId(clock::new_id());
        for other in [&rep, &stranger] {
            assert_eq!(other.status(&path(file.id)).await, StatusCode::NOT_FOUND);
            assert_eq!(send(other, deal, new(), b"abc".to_vec()).await.status(), StatusCode::NOT_FOUND);
            let delete = Command::Delete { target: Target::new(Kind::File, file.id) };
            assert_eq!(refused(other.carry_out(delete).await), Refusal::NotFound { kind: Kind::File });
        }
        // Who sees it and may not edit it reads only.
        let viewer = admin.hire(Role::Viewer).await;
        assert_eq!(viewer.status(&path(file.id)).await, StatusCode::OK);
        assert_eq!(send(&viewer, deal, new(), b"abc".to_vec()).await.status(), StatusCode::FORBIDDEN);
        let nobody = server.visitor();
        assert_eq!(nobody.status(&path(file.id)).await, StatusCode::UNAUTHORIZED);
        // Only from our own pages.
        let foreign = admin.http.put(format!("{}{}?deal={deal}", admin.base, path(new())));
        let foreign = foreign.header(header::COOKIE, &admin.cookie).header("sec-fetch-site", "cross-site").body("abc");
        assert_eq!(foreign.send().await.expect("an answer").status(), StatusCode::FORBIDDEN);
    });
}

#[test]
fn contents_without_a_record_are_swept() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let deal = admin.new_deal("Swept").await;
        let kept = attach(&admin, deal, "kept.txt", "text/plain", b"kept").await;
        let left = FileId(clock::new_id());
        assert_eq!(send(&admin, deal, left, b"left".to_vec()).await.status(), StatusCode::CREATED);
        let count = |id: FileId| world.ask(&format!("SELECT count(*) FROM file_chunk WHERE file_id = '{id}'"));
        world.store.sweep_contents(clock::now()).await.expect("swept");
        assert_eq!((count(left), count(kept.id)), ("1".to_owned(), "1".to_owned()));
        world.store.sweep_contents(clock::now() + chrono::Duration::days(31)).await.expect("swept");
        assert_eq!((count(left), count(kept.id)), ("0".to_owned(), "1".to_owned()));
    });
}

#[test]
fn a_file_is_found_by_its_name_by_those_who_see_its_deal() {
    run(async |world: World| {
        let server = world.serve().await;
        let admin = server.found().await;
        let rep = narrow(&admin).await;
        let (hidden, own) = (admin.new_deal("Hidden").await, rep.new_deal("Own").await);
        let file = attach(&admin, hidden, "wombat-报价单.pdf", "application/pdf", b"a").await;
        attach(&rep, own, "Wombat plan.docx", "", b"b").await;
        let names = async |member: &Member, text: &str| {
            let mut names: Vec<_> = member.search(text).await.into_iter().map(|found| found.name).collect();
            names.sort();
            names
        };
        assert_eq!(names(&admin, "wombat").await, ["Wombat plan.docx", "wombat-报价单.pdf"]);
        assert_eq!(names(&rep, "wombat").await, ["Wombat plan.docx"]);
        let hit = admin.hits("报价").await.remove(0);
        assert_eq!((hit.found.kind, hit.found.of.as_str(), hit.deal), (Kind::File, "Hidden", Some(hidden)));

        // By its name alone until it is caught up with, and no longer once it is renamed or gone.
        world.ask(&format!("DELETE FROM search WHERE id = '{}'", file.id));
        assert_eq!(names(&admin, "报价单").await, ["wombat-报价单.pdf"]);
        assert!(names(&rep, "报价单").await.is_empty());
        world.store.catch_up_search().await;
        assert_eq!(names(&admin, "报价单").await, ["wombat-报价单.pdf"]);
        let target = Target::new(Kind::File, file.id);
        let rename = Delta { before: json!(file.name), after: json!("offer.pdf") };
        admin.apply(Command::set(target, "name", rename)).await;
        assert_eq!(names(&admin, "wombat").await, ["Wombat plan.docx"]);
        let turned = Delta { before: json!("offer.pdf"), after: json!("offer\u{202E}fdp.exe") };
        let refusal = refused(admin.carry_out(Command::set(target, "name", turned)).await);
        assert_eq!(refusal, Refusal::invalid("name", Rule::TurnsDirection));
        admin.apply(Command::Delete { target }).await;
        assert!(names(&admin, "offer").await.is_empty());
    });
}
