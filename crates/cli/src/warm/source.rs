//! Which URLs are asked for.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;
use reqwest::Url;
use serde::Deserialize;

/// What a sitemap says: pages, or other sitemaps.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sitemap {
    Pages(Vec<String>),
    Others(Vec<String>),
}

/// Reads a sitemap, as sitemaps.org describes it.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn sitemap(text: &str) -> Result<Sitemap, String> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut is_index, mut inside) = (vec![], None, false);
    let mut location = String::new();
    loop {
        match reader.read_event().map_err(|error| format!("it is no XML: {error}"))? {
            Event::Start(tag) => {
                let name = tag.local_name();
                is_index.get_or_insert(name.as_ref() == "sitemapindex");
                inside = name.as_ref() == "loc";
                location.clear();
            }
            Event::Text(text) if inside => location += &text,
            Event::CData(text) if inside => location += &text,
            Event::GeneralRef(name) if inside => {
                let meant =
                    unescape(&format!("&{};", &*name)).map_err(|error| error.to_string())?.into_owned();
                location += &meant;
            }
            Event::End(tag) if tag.local_name().as_ref() == "loc" => {
                found.push(location.trim().to_owned());
                inside = false;
            }
            Event::Eof => break,
            _ => {}
        }
    }
    match is_index {
        Some(true) => Ok(Sitemap::Others(found)),
        Some(false) => Ok(Sitemap::Pages(found)),
        None => Err("it has no element".to_owned()),
    }
}

/// Reads a list.
pub(crate) fn list(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

#[derive(Debug, Deserialize)]
struct Analysis {
    busiest: Vec<Route>,
}

#[derive(Debug, Deserialize)]
struct Route {
    name: String,
}

/// Reads an analysis: patterns without names and `*` are paths.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn analysis(text: &str) -> Result<Vec<String>, String> {
    let analysis: Analysis =
        serde_json::from_str(text).map_err(|error| format!("it is no analysis: {error}"))?;
    let names = analysis.busiest.into_iter().map(|route| route.name);
    Ok(names
        .filter(|name| name.contains('/') && !name.contains(['*', '{']) && !name.contains("/:"))
        .collect())
}

/// What is named, below the server where it is a path; each once, in their order.
///
/// # Errors
/// The first that is no URL of HTTP.
pub(crate) fn resolve(base: &Url, names: &[String]) -> Result<Vec<Url>, String> {
    let mut urls: Vec<Url> = vec![];
    for name in names {
        let url = base.join(name).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let url = url.ok_or_else(|| format!("{name:?} is no URL of HTTP"))?;
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sitemap_names_pages_or_others() {
        let pages = r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
            <url><loc> https://a.test/x?a=1&amp;b=2 </loc><lastmod>2026-01-01</lastmod></url>
            <url><loc><![CDATA[https://a.test/<y>]]></loc></url></urlset>"#;
        let found = ["https://a.test/x?a=1&b=2", "https://a.test/<y>"].map(str::to_owned).to_vec();
        assert_eq!(sitemap(pages), Ok(Sitemap::Pages(found)));
        let index = "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>";
        assert_eq!(sitemap(index), Ok(Sitemap::Others(vec!["/1.xml".to_owned()])));
        assert!(sitemap("").unwrap_err().contains("no element"));
        assert!(sitemap("<urlset><loc>x</urlset>").unwrap_err().contains("no XML"));
    }

    #[test]
    fn a_list_has_a_url_on_each_line() {
        assert_eq!(list("/a\n\n # none\r\n  https://b.test/ \n"), ["/a", "https://b.test/"]);
    }

    #[test]
    fn an_analysis_names_what_has_no_names_in_it() {
        let text = r#"{"busiest": [{"name": "/api/stories"}, {"name": "/api/stories/:id"}, {"name": "/api/*"}, {"name": "other"}]}"#;
        assert_eq!(analysis(text).unwrap(), ["/api/stories"]);
        assert!(analysis("{}").unwrap_err().contains("no analysis"));
    }

    #[test]
    fn names_are_below_the_server() {
        let base = Url::parse("http://a.test/x/").unwrap();
        let names = ["/b", "https://c.test/d", "/b"].map(str::to_owned);
        let urls: Vec<String> = resolve(&base, &names).unwrap().iter().map(Url::to_string).collect();
        assert_eq!(urls, ["http://a.test/b", "https://c.test/d"]);
        assert!(resolve(&base, &["ftp://a.test/".to_owned()]).is_err());
    }
}
