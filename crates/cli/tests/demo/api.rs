//! The routes of the API: what they answer, and what they say of it.

use serde_json::{Value, json};

use crate::support::fresh;

#[test]
fn p1_reads_carry_their_tags() {
    let (_dir, server) = fresh();
    for (path, tags) in [
        ("/studio/api/stories", "stories"),
        ("/studio/api/stories/42", "story:42, story"),
        ("/studio/api/chapters/3", "chapter:3, chapter"),
        ("/studio/api/scenes/7", "scene:7, scene"),
        ("/community/api/posts", "posts"),
        ("/community/api/posts/2", "post:2, post"),
    ] {
        let answer = server.get(path);
        answer.check_tags(tags);
        assert_eq!(answer.header("cache-control"), Some("private, no-cache"), "{path}");
        assert!(answer.header("etag").unwrap().starts_with("W/\""), "{path}");
        assert!(answer.header("last-modified").unwrap().ends_with(" GMT"), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
    }
}

#[test]
fn p1_writes_name_what_they_touch() {
    let (_dir, server) = fresh();
    let scene = "scene:7, chapter:3, story:42, stories";
    for (method, path, body, targets) in [
        ("PATCH", "/studio/api/scenes/7", r#"{"text":"New."}"#, scene),
        ("PATCH", "/studio/api/chapters/2", r#"{"title":"New"}"#, "chapter:2, story:42, stories"),
        ("PATCH", "/studio/api/stories/42", r#"{"title":"New"}"#, "story:42, stories"),
        ("PATCH", "/studio/api/stories/42/write", r#"{"text":"New."}"#, "story:42, stories"),
        (
            "POST",
            "/studio/api/scenes",
            r#"{"chapterId":1,"title":"New","text":""}"#,
            "chapter:1, story:42, stories",
        ),
        ("DELETE", "/studio/api/scenes/7", "", scene),
        ("POST", "/community/api/posts", r#"{"author":"A","title":"T","text":"B"}"#, "posts"),
        ("POST", "/community/api/posts/2/like", "", "post:2, posts"),
        ("POST", "/community/api/posts/2/replies", r#"{"author":"A","text":"B"}"#, "post:2, posts"),
    ] {
        server.send(method, path, body).check_touched(targets);
    }
}

#[test]
fn p1_a_move_touches_the_chapter_that_is_left_and_the_one_that_is_joined() {
    let (_dir, server) = fresh();
    let moved = server.send("PATCH", "/studio/api/scenes/7", r#"{"chapterId":1}"#);
    moved.check_touched("scene:7, chapter:3, chapter:1, story:42, stories");
    assert_eq!(scene_ids(&server.get("/studio/api/chapters/3").json()), [8, 9]);
    assert_eq!(scene_ids(&server.get("/studio/api/chapters/1").json()), [1, 2, 3, 7]);
}

#[test]
fn a_deleted_scene_can_be_put_back_in_its_place() {
    let (_dir, server) = fresh();
    let scene = server.get("/studio/api/scenes/5").json();
    assert_eq!(server.send("DELETE", "/studio/api/scenes/5", "").status, 204);
    server.get("/studio/api/scenes/5").check_error(404, "not-found");
    let body = json!({
        "chapterId": scene["chapterId"], "title": scene["title"],
        "text": scene["text"], "position": scene["position"],
    });
    let made = server.send("POST", "/studio/api/scenes", &body.to_string());
    assert_eq!((made.status, made.header("location")), (201, Some("/studio/api/scenes/10")));
    assert_eq!(scene_ids(&server.get("/studio/api/chapters/2").json()), [4, 10, 6]);
}

#[test]
fn a_story_outlines_its_chapters_and_a_chapter_contains_its_scenes() {
    let (_dir, server) = fresh();
    let story = server.get("/studio/api/stories/42").json();
    assert_eq!(story["chapters"].as_array().unwrap().len(), 3);
    assert_eq!(story["chapters"][0]["sceneCount"], 3);
    assert!(story["chapters"][0]["wordCount"].as_u64().unwrap() > 100);
    let chapter = server.get("/studio/api/chapters/1").json();
    assert_eq!(chapter["storyId"], 42);
    assert_eq!(chapter["scenes"][0], server.get("/studio/api/scenes/1").json());

    server.send("PATCH", "/studio/api/scenes/1", r#"{"text":"Three words only."}"#);
    let after = server.get("/studio/api/stories/42").json();
    let others: u64 =
        [2, 3].map(|id| words(&server.get(&format!("/studio/api/scenes/{id}")).json())).iter().sum();
    assert_eq!(after["chapters"][0]["wordCount"].as_u64().unwrap(), others + 3);
    let list = server.get("/studio/api/stories").json();
    assert_eq!((&list["stories"][0]["id"], &list["stories"][0]["sceneCount"]), (&json!(42), &json!(9)));
}

#[test]
fn each_write_counts_the_version_up_and_changes_the_validator() {
    let (_dir, server) = fresh();
    for (read, method, write, body) in [
        ("/studio/api/scenes/7", "PATCH", "/studio/api/scenes/7", r#"{"title":"New"}"#),
        ("/studio/api/chapters/3", "PATCH", "/studio/api/scenes/7", r#"{"title":"New"}"#),
        ("/studio/api/stories/42", "DELETE", "/studio/api/scenes/7", ""),
        ("/studio/api/stories/42", "PATCH", "/studio/api/stories/42/write", r#"{"text":"New"}"#),
        ("/community/api/posts/1", "POST", "/community/api/posts/1/like", ""),
    ] {
        let before = server.get(read);
        assert!(server.send(method, write, body).status < 300, "{method} {write}");
        let after = server.get(read);
        let version = before.json()["version"].as_i64().unwrap();
        assert_eq!(after.json()["version"], version + 1, "{method} {write}");
        assert!(after.json()["updatedAt"].as_i64() >= before.json()["updatedAt"].as_i64());
        assert_ne!(before.header("etag"), after.header("etag"), "{method} {write}");
    }
}

#[test]
fn a_copy_that_is_as_new_is_confirmed_with_its_tags() {
    let (_dir, server) = fresh();
    for path in ["/studio/api/scenes/7", "/studio/api/stories", "/community/api/posts"] {
        let etag = server.get(path).header("etag").unwrap().to_owned();
        let condition = [("if-none-match", &*format!("\"other\", {etag}"))];
        let same = server.try_send("GET", path, &condition, "").unwrap();
        assert_eq!((same.status, same.body.len()), (304, 0), "{path}");
        assert_eq!(same.header("etag"), Some(&*etag));
        assert!(same.header("x-cache-tags").is_some(), "{path}");
    }
    // A reset begins the versions anew, and its content is another.
    let etag = server.get("/studio/api/scenes/7").header("etag").unwrap().to_owned();
    server.send("POST", "/_demo/reset", "");
    let condition = [("if-none-match", &*etag)];
    let other = server.try_send("GET", "/studio/api/scenes/7", &condition, "").unwrap();
    assert_eq!(other.status, 200);
}

#[test]
fn likes_and_replies_are_counted() {
    let (_dir, server) = fresh();
    let before = server.get("/community/api/posts/4").json();
    assert_eq!(server.send("POST", "/community/api/posts/4/like", "").status, 200);
    let reply = r#"{"author":"Nora","text":"I will read it."}"#;
    let replied = server.send("POST", "/community/api/posts/4/replies", reply).json();
    assert_eq!(replied["replies"][0]["text"], "I will read it.");
    assert_eq!(replied["replies"][0]["postId"], 4);
    assert_eq!(replied["likeCount"], before["likeCount"].as_i64().unwrap() + 1);
    assert_eq!(replied["replyCount"], 1);

    let post = r#"{"author":"Nora","title":"Hello","text":"From the Point."}"#;
    let made = server.send("POST", "/community/api/posts", post);
    assert_eq!((made.status, made.header("location")), (201, Some("/community/api/posts/5")));
    let list = server.get("/community/api/posts").json();
    let ids: Vec<i64> =
        list["posts"].as_array().unwrap().iter().map(|post| post["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [5, 4, 3, 2, 1]);
}

#[test]
fn bad_input_is_refused_without_effect() {
    let (_dir, server) = fresh();
    let long_line = format!(r#"{{"title":"{}"}}"#, "x".repeat(201));
    let scene = "/studio/api/scenes/7";
    let before = server.get(scene).json();
    for (method, path, body, status, code) in [
        ("PATCH", scene, "{", 400, "invalid-json"),
        ("PATCH", scene, "", 400, "invalid-json"),
        ("PATCH", scene, "{}", 400, "nothing-to-change"),
        ("PATCH", scene, "[]", 400, "invalid-body"),
        ("PATCH", scene, r#"{"text":7}"#, 400, "invalid-body"),
        ("PATCH", scene, r#"{"text":null}"#, 400, "invalid-body"),
        ("PATCH", scene, r#"{"chapterId":"3"}"#, 400, "invalid-body"),
        ("PATCH", scene, r#"{"title":"a\nb"}"#, 400, "invalid-body"),
        ("PATCH", scene, &long_line, 400, "invalid-body"),
        ("PATCH", scene, r#"{"text":"a","colour":"red"}"#, 400, "invalid-body"),
        ("PATCH", scene, r#"{"chapterId":99}"#, 400, "unknown-parent"),
        ("PATCH", "/studio/api/stories/42/write", r#"{"title":"T"}"#, 400, "invalid-body"),
        ("POST", "/studio/api/scenes", r#"{"chapterId":1}"#, 400, "invalid-body"),
        ("POST", "/community/api/posts/1/replies", r#"{"author":"A","text":" "}"#, 400, "invalid-body"),
        ("PATCH", "/studio/api/scenes/99", r#"{"text":"a"}"#, 404, "not-found"),
        ("PATCH", "/studio/api/scenes/x", r#"{"text":"a"}"#, 404, "not-found"),
        ("DELETE", "/studio/api/scenes/99", "", 404, "not-found"),
        ("GET", "/studio/api/chapters/99", "", 404, "not-found"),
        ("GET", "/studio/api/stories/1", "", 404, "not-found"),
        ("GET", "/studio/api/nothing", "", 404, "not-found"),
        ("POST", "/community/api/posts/99/like", "", 404, "not-found"),
        ("POST", "/community/api/posts/99/replies", r#"{"author":"A","text":"B"}"#, 404, "not-found"),
    ] {
        server.send(method, path, body).check_error(status, code);
    }
    let huge = format!(r#"{{"text":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    server.send("PATCH", scene, &huge).check_error(413, "too-large");
    assert_eq!(server.get(scene).json(), before);
}

fn scene_ids(chapter: &Value) -> Vec<i64> {
    let scenes = chapter["scenes"].as_array().unwrap();
    scenes.iter().map(|scene| scene["id"].as_i64().unwrap()).collect()
}

fn words(scene: &Value) -> u64 {
    scene["text"].as_str().unwrap().split_whitespace().count() as u64
}
