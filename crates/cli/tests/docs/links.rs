//! Links between the pages lead somewhere.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::repository;

#[test]
fn links_lead_to_what_is_there() {
    let mut problems = Vec::new();
    for page in repository::pages() {
        for link in links(&repository::read(&page)) {
            problems.extend(problem(&page, &link).map(|problem| format!("{page}: {link}: {problem}")));
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

/// What is wrong with a link of a page.
fn problem(page: &str, link: &str) -> Option<&'static str> {
    if link.contains("://") || link.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = if path.is_empty() {
        page.to_owned()
    } else {
        format!("{folder}/{}", path.replace("%5B", "[").replace("%5D", "]"))
    };
    let target = target.trim_start_matches('/');
    if !repository::exists(target) {
        return Some("there is no such file");
    }
    let is_known = || headings(&repository::read(target)).contains(heading);
    (!heading.is_empty() && !is_known()).then_some("there is no such heading")
}

/// Where the links and images of a page lead.
fn links(markdown: &str) -> Vec<String> {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    events
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url.into_string())
            }
            _ => None,
        })
        .collect()
}

/// What the headings of a page are called in links to it.
fn headings(markdown: &str) -> BTreeSet<String> {
    let mut headings = BTreeSet::new();
    let mut heading = None;
    for event in Parser::new(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) | Event::Code(text) => {
                heading.iter_mut().for_each(|heading| heading.push_str(&text))
            }
            Event::End(TagEnd::Heading(_)) => headings.extend(heading.take().map(|heading| anchor(&heading))),
            _ => {}
        }
    }
    headings
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|&c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

#[test]
fn a_link_that_leads_nowhere_is_found() {
    assert_eq!(problem("README.md", "docs/load.md#the-report"), None);
    assert_eq!(problem("docs/load.md", "../README.md"), None);
    assert_eq!(problem("docs/load.md", "#conditions"), None);
    assert_eq!(problem("docs/load.md", "https://example.org/#x"), None);
    assert_eq!(problem("docs/load.md", "README.txt"), Some("there is no such file"));
    assert_eq!(problem("README.md", "docs/load.md#nothing"), Some("there is no such heading"));
    assert_eq!(
        anchor("`Idempotency-Key`: what a back end must do"),
        "idempotency-key-what-a-back-end-must-do"
    );
}
