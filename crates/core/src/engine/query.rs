//! Query: reads of the page that are not `fetch` calls, for data of a URL or of any key. They go the way of all
//! reads; what differs is that they need no rule, are answered with data, and may be retried.

use alloc::{boxed::Box, rc::Rc, vec};

use super::asked::Terms;
use super::options::DEFAULT_GC_TIME;
use super::shown::Shown;
use super::{BodyId, Effect, Engine, Event, Kind, QueryOptions, ReadId, Request, Source, url_of};
use crate::entry::{Entry, Stored};
use crate::key;
use crate::target::{Member, Target};
use crate::time::Millis;
use crate::url::Url;

impl Engine {
    pub(super) fn query(
        &mut self,
        now: Millis,
        read: ReadId,
        request: &mut Request,
        kind: Kind,
        options: &mut QueryOptions,
    ) {
        options.over(&self.options.query);
        let options = Rc::new(core::mem::take(options));
        let Some(mut asked) = self.ask(read, request, Some(options)) else {
            // What is no URL of ours has no key.
            if kind == Kind::Query {
                self.push(Effect::Pass(read));
            }
            return;
        };
        asked.kind = kind;
        if kind == Kind::Watch {
            self.watch_key(&asked);
        }
        self.answer(now, asked);
    }

    /// The page says itself what a key's data is. It is what `query` gives until it is stale; `fetch` is not
    /// answered with it.
    pub(super) fn set_data(
        &mut self,
        now: Millis,
        body: BodyId,
        size: u32,
        url: &str,
        options: &mut QueryOptions,
    ) {
        let Some(url) = Url::parse(url) else {
            return self.drop_body(body);
        };
        options.over(&self.options.query);
        let terms = Terms::of(self.policy.rule_for("GET", &url).filter(|rule| rule.cache), options);
        let mut tags = vec![];
        self.add_own_tags(&mut tags, &url, &options.tags);
        let fresh_until = now.saturating_add(terms.stale_time.unwrap_or(0));
        let kept_for = terms.gc_time.unwrap_or(DEFAULT_GC_TIME);
        let entry = Box::new(Entry {
            key: key::key(&url, "", None),
            tags,
            fields: vec![],
            validators: vec![],
            fence: self.ledger.fence(),
            sent: now,
            received: now,
            generated: now,
            fresh_until,
            stale_while_revalidate_until: fresh_until,
            stale_if_error_until: fresh_until,
            must_revalidate: false,
            expires: fresh_until
                .max(now.saturating_add(kept_for))
                .min(now.saturating_add(self.options.max_age)),
            stale_since: options.stale.filter(|stale| *stale).map(|_| now),
            size,
            body: Some(body),
            stored: Stored::No,
            refused: false,
            item_size: 0,
            local: true,
            prefetched: None,
            groups: None,
            because: None,
            url,
        });
        let key = Rc::clone(&entry.key);
        let shown = Shown { sent: now, received: now, applied: entry.fence.applied };
        let published = self.publish(entry, false, &key, &[]);
        self.show(now, &key, &key, body, shown, options.stale == Some(true));
        if !published.is_stored() {
            self.drop_body(body);
        }
    }

    /// Drops what is known of a URL, here alone: it is no invalidation.
    pub(super) fn remove(&mut self, url: &str) {
        let Some(url) = Url::parse(url) else { return };
        let member = Member::drop(Target::exactly(&url));
        for id in self.store.matching(&member, Some(url.origin())) {
            let Some(entry) = self.store.get(id).filter(|entry| entry.url == url) else { continue };
            let url = url_of(entry);
            self.drop_entry(id);
            self.emit(Event::Evict { url, source: Source::Memory });
        }
    }
}
