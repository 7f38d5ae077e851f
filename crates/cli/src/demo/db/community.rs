//! Posts and their replies.

use rusqlite::{Connection, Row, params};
use serde::Serialize;

use super::{DbError, Stamp, Stamped, now_ms};

/// A post as the list shows it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostLine {
    id: i64,
    author: String,
    title: String,
    text: String,
    like_count: i64,
    reply_count: i64,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

/// A post with its replies.
#[derive(Debug, Serialize)]
pub(crate) struct Post {
    #[serde(flatten)]
    line: PostLine,
    replies: Vec<Reply>,
}

impl Post {
    /// Its id.
    pub(crate) fn id(&self) -> i64 {
        self.line.id
    }
}

/// A reply to a post.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    id: i64,
    post_id: i64,
    author: String,
    text: String,
    version: i64,
    updated_at: i64,
}

/// A post to be made.
#[derive(Debug)]
pub(crate) struct NewPost {
    pub(crate) author: String,
    pub(crate) title: String,
    pub(crate) text: String,
}

/// A reply to be made.
#[derive(Debug)]
pub(crate) struct NewReply {
    pub(crate) author: String,
    pub(crate) text: String,
}

const LINE: &str = "SELECT id, author, title, text, like_count,
    (SELECT count(*) FROM replies WHERE post_id = posts.id), version, created_at, updated_at FROM posts";

/// All posts, the newest first.
pub(crate) fn posts(db: &Connection) -> Result<Stamped<Vec<PostLine>>, DbError> {
    let lines = db
        .prepare_cached(&format!("{LINE} ORDER BY created_at DESC, id DESC"))?
        .query_map([], read_line)?
        .collect::<Result<Vec<_>, _>>()?;
    // Posts are never removed, so the sum grows with each write.
    let version = lines.iter().map(|line| line.version).sum();
    let updated_at = lines.iter().map(|line| line.updated_at).max().unwrap_or_default();
    Ok(Stamped { stamp: Stamp::new(db, "posts", version, updated_at)?, value: lines })
}

/// One post.
pub(crate) fn post(db: &Connection, id: i64) -> Result<Stamped<Post>, DbError> {
    let line = db.query_row(&format!("{LINE} WHERE id = ?"), [id], read_line)?;
    let replies = db
        .prepare_cached(
            "SELECT id, post_id, author, text, version, updated_at FROM replies
             WHERE post_id = ? ORDER BY id",
        )?
        .query_map([id], |row| {
            Ok(Reply {
                id: row.get(0)?,
                post_id: row.get(1)?,
                author: row.get(2)?,
                text: row.get(3)?,
                version: row.get(4)?,
                updated_at: row.get(5)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let stamp = Stamp::new(db, &format!("post-{id}"), line.version, line.updated_at)?;
    Ok(Stamped { value: Post { line, replies }, stamp })
}

/// Adds a post.
pub(crate) fn add_post(db: &Connection, new: &NewPost) -> Result<Post, DbError> {
    db.execute(
        "INSERT INTO posts (author, title, text, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        params![new.author, new.title, new.text, now_ms()],
    )?;
    Ok(post(db, db.last_insert_rowid())?.value)
}

/// Adds one like to a post.
pub(crate) fn like(db: &Connection, id: i64) -> Result<Post, DbError> {
    db.execute("UPDATE posts SET like_count = like_count + 1 WHERE id = ?", [id])?;
    count_up(db, id)?;
    Ok(post(db, id)?.value)
}

/// Adds a reply to a post.
pub(crate) fn add_reply(db: &Connection, id: i64, new: &NewReply) -> Result<Post, DbError> {
    // First, so that a missing post is told from a failed insertion.
    count_up(db, id)?;
    db.execute(
        "INSERT INTO replies (post_id, author, text, updated_at) VALUES (?, ?, ?, ?)",
        params![id, new.author, new.text, now_ms()],
    )?;
    Ok(post(db, id)?.value)
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<PostLine> {
    Ok(PostLine {
        id: row.get(0)?,
        author: row.get(1)?,
        title: row.get(2)?,
        text: row.get(3)?,
        like_count: row.get(4)?,
        reply_count: row.get(5)?,
        version: row.get(6)?,
        created_at: row.get(7)?,
        updated_at: row.get(8)?,
    })
}

fn count_up(db: &Connection, id: i64) -> Result<(), DbError> {
    let changed = db.execute(
        "UPDATE posts SET version = version + 1, updated_at = ? WHERE id = ?",
        params![now_ms(), id],
    )?;
    if changed == 0 { Err(DbError::Missing) } else { Ok(()) }
}
