#![allow(clippy::unwrap_used)]

mod errors;
mod queries;
mod writes;

use super::*;

const ORIGIN: &str = "https://example.org";

/// The document of the design, with a rule for each thing that a rule can say.
const DOCUMENT: &str = r#"{
  "rules": [
    { "match": "/api/stories/:id", "staleTime": 30000, "gcTime": 1800000,
      "tags": ["story:{id}", "any"], "persist": true, "mode": "swr" },
    { "match": "/api/search", "methods": ["POST"], "safe": true },
    { "match": "/api/live/*", "cache": false },
    { "match": "https://cdn.example/:a/*", "tags": ["cdn-{a}"] },
    { "match": "/api/*" }
  ],
  "entities": {
    "scene":   { "path": "/api/scenes/:id", "parents": { "chapter": "chapterId" } },
    "chapter": { "path": "/api/chapters/:id", "parents": { "story": "storyId" },
                 "collection": "/api/stories/:storyId/chapters", "lists": ["chapters"] },
    "story":   { "path": "/api/stories/:id", "actions": ["write"], "collection": "/api/stories",
                 "lists": ["stories"] },
    "post":    { "path": "/community/posts/:id", "actions": ["like", "replies", "replies/:reply"],
                 "collection": "/community/posts", "lists": ["posts"] }
  }
}"#;

fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn policy() -> Policy {
    Policy::from_value(&value(DOCUMENT), Some(ORIGIN)).unwrap()
}

fn url(path: &str) -> Url {
    let base = Url::parse(ORIGIN).unwrap();
    base.join(path).unwrap()
}
