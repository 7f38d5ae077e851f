//! Child processes: run with a time limit, and none of them outlives its task.

use std::fs;
use std::process::{self, Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, getpid, kill_process, set_child_subreaper};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// No single command needs longer, with cold caches on two slow cores; a hung browser does.
const TIME_LIMIT: Duration = Duration::from_secs(20 * 60);

/// How long a process may take to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);

/// From here on, processes that our children leave behind become ours, and a signal that ends us ends them all.
pub(crate) fn guard_children() -> Result<()> {
    set_child_subreaper(Some(getpid())).context("can't become the reaper of child processes")?;
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            stop_descendants();
            process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Runs a command to its end, with its output on ours; fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("$ {line}");
    let child = command.stdin(Stdio::null()).spawn().with_context(|| format!("can't start {line}"))?;
    let status = wait(child, TIME_LIMIT).with_context(|| line.clone());
    let left = stop_descendants();
    if left > 0 {
        println!("(stopped {left} processes that were left running)");
    }
    let status = status?;
    ensure!(status.success(), "{line}: {status}");
    Ok(())
}

/// Runs a command and returns what it printed; fails, with its complaint, when it does.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("can't start {line}"))?;
    ensure!(
        output.status.success(),
        "{line}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).with_context(|| format!("{line}: the output is not UTF-8"))
}

/// The machine's own target.
pub(crate) fn host() -> Result<String> {
    let about = capture(Command::new("rustc").arg("-vV"))?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

fn wait(mut child: Child, limit: Duration) -> Result<ExitStatus> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if started.elapsed() > limit {
            bail!("still running after {} s, stopped", limit.as_secs());
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(100));
    }
}

/// Ends every process below this one and returns how many there were.
fn stop_descendants() -> usize {
    let found = descendants();
    for &pid in &found {
        // It may have ended by itself meanwhile, which is as good.
        let _ = kill_process(pid, Signal::TERM);
    }
    let started = Instant::now();
    while !found.is_empty() && started.elapsed() < GRACE {
        if descendants().is_empty() {
            return found.len();
        }
        thread::sleep(Duration::from_millis(20));
    }
    for pid in descendants() {
        let _ = kill_process(pid, Signal::KILL);
    }
    found.len()
}

/// The living processes below this one, from `/proc`.
fn descendants() -> Vec<Pid> {
    let all: Vec<(i32, i32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let stat = fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
            parse_stat(&stat)
        })
        .collect();
    let mut found = vec![getpid().as_raw_nonzero().get()];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        found.extend(all.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    found.into_iter().skip(1).filter_map(Pid::from_raw).collect()
}

/// The process and its parent, unless it is dead: `PID (NAME) STATE PARENT …`, where NAME may hold anything.
fn parse_stat(stat: &str) -> Option<(i32, i32)> {
    let (pid, rest) = stat.split_once(" (")?;
    let (_, rest) = rest.rsplit_once(") ")?;
    let mut fields = rest.split(' ');
    let alive = fields.next().is_some_and(|state| state != "Z" && state != "X");
    let parent = fields.next()?.parse().ok()?;
    alive.then_some((pid.parse().ok()?, parent))
}

/// A command as one would type it in its folder, without its environment.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    if let Some((_, name)) = line.rsplit_once('/') {
        line = name.to_owned();
    }
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    match command.get_current_dir() {
        Some(folder) => line.replace(&format!("{}/", folder.display()), ""),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_process_whose_name_has_spaces_and_brackets() {
        assert_eq!(parse_stat("42 (Web (x) y) S 7 42 42 0"), Some((42, 7)));
        assert_eq!(parse_stat("42 (gone) Z 7 42"), None);
        assert_eq!(parse_stat(""), None);
    }

    #[test]
    fn a_command_is_shown_as_one_types_it() {
        let mut command = Command::new("/somewhere/node");
        command.args(["/here/a.mjs", "b"]).env("KEY", "value");
        assert_eq!(shown(&command), "node /here/a.mjs b");
        assert_eq!(shown(command.current_dir("/here")), "node a.mjs b");
    }

    #[test]
    fn a_failing_command_is_an_error_that_names_it() {
        let error = capture(Command::new("sh").args(["-c", "echo why >&2; exit 3"])).expect_err("exit 3");
        let text = format!("{error:#}");
        assert!(text.contains("exit 3") && text.contains("why"), "{text}");
    }

    #[test]
    fn a_command_that_hangs_is_given_up() {
        let child = Command::new("sleep").arg("1").spawn().expect("sleep starts");
        let error = wait(child, Duration::from_millis(50)).expect_err("over the limit");
        assert!(error.to_string().contains("still running"), "{error}");
    }
}
