//! The sample content: story 42 with chapters 1 to 3 and scenes 1 to 9, and a few posts.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, params};

use super::{DbError, now_ms};

const STORY: i64 = 42;
const MINUTE: i64 = 60_000;

/// Throws all content away, with the answers to the writes that made it, and writes the sample content.
pub(super) fn reseed(db: &Connection) -> Result<(), DbError> {
    db.execute_batch(
        "DELETE FROM replies; DELETE FROM posts; DELETE FROM scenes; DELETE FROM chapters;
         DELETE FROM stories; DELETE FROM answers; DELETE FROM meta; DELETE FROM sqlite_sequence;",
    )?;
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let generation = format!("{:x}", elapsed.as_nanos());
    db.execute("INSERT INTO meta (id, generation) VALUES (1, ?)", [generation])?;
    studio(db)?;
    community(db)
}

fn studio(db: &Connection) -> Result<(), DbError> {
    let now = now_ms();
    db.execute(
        "INSERT INTO stories (id, title, author, text, updated_at) VALUES (?, ?, ?, ?, ?)",
        params![STORY, TITLE, AUTHOR, FOREWORD, now],
    )?;
    let mut scene_id = 0;
    for (chapter, (title, scenes)) in (1_i64..).zip(CHAPTERS) {
        db.execute(
            "INSERT INTO chapters (id, story_id, position, title, updated_at) VALUES (?1, ?2, ?1, ?3, ?4)",
            params![chapter, STORY, title, now],
        )?;
        for (position, (title, text)) in (1_i64..).zip(scenes) {
            scene_id += 1;
            db.execute(
                "INSERT INTO scenes (id, chapter_id, position, title, text, updated_at)
                 VALUES (?, ?, ?, ?, ?, ?)",
                params![scene_id, chapter, position, title, text, now],
            )?;
        }
    }
    Ok(())
}

fn community(db: &Connection) -> Result<(), DbError> {
    let now = now_ms();
    for post in &POSTS {
        let at = now - post.minutes_ago * MINUTE;
        db.execute(
            "INSERT INTO posts (author, title, text, like_count, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
            params![post.author, post.title, post.text, post.likes, at],
        )?;
        let id = db.last_insert_rowid();
        for (author, text) in post.replies {
            db.execute(
                "INSERT INTO replies (post_id, author, text, updated_at) VALUES (?, ?, ?, ?)",
                params![id, author, text, at],
            )?;
        }
    }
    Ok(())
}

struct SamplePost {
    author: &'static str,
    title: &'static str,
    text: &'static str,
    likes: i64,
    minutes_ago: i64,
    replies: &'static [(&'static str, &'static str)],
}

type SampleScene = (&'static str, &'static str);

const TITLE: &str = "The Keeper of Marrow Point";
const AUTHOR: &str = "Ines Halloran";
const FOREWORD: &str = "\
A lighthouse, a ledger, and a light that was seen on a night when nobody lit it. Written on the north \
coast over two winters, for everyone who has ever gone back to check the door.";

const CHAPTERS: [(&str, [SampleScene; 3]); 3] = [
    (
        "The Ledger",
        [
            (
                "Arrival by the tide road",
                "The road to Marrow Point was under water for six hours of every twelve, and Nora Quill \
                 had been given the other six to move a life along it.\n\nShe drove with the window down. \
                 The sand had dried in ridges that shook the van, and behind her the crockery answered \
                 every ridge. Halfway across she stopped, because the lighthouse had come out of the haze \
                 all at once, white and much too tall, like somebody rising from a chair to greet her.",
            ),
            (
                "Forty years of weather",
                "The ledger lay where the old keeper had left it, open, with the pen in the fold. Every \
                 night for forty years he had written the wind, the glass, the state of the sea, and the \
                 minute at which he lit the lamp.\n\nNora turned back through the winters. The hand grew \
                 younger as she went. It never missed a night, not for fever, not for the flood, and not, \
                 she saw with her finger on the line, for the night on which he died.",
            ),
            (
                "What the ferryman said",
                "\"He'd have written it early,\" said Tam, and spat neatly over the rail. \"They all do. \
                 Fill in the evening after dinner, save the stairs.\"\n\n\"He wrote the minute he lit it.\"\
                 \n\n\"Then he lit it early.\"\n\nNora looked at the water going by, brown and quick. \"You \
                 were out that night. Was there a light?\"\n\nThe ferryman took a long time over his pipe. \
                 \"There was,\" he said. \"That's what we steered by. That's what's the matter with it.\"",
            ),
        ],
    ),
    (
        "Ninety-One Steps",
        [
            (
                "The lamp room",
                "She counted the steps on the first evening and made it ninety-one. On the second evening \
                 she made it ninety-two, and went down again to see which of the two Noras had been \
                 wrong.\n\nThe lamp itself was a plain thing in a splendid coat. Around one small burner \
                 stood a thousand pounds of cut glass, ring over ring, and when she struck the match the \
                 whole room bent towards it.",
            ),
            (
                "A letter for nobody",
                "It had been pushed behind the barometer, sealed, and addressed in the keeper's square \
                 capitals TO WHOEVER IS READING THE WEATHER.\n\nShe held it to the window. One sheet, both \
                 sides. She put the kettle on, because that is what one does before opening other people's \
                 letters, and when the kettle boiled she found that she had already opened it.",
            ),
            (
                "Fog",
                "By four o'clock there was no sea. By five there was no rail, and Nora went round the \
                 gallery with one hand on the wall, winding the horn.\n\nTwice she thought that it was \
                 answered. It is only the cliff, she told herself, it comes back flat because of the wet. \
                 But the third answer came before she had sounded, and it came from above.",
            ),
        ],
    ),
    (
        "The Second Light",
        [
            (
                "Low water",
                "At the lowest tide of the year you can walk out past the Point as far as the Sisters, if \
                 you know the way and don't stand still.\n\nNora knew the way from the letter. Between the \
                 second rock and the third, in a pool as round as a plate, lay a ring of cut glass, ring \
                 over ring, not broken at all. It was turned towards the land. Something small had been \
                 burning in it, and not long ago.",
            ),
            (
                "The argument on the stairs",
                "\"You could leave it be,\" said Tam. He had come up sixty steps and sat down on the \
                 sixty-first. \"It does no harm. It brings boats home.\"\n\n\"It brings them home to the \
                 wrong place.\"\n\n\"To a place,\" said Tam. \"You've not been out there with no place at \
                 all.\"\n\nThere was no reply to that which did not need the breath, so she took his lantern \
                 and went on climbing.",
            ),
            (
                "Lighting-up time",
                "She wrote it in the ledger first, for once, and before dinner. Wind south-west and rising. \
                 Glass falling. Sea confused.\n\nThen she went up all ninety-one of them, or ninety-two, \
                 trimmed the wick, and waited with the match in her hand until the minute that she had \
                 written. Far out, low down, exactly on time, somebody else struck theirs.",
            ),
        ],
    ),
];

const POSTS: [SamplePost; 4] = [
    SamplePost {
        author: "Tobias Renn",
        title: "How do you keep a cast apart?",
        text: "I have four brothers in one kitchen and they have begun to talk alike. Short of giving one \
               of them a parrot, what do you do so that a reader knows who is speaking?",
        likes: 12,
        minutes_ago: 4_310,
        replies: &[
            (
                "Ines Halloran",
                "Give each of them something that he never says. It does more than a turn of phrase.",
            ),
            ("Pilar Osei", "Write one scene in which only one of them wants to be there."),
        ],
    },
    SamplePost {
        author: "Ines Halloran",
        title: "Marrow Point, chapter two is up",
        text: "Ninety-one steps, a letter and a good deal of fog. I would be glad to hear where you got \
               lost, since in one of the scenes you are meant to.",
        likes: 31,
        minutes_ago: 1_470,
        replies: &[
            ("Jun Aldana", "Lost on the gallery, happily. The horn that answers first is wonderful."),
            ("Tobias Renn", "I counted the steps with her and made it ninety-two."),
            ("Ines Halloran", "Then you know what she knows."),
        ],
    },
    SamplePost {
        author: "Pilar Osei",
        title: "Five hundred words before breakfast",
        text: "Day twenty. They are not good words, but they are there, and yesterday's looked better this \
               morning than they did last night. Who else is keeping count?",
        likes: 18,
        minutes_ago: 310,
        replies: &[("Jun Aldana", "Day six here, and the cat is against it.")],
    },
    SamplePost {
        author: "Jun Aldana",
        title: "Readers wanted for a very short story",
        text: "Eleven hundred words, a lift, two strangers and a wedding cake. I think that the end comes \
               a paragraph too late and would like to be told.",
        likes: 5,
        minutes_ago: 42,
        replies: &[],
    },
];
