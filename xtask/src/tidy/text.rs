//! Rules about any text: its length, what it must not name, what must not be left in it.

use super::Source;

/// The most lines that a file of code may have.
const MOST_LINES: usize = 400;

const CODE: [&str; 8] = ["rs", "js", "mjs", "ts", "tsx", "css", "html", "sh"];

// Put together here, so that this file does not break its own rules.
const LEFTOVERS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const MACHINE_FOLDERS: [&str; 3] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/wo", "rk/")];

pub(super) fn check(source: &Source) -> Vec<String> {
    let mut problems = Vec::new();
    if CODE.contains(&source.extension()) {
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            problems.push(format!("{}: {lines} lines, more than {MOST_LINES}", source.path));
        }
        for word in LEFTOVERS {
            problems.extend(source.at_lines(&format!("a {word}"), |line| has_word(line, word)));
        }
    }
    for folder in MACHINE_FOLDERS {
        problems.extend(source.at_lines("a path of one machine", |line| has_path(line, folder)));
    }
    problems
}

fn has_word(line: &str, word: &str) -> bool {
    line.split(|part: char| !part.is_alphanumeric()).any(|part| part == word)
}

/// Whether an absolute path that begins with `folder` is in the line; the end of a longer path or URL is none.
fn has_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before
            .is_some_and(|before| before.is_alphanumeric() || matches!(before, '.' | '-' | '_' | '}' | '*'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source;

    #[test]
    fn a_file_may_have_so_many_lines_and_no_more() {
        let lines = "line\n".repeat(MOST_LINES);
        assert_eq!(check(&source("src/a.rs", &lines)), Vec::<String>::new());
        let more = check(&source("src/a.rs", &format!("{lines}line\n")));
        assert_eq!(more, ["src/a.rs: 401 lines, more than 400"]);
        assert_eq!(check(&source("package-lock.json", &lines.repeat(2))), Vec::<String>::new());
    }

    #[test]
    fn what_was_left_to_do_is_found_as_a_word() {
        for word in LEFTOVERS {
            let found = check(&source("www/a.js", &format!("one\n// {word}: two\n")));
            assert_eq!(found, [format!("www/a.js:2: a {word}")]);
        }
        assert_eq!(check(&source("www/a.js", "const TODOS = mastodon;")), Vec::<String>::new());
    }

    #[test]
    fn a_path_of_one_machine_is_found_and_a_url_is_not() {
        for folder in MACHINE_FOLDERS {
            let found = check(&source("docs/a.md", &format!("see `{folder}x`")));
            assert_eq!(found, ["docs/a.md:1: a path of one machine"]);
            assert_eq!(
                check(&source("docs/a.md", &format!("https://a.example{folder}x"))),
                Vec::<String>::new()
            );
        }
    }
}
