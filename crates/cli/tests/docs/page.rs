//! The blocks of code of a page, and what becomes of each.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

/// A block of code.
#[derive(Debug)]
pub(crate) struct Block {
    /// The line of its fence, from 1.
    pub(crate) line: usize,
    /// The line of its other fence.
    pub(crate) end: usize,
    /// What it holds, by line.
    pub(crate) lines: Vec<(usize, String)>,
    /// Its language; empty where it says none.
    pub(crate) language: String,
    pub(crate) fate: Fate,
}

/// What becomes of a block.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is run, and ends with this code.
    Run(i32),
    /// It is run, and goes on.
    Serve,
    /// It is written to a file.
    File(String),
    /// It is read only.
    Read,
    /// It can't be used, for this reason.
    Refused(String),
}

/// Words that a block of commands is called by, besides `sh`.
const SHELLS: [&str; 6] = ["bash", "console", "shell", "shell-session", "terminal", "zsh"];

/// How commands begin in a block without a language.
const COMMANDS: [&str; 7] = ["$ ", "cargo ", "curl ", "everfresh ", "npm ", "npx ", "redis-cli "];

/// What is known to say that it listens.
const SERVERS: [&str; 3] = ["everfresh demo", "everfresh proxy", "redis-server "];

/// All blocks of a page.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let line_at = |offset: usize| markdown[..offset].matches('\n').count() + 1;
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_within = false;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match &kind {
                    CodeBlockKind::Fenced(info) => info.as_ref(),
                    CodeBlockKind::Indented => "",
                };
                let language = info.split([' ', ',']).next().unwrap_or_default();
                let end = line_at(range.start + markdown[range.clone()].trim_end().len());
                blocks.push(Block {
                    line: line_at(range.start),
                    end,
                    lines: Vec::new(),
                    language: language.to_owned(),
                    fate: fate(language, info[language.len()..].trim()),
                });
                is_within = true;
            }
            Event::Text(text) if is_within => {
                let (block, first) = (blocks.last_mut().unwrap(), line_at(range.start));
                block.lines.extend(text.lines().enumerate().map(|(at, line)| (first + at, line.to_owned())));
            }
            Event::End(TagEnd::CodeBlock) => is_within = false,
            _ => {}
        }
    }
    for block in &mut blocks {
        if let Some(problem) = block.content_problem() {
            block.fate = Fate::Refused(problem);
        }
    }
    blocks
}

fn fate(language: &str, mark: &str) -> Fate {
    if SHELLS.contains(&language) {
        return Fate::Refused(format!("call it `sh` instead of `{language}`, and say whether it is run"));
    }
    if language != "sh" {
        return match mark.strip_prefix("file=") {
            Some(name) if !name.is_empty() && !name.contains(['/', '\'', ' ']) => Fate::File(name.to_owned()),
            Some(name) => Fate::Refused(format!("`{name}` is no name of a file in this folder")),
            None => Fate::Read,
        };
    }
    let reason = mark.strip_prefix("not run:").map(str::trim);
    match (mark, mark.strip_prefix("run exit=").and_then(|code| code.parse().ok())) {
        ("run", _) => Fate::Run(0),
        ("run server", _) => Fate::Serve,
        (_, Some(code)) => Fate::Run(code),
        _ if reason.is_some_and(|reason| !reason.is_empty()) => Fate::Read,
        _ => Fate::Refused(
            "say `sh run` or `sh not run: why`; the other marks are in crates/cli/tests/docs/main.rs".into(),
        ),
    }
}

impl Block {
    /// Why it can't be used.
    pub(crate) fn problem(&self) -> Option<&str> {
        match &self.fate {
            Fate::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether it is run.
    pub(crate) fn runs(&self) -> bool {
        matches!(self.fate, Fate::Run(_) | Fate::Serve)
    }

    /// What it holds, as one text.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().map(|(_, line)| format!("{line}\n")).collect()
    }

    fn content_problem(&self) -> Option<String> {
        let starts_with_one_of = |begins: &[&str]| {
            self.lines.iter().any(|(_, line)| begins.iter().any(|begin| line.trim_start().starts_with(begin)))
        };
        if self.language.is_empty() && starts_with_one_of(&COMMANDS) {
            return Some(
                "these are commands: make it a fenced block of `sh`, and say whether it is run".into(),
            );
        }
        let is_server = |line: &str| SERVERS.iter().any(|server| line.starts_with(server));
        let commands = self.text().replace("\\\n", "");
        if self.fate == Fate::Serve && !(is_server(&commands) && commands.lines().count() == 1) {
            return Some(format!(
                "a server is one command, of {SERVERS:?}: nobody knows when another one listens"
            ));
        }
        // The shell goes on after a failure within these.
        let hides = |line: &str| line.contains(" && ") || line.trim_start().starts_with("! ");
        if self.runs() && self.lines.iter().any(|(_, line)| hides(line)) {
            return Some(
                "`&&` and `!` hide failures: give each command a line, or mark the block `run exit=1`".into(),
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(markdown: &str) -> Block {
        let mut blocks = blocks(markdown);
        assert_eq!(blocks.len(), 1, "{blocks:?}");
        blocks.remove(0)
    }

    #[test]
    fn a_block_knows_its_lines() {
        let block = only("# A\n\n```sh run\necho a\n\necho b\n```\n\nand on\n");
        assert_eq!((block.line, block.end), (3, 7));
        assert_eq!(block.lines, [(4, "echo a".to_owned()), (5, String::new()), (6, "echo b".to_owned())]);
        assert_eq!(block.fate, Fate::Run(0));
    }

    #[test]
    fn a_block_within_a_list_is_found_without_its_indentation() {
        let block = only("1. Do it:\n\n   ```sh run\n   echo a\n   ```\n");
        assert_eq!((block.line, block.end, block.text().as_str()), (3, 5, "echo a\n"));
    }

    #[test]
    fn a_mark_says_what_becomes_of_a_block() {
        for (info, fate) in [
            ("sh run", Fate::Run(0)),
            ("sh run exit=2", Fate::Run(2)),
            ("sh not run: it publishes", Fate::Read),
            ("json file=a.json", Fate::File("a.json".into())),
            ("json", Fate::Read),
            ("", Fate::Read),
        ] {
            assert_eq!(only(&format!("```{info}\ntext\n```\n")).fate, fate, "{info}");
        }
        assert_eq!(only("```sh run server\neverfresh demo\n```\n").fate, Fate::Serve);
    }

    #[test]
    fn a_block_of_commands_without_a_mark_is_refused() {
        for info in
            ["sh", "bash", "console", "sh run exit=a", "sh not run", "sh not run:", "sh later", "bash run"]
        {
            assert!(only(&format!("```{info}\necho a\n```\n")).problem().is_some(), "{info}");
        }
        for text in ["```\n$ echo a\n```\n", "```\ncurl -s a\n```\n", "text\n\n    npm install\n"] {
            assert!(only(text).problem().is_some(), "{text}");
        }
    }

    #[test]
    fn what_would_hide_a_failure_is_refused() {
        for line in ["false && echo a", "! true"] {
            assert!(only(&format!("```sh run\n{line}\n```\n")).problem().is_some(), "{line}");
        }
        assert!(only("```sh run server\npython3 -m http.server\n```\n").problem().is_some());
        assert!(only("```sh run server\neverfresh demo\necho on\n```\n").problem().is_some());
        assert!(only("```json file=../a\n{}\n```\n").problem().is_some());
    }
}
