//! `align`: what was inserted into a sequence, and what was removed.
//!
//! Small gaps are aligned by their longest common subsequence. Large ones are first cut at the items that both sides have
//! exactly once (as in "patience diff"), so that time and memory stay in proportion to the sequences.

use std::collections::BTreeMap;

/// How large a gap (items of one side times items of the other) is aligned exactly.
const EXACT: usize = 250_000;

/// How often a gap is cut again before it counts as replaced.
const CUTS: usize = 16;

/// One step on the way from a sequence to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The items at these places, before and after, are the same.
    Keep(usize, usize),
    /// The item at this place of the first sequence went.
    Remove(usize),
    /// The item at this place of the second sequence came.
    Insert(usize),
}

/// Returns the steps from one sequence to another, in order; where both happen, removals come first.
pub fn align<T: Ord>(before: &[T], after: &[T]) -> Vec<Step> {
    let mut numbers = BTreeMap::new();
    let mut number = |item| {
        let next = numbers.len();
        *numbers.entry(item).or_insert(next)
    };
    let before: Vec<usize> = before.iter().map(&mut number).collect();
    let after: Vec<usize> = after.iter().map(&mut number).collect();
    let mut steps = Vec::with_capacity(before.len().max(after.len()));
    Gap {
        before: &before,
        after: &after,
        start: (0, 0),
    }
    .align(CUTS, &mut steps);
    steps
}

/// A part of both sequences between items that are aligned.
#[derive(Clone, Copy)]
struct Gap<'a> {
    before: &'a [usize],
    after: &'a [usize],
    /// Where the parts begin.
    start: (usize, usize),
}

impl<'a> Gap<'a> {
    fn align(self, cuts: usize, steps: &mut Vec<Step>) {
        let head = self.common(self.before.iter(), self.after.iter());
        steps.extend((0..head).map(|at| self.keep(at, at)));
        let rest = self.part((head, self.before.len()), (head, self.after.len()));
        let tail = rest.common(rest.before.iter().rev(), rest.after.iter().rev());
        let (x, y) = (rest.before.len() - tail, rest.after.len() - tail);
        rest.part((0, x), (0, y)).align_core(cuts, steps);
        steps.extend((0..tail).map(|at| rest.keep(x + at, y + at)));
    }

    /// The ends are different.
    fn align_core(self, cuts: usize, steps: &mut Vec<Step>) {
        let is_small = self.before.len().saturating_mul(self.after.len()) <= EXACT;
        if self.before.is_empty() || self.after.is_empty() {
            self.replace(steps);
        } else if is_small {
            self.align_exactly(steps);
        } else {
            self.align_at_anchors(cuts, steps);
        }
    }

    fn replace(self, steps: &mut Vec<Step>) {
        steps.extend((0..self.before.len()).map(|x| Step::Remove(self.start.0 + x)));
        steps.extend((0..self.after.len()).map(|y| Step::Insert(self.start.1 + y)));
    }

    fn align_exactly(self, steps: &mut Vec<Step>) {
        let width = self.after.len() + 1;
        // How long the longest common subsequence of the rests is.
        let mut longest = vec![0u32; (self.before.len() + 1) * width];
        for x in (0..self.before.len()).rev() {
            for y in (0..self.after.len()).rev() {
                let at = x * width + y;
                longest[at] = if self.before[x] == self.after[y] {
                    longest[at + width + 1] + 1
                } else {
                    longest[at + width].max(longest[at + 1])
                };
            }
        }
        let (mut x, mut y) = (0, 0);
        while x < self.before.len() && y < self.after.len() {
            let at = x * width + y;
            if self.before[x] == self.after[y] {
                steps.push(self.keep(x, y));
                (x, y) = (x + 1, y + 1);
            } else if longest[at + width] >= longest[at + 1] {
                steps.push(Step::Remove(self.start.0 + x));
                x += 1;
            } else {
                steps.push(Step::Insert(self.start.1 + y));
                y += 1;
            }
        }
        self.part((x, self.before.len()), (y, self.after.len()))
            .replace(steps);
    }

    fn align_at_anchors(self, cuts: usize, steps: &mut Vec<Step>) {
        let anchors = if cuts == 0 { Vec::new() } else { self.anchors() };
        if anchors.is_empty() {
            return self.replace(steps);
        }
        let (mut x, mut y) = (0, 0);
        for (at_x, at_y) in anchors {
            self.part((x, at_x), (y, at_y)).align(cuts - 1, steps);
            steps.push(self.keep(at_x, at_y));
            (x, y) = (at_x + 1, at_y + 1);
        }
        self.part((x, self.before.len()), (y, self.after.len()))
            .align(cuts - 1, steps);
    }

    /// Returns the longest rising chain of items that are there exactly once on each side.
    fn anchors(self) -> Vec<(usize, usize)> {
        let mut places: BTreeMap<usize, [Vec<usize>; 2]> = BTreeMap::new();
        for (side, items) in [self.before, self.after].into_iter().enumerate() {
            for (at, item) in items.iter().enumerate() {
                places.entry(*item).or_default()[side].push(at);
            }
        }
        let once = places
            .values()
            .filter_map(|[before, after]| match (&before[..], &after[..]) {
                (&[x], &[y]) => Some((x, y)),
                _ => None,
            });
        let mut once: Vec<_> = once.collect();
        once.sort_unstable();
        rising(&once)
    }

    fn common<'i>(
        self,
        before: impl Iterator<Item = &'i usize>,
        after: impl Iterator<Item = &'i usize>,
    ) -> usize {
        before.zip(after).take_while(|(a, b)| a == b).count()
    }

    fn part(self, (x, to_x): (usize, usize), (y, to_y): (usize, usize)) -> Gap<'a> {
        Gap {
            before: &self.before[x..to_x],
            after: &self.after[y..to_y],
            start: (self.start.0 + x, self.start.1 + y),
        }
    }

    fn keep(self, x: usize, y: usize) -> Step {
        Step::Keep(self.start.0 + x, self.start.1 + y)
    }
}

/// Returns the longest subsequence whose second numbers rise ("patience sorting").
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tops: Vec<usize> = Vec::new();
    let mut previous = vec![None; pairs.len()];
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| pairs[*top].1 < pair.1);
        previous[at] = pile.checked_sub(1).map(|below| tops[below]);
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut chain = Vec::new();
    let mut next = tops.last().copied();
    while let Some(at) = next {
        chain.push(pairs[at]);
        next = previous[at];
    }
    chain.reverse();
    chain
}
