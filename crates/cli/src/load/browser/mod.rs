//! Pages in headless Chromium: the scenarios as pages with everfresh in them see them.

mod driver;
mod page;
mod visits;

pub(super) use self::driver::Driver;
pub(super) use self::page::Page;
pub(super) use self::visits::{Seen, Visits};
