//! The script that a page is: each of its lines is where it is in the page, and so the shell names the page's lines.

use super::page::{Block, Fate};

/// What a page's script needs; its last line runs that script. Files that servers write are in the folder `$logs`.
pub(crate) const PRELUDE: &str = r#"
set -Eeuo pipefail -m
shopt -s inherit_errexit
servers=()
trap 'code=$?; echo "$page:$LINENO: ended with $code: $BASH_COMMAND" >&2' ERR
trap stop EXIT

# Ends the servers, each a process group of its own, and waits until they are gone.
stop() {
    for server in ${servers[@]+"${servers[@]}"}; do
        kill -- "-$server" 2>/dev/null || true
    done
    wait || true
}

# Waits until the server that was started last says that it listens.
listens() {
    local server=$! log=$1 line=$2
    servers+=("$server")
    : >>"$log"
    until grep -qE '^everfresh (demo|proxy): http|Ready to accept connections' "$log"; do
        if ! kill -0 "$server" 2>/dev/null; then
            echo "$page:$line: it does not listen:" >&2
            cat "$log" >&2
            exit 1
        fi
        sleep 0.05
    done
}

# Checks how a block has ended.
ended() {
    if [ "$1" -ne "$2" ]; then
        echo "$page:$3: ended with $1 instead of $2" >&2
        exit 1
    fi
}

. "$script"
"#;

/// The blocks that are run, and the files that are written, with nothing but empty lines between.
pub(crate) fn script(blocks: &[Block]) -> String {
    let mut lines = vec![String::new(); blocks.last().map_or(0, |block| block.end)];
    for block in blocks {
        let line = block.line;
        let (before, after) = match &block.fate {
            Fate::Run(0) => (String::new(), String::new()),
            Fate::Run(code) => ("set +e; (set -e".to_owned(), format!("); ended $? {code} {line}; set -e")),
            Fate::Serve => {
                let log = format!("\"$logs/{line}\"");
                // In the place of the shell, so that it is waited for in the end.
                ("{ exec \\".to_owned(), format!("}} >{log} 2>&1 & listens {log} {line}"))
            }
            Fate::File(name) => (format!("cat >'{name}' <<'END OF THE FILE'"), "END OF THE FILE".to_owned()),
            Fate::Read | Fate::Refused(_) => continue,
        };
        lines[line - 1] = before;
        for (at, text) in &block.lines {
            lines[at - 1].clone_from(text);
        }
        lines[block.end - 1] = after;
    }
    lines.join("\n") + "\n"
}

#[test]
fn a_command_is_in_the_line_that_it_has_in_the_page() {
    let page = "# A\n\n```json file=a.json\n{}\n```\n\ntext\n\n```sh run\ntrue\nfalse\n```\n";
    let script = script(&super::page::blocks(page));
    let lines: Vec<&str> = script.lines().collect();
    assert_eq!((lines[3], lines[9], lines[10]), ("{}", "true", "false"));
    assert_eq!(lines.len(), 12);
    assert!(lines[6].is_empty());
}
