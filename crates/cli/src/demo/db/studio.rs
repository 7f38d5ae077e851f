//! Stories, their chapters and their scenes.
//!
//! A write to a row counts its `version` up, and that of the rows whose answers show it: a chapter's answer
//! contains its scenes, a story's counts them.

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::Serialize;

use super::{DbError, Stamp, Stamped, now_ms};

/// A story as the list shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoryLine {
    id: i64,
    title: String,
    author: String,
    chapter_count: usize,
    scene_count: usize,
    word_count: usize,
    version: i64,
    updated_at: i64,
}

/// A story with its chapters in outline.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Story {
    id: i64,
    title: String,
    author: String,
    text: String,
    chapters: Vec<ChapterLine>,
    version: i64,
    updated_at: i64,
}

/// A chapter as its story shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChapterLine {
    id: i64,
    title: String,
    scene_count: usize,
    word_count: usize,
}

/// A chapter with its scenes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Chapter {
    id: i64,
    story_id: i64,
    title: String,
    scenes: Vec<Scene>,
    version: i64,
    updated_at: i64,
}

/// A scene.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scene {
    pub(crate) id: i64,
    chapter_id: i64,
    title: String,
    text: String,
    position: i64,
    version: i64,
    updated_at: i64,
}

/// What to change of a story; `None` keeps what is there.
#[derive(Debug, Default)]
pub(crate) struct StoryChange {
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) text: Option<String>,
}

/// What to change of a scene; `None` keeps what is there.
#[derive(Debug, Default)]
pub(crate) struct SceneChange {
    pub(crate) title: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) chapter_id: Option<i64>,
    pub(crate) position: Option<i64>,
}

/// A scene to be made.
#[derive(Debug)]
pub(crate) struct NewScene {
    pub(crate) chapter_id: i64,
    pub(crate) title: String,
    pub(crate) text: String,
    /// Where among its chapter's scenes; `None`: last.
    pub(crate) position: Option<i64>,
}

const SCENE: &str = "SELECT id, chapter_id, title, text, position, version, updated_at FROM scenes";

/// All stories.
pub(crate) fn stories(db: &Connection) -> Result<Stamped<Vec<StoryLine>>, DbError> {
    let mut found = db.prepare_cached("SELECT id FROM stories ORDER BY id")?;
    let ids = found.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        let story = story(db, id)?.value;
        lines.push(StoryLine {
            id,
            title: story.title,
            author: story.author,
            chapter_count: story.chapters.len(),
            scene_count: story.chapters.iter().map(|chapter| chapter.scene_count).sum(),
            word_count: story.chapters.iter().map(|chapter| chapter.word_count).sum(),
            version: story.version,
            updated_at: story.updated_at,
        });
    }
    // Rows are never removed here, so the sum grows with each write.
    let version = lines.iter().map(|line| line.version).sum();
    let updated_at = lines.iter().map(|line| line.updated_at).max().unwrap_or_default();
    Ok(Stamped { stamp: Stamp::new(db, "stories", version, updated_at)?, value: lines })
}

/// One story.
pub(crate) fn story(db: &Connection, id: i64) -> Result<Stamped<Story>, DbError> {
    let chapters = db
        .prepare_cached("SELECT id, title FROM chapters WHERE story_id = ? ORDER BY position, id")?
        .query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    let mut outline = Vec::with_capacity(chapters.len());
    for (id, title) in chapters {
        let scenes = scenes_of(db, id)?;
        let word_count = scenes.iter().map(|scene| words(&scene.text)).sum();
        outline.push(ChapterLine { id, title, scene_count: scenes.len(), word_count });
    }
    let story = db.query_row(
        "SELECT title, author, text, version, updated_at FROM stories WHERE id = ?",
        [id],
        |row| {
            Ok(Story {
                id,
                title: row.get(0)?,
                author: row.get(1)?,
                text: row.get(2)?,
                chapters: outline,
                version: row.get(3)?,
                updated_at: row.get(4)?,
            })
        },
    )?;
    let stamp = Stamp::new(db, &format!("story-{id}"), story.version, story.updated_at)?;
    Ok(Stamped { value: story, stamp })
}

/// Changes a story.
pub(crate) fn change_story(db: &Connection, id: i64, change: &StoryChange) -> Result<Story, DbError> {
    let changed = db.execute(
        "UPDATE stories SET title = coalesce(:title, title), author = coalesce(:author, author),
         text = coalesce(:text, text), version = version + 1, updated_at = :now WHERE id = :id",
        named_params! {
            ":title": change.title, ":author": change.author, ":text": change.text,
            ":now": now_ms(), ":id": id,
        },
    )?;
    some(changed)?;
    Ok(story(db, id)?.value)
}

/// One chapter.
pub(crate) fn chapter(db: &Connection, id: i64) -> Result<Stamped<Chapter>, DbError> {
    let scenes = scenes_of(db, id)?;
    let chapter = db.query_row(
        "SELECT story_id, title, version, updated_at FROM chapters WHERE id = ?",
        [id],
        |row| {
            Ok(Chapter {
                id,
                story_id: row.get(0)?,
                title: row.get(1)?,
                scenes,
                version: row.get(2)?,
                updated_at: row.get(3)?,
            })
        },
    )?;
    let stamp = Stamp::new(db, &format!("chapter-{id}"), chapter.version, chapter.updated_at)?;
    Ok(Stamped { value: chapter, stamp })
}

/// Gives a chapter another title.
pub(crate) fn rename_chapter(db: &Connection, id: i64, title: &str) -> Result<Chapter, DbError> {
    some(db.execute("UPDATE chapters SET title = ? WHERE id = ?", params![title, id])?)?;
    count_up(db, id, id)?;
    Ok(chapter(db, id)?.value)
}

/// One scene.
pub(crate) fn scene(db: &Connection, id: i64) -> Result<Stamped<Scene>, DbError> {
    let scene = db.query_row(&format!("{SCENE} WHERE id = ?"), [id], read_scene)?;
    let stamp = Stamp::new(db, &format!("scene-{id}"), scene.version, scene.updated_at)?;
    Ok(Stamped { value: scene, stamp })
}

/// Adds a scene to a chapter.
pub(crate) fn add_scene(db: &Connection, new: &NewScene) -> Result<Scene, DbError> {
    let position = place(db, new.chapter_id, new.position)?;
    db.execute(
        "INSERT INTO scenes (chapter_id, title, text, position, updated_at) VALUES (?, ?, ?, ?, ?)",
        params![new.chapter_id, new.title, new.text, position, now_ms()],
    )?;
    let id = db.last_insert_rowid();
    count_up(db, new.chapter_id, new.chapter_id)?;
    Ok(scene(db, id)?.value)
}

/// Changes a scene, or moves it to another chapter: last there, where no position is given.
pub(crate) fn change_scene(db: &Connection, id: i64, change: &SceneChange) -> Result<Scene, DbError> {
    let from = scene(db, id)?.value;
    let to = change.chapter_id.unwrap_or(from.chapter_id);
    let position = match change.position {
        None if to == from.chapter_id => from.position,
        wanted => place(db, to, wanted)?,
    };
    db.execute(
        "UPDATE scenes SET chapter_id = :chapter, position = :position,
         title = coalesce(:title, title), text = coalesce(:text, text),
         version = version + 1, updated_at = :now WHERE id = :id",
        named_params! {
            ":chapter": to, ":position": position, ":title": change.title, ":text": change.text,
            ":now": now_ms(), ":id": id,
        },
    )?;
    count_up(db, from.chapter_id, to)?;
    Ok(scene(db, id)?.value)
}

/// Removes a scene.
pub(crate) fn remove_scene(db: &Connection, id: i64) -> Result<(), DbError> {
    let chapter_id = scene(db, id)?.value.chapter_id;
    db.execute("DELETE FROM scenes WHERE id = ?", [id])?;
    count_up(db, chapter_id, chapter_id)
}

/// The chapter of a scene, or the story of a chapter: the name of the field and the id.
pub(crate) fn parent(db: &Connection, kind: &str, id: i64) -> Result<Option<(&'static str, i64)>, DbError> {
    let (field, query) = match kind {
        "scene" => ("chapterId", "SELECT chapter_id FROM scenes WHERE id = ?"),
        "chapter" => ("storyId", "SELECT story_id FROM chapters WHERE id = ?"),
        _ => return Ok(None),
    };
    let parent = db.query_row(query, [id], |row| row.get(0)).optional()?;
    Ok(parent.map(|parent| (field, parent)))
}

fn scenes_of(db: &Connection, chapter: i64) -> Result<Vec<Scene>, DbError> {
    let mut query = db.prepare_cached(&format!("{SCENE} WHERE chapter_id = ? ORDER BY position, id"))?;
    Ok(query.query_map([chapter], read_scene)?.collect::<Result<_, _>>()?)
}

fn read_scene(row: &Row<'_>) -> rusqlite::Result<Scene> {
    Ok(Scene {
        id: row.get(0)?,
        chapter_id: row.get(1)?,
        title: row.get(2)?,
        text: row.get(3)?,
        position: row.get(4)?,
        version: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

/// The position that was asked for in a chapter that exists, or the one after its last.
fn place(db: &Connection, chapter: i64, wanted: Option<i64>) -> Result<i64, DbError> {
    let found = db.query_row("SELECT 1 FROM chapters WHERE id = ?", [chapter], |_| Ok(())).optional()?;
    if found.is_none() {
        return Err(DbError::NoParent { kind: "chapter", id: chapter });
    }
    if let Some(position) = wanted {
        return Ok(position);
    }
    Ok(db.query_row(
        "SELECT coalesce(max(position), 0) + 1 FROM scenes WHERE chapter_id = ?",
        [chapter],
        |row| row.get(0),
    )?)
}

/// Counts up these two chapters (which may be the same) and their stories, each once.
fn count_up(db: &Connection, one: i64, other: i64) -> Result<(), DbError> {
    let now = now_ms();
    db.execute(
        "UPDATE stories SET version = version + 1, updated_at = ?3
         WHERE id IN (SELECT story_id FROM chapters WHERE id IN (?1, ?2))",
        params![one, other, now],
    )?;
    db.execute(
        "UPDATE chapters SET version = version + 1, updated_at = ?3 WHERE id IN (?1, ?2)",
        params![one, other, now],
    )?;
    Ok(())
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn some(changed: usize) -> Result<(), DbError> {
    if changed == 0 { Err(DbError::Missing) } else { Ok(()) }
}
