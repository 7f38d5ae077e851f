//! What the layer writes into answers, through a real router.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use axum::{Extension, Json, Router};
use everfresh_server::{Fields, InvalidationLayer, LayerError, NoResolver, Resolver, Tags};
use serde_json::json;
use tower::ServiceExt;

const RULES: &str = r#"{
    "rules": [
        { "match": "/api/search", "methods": ["POST"], "safe": true },
        { "match": "/api/*", "staleTime": 30000 }
    ],
    "entities": {
        "scene": { "path": "/api/scenes/:id", "collection": "/api/scenes", "parents": { "chapter": "chapterId" } },
        "chapter": { "path": "/api/chapters/:id", "parents": { "story": "storyId" } },
        "story": { "path": "/api/stories/:id", "actions": ["write"], "collection": "/api/stories", "lists": ["stories"] }
    }
}"#;

/// Scenes and chapters with the ids of their parents, as a database would hold them.
#[derive(Clone, Default)]
struct Rows {
    parents: Arc<Mutex<BTreeMap<(String, String), Fields>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Rows {
    fn sample() -> Self {
        let rows = Self::default();
        rows.set("scene", "7", "chapterId", "3");
        rows.set("chapter", "3", "storyId", "42");
        rows.set("chapter", "4", "storyId", "43");
        rows
    }

    fn set(&self, kind: &str, id: &str, field: &str, parent: &str) {
        let fields = vec![(field.to_owned(), parent.to_owned())];
        self.parents.lock().unwrap().insert((kind.to_owned(), id.to_owned()), fields);
    }

    fn remove(&self, kind: &str, id: &str) {
        self.parents.lock().unwrap().remove(&(kind.to_owned(), id.to_owned()));
    }
}

impl Resolver for Rows {
    async fn parents(&self, kind: &str, id: &str) -> Option<Fields> {
        self.asked.lock().unwrap().push(format!("{kind}:{id}"));
        self.parents.lock().unwrap().get(&(kind.to_owned(), id.to_owned())).cloned()
    }
}

fn app(rows: &Rows) -> Router {
    routes()
        .layer(InvalidationLayer::from_json(RULES).unwrap().resolver(rows.clone()))
        .with_state(rows.clone())
}

fn routes() -> Router<Rows> {
    Router::new()
        .route("/api/scenes/{id}", get(ok).patch(ok).put(move_scene).delete(delete_scene))
        .route("/api/scenes", post(create))
        .route("/api/chapters/{id}", get(ok).patch(refuse))
        .route("/api/stories", get(ok).post(ok))
        .route("/api/stories/{id}", get(missing))
        .route("/api/stories/{id}/write", patch(ok))
        .route("/api/search", post(ok))
        .route("/api/tagged", get(add_tag).post(add_tag))
        .route("/api/own", get(own_headers).post(own_headers))
        .route("/api/tags/{count}", get(many).post(many))
        .route("/elsewhere", get(ok).post(ok))
}

async fn ok() -> &'static str {
    "ok"
}

async fn refuse() -> StatusCode {
    StatusCode::CONFLICT
}

async fn missing() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Moves the scene to chapter 4.
async fn move_scene(State(rows): State<Rows>, Path(id): Path<String>) {
    rows.set("scene", &id, "chapterId", "4");
}

async fn delete_scene(State(rows): State<Rows>, Path(id): Path<String>) -> StatusCode {
    rows.remove("scene", &id);
    StatusCode::NO_CONTENT
}

/// Makes a scene in chapter 3; the padding is the text of the request.
async fn create(padding: String) -> impl IntoResponse {
    (StatusCode::CREATED, Json(json!({ "id": 8, "chapterId": 3, "text": padding })))
}

async fn add_tag() -> Extension<Tags> {
    Extension(Tags::add(["weather", "stories"]))
}

async fn own_headers() -> ([(&'static str, &'static str); 2], Extension<Tags>) {
    let headers = [("x-cache-tags", "mine"), ("x-cache-invalidate", "mine")];
    (headers, Extension(Tags::replace(["theirs"])))
}

async fn many(Path(count): Path<usize>) -> Extension<Tags> {
    Extension(Tags::replace((0..count).map(|id| format!("kind:{id}"))))
}

async fn send(app: Router, method: &str, path: &str, body: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path).header("host", "example.org");
    app.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

async fn headers(app: Router, method: &str, path: &str) -> HeaderMap {
    send(app, method, path, "").await.headers().clone()
}

#[track_caller]
fn check_read(headers: &HeaderMap, tags: Option<&str>, groups: Option<&str>) {
    assert_eq!(text(headers, "x-cache-tags"), tags);
    assert_eq!(text(headers, "cache-groups"), groups);
    assert_eq!(text(headers, "x-cache-invalidate"), None);
    assert_eq!(text(headers, "cache-group-invalidation"), None);
}

#[track_caller]
fn check_write(headers: &HeaderMap, targets: Option<&str>) {
    assert_eq!(text(headers, "x-cache-invalidate"), targets);
    let groups = targets.map(|targets| {
        let quoted: Vec<String> = targets.split(", ").map(|tag| format!("\"{tag}\"")).collect();
        quoted.join(", ")
    });
    assert_eq!(text(headers, "cache-group-invalidation"), groups.as_deref());
    assert_eq!(text(headers, "x-cache-tags"), None);
    assert_eq!(text(headers, "cache-groups"), None);
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn p1_a_read_says_its_entity_and_its_kind() {
    let scene = (Some("scene:7, scene"), Some("\"scene:7\", \"scene\""));
    for method in ["GET", "HEAD"] {
        let found = headers(app(&Rows::sample()), method, "/api/scenes/7?draft=1").await;
        check_read(&found, scene.0, scene.1);
    }
    let list = headers(app(&Rows::sample()), "GET", "/api/stories").await;
    check_read(&list, Some("stories"), Some("\"stories\""));
}

#[tokio::test]
async fn p9_what_is_in_no_map_gets_no_headers() {
    check_read(&headers(app(&Rows::sample()), "GET", "/elsewhere").await, None, None);
    check_write(&headers(app(&Rows::sample()), "POST", "/elsewhere").await, None);
}

#[tokio::test]
async fn p1_an_error_says_nothing() {
    let rows = Rows::sample();
    check_read(&headers(app(&rows), "GET", "/api/stories/42").await, None, None);
    check_write(&headers(app(&rows), "PATCH", "/api/chapters/3").await, None);
    // No route for it: 405.
    check_write(&headers(app(&rows), "DELETE", "/api/chapters/3").await, None);
}

#[tokio::test]
async fn p1_a_write_touches_its_parents_and_their_lists() {
    let rows = Rows::sample();
    let touched = headers(app(&rows), "PATCH", "/api/scenes/7").await;
    check_write(&touched, Some("scene:7, chapter:3, story:42, stories"));
    let action = headers(app(&rows), "PATCH", "/api/stories/42/write").await;
    check_write(&action, Some("story:42, stories"));
}

#[tokio::test]
async fn p1_a_move_touches_both_chapters_and_both_stories() {
    let rows = Rows::sample();
    let touched = headers(app(&rows), "PUT", "/api/scenes/7").await;
    check_write(&touched, Some("scene:7, chapter:3, chapter:4, story:42, story:43, stories"));
}

#[tokio::test]
async fn p1_a_delete_touches_the_parents_that_it_had() {
    let rows = Rows::sample();
    let touched = headers(app(&rows), "DELETE", "/api/scenes/7").await;
    check_write(&touched, Some("scene:7, chapter:3, story:42, stories"));
}

#[tokio::test]
async fn p1_unknown_parents_widen_to_their_kinds() {
    let unknown = headers(app(&Rows::sample()), "PATCH", "/api/scenes/8").await;
    check_write(&unknown, Some("scene:8, chapter, story, stories"));
    let rows = Rows::sample();
    rows.remove("chapter", "3");
    let half = headers(app(&rows), "PATCH", "/api/scenes/7").await;
    check_write(&half, Some("scene:7, chapter:3, story, stories"));
}

#[tokio::test]
async fn p1_a_state_known_on_one_side_of_the_write_alone_is_not_enough() {
    // Not known before: it may have been in another chapter.
    let touched = headers(app(&Rows::sample()), "PUT", "/api/scenes/8").await;
    check_write(&touched, Some("scene:8, chapter, story, stories"));
    // Not known after, and not deleted: it may be in another chapter now.
    let rows = Rows::sample();
    let gone = Router::new()
        .route("/api/scenes/{id}", patch(delete_scene))
        .layer(InvalidationLayer::from_json(RULES).unwrap().resolver(rows.clone()))
        .with_state(rows);
    let touched = headers(gone, "PATCH", "/api/scenes/7").await;
    check_write(&touched, Some("scene:7, chapter, story, stories"));
}

#[tokio::test]
async fn p1_without_a_resolver_writes_touch_whole_kinds() {
    let layer: InvalidationLayer<NoResolver> = InvalidationLayer::from_json(RULES).unwrap();
    let app = routes().layer(layer).with_state(Rows::sample());
    let touched = headers(app, "PATCH", "/api/scenes/7").await;
    check_write(&touched, Some("scene:7, chapter, story, stories"));
}

#[tokio::test]
async fn p1_a_new_entity_touches_the_parents_that_its_answer_names() {
    let answer = send(app(&Rows::sample()), "POST", "/api/scenes", "It was late.").await;
    check_write(answer.headers(), Some("chapter:3, story:42, stories"));
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, json!({ "id": 8, "chapterId": 3, "text": "It was late." }));
}

#[tokio::test]
async fn p10_an_answer_too_long_to_read_widens_to_kinds_and_arrives_whole() {
    let text = "x".repeat(1_500_000);
    let answer = send(app(&Rows::sample()), "POST", "/api/scenes", &text).await;
    check_write(answer.headers(), Some("chapter, story, stories"));
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["text"].as_str().unwrap().len(), text.len());
}

#[tokio::test]
async fn p10_a_long_answer_in_pieces_arrives_whole() {
    const PIECES: usize = 40;
    let pieces = || Body::from_stream(futures_stream(PIECES, 64 * 1024));
    let app = Router::new()
        .route("/api/scenes", post(move || async move { pieces() }))
        .layer(InvalidationLayer::from_json(RULES).unwrap());
    let answer = send(app, "POST", "/api/scenes", "").await;
    check_write(answer.headers(), Some("chapter, story, stories"));
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    assert_eq!(body.len(), PIECES * 64 * 1024);
}

fn futures_stream(
    pieces: usize,
    size: usize,
) -> impl futures_util::Stream<Item = Result<Vec<u8>, std::io::Error>> {
    futures_util::stream::iter((0..pieces).map(move |_| Ok(vec![b'x'; size])))
}

#[tokio::test]
async fn p1_a_write_that_the_rules_call_safe_touches_nothing() {
    check_write(&headers(app(&Rows::sample()), "POST", "/api/search").await, None);
}

#[tokio::test]
async fn reads_ask_the_resolver_nothing() {
    let rows = Rows::sample();
    headers(app(&rows), "GET", "/api/scenes/7").await;
    assert!(rows.asked.lock().unwrap().is_empty());
    headers(app(&rows), "PATCH", "/api/scenes/7").await;
    let asked = rows.asked.lock().unwrap().clone();
    assert_eq!(asked, ["scene:7", "chapter:3", "chapter:3", "scene:7"]);
}

#[tokio::test]
async fn a_handler_adds_tags_and_replaces_them() {
    let rows = Rows::sample();
    let read = headers(app(&rows), "GET", "/api/tagged").await;
    check_read(&read, Some("weather, stories"), Some("\"weather\", \"stories\""));
    check_write(&headers(app(&rows), "POST", "/api/tagged").await, Some("weather, stories"));
    assert_eq!(Tags::add(["a"]), Tags::add(vec![String::from("a")]));
}

#[tokio::test]
async fn a_header_of_the_handler_is_kept() {
    let rows = Rows::sample();
    let read = headers(app(&rows), "GET", "/api/own").await;
    assert_eq!(text(&read, "x-cache-tags"), Some("mine"));
    assert_eq!(text(&read, "cache-groups"), Some("\"theirs\""));
    let write = headers(app(&rows), "POST", "/api/own").await;
    assert_eq!(text(&write, "x-cache-invalidate"), Some("mine"));
    assert_eq!(text(&write, "cache-group-invalidation"), Some("\"theirs\""));
}

#[tokio::test]
async fn p10_too_many_targets_widen_to_their_kind() {
    let rows = Rows::sample();
    check_write(&headers(app(&rows), "POST", "/api/tags/10000").await, Some("kind"));
    let few = headers(app(&rows), "POST", "/api/tags/3").await;
    check_write(&few, Some("kind:0, kind:1, kind:2"));
}

#[tokio::test]
async fn p10_a_read_with_too_many_tags_is_not_to_be_kept() {
    let read = headers(app(&Rows::sample()), "GET", "/api/tags/10000").await;
    check_read(&read, None, None);
    assert_eq!(text(&read, "cache-control"), Some("no-store"));
}

#[tokio::test]
async fn p7_a_host_that_is_none_is_no_obstacle() {
    for host in ["", "a b", "user@host", "[::1]:80", "exa\"mple"] {
        let request = Request::builder().uri("/api/scenes/7").header("host", host);
        let request = request.body(Body::empty()).unwrap();
        let answer = app(&Rows::sample()).oneshot(request).await.unwrap();
        assert_eq!(text(answer.headers(), "x-cache-tags"), Some("scene:7, scene"), "{host}");
    }
}

#[test]
fn a_malformed_document_is_named_by_its_path() {
    let malformed = r#"{ "entities": { "scene": { "path": 7 } } }"#;
    let error = InvalidationLayer::from_json(malformed).unwrap_err();
    let LayerError::Policy(policy) = &error else { panic!("{error:?}") };
    assert_eq!(policy.path, "entities.scene.path");
    assert_eq!(error.code(), "config-invalid");
    assert_eq!(InvalidationLayer::from_json("{").unwrap_err().code(), "config-not-json");
}
