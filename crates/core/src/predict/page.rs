//! Pages, and how one is named by those before it.

use alloc::{rc::Rc, string::String, vec::Vec};

use crate::pattern::Route;
use crate::text::{cut, has, joined, pieces, shared};
use crate::url::Url;

/// The longest URL and the longest template, in bytes.
pub(super) const MAX_TEXT: usize = 500;

/// A page that was visited.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) url: Url,
    /// What stands for all pages of its kind: the text of its route, or its URL.
    pub(super) template: Rc<str>,
    /// Names and values of its parameters, as they stand in the URL.
    params: Vec<(String, String)>,
}

impl Page {
    /// `None` where the URL is too long to be learnt. What a `*` covers are not pages of a kind, so such a route is no
    /// template.
    pub(super) fn new(url: &Url, route: Option<&Route>) -> Option<Self> {
        if url.as_str().len() > MAX_TEXT {
            return None;
        }
        let mut page = Self { url: url.clone(), template: shared(url.as_str()), params: Vec::new() };
        if let Some(route) = route
            && route.as_str().len() <= MAX_TEXT
            && !has(route.as_str(), '*')
            && let Some(params) = route.match_path(url.path())
        {
            page.template = shared(route.as_str());
            for (name, value) in params {
                page.params.push((name.into(), value.into()));
            }
        }
        Some(page)
    }
}

/// A context: what was visited last, in one of its grains.
#[derive(Debug)]
pub(super) struct Rung<'a> {
    pub(super) name: Rc<str>,
    /// The pages, the last one first: as many as its order says.
    pub(super) pages: &'a [Page],
}

/// The contexts of the pages that were visited, the last one first, from the longest and narrowest on: of each order the
/// pages themselves, then their templates.
pub(super) fn ladder(visited: &[Page]) -> Vec<Rung<'_>> {
    let mut rungs = Vec::new();
    for order in (1..=visited.len()).rev() {
        let pages = &visited[..order];
        let exact = name(pages, false);
        let general = name(pages, true);
        let differ = exact != general;
        rungs.push(Rung { name: exact, pages });
        if differ {
            rungs.push(Rung { name: general, pages });
        }
    }
    rungs
}

fn name(pages: &[Page], general: bool) -> Rc<str> {
    let mut name = shared("");
    for page in pages {
        let text = if general { &page.template } else { page.url.as_str() };
        // No URL has a space.
        name = if name.is_empty() { shared(text) } else { joined(&joined(text, " "), &name) };
    }
    name
}

/// The successor `url` as it looks from these pages, the last one first: without their origin, and with a name in
/// braces for each segment that is the value of a parameter of theirs. That of the page before has a `<` in front. No
/// canonical URL has braces.
pub(super) fn bind(url: &Url, pages: &[Page]) -> String {
    let mut form = String::new();
    if pages.first().is_none_or(|page| page.url.origin() != url.origin()) {
        form.push_str(url.origin());
    }
    for segment in pieces(url.path(), '/').skip(1) {
        form.push('/');
        match parameter(pages, segment) {
            Some((mark, name)) => {
                for part in ["{", mark, name, "}"] {
                    form.push_str(part);
                }
            }
            None => form.push_str(segment),
        }
    }
    if let Some(query) = url.query() {
        form.push('?');
        form.push_str(query);
    }
    form
}

/// What [`bind`] made, at these pages; `None` where it can't be a URL here.
pub(super) fn fill(form: &str, pages: &[Page]) -> Option<Url> {
    let mut text = String::new();
    if form.starts_with('/') {
        text.push_str(pages.first()?.url.origin());
    }
    let mut rest = form;
    while let Some((literal, named)) = cut(rest, '{') {
        let (name, after) = cut(named, '}')?;
        text.push_str(literal);
        text.push_str(value(pages, name)?);
        rest = after;
    }
    text.push_str(rest);
    if text.len() > MAX_TEXT { None } else { Url::parse(&text) }
}

const MARKS: [&str; 2] = ["", "<"];

fn parameter<'a>(pages: &'a [Page], value: &str) -> Option<(&'static str, &'a str)> {
    for (page, mark) in pages.iter().zip(MARKS) {
        if let Some((name, _)) = page.params.iter().find(|(_, has)| has == value) {
            return Some((mark, name));
        }
    }
    None
}

fn value<'a>(pages: &'a [Page], name: &str) -> Option<&'a str> {
    let (page, name) = match name.strip_prefix(MARKS[1]) {
        Some(name) => (pages.get(1)?, name),
        None => (pages.first()?, name),
    };
    page.params.iter().find(|(has, _)| has == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn page(path: &str, template: &str) -> Page {
        Page::new(&url(path), Route::parse(template).ok().as_ref()).unwrap()
    }

    fn url(path: &str) -> Url {
        Url::parse("https://a.test").unwrap().join(path).unwrap()
    }

    #[test]
    fn segments_are_bound_to_the_parameters_before_them() {
        let pages = [page("/threads/12/3", "/threads/:id/:at"), page("/forums/a%20b", "/forums/:id")];
        for (to, form) in [
            ("/threads/12", "/threads/{id}"),
            ("/forums/a%20b/new?x=12", "/forums/{<id}/new?x=12"),
            ("/3/12/4", "/{at}/{id}/4"),
            ("/", "/"),
            ("//12", "//{id}"),
            ("https://b.test/12", "https://b.test/{id}"),
        ] {
            // Two slashes at the begin would name a host.
            let to = if to.starts_with("//") { Url::parse("https://a.test//12").unwrap() } else { url(to) };
            assert_eq!(bind(&to, &pages), form);
            assert_eq!(fill(form, &pages), Some(to));
        }
        assert_eq!(bind(&url("/forums/a%20b"), &pages[..1]), "/forums/a%20b");
        for form in ["/{no}", "/{<at}", "/{id", "/{<<id}", "x", "", "javascript:1"] {
            assert_eq!(fill(form, &pages), None, "{form}");
        }
    }

    #[test]
    fn contexts_go_from_the_longest_and_narrowest_on() {
        let names =
            |pages: &[Page]| -> Vec<Rc<str>> { ladder(pages).iter().map(|rung| rung.name.clone()).collect() };
        let (story, home) = (page("/s/1?q", "/s/:id"), page("/", "/*"));
        assert_eq!(names(&[]), [] as [Rc<str>; 0]);
        assert_eq!(names(core::slice::from_ref(&home)), [shared("https://a.test/")]);
        assert_eq!(
            names(&[story, home]),
            [
                "https://a.test/ https://a.test/s/1?q",
                "https://a.test/ /s/:id",
                "https://a.test/s/1?q",
                "/s/:id"
            ]
            .map(shared)
        );
    }

    #[test]
    fn p10_what_is_too_long_is_no_page() {
        let long = "x".repeat(MAX_TEXT);
        assert!(Page::new(&url(&long), None).is_none());
        let pages = [page(&"x".repeat(MAX_TEXT - 20), "/:id")];
        assert_eq!(fill("/{id}/{id}", &pages), None);
    }
}
