//! How much one address may hold at once, and all of them together: connections, requests behind a
//! proxy, bytes of bodies.
//!
//! A caller is unknown until his request is read, so what he can take away from others is bounded by
//! his address. The last part of everything is kept for addresses from which a
//! shop has called with its key.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use ipnet::IpNet;

/// Shops' addresses that are remembered.
const SHOPS_MAX: usize = 4_096;
/// Files of a process that are no caller's connection.
const FILES_KEPT: usize = 512;
/// One part in so many of everything is kept for them.
const KEPT_PART: usize = 8;

/// What may be held at once.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// Connections of all callers.
    pub connections_max: usize,
    /// Connections of one address; requests of one address when they come through a trusted proxy.
    pub per_address_max: usize,
    /// Bytes of bodies that are being read or worked on, of all callers.
    pub body_bytes_max: usize,
    /// The same of one address.
    pub body_bytes_per_address_max: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Capacity {
    fn default() -> Self {
        Capacity {
            connections_max: 10_000,
            per_address_max: 512,
            body_bytes_max: 64 << 20,
            body_bytes_per_address_max: 16 << 20,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Capacity {
    /// As many connections as a process that may open so many files can have, and still reach Amazon, its database and
    /// the shops.
    #[must_use]
    pub fn within_open_files(files: usize) -> Capacity {
        let usual = Capacity::default();
        let connections_max = files.saturating_sub(FILES_KEPT).clamp(1, usual.connections_max);
        Capacity { connections_max, per_address_max: usual.per_address_max.min(connections_max.div_ceil(4)), ..usual }
    }
}

/// All places of a server. A clone is the same one.
#[derive(Clone)]
pub struct Places(Arc<Shared>);

struct Shared {
    capacity: Capacity,
    taken: Mutex<Taken>,
    shops: RwLock<HashSet<IpAddr>>,
}

#[derive(Default)]
struct Taken {
    connections: usize,
    body_bytes: usize,
    by: HashMap<IpAddr, Share>,
}

/// What one address holds.
#[derive(Default)]
struct Share {
    connections: usize,
    requests: usize,
    body_bytes: usize,
}

/// A connection's place, until it is dropped.
pub(super) struct Place {
    places: Places,
    client: IpAddr,
}

/// What one request holds, until it is dropped.
pub(super) struct Room {
    places: Places,
    client: IpAddr,
    is_counted: bool,
    body_bytes: usize,
    was_too_small: bool,
}

impl Places {
    #[must_use]
    pub fn new(capacity: Capacity) -> Places {
        Places(Arc::new(Shared { capacity, taken: Mutex::default(), shops: RwLock::default() }))
    }

    /// A shop has called from here with what proves who it is.
    pub(crate) fn remember_shop(&self, address: IpAddr) {
        let client = client_of(address);
        if self.is_shop(client) {
            return;
        }
        let mut shops = self.0.shops.write().unwrap_or_else(PoisonError::into_inner);
        if shops.len() >= SHOPS_MAX {
            shops.clear();
        }
        shops.insert(client);
    }

    /// The proxies that are believed.
    pub(super) fn trusted_proxies(&self) -> &[IpNet] {
        &self.0.capacity.trusted_proxies
    }

    /// A place for a connection; none when its address, or all together, have as many as they may.
    pub(super) fn connection(&self, peer: IpAddr) -> Option<Place> {
        let (capacity, client) = (&self.0.capacity, client_of(peer));
        let is_proxy = self.is_proxy(peer);
        let all_max = self.share_of(capacity.connections_max, is_proxy || self.is_shop(client));
        let mut taken = self.taken();
        let held = taken.by.get(&client).map_or(0, |share| share.connections);
        if taken.connections >= all_max || (held >= capacity.per_address_max && !is_proxy) {
            return None;
        }
        taken.connections += 1;
        taken.by.entry(client).or_default().connections += 1;
        drop(taken);
        Some(Place { places: self.clone(), client })
    }

    /// Room for a request: who has come through a proxy is counted here, because his connections
    /// are the proxy's. None when he has as many under way as he may.
    pub(super) fn request(&self, peer: IpAddr, from: IpAddr) -> Option<Room> {
        let client = client_of(from);
        let is_counted = self.is_proxy(peer) && !self.is_proxy(from);
        if is_counted {
            let mut taken = self.taken();
            let share = taken.by.entry(client).or_default();
            if share.requests >= self.0.capacity.per_address_max {
                return None;
            }
            share.requests += 1;
        }
        Some(Room { places: self.clone(), client, is_counted, body_bytes: 0, was_too_small: false })
    }

    fn is_proxy(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.capacity.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    fn is_shop(&self, client: IpAddr) -> bool {
        self.0.shops.read().unwrap_or_else(PoisonError::into_inner).contains(&client)
    }

    /// What of everything a caller may use up: all of it, or all but what is kept for shops.
    fn share_of(&self, all: usize, is_shop: bool) -> usize {
        if is_shop { all } else { all - all / KEPT_PART }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, client: IpAddr, what: impl FnOnce(&mut Taken, &mut Share)) {
        let mut taken = self.taken();
        let mut share = taken.by.remove(&client).unwrap_or_default();
        what(&mut taken, &mut share);
        if share.connections + share.requests + share.body_bytes > 0 {
            taken.by.insert(client, share);
        }
    }
}

impl Room {
    /// Takes so many bytes more; whether there was room for them.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let capacity = &self.places.0.capacity;
        let all_max = self.places.share_of(capacity.body_bytes_max, self.places.is_shop(self.client));
        let mut taken = self.places.taken();
        let all = taken.body_bytes + bytes;
        let own = taken.by.get(&self.client).map_or(0, |share| share.body_bytes) + bytes;
        if all > all_max || own > capacity.body_bytes_per_address_max {
            self.was_too_small = true;
            return false;
        }
        taken.by.entry(self.client).or_default().body_bytes = own;
        taken.body_bytes = all;
        self.body_bytes += bytes;
        true
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.body_bytes
    }

    /// Whether more was wanted than there was.
    pub(super) fn was_too_small(&self) -> bool {
        self.was_too_small
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.give_back(self.client, |taken, share| {
            taken.connections -= 1;
            share.connections -= 1;
        });
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if !self.is_counted && self.body_bytes == 0 {
            return;
        }
        self.places.give_back(self.client, |taken, share| {
            taken.body_bytes -= self.body_bytes;
            share.body_bytes -= self.body_bytes;
            share.requests -= usize::from(self.is_counted);
        });
    }
}

/// Whose an address is: of IPv6 the network that one customer is given.
fn client_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places::new(Capacity {
            connections_max: 8,
            per_address_max: 3,
            body_bytes_max: 80,
            body_bytes_per_address_max: 30,
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
        })
    }

    fn at(address: &str) -> IpAddr {
        address.parse().expect("an address")
    }

    fn connections(places: &Places, address: &str, wanted: usize) -> Vec<Place> {
        (0..wanted).map_while(|_| places.connection(at(address))).collect()
    }

    #[test]
    fn one_address_has_its_share_and_no_more() {
        let places = places();
        let held = connections(&places, "203.0.113.7", 9);
        assert_eq!(held.len(), 3, "as many as one address may have");
        assert!(places.connection(at("::ffff:203.0.113.7")).is_none(), "the same address, written otherwise");
        assert!(places.connection(at("203.0.113.8")).is_some(), "its neighbour is somebody else");
        drop(held);
        assert_eq!(connections(&places, "203.0.113.7", 9).len(), 3, "what was given back can be had again");
        assert!(places.taken().by.is_empty(), "an address that holds nothing is forgotten");
    }

    #[test]
    fn a_process_that_may_open_few_files_has_few_places() {
        let of = |files| {
            let capacity = Capacity::within_open_files(files);
            (capacity.connections_max, capacity.per_address_max)
        };
        assert_eq!(of(1 << 20), (10_000, 512), "no more than usual");
        assert_eq!(of(1_024), (512, 128), "half of the files, and a quarter of that for one address");
        assert_eq!(of(16), (1, 1), "somebody can always be served");
    }

    #[test]
    fn a_customer_of_ipv6_is_one_address() {
        let places = places();
        let held: Vec<_> = (1..9).map_while(|last| places.connection(at(&format!("2001:db8::{last}")))).collect();
        assert_eq!(held.len(), 3, "his addresses share one share");
        assert!(places.connection(at("2001:db8:0:1::1")).is_some(), "another customer's do not");
    }

    #[test]
    fn the_last_places_are_kept_for_shops() {
        let places = places();
        places.remember_shop(at("198.51.100.1"));
        let strangers: Vec<_> = (1..9).map_while(|last| places.connection(at(&format!("203.0.113.{last}")))).collect();
        assert_eq!(strangers.len(), 7, "one in eight is kept");
        let shop = places.connection(at("198.51.100.1"));
        assert!(shop.is_some(), "a shop gets it");
        assert!(places.connection(at("198.51.100.1")).is_none(), "there are no more");
    }

    #[test]
    fn behind_a_proxy_requests_are_counted_by_the_forwarded_address() {
        let places = places();
        assert_eq!(connections(&places, "10.0.0.1", 8).len(), 8, "the proxy may have all connections");
        let proxy = at("10.0.0.1");
        let held: Vec<_> = (0..9).map_while(|_| places.request(proxy, at("203.0.113.7"))).collect();
        assert_eq!(held.len(), 3, "of one address behind it");
        assert!(places.request(proxy, at("203.0.113.8")).is_some(), "another one is not concerned");
        assert!(places.request(proxy, proxy).is_some(), "nor is the proxy, which asks for its own health");
        drop(held);
        assert!(places.request(proxy, at("203.0.113.7")).is_some(), "what was given back can be had again");
    }

    #[test]
    fn bodies_have_room_by_address_and_altogether() {
        let places = places();
        let room = |address: &str| places.request(at(address), at(address)).expect("not counted");
        let mut first = room("203.0.113.1");
        assert!(first.take(20) && !first.take(11) && first.take(10), "thirty for one address");
        assert!(!room("203.0.113.1").take(1), "also over several requests");
        let (mut second, mut third) = (room("203.0.113.2"), room("203.0.113.3"));
        assert!(second.take(30) && third.take(10) && !third.take(1), "seventy for all, and ten kept for shops");
        places.remember_shop(at("198.51.100.1"));
        assert!(room("198.51.100.1").take(10), "which a shop gets");
        drop(first);
        assert!(third.take(1), "what was given back can be had again");
    }
}
