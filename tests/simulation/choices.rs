//! Every random decision of a schedule, in one place: drawn from a seed, written down, and drawn again from what was
//! written down. Zero is always the boring answer (no fault, the least delay, the end), so a shorter list is a simpler
//! story.

use std::cell::RefCell;

/// One list of decisions for each actor, so that changing one actor's leaves the others' as they were.
pub type Recorded = Vec<Vec<u32>>;

/// The decisions of one schedule.
pub struct Choices {
    streams: RefCell<Vec<Stream>>,
    /// Without a seed, what was not written down is zero.
    seed: Option<u64>,
}

#[derive(Default)]
struct Stream {
    made: Vec<u32>,
    at: usize,
    state: u64,
}

impl Choices {
    /// Fresh ones.
    pub fn seeded(seed: u64) -> Self {
        Self { streams: RefCell::default(), seed: Some(seed) }
    }

    /// Those of an earlier run, and zeros after them.
    pub fn replayed(recorded: Recorded) -> Self {
        let streams = recorded.into_iter().map(|made| Stream { made, ..Stream::default() }).collect();
        Self { streams: RefCell::new(streams), seed: None }
    }

    /// A number below `n`.
    pub fn pick(&self, actor: usize, n: u32) -> u32 {
        let mut streams = self.streams.borrow_mut();
        while streams.len() <= actor {
            let state = mix(self.seed.unwrap_or_default() ^ mix(streams.len() as u64 + 1));
            streams.push(Stream { state, ..Stream::default() });
        }
        let stream = &mut streams[actor];
        let at = stream.at;
        stream.at += 1;
        if let Some(made) = stream.made.get(at) {
            return made % n.max(1);
        }
        if self.seed.is_none() {
            return 0;
        }
        stream.state = stream.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = ((mix(stream.state) >> 32) as u32) % n.max(1);
        stream.made.push(value);
        value
    }

    /// What was decided so far.
    pub fn recorded(&self) -> Recorded {
        self.streams.borrow().iter().map(|stream| stream.made.clone()).collect()
    }
}

/// SplitMix64's finisher.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
