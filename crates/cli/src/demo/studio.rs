//! `/studio/api`: stories, chapters and scenes.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{get, patch, post};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, changed, created, read};
use super::app::App;
use super::db::Stamped;
use super::db::studio::{self as rows, NewScene, SceneChange, StoryChange};
use super::input::{Line, Prose, nothing_to_change, number, parse, present};

/// The routes, below the root.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/studio/api/stories", get(list_stories))
        .route("/studio/api/stories/{id}", get(get_story).patch(patch_story))
        .route("/studio/api/stories/{id}/write", patch(write_story))
        .route("/studio/api/chapters/{id}", get(get_chapter).patch(patch_chapter))
        .route("/studio/api/scenes", post(post_scene))
        .route("/studio/api/scenes/{id}", get(get_scene).patch(patch_scene).delete(delete_scene))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryPatch {
    #[serde(default, deserialize_with = "present")]
    title: Option<Line>,
    #[serde(default, deserialize_with = "present")]
    author: Option<Line>,
    #[serde(default, deserialize_with = "present")]
    text: Option<Prose>,
}

/// The whole text of a story, and a title where it changes too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryWrite {
    text: Prose,
    #[serde(default, deserialize_with = "present")]
    title: Option<Line>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChapterPatch {
    #[serde(default, deserialize_with = "present")]
    title: Option<Line>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ScenePatch {
    #[serde(default, deserialize_with = "present")]
    title: Option<Line>,
    #[serde(default, deserialize_with = "present")]
    text: Option<Prose>,
    #[serde(default, deserialize_with = "present")]
    chapter_id: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    position: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ScenePost {
    chapter_id: i64,
    title: Line,
    text: Prose,
    #[serde(default, deserialize_with = "present")]
    position: Option<i64>,
}

async fn list_stories(State(app): State<App>, headers: HeaderMap) -> Answer {
    let found = app.db.run(rows::stories).await?;
    read(&headers, &Stamped { value: json!({ "stories": found.value }), stamp: found.stamp })
}

async fn get_story(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = number(&id)?;
    read(&headers, &app.db.run(move |db| rows::story(db, id)).await?)
}

async fn patch_story(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = number(&id)?;
    let StoryPatch { title, author, text } = parse(&body)?;
    if title.is_none() && author.is_none() && text.is_none() {
        return Err(nothing_to_change());
    }
    let change = StoryChange {
        title: title.map(|line| line.0),
        author: author.map(|line| line.0),
        text: text.map(|prose| prose.0),
    };
    changed(&app.db.run(move |db| rows::change_story(db, id, &change)).await?)
}

async fn write_story(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = number(&id)?;
    let StoryWrite { text, title } = parse(&body)?;
    let change =
        StoryChange { text: Some(text.0), title: title.map(|line| line.0), ..StoryChange::default() };
    changed(&app.db.run(move |db| rows::change_story(db, id, &change)).await?)
}

async fn get_chapter(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = number(&id)?;
    read(&headers, &app.db.run(move |db| rows::chapter(db, id)).await?)
}

async fn patch_chapter(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = number(&id)?;
    let ChapterPatch { title } = parse(&body)?;
    let title = title.ok_or_else(nothing_to_change)?.0;
    changed(&app.db.run(move |db| rows::rename_chapter(db, id, &title)).await?)
}

async fn post_scene(State(app): State<App>, body: Bytes) -> Answer {
    let ScenePost { chapter_id, title, text, position } = parse(&body)?;
    let new = NewScene { chapter_id, title: title.0, text: text.0, position };
    let scene = app.db.run(move |db| rows::add_scene(db, &new)).await?;
    created(&format!("/studio/api/scenes/{}", scene.id), &scene)
}

async fn get_scene(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    let id = number(&id)?;
    read(&headers, &app.db.run(move |db| rows::scene(db, id)).await?)
}

async fn patch_scene(State(app): State<App>, Path(id): Path<String>, body: Bytes) -> Answer {
    let id = number(&id)?;
    let ScenePatch { title, text, chapter_id, position } = parse(&body)?;
    if title.is_none() && text.is_none() && chapter_id.is_none() && position.is_none() {
        return Err(nothing_to_change());
    }
    let change = SceneChange {
        title: title.map(|line| line.0),
        text: text.map(|prose| prose.0),
        chapter_id,
        position,
    };
    changed(&app.db.run(move |db| rows::change_scene(db, id, &change)).await?)
}

async fn delete_scene(State(app): State<App>, Path(id): Path<String>) -> Answer {
    let id = number(&id)?;
    app.db.run(move |db| rows::remove_scene(db, id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
