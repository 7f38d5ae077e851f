//! `/community/api`: posts, likes and replies.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, changed, created, read};
use super::app::App;
use super::db::Stamped;
use super::db::community::{self as rows, NewPost, NewReply};
use super::input::{Line, Message, number, parse};

/// The routes, below the root.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/community/api/posts", get(list_posts).post(post_post))
        .route("/community/api/posts/{id}", get(get_post))
        .route("/community/api/posts/{id}/like", post(post_like))
        .route("/community/api/posts/{id}/replies", post(post_reply))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PostPost {
    author: Line,
    title: Line,
    text: Message,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReplyPost {
    author: Line,
    text: Message,
}

async fn list_posts(State(app): State<App>, headers: HeaderMap) -> Answer {
    let found = app.db.run(rows::posts).await?;
    read(&headers, &Stamped { value: json!({ "posts": found.value }), stamp: found.stamp })
}

async fn post_post(State(app): State<App>, body: Bytes) -> Answer {
    let PostPost { author, title, text } = parse(&body)?;
    let new = NewPost { author: author.0, title: title.0, text: text.0 };
    let post = app.db.run(move |db| rows::add_post(db, &new)).await?;
    created(&format!("/community/api/posts/{}", post.id()), &post)
}

async fn get_post(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = number(&id)?;
    read(&headers, &app.db.run(move |db| rows::post(db, id)).await?)
}

async fn post_like(State(app): State<App>, Path(id): Path<String>) -> Answer {
    let id = number(&id)?;
    changed(&app.db.run(move |db| rows::like(db, id)).await?)
}

/// Answers with the whole post. 200 and not 201: a reply has no address of its own.
async fn post_reply(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = number(&id)?;
    let ReplyPost { author, text } = parse(&body)?;
    let new = NewReply { author: author.0, text: text.0 };
    changed(&app.db.run(move |db| rows::add_reply(db, id, &new)).await?)
}
